import MockrecCore
import MockrecWire
import NIOCore

/// Writes exchanges down as a recorder does and reads them back as a replayer does: the same request must find the same
/// reply, byte by byte.
struct NotationTrial {
  let wire: any Wire
  let rules: MatchRules

  /// - Parameter asked: The request as it came, secrets and all.
  func check(_ asked: any WireRequest, _ exchange: Exchange, key: MatchKey? = nil) throws {
    let key = key ?? asked.key(self.rules)
    let kept = self.wire.redact(exchange, with: self.rules.redactor)
    guard self.isSettled(kept) else { return }
    var files: [String: [UInt8]] = [:]
    let entry = try self.wire.entry(for: kept, service: "svc", times: 1, digest: nil, volatile: []) { bytes, suffix in
      let name = "bodies/\(files.count).\(suffix)"
      files[name] = bytes
      return name
    }
    var text = ""
    NotationPrinter.print(entry, to: &text)
    let source = SourceText(name: "entry.hurl", text: text)
    let file: ConversationFile
    do throws(Diagnostic) {
      file = try NotationParser.parse(source, dialect: self.wire.dialect)
    } catch {
      throw FuzzFailure("what was written cannot be read:\n\(text)\n\(error)")
    }
    try hold(file.entries.count == 1, "one exchange became \(file.entries.count) entries:\n\(text)")
    guard let first = file.entries.first else { return }
    try hold(NotationPrinter.print(file) == text, "what was read is written otherwise:\n\(text)")
    let read: RecordedExchange
    do throws(Diagnostic) { read = try self.wire.exchange(from: first, in: source) } catch {
      throw FuzzFailure("what was written is no exchange:\n\(text)\n\(error)")
    }
    try hold(self.key(of: read.exchange.request, files) == key, "another request:\n\(text)\n\(key)")
    let reply = try self.bytes(of: read.exchange.reply?.body, files)
    try hold(reply == (kept.reply?.body.bytes ?? []), "another reply:\n\(text)\n\(reply)")
    // A file knows only bytes, and not how they came.
    let isStream = self.wire is any StreamWire
    if isStream { try hold(read.exchange.reply?.fields == kept.reply?.fields, "another ending:\n\(text)") }
    try hold(read.exchange.reply?.trailers == kept.reply?.trailers, "other trailers:\n\(text)")
  }

  /// Of text that is not quite of its grammar, such as JSON that is none, a second look may find more secrets than the
  /// first: such an exchange is recorded, but need not find itself again.
  func isSettled(_ redacted: Exchange) -> Bool { self.wire.redact(redacted, with: self.rules.redactor) == redacted }

  private func key(of request: Message, _ files: [String: [UInt8]]) throws -> MatchKey {
    let body = try self.bytes(of: request.body, files)
    let asked = self.wire.request(from: request)
    guard !body.isEmpty else { return asked.key(self.rules) }
    let builder = asked.keyBuilder(self.rules, limits: WireLimits())
    body.withUnsafeBytes { builder.feed($0) }
    return builder.finish()
  }

  private func bytes(of body: Body?, _ files: [String: [UInt8]]) throws -> [UInt8] {
    switch body?.content {
    case nil: return []
    case .bytes(let bytes)?: return bytes
    case .file(let name, _)?:
      guard let bytes = files[name] else { throw FuzzFailure("a file of another name: \(name)") }
      return bytes
    }
  }
}
