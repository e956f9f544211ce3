import MockrecCore
import MockrecWire

extension GRPCWire {
  package func obstacle(_ entry: Entry) -> String? {
    if case .file? = entry.request.body { return "its messages lie in a file" }
    if entry.response?.status == "DEADLINE_EXCEEDED", !Self.hasDeadline(entry.request) {
      return "its deadline is not in the cassette: `grpc-timeout: 500m` below its request line sends one"
    }
    let isEndless = entry.response?.leading.contains { line in
      Mark(line).map { $0.name == "ends" && $0.value == "client" } ?? false
    }
    return isEndless == true ? "its client ended it, and the service would go on" : nil
  }

  private static func hasDeadline(_ request: Request) -> Bool {
    request.headers.contains { $0.key.literal?.equalsIgnoringCase(self.timeoutField) ?? false }
  }

  /// By the words that methods' names begin with: those that look and change nothing.
  ///
  /// Source: Google's API Improvement Proposals 131, 132 and 136, and what is usual beside.
  package func isSafe(_ entry: Entry) -> Bool {
    let method = (entry.request.target.literal(from: 1) ?? "").split(separator: "/").last ?? ""
    return Self.isSafe(method)
  }

  static func isSafe(_ method: some StringProtocol) -> Bool {
    self.safeWords.contains { word in
      guard method.hasPrefix(word) else { return false }
      // `Getter` is another word.
      return method.dropFirst(word.count).first.map { !$0.isLowercase } ?? true
    }
  }

  private static let safeWords = [
    "Get", "List", "BatchGet", "Search", "Lookup", "Find", "Read", "Query", "Describe", "Count", "Check", "Exists",
    "Watch", "Range", "Show", "Fetch", "Status", "Version", "Ping", "Echo",
  ]

  package var contractOptions: Set<String> {
    ["cacert", "cert", "connect-timeout", "connect-to", "header", "insecure", "key", "max-time", "resolve"]
  }

  /// All messages are sent at once, and then the client's end is said; where the service answered before, they wait for
  /// what came between.
  package func contractRequest(
    for entry: Entry, scope: ContractScope, file: SourceText
  ) throws(Diagnostic) -> ContractRequest {
    let target = try scope.text(entry.request.target, in: file)
    let place = Diagnostic.Place(file, at: Self.callOffset(entry.request))
    // The service's address holds no space.
    let end = target.firstIndex(of: " ") ?? target.endIndex
    let path = try Self.path(String(target[end...]), at: place)
    let address = target[..<end]
    var fields = Fields([("content-type", Self.mediaType), ("te", "trailers")])
    for header in entry.request.headers {
      fields.append(
        try scope.text(header.key, in: file).lowercased(), try scope.text(header.value, in: file))
    }
    var options = Fields()
    for section in entry.request.sections where section.kind == .options {
      guard case .pairs(let pairs) = section.lines else { continue }
      for pair in pairs { options.append(try scope.text(pair.key, in: file), try scope.text(pair.value, in: file)) }
    }
    for header in options[all: "header"] {
      let pair = header.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      guard pair.count == 2 else { continue }
      fields.append(pair[0].lowercased(), String(pair[1].drop { $0 == " " }))
    }
    options.remove("header")
    let writer = GRPCBody(messages: self.types.messages(of: path, .request), call: Self.callOffset(entry.request))
    var body: [UInt8] = []
    for text in entry.request.body?.each ?? [] {
      var payload: [UInt8]
      if case .json(let template) = text {
        payload = try writer.payload(
          json: try scope.json(template, in: file), in: file, at: template.offset)
      } else {
        payload = try writer.payload(text, in: file, at: entry.span.lowerBound)
      }
      GRPCFrame.append(payload, isCompressed: false, to: &body)
    }
    let url = address.contains("://") ? "\(address)\(path)" : "grpc://\(address)\(path)"
    var asked = ContractRequest(
      message: Message(start: ["POST", url], fields: fields, body: Body(body)), options: options)
    asked.dialogue = self.dialogue(of: entry, body, in: file)
    return asked
  }

