import MockrecCore
import MockrecWire

/// What a rule's `match:` asks of a call.
struct GRPCRequestPattern: RequestPattern {
  /// `helloworld.Greeter/Say*`; any where nil.
  var method: TextPattern?
  var metadata: [(name: String, value: TextPattern)] = []
  /// Of the call's first message.
  var json: [(path: JSONPath, value: JSON)] = []

  init(_ fields: inout OverlayFields) throws(Diagnostic) {
    if let method = fields.take("method") {
      let text = try method.text("method")
      guard text.contains("/") || text.hasSuffix("*") else {
        throw method.problem(
          "a `method` has its service in front, and not `\(text)`", fix: "write `method: helloworld.Greeter/SayHello`")
      }
      self.method = TextPattern(text)
    }
    if let metadata = fields.take("metadata") {
      for field in try OverlayFields(metadata, of: "`metadata`").fields {
        self.metadata.append((field.name, TextPattern(try field.value.text(field.name))))
      }
    }
    if let json = fields.take("json") {
      for field in try OverlayFields(json, of: "`json`").fields {
        do throws(JSONPathError) {
          self.json.append((try JSONPath(field.name), field.value.json))
        } catch {
          throw field.key.problem("`\(field.name)` is no JSONPath: \(error.message)", fix: "write `\"$.name\": Ada`")
        }
      }
    }
  }

  var readsBody: Bool { !self.json.isEmpty }

  /// Silent faults have no meaning here.
  var ofSubject: any RequestPattern { self }
  var changes: Bool? { nil }

  func matches(_ request: any WireRequest) -> Bool {
    guard let request = request as? GRPCRequest else { return false }
    if let method, !method.matches(request.path.dropFirst()) { return false }
    return self.metadata.allSatisfy { name, value in
      request.message.fields[all: name].contains { value.matches($0) }
    }
  }

  func documents(of body: [UInt8], in request: any WireRequest) -> [JSON] {
    guard let request = request as? GRPCRequest else { return [] }
    var message = request.message
    message.body = Body(body)
    let messages = request.types.messages(of: request.path, .request)
    return (GRPCWire(types: request.types).payloads(of: message) ?? []).compactMap(messages.json)
  }

  func matches(_ documents: [JSON]) -> Bool {
    self.json.allSatisfy { path, value in
      documents.contains { ((try? path.select($0)) ?? []).contains { Self.isSame($0, value) } }
    }
  }

  /// Whole numbers of 64 bits stand in messages as strings, and are written as either.
  private static func isSame(_ shown: JSON, _ wanted: JSON) -> Bool {
    if case .string(let text) = shown, case .number(let number) = wanted { return text == number.description }
    return shown == wanted
  }

  func covers(_ other: any RequestPattern) -> Bool {
    guard let other = other as? GRPCRequestPattern, self.metadata.isEmpty, self.json.isEmpty else { return false }
    guard let method = self.method else { return true }
    return other.method?.literal.map { method.matches($0) } ?? (other.method == method)
  }
}
