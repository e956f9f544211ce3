import MockrecCore

extension ByteWire {
  package func obstacle(_ entry: Entry) -> String? {
    if case .file? = entry.request.body { "its request lies in a file" } else { nil }
  }

  package var contractOptions: Set<String> { [] }

  package func contractRequest(
    for entry: Entry, scope: ContractScope, file: SourceText
  ) throws(Diagnostic) -> ContractRequest {
    let target = try scope.text(entry.request.target, in: file)
    var body = entry.request.body
    if case .multiline(let text)? = body {
      body = .multiline(Multiline(text: Template(try scope.text(text, in: file))))
    }
    let place = Diagnostic.Place(file, at: entry.span.lowerBound)
    // The service's address holds no space.
    let end = target.firstIndex(of: " ") ?? target.endIndex
    let message: Message
    do throws(ByteNotation.Problem) {
      message = try self.request(
        String(target[end...]), body: body, marks: entry.leading.compactMap(Mark.init))
    } catch {
      throw Diagnostic(error.message, at: place, fix: error.fix)
    }
    guard message.body.bytes != nil else {
      throw Diagnostic(
        "a request in a file is not sent", at: place, fix: "write it between ``` fences, as hex,…; or as base64,…;")
    }
    return ContractRequest(
      message: Message(start: [Self.verb, String(target[..<end]), Self.aside(message)], body: message.body))
  }

  /// A reply as contracts see it: a text whose lines end in CR LF as the notation shows it, other bytes as they are.
  package func answer(_ reply: Message, duration: Duration, url: String) -> Answer {
    let raw = self.pieces(reply.body.bytes ?? []).flatMap { $0 }
    let isText = String(validating: raw, as: UTF8.self) != nil
    let body = isText ? ByteNotation.withoutCarriageReturns(raw) ?? raw : raw
    return Answer(version: Self.verb, status: nil, body: body, rawBody: raw, duration: duration, url: url)
  }

  /// The connection's past decides what a request means: they go over one connection, in their order.
  package var entriesStandAlone: Bool { false }
}
