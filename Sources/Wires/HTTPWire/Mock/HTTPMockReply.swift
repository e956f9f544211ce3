import MockrecCore
import MockrecIdentity
import MockrecTemplates
import MockrecWire

/// The reply of a mock that is made for each request: its head, and the templates of its fields and its body.
struct HTTPMockReply: Sendable {
  private let status: String
  private let reason: String
  private let fields: [(name: String, value: ReplyTemplate)]
  private let body: ReplyTemplate?
  /// Whether it holds tokens.
  let signs: Bool

  /// - Parameters:
  ///   - captures: The names that the path has in braces.
  ///   - keys: What its tokens are signed with.
  /// - Returns: nil for a reply that is the same for every request.
  init?(
    _ response: Response, captures: Set<String>, keys: SigningKeys?, in source: SourceText
  ) throws(Diagnostic) {
    let body = Self.template(of: response.body)
    guard
      !response.headers.allSatisfy({ ReplyTemplate.isConstant($0.value) })
        || body.map(ReplyTemplate.isConstant) == false
    else { return nil }
    self.status = response.status
    self.reason = Int(response.status).map { HTTPStatus.reason($0) } ?? ""
    let tokens = TokenReplies()
    let functions = ["jwt": tokens.function(keys)]
    var fields: [(String, ReplyTemplate)] = []
    for header in response.headers {
      let name = try HTTPWire.literal(header.key, in: source)
      fields.append(
        (name, try ReplyTemplate(header.value, as: .field, in: source, captures: captures, functions: functions)))
    }
    self.fields = fields
    guard let body, let text = response.body else {
      self.body = nil
      self.signs = tokens.isUsed
      return
    }
    let type = response.headers.first { $0.key.literal?.equalsIgnoringCase("content-type") == true }
    self.body = try ReplyTemplate(
      body, as: Escaping(text, contentType: type?.value.literal), in: source, captures: captures, functions: functions)
    self.signs = tokens.isUsed
  }

  /// The template of a body that is a text.
  private static func template(of body: BodyText?) -> Template? {
    switch body {
    case .json(let text), .xml(let text), .oneline(let text): text
    case .multiline(let text): text.text
    case .file, .hex, .base64, .messages, nil: nil
    }
  }

  /// The same response without what is made for each request.
  static func plain(_ response: Response) -> Response {
    var response = response
    response.headers.removeAll { !ReplyTemplate.isConstant($0.value) }
    if let body = self.template(of: response.body), !ReplyTemplate.isConstant(body) { response.body = nil }
    return response
  }

  /// - Parameter captures: What stands at the named places of the path.
  func render(
    _ asked: MockRequest, body: [UInt8]?, captures: [(name: String, value: String)]
  ) throws(MockFailure) -> Message {
    let message = asked.request.message
    let context = ReplyContext(
      ReplyRequest(
        method: message.method, target: message.target,
        captures: Dictionary(captures, uniquingKeysWith: { first, _ in first }), fields: message.fields, body: body),
      moment: asked.scope.moment, seed: asked.scope.seed, services: asked.scope.services, counter: asked.counter)
    var reply = Message(start: ["HTTP/1.1", self.status, self.reason])
    do throws(ReplyTemplateFailure) {
      for (name, value) in self.fields where !name.equalsIgnoringCase("content-length") {
        reply.fields.append(name, String(decoding: try value.render(context), as: UTF8.self))
      }
      let bytes = try self.body?.render(context) ?? []
      reply.fields.append("Content-Length", String(bytes.count))
      reply.body = Body(bytes)
    } catch {
      throw MockFailure(error.description)
    }
    return reply
  }
}
