import MockrecCoding
import MockrecCore
import MockrecWire

extension GRPCWire {
  package func naming(_ request: Message) -> (verb: String, target: String) {
    (Self.verb.lowercased(), request.callPath)
  }

  package func decoded(_ body: [UInt8], fields: Fields, limit: Int) -> [UInt8] { body }

  /// Messages are read before they are written down; what is too long for that is no text.
  package func bodyKind(of message: Message) -> BodyKind { .opaque }

  package func status(of reply: Message) -> String { Self.status(reply) }

  package func chunking(of reply: Message) -> Chunking { .dialogue }

  package func mismatches(asked: Message, recorded: Message, rules: MatchRules) -> [Mismatch] {
    var found: [Mismatch] = []
    if asked.callPath != recorded.callPath {
      found.append(
        Mismatch("call", recorded: String(recorded.callPath.dropFirst()), asked: String(asked.callPath.dropFirst())))
    }
    found += rules.fieldMismatches(asked: asked.fields, recorded: recorded.fields, noun: "metadata")
    guard let ours = self.shown(recorded, rules), let theirs = self.shown(asked, rules) else { return found }
    if ours.count != theirs.count {
      found.append(
        Mismatch(
          "messages", recorded: "\(ours.count)", asked: "\(theirs.count)"))
    }
    for (index, pair) in zip(ours, theirs).enumerated() where pair.0 != pair.1 {
      let place = ours.count > 1 ? "message \(index + 1) " : "message "
      found += JSONMismatch.list(recorded: pair.0, asked: pair.1, limit: 8).map {
        Mismatch(place + $0.location, recorded: $0.recorded, asked: $0.asked)
      }
    }
    return found
  }

  /// A request's messages as they are compared; nil where they lie in a file.
  private func shown(_ request: Message, _ rules: MatchRules) -> [JSON]? {
    let messages = self.types.messages(of: request.callPath, .request)
    return self.payloads(of: request)?.map { payload in
      let clean = messages.clean(payload, rules.redactor)
      return (messages.json(clean) ?? .string(ProtobufText.base64(clean[...]))).removing(rules.ignoredJSON)
    }
  }

  /// The messages of a body without their compression; nil where they lie in a file, or are none.
  func payloads(of message: Message) -> [[UInt8]]? {
    guard let body = message.body.bytes, let frames = GRPCFrame.split(body) else { return nil }
    let coding = message.fields[first: Self.codingField].flatMap(ContentCoding.init(fieldValue:))
    return frames.map { frame in
      let payload = Array(body[frame.payload])
      return frame.isCompressed ? (try? coding?.decode(payload, limit: Self.longestDecoded)) ?? payload : payload
    }
  }

  /// What reflection tells is kept as descriptors; that it tells nothing is an answer like others.
  package func isKept(_ exchange: Exchange) -> Bool {
    guard exchange.request.callPath.hasPrefix("/grpc.reflection.") else { return true }
    return exchange.ending == .complete && exchange.reply.map(Self.status) == "UNIMPLEMENTED"
  }

  /// A call that its client gave up, as long as it wanted to wait: that is what it heard.
  package func unanswered(_ request: Message, after elapsed: Duration) -> Message? {
    guard let timeout = request.fields[first: Self.timeoutField].flatMap(GRPCTimeout.init)?.duration,
      elapsed >= timeout * 0.9
    else {
      return nil
    }
    return Message(
      start: ["HTTP/2", "200", ""],
      fields: Fields([(GRPCStatus.field, "4"), (GRPCStatus.messageField, "Deadline Exceeded")]))
  }
}
