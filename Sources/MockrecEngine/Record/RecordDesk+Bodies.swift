import MockrecCore
import MockrecWire
import NIOCore

extension RecordDesk {
  /// A piece of a body that is too long for memory.
  func write(_ bytes: ByteBuffer, to spool: Spool) {
    guard spool.failure == nil else { return }
    do {
      if !spool.hasBegun {
        spool.hasBegun = true
        try self.begin(spool)
      }
      try bytes.withUnsafeReadableBytes { piece in
        spool.keyBuilder?.feed(piece)
        guard let redactor = spool.redactor else { return try spool.file?.write(piece) ?? () }
        try redactor.feed(piece).withUnsafeBytes { try spool.file?.write($0) }
      }
    } catch {
      spool.failure = error
      spool.file?.abandon()
      spool.file = nil
    }
  }

  private func begin(_ spool: Spool) throws {
    if spool.reply == nil {
      spool.keyBuilder = self.service.wire.request(from: spool.head)
        .keyBuilder(self.service.rules, limits: self.service.limits)
    }
    guard self.mode != .never else { return }
    let redactor = self.service.rules.redactor
    if redactor.isOn {
      spool.redactor = self.service.wire.bodyRedactor(of: spool.head, in: spool.request, with: redactor)
    }
    spool.file = try self.storage.spool(
      self.service.wire.bodyKind(of: spool.head), redactor: redactor,
      limit: self.service.limits.bodyBytes, extension: "bin")
  }

  func body(_ taken: TapeBody.Taken) throws -> Body {
    switch taken {
    case .bytes(let buffer): return Body(Array(buffer.readableBytesView))
    case .spool(let spool, _):
      if let failure = spool.failure { throw failure }
      if let rest = spool.redactor?.finish(), !rest.isEmpty { try rest.withUnsafeBytes { try spool.file?.write($0) } }
      guard let file = try spool.file?.finish() else { return Body() }
      return Body(file: file.name, length: file.length)
    }
  }

  /// The exchange is in the cassette already: its long bodies are not needed.
  func discard(_ recording: Recording) throws {
    for taken in [recording.requestBody, recording.replyBody] {
      guard case .spool(let spool, _) = taken else { continue }
      spool.file?.abandon()
      if let failure = spool.failure { throw failure }
    }
  }

  func key(of recording: Recording) throws -> MatchKey {
    let request = self.service.wire.request(from: recording.exchange.request)
    switch recording.requestBody {
    case .bytes(let buffer):
      guard buffer.readableBytes > 0 else { return request.key(self.service.rules) }
      let builder = request.keyBuilder(self.service.rules, limits: self.service.limits)
      buffer.withUnsafeReadableBytes { builder.feed($0) }
      return builder.finish()
    case .spool(let spool, _):
      if let failure = spool.failure { throw failure }
      return spool.keyBuilder?.finish() ?? request.key(self.service.rules)
    }
  }

  /// A digest of a reply as it came. Two bodies that went to files are never held to be the same.
  func rawFingerprint(_ recording: Recording) -> UInt64? {
    guard case .bytes(let buffer) = recording.replyBody, let reply = recording.exchange.reply else { return nil }
    return buffer.withUnsafeReadableBytes { self.volatile.fingerprint(reply, body: $0) }
  }

  /// The request in one line, without its secrets.
  func summary(of recording: Recording) -> String {
    self.service.wire.summary(of: recording.exchange.request, with: self.service.rules.redactor)
  }

  func event(
    _ recording: Recording, _ outcome: JournalEvent.Outcome, entry: String?, summary: String? = nil
  ) -> JournalEvent {
    JournalEvent(
      service: self.service.name, outcome: outcome, summary: summary ?? self.summary(of: recording),
      status: recording.exchange.reply.map(self.service.wire.status) ?? "", entry: entry,
      connection: recording.connection, started: recording.started, duration: recording.exchange.duration,
      requestBytes: recording.requestBody.length, replyBytes: recording.replyBody.length)
  }
}

extension TapeBody.Taken {
  /// The body's length in bytes, wherever it is.
  var length: Int {
    switch self {
    case .bytes(let buffer): buffer.readableBytes
    case .spool(_, let length): length
    }
  }
}