  /// Nil for a call whose client said all before it was answered.
  ///
  /// - Parameter body: What the client says.
  private func dialogue(of entry: Entry, _ body: [UInt8], in file: SourceText) -> ContractDialogue? {
    guard entry.response?.leading.contains(where: { Mark($0)?.name == "heard" }) == true,
      let exchange = try? self.exchange(from: entry, in: file).exchange,
      let frames = GRPCFrame.split(body)
    else { return nil }
    let said = exchange.reply?.body.chunks ?? []
    // The last piece is the status.
    let messages = said.count - 1
    func heard(_ piece: Body.Chunk) -> Int { min(messages, said.count { $0.order < piece.order }) }
    let asked = exchange.request.body.chunks
    guard asked.count == frames.count + 1, let end = asked.last, heard(end) > 0 else { return nil }
    let lines = zip(frames, asked).map { frame, piece in
      var bytes: [UInt8] = []
      GRPCFrame.append(Array(body[frame.payload]), isCompressed: false, to: &bytes)
      return ContractDialogue.Line(bytes, heard: heard(piece))
    }
    var dialogue = ContractDialogue(
      lines: lines, end: heard(end), messages: messages, isOpen: false, beginsWithReply: false)
    for (before, piece) in zip([Body.Chunk(end: 0, at: .zero, order: 0)] + said, said) {
      dialogue.paused(for: piece.at - before.at)
    }
    return dialogue
  }

  /// One message is the answer's body, several are an array of them; metadata from before and behind is together.
  package func answer(recorded reply: Message, to request: Message) -> Answer? {
    guard reply.body.bytes != nil else { return nil }
    return self.answer(reply, to: request.callPath)
  }

  private func answer(_ reply: Message, to path: String) -> Answer {
    let messages = self.types.messages(of: path, .reply)
    let shown = (self.payloads(of: reply) ?? []).map { payload in
      messages.json(payload) ?? .string(ProtobufText.base64(payload[...]))
    }
    let json: JSON? = shown.count > 1 ? .array(shown) : shown.first
    let (initial, trailing) = Self.metadata(reply)
    // Entries leave the usual type out, and a status that stands alone has it in its head as any reply does.
    var fields = Fields([("content-type", reply.fields[first: "content-type"] ?? Self.mediaType)])
    for field in initial + trailing
    where Self.isShown(field) && !field.value.isEmpty && !field.name.equalsIgnoringCase("content-type") {
      let isMessage = field.name == GRPCStatus.messageField
      let value = Self.isBinary(field.name) ? Self.unpadded(field.value) : field.value
      fields.append(field.name, isMessage ? GRPCStatus.decoded(value) : value)
    }
    return Answer(
      version: Self.verb, status: nil, statusText: Self.status(reply), fields: fields,
      body: json.map { Array($0.description.utf8) } ?? [], rawBody: self.plain(reply))
  }

  /// The messages as they lie on the connection, but for their compression.
  private func plain(_ reply: Message) -> [UInt8] {
    var bytes: [UInt8] = []
    for payload in self.payloads(of: reply) ?? [] { GRPCFrame.append(payload, isCompressed: false, to: &bytes) }
    return bytes
  }

  package func answer(received answer: Answer, to request: ContractRequest) throws(OriginFailure) -> Answer {
    var reply = Message(
      start: [answer.version, answer.status.map(String.init) ?? "", ""], fields: answer.fields,
      body: Body(answer.rawBody), trailers: answer.trailers)
    reply.fields = Fields(reply.fields.map { ($0.name.lowercased(), $0.value) })
    guard reply.trailers.contains(GRPCStatus.field) || reply.fields.contains(GRPCStatus.field) else {
      throw OriginFailure(
        .malformed, "a reply without a gRPC status (HTTP \(answer.status.map(String.init) ?? "")): is it gRPC?")
    }
    guard GRPCFrame.split(answer.rawBody) != nil else {
      throw OriginFailure(.malformed, "a body that is not gRPC's messages")
    }
    // The call is what the address ends with.
    let path = request.message.start[1].split(separator: "/").suffix(2).map { "/\($0)" }.joined()
    let read = self.answer(reply, to: path)
    return Answer(
      version: read.version, status: nil, statusText: read.statusText, fields: read.fields, body: read.body,
      rawBody: read.rawBody, duration: answer.duration, url: answer.url, transfer: answer.transfer)
  }
}
