import MockrecCore

extension ControlAPI {
  static func text(_ meaning: String) -> JSON { self.typed("string", meaning) }

  private static func typed(_ type: String, _ meaning: String) -> JSON {
    .members([("type", .string(type)), ("description", .string(meaning))])
  }

  static func object(_ properties: KeyValuePairs<String, JSON>, required: [String] = []) -> JSON {
    var members: [(String, JSON)] = [
      ("type", .string("object")), ("additionalProperties", .bool(false)),
      ("properties", .members(properties.map { ($0.key, $0.value) })),
    ]
    if !required.isEmpty { members.append(("required", .array(required.map { .string($0) }))) }
    return .members(members)
  }

  private static let service = ControlAPI.text("A service of the run; may be left out where there is one.")
  private static let match = ControlAPI.typed("object", "The words of `match:` in overlays: method, path, query, …")
  private static let after = ControlAPI.typed("integer", "Only requests of a larger number than this.")

  private static let since = ControlAPI.moment("Only requests that ended then or later.")
  private static let until = ControlAPI.moment("Only requests that ended then or before.")

  private static func moment(_ meaning: String) -> JSON {
    .members([
      ("type", .array([.string("integer"), .string("string")])),
      ("description", .string("\(meaning) Milliseconds since 1970, or as RFC 3339 writes it.")),
    ])
  }

  static let sessionSchema = ControlAPI.object([
    "name": ControlAPI.text("One is made up without it."),
    "ports": ControlAPI.typed("boolean", "Whether each service listens on a port for this session alone, too."),
  ])
  static let stateSchema = ControlAPI.typed(
    "object", "Values by name, as `state` in mockrec.yaml; users and clients of the model oidc; states of scenarios.")
  static let entrySchema = ControlAPI.object(
    ["entry": ControlAPI.text("One entry or more, in the notation of cassettes.")], required: ["entry"])
  static let entriesSchema = ControlAPI.object([
    "service": ControlAPI.service, "entry": ControlAPI.text("One entry or more, in the notation of cassettes."),
    "entries": .members([("type", .string("array")), ("items", .members([("type", .string("string"))]))]),
  ])
  static let overlaySchema = ControlAPI.object([
    "overlay": ControlAPI.text("The YAML of an overlay file; or, beside `rules`, the overlay's name."),
    "name": ControlAPI.text("Its name, the same."),
    "rules": .members([
      ("type", .string("array")), ("description", .string("The rules, in the words of the files.")),
      ("items", .members([("type", .string("object"))])),
    ]),
  ])
  static let filterSchema = ControlAPI.object([
    "service": ControlAPI.service, "match": ControlAPI.match, "after": ControlAPI.after, "since": ControlAPI.since,
    "until": ControlAPI.until,
    "limit": ControlAPI.typed("integer", "How many are shown at most, the last ones; 100 without it."),
  ])
  static let waitSchema = ControlAPI.object([
    "service": ControlAPI.service, "match": ControlAPI.match, "after": ControlAPI.after, "since": ControlAPI.since,
    "until": ControlAPI.until,
    "count": ControlAPI.typed("integer", "How many have to have come; 1 without it."),
    "timeout": ControlAPI.typed("integer", "Milliseconds; 10000 without it. 408 where they have not come by then."),
  ])
  private static let step = ControlAPI.object([
    "service": ControlAPI.service, "match": ControlAPI.match, "after": ControlAPI.after, "since": ControlAPI.since,
    "until": ControlAPI.until,
  ])
  static let verifySchema = ControlAPI.object([
    "service": ControlAPI.service, "match": ControlAPI.match, "after": ControlAPI.after, "since": ControlAPI.since,
    "until": ControlAPI.until,
    "exactly": ControlAPI.typed("integer", "So often."),
    "atLeast": ControlAPI.typed("integer", "So often, or more; 1 where nothing is said."),
    "atMost": ControlAPI.typed("integer", "So often, or less."),
    "never": ControlAPI.typed("boolean", "Not once."), "following": ControlAPI.step,
    "order": .members([("type", .string("array")), ("items", ControlAPI.step)]),
  ])

  /// The API by OpenAPI 3.1.
  var document: JSON {
    var paths: [(String, [(String, JSON)])] = []
    for route in self.routes {
      let operation = (route.method.lowercased(), Self.operation(route))
      if let index = paths.firstIndex(where: { $0.0 == route.path }) {
        paths[index].1.append(operation)
      } else {
        paths.append((route.path, [operation]))
      }
    }
    return .members([
      ("openapi", .string("3.1.0")),
      (
        "info",
        .members([
          ("title", .string("mockrec control API")), ("version", .string("1")),
          ("description", .string("Steers the mocks of one run while it is served.")),
        ])
      ),
      ("paths", .members(paths.map { ($0.0, .members($0.1)) })),
      (
        "components",
        .members([
          (
            "schemas",
            .members([
              (
                "Problem",
                Self.object([
                  "type": Self.text("about:blank"), "title": Self.text("What is wrong."),
                  "status": Self.typed("integer", "The status."), "detail": Self.text("How, and the fix."),
                  "field": Self.text("The field that is meant, as a JSON pointer."),
                ])
              )
            ])
          ),
          (
            "securitySchemes",
            .members([("token", .members([("type", .string("http")), ("scheme", .string("bearer"))]))])
          ),
        ])
      ),
    ])
  }

  private static func operation(_ route: ControlRoute) -> JSON {
    var members: [(String, JSON)] = [("summary", .string(route.summary))]
    let places = route.path.split(separator: "/").filter { $0.hasPrefix("{") }.map { $0.dropFirst().dropLast() }
    if !places.isEmpty {
      members.append(
        (
          "parameters",
          .array(
            places.map { place in
              .members([
                ("name", .string(String(place))), ("in", .string("path")), ("required", .bool(true)),
                ("schema", .members([("type", .string("string"))])),
              ])
            })
        ))
    }
    if let body = route.body {
      members.append(("requestBody", .members([("content", self.content("application/json", body))])))
    }
    let problem = JSON.members([("$ref", .string("#/components/schemas/Problem"))])
    let isEmpty = route.status == 202 || route.status == 204
    var done: [(String, JSON)] = [("description", .string("Done."))]
    if !isEmpty { done.append(("content", self.content("application/json", .members([])))) }
    members.append(
      (
        "responses",
        .members([
          (String(route.status), .members(done)),
          (
            "default",
            .members([
              ("description", .string("What is wrong.")),
              ("content", self.content("application/problem+json", problem)),
            ])
          ),
        ])
      ))
    return .members(members)
  }

  private static func content(_ type: String, _ schema: JSON) -> JSON {
    .members([(type, .members([("schema", schema)]))])
  }
}
