import MockrecCoding
import MockrecCore
import MockrecWire

extension HTTPWire {
  package func naming(_ request: Message) -> (verb: String, target: String) {
    (request.method, String(HTTPTarget(request.target).path))
  }

  package func decoded(_ body: [UInt8], fields: Fields, limit: Int) -> [UInt8] {
    (try? Self.content(of: body, fields: fields, limit: limit)) ?? body
  }

  /// The body with its content coding undone; as it is, where the coding is not known here.
  package static func content(
    of body: [UInt8], fields: Fields, limit: Int
  ) throws(ContentCodingError) -> [UInt8] {
    guard let coding = fields[first: "Content-Encoding"].flatMap(ContentCoding.init(fieldValue:)) else { return body }
    return try coding.decode(body, limit: limit)
  }

  package func bodyKind(of message: Message) -> BodyKind {
    BodyKind(contentType: message.fields[first: "Content-Type"])
  }

  package func mismatches(asked: Message, recorded: Message, rules: MatchRules) -> [Mismatch] {
    var found: [Mismatch] = []
    if asked.method != recorded.method {
      found.append(Mismatch("method", recorded: recorded.method, asked: asked.method))
    }
    let (ours, theirs) = (HTTPTarget(recorded.target), HTTPTarget(rules.redactor.query(asked.target)))
    if ours.path != theirs.path {
      found.append(Mismatch("path", recorded: String(ours.path), asked: String(theirs.path)))
    }
    found += self.queryMismatches(theirs, ours, ignoring: rules.ignoredQuery)
    found += rules.fieldMismatches(asked: asked.fields, recorded: recorded.fields, noun: "header")
    if Self.asksForWebSocket(recorded) {
      return found + [Self.mismatch(asked: asked, recorded: recorded, rules: rules)].compactMap { $0 }
    }
    return found + self.bodyMismatches(asked, recorded, rules: rules)
  }

  private func queryMismatches(_ asked: HTTPTarget, _ recorded: HTTPTarget, ignoring: Set<String>) -> [Mismatch] {
    func table(_ target: HTTPTarget) -> [String: [String]] {
      var values: [String: [String]] = [:]
      for pair in target.pairs {
        values[HTTPTarget.decoded(pair.name), default: []].append(pair.value.map(HTTPTarget.decoded) ?? "")
      }
      return values
    }
    let (ours, theirs) = (table(recorded), table(asked))
    return Set(ours.keys).union(theirs.keys).subtracting(ignoring).sorted().compactMap { name in
      guard ours[name]?.sorted() != theirs[name]?.sorted() else { return nil }
      return Mismatch(
        "query \(name)", recorded: ours[name]?.joined(separator: ", "), asked: theirs[name]?.joined(separator: ", "))
    }
  }

  private func bodyMismatches(_ asked: Message, _ recorded: Message, rules: MatchRules) -> [Mismatch] {
    guard let theirs = asked.body.bytes, let ours = recorded.body.bytes else {
      guard asked.body.count != recorded.body.count else { return [] }
      return [Mismatch("body", recorded: "\(recorded.body.count) bytes", asked: "\(asked.body.count) bytes")]
    }
    guard theirs != ours else { return [] }
    func key(_ message: Message) -> HTTPBodyKey {
      HTTPBodyKey(
        kind: BodyKind(contentType: message.fields[first: "Content-Type"]),
        coding: message.fields[first: "Content-Encoding"], rules: rules)
    }
    if let a = key(recorded).json(ours), let b = key(asked).json(theirs) {
      return JSONMismatch.list(recorded: a, asked: b, limit: 8).map {
        Mismatch("body \($0.location)", recorded: $0.recorded, asked: $0.asked)
      }
    }
    var (a, b) = (FNV1a(), FNV1a())
    key(recorded).feed(ours, into: &a)
    key(asked).feed(theirs, into: &b)
    guard a.value != b.value else { return [] }
    return [Mismatch("body", recorded: Self.excerpt(ours), asked: Self.excerpt(rules.redactor.text(theirs)))]
  }

  /// The beginning of a body for people; its length where it is not text.
  private static func excerpt(_ body: [UInt8]) -> String {
    guard !body.isEmpty else { return "nothing" }
    let text = String(decoding: body.prefix(80), as: UTF8.self)
      .replacing("\r", with: "\\r").replacing("\n", with: "\\n")
    let isText = text.unicodeScalars.allSatisfy { $0.value >= 32 && $0 != "\u{FFFD}" || $0 == "\n" || $0 == "\t" }
    return isText && body.count <= 80 ? text : "\(body.count) bytes" + (isText ? " (\(text)…)" : "")
  }
}
