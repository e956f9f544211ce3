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
  private static let match = ControlAPI.typed(
    "object",
    "The words of `match:` in overlays. HTTP: method (or a list), path (`/users/*`, `/files/**`), query and header (values "
      + "by name), json (values by JSONPath). gRPC: method, metadata, json. Redis: command, key, database. Bytes: text, bytes."
  )
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

  static func list(_ items: JSON) -> JSON { .members([("type", .string("array")), ("items", items)]) }

  /// What an answer has; more may be added.
  private static func reply(_ properties: KeyValuePairs<String, JSON>, required: [String]) -> JSON {
    .members([
      ("type", .string("object")), ("properties", .members(properties.map { ($0.key, $0.value) })),
      ("required", .array(required.map { .string($0) })),
    ])
  }

  static let servicesSchema = ControlAPI.list(
    ControlAPI.reply(
      [
        "name": ControlAPI.text("Its name."), "wire": ControlAPI.text("http, …"),
        "address": ControlAPI.text("Its URL."),
      ],
      required: ["name", "wire", "address"]))
  static let openedSchema = ControlAPI.reply(
    ["name": ControlAPI.text("Its name."), "services": ControlAPI.servicesSchema], required: ["name", "services"])
  private static let cameSchema = ControlAPI.list(
    ControlAPI.reply(
      [
        "number": ControlAPI.typed("integer", "From 1, over all services of the session."),
        "service": ControlAPI.text("The service that was asked."),
        "at": ControlAPI.typed("integer", "When it ended. Milliseconds since 1970."),
        "summary": ControlAPI.text("It in one line."),
        "answer": ControlAPI.typed("object", "Who answered: entry, added, handler, miss or forwarded; and any fault."),
        "start": ControlAPI.list(ControlAPI.text("A word of its first line.")),
        "headers": ControlAPI.list(ControlAPI.list(ControlAPI.text("Name, then value."))),
        "bodyBytes": ControlAPI.typed("integer", "Bytes of its body."),
        "json": .members([("description", .string("Its body, where that is JSON."))]),
        "text": ControlAPI.text("Its body, where that is other text."),
        "notShown": ControlAPI.text("Why its body is not shown."),
        "entry": ControlAPI.text("It as an entry, where its body is no document."),
        "messages": .members([("type", .string("array")), ("description", .string("Its messages that are JSON."))]),
      ],
      required: ["number", "service", "at", "summary", "answer", "start", "headers", "bodyBytes"]))
  private static let dropped = ControlAPI.typed("integer", "Requests that are not kept any more, and may be meant.")
  private static let cut = ControlAPI.typed("integer", "Requests of whose body too little is kept to tell.")
  static let requestsSchema = ControlAPI.reply(
    [
      "count": ControlAPI.typed("integer", "How many came that are meant."),
      "last": ControlAPI.typed("integer", "The number of the last request of all; 0 before the first."),
      "dropped": ControlAPI.dropped, "cut": ControlAPI.cut, "requests": ControlAPI.cameSchema,
    ], required: ["count", "last", "dropped", "requests"])
  static let verdictSchema = ControlAPI.reply(
    [
      "holds": ControlAPI.typed("boolean", "Whether they came so."),
      "count": ControlAPI.typed("integer", "How many came that are meant."), "dropped": ControlAPI.dropped,
      "cut": ControlAPI.cut, "reason": ControlAPI.text("Why it does not hold."), "requests": ControlAPI.cameSchema,
      "instead": ControlAPI.cameSchema,
    ], required: ["holds", "count", "dropped", "cut", "requests"])

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
    let parameters =
      places.map { self.parameter(String($0), "path") } + route.query.map { self.parameter($0, "query") }
    if !parameters.isEmpty { members.append(("parameters", .array(parameters))) }
    if let body = route.body {
      let isRequired = body["required"] != nil
      members.append(
        (
          "requestBody",
          .members([("required", .bool(isRequired)), ("content", self.content("application/json", body))])
        ))
    }
    let problem = JSON.members([("$ref", .string("#/components/schemas/Problem"))])
    let isEmpty = route.status == 202 || route.status == 204
    var done: [(String, JSON)] = [("description", .string("Done."))]
    let content = self.content("application/json", route.reply ?? .members([]))
    if !isEmpty { done.append(("content", content)) }
    let others = route.others.map { status, meaning in
      (String(status), JSON.members([("description", .string(meaning)), ("content", content)]))
    }
    members.append(
      (
        "responses",
        .members(
          [
            (String(route.status), .members(done))
          ] + others + [
            (
              "default",
              .members([
                ("description", .string("What is wrong.")),
                ("content", self.content("application/problem+json", problem)),
              ])
            )
          ])
      ))
    return .members(members)
  }

  private static func parameter(_ name: String, _ place: String) -> JSON {
    .members([
      ("name", .string(name)), ("in", .string(place)), ("required", .bool(place == "path")),
      ("schema", .members([("type", .string("string"))])),
    ])
  }

  private static func content(_ type: String, _ schema: JSON) -> JSON {
    .members([(type, .members([("schema", schema)]))])
  }
}
