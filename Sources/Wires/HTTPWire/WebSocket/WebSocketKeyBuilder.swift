import MockrecCore
import MockrecWire
import NIOCore

/// Reads what a client says on a WebSocket, and gives the key of all of it and of what came so far: texts that are JSON by
/// what they mean, without secrets. What keeps the connection alive, and the end, make no difference.
final class WebSocketKeyBuilder: KeyBuilder {
  private let head: String
  private let rules: MatchRules
  private let limit: Int
  private var records: WebSocketRecords
  private var digest = FNV1a()
  private var count = 0
  private var all: [UInt8]? = []
  private var pongs = ByteBuffer()

  init(head: String, rules: MatchRules, limit: Int) {
    self.head = head
    self.rules = rules
    self.limit = limit
    self.records = WebSocketRecords(limit: .max)
  }

  var kept: [UInt8]? { self.all }

  var progress: KeyProgress? { KeyProgress(messages: self.count, digest: self.digest.value) }

  func feed(_ bytes: UnsafeRawBufferPointer) {
    self.all?.append(contentsOf: bytes)
    if (self.all?.count ?? 0) > self.limit { self.all = nil }
    self.records.append(ByteBuffer(bytes: bytes))
    while let message = try? self.records.next() {
      if message.kind == .ping { WebSocketRecords.write(WebSocketMessage(.pong, message.payload), into: &self.pongs) }
      guard message.kind == .text || message.kind == .binary else { continue }
      self.digest.append(message.kind.rawValue)
      let payload = HTTPWire.clean(Array(message.payload.readableBytesView), self.rules.redactor)
      HTTPBodyKey(kind: message.kind == .text ? .text : .opaque, coding: nil, rules: self.rules)
        .feed(payload, into: &self.digest)
      self.digest.append(0xFF)
      self.count += 1
    }
  }

  /// A ping is answered with what it said (RFC 6455, 5.5.3).
  func takeAnswers() -> ByteBuffer {
    defer { self.pongs = ByteBuffer() }
    return self.pongs
  }

  func finish() -> MatchKey { MatchKey(head: self.head, body: self.count == 0 ? 0 : self.digest.value) }
}
