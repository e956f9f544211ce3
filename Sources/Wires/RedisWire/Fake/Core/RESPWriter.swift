/// Writes replies as Redis sends them: in RESP2 each type becomes what a RESP2 client gets.
///
/// Source: https://redis.io/docs/latest/develop/reference/protocol-spec/
package struct RESPWriter: Sendable {
  package var bytes: [UInt8] = []
  /// The protocol that the client speaks, 2 or 3.
  package var version: Int
  /// Bytes that are sent even to a client that wants no replies.
  private(set) var kept = 0

  package init(version: Int = 2) { self.version = version }

  private var isRESP3: Bool { self.version == 3 }

  /// `+OK`
  package mutating func ok() { self.raw("+OK\r\n") }

  /// `+text`
  package mutating func simple(_ text: StaticString) {
    self.bytes.append(UInt8(ascii: "+"))
    self.raw(text)
    self.lineEnd()
  }

  /// `-text`, with line ends made blanks as Redis does.
  package mutating func error(_ error: RedisError) {
    self.bytes.append(UInt8(ascii: "-"))
    for byte in error.text.bytes { self.bytes.append(byte == 13 || byte == 10 ? 32 : byte) }
    self.lineEnd()
  }

  /// `:value`
  package mutating func integer(_ value: Int64) { self.header(UInt8(ascii: ":"), value) }

  package mutating func integer(_ value: Int) { self.header(UInt8(ascii: ":"), Int64(value)) }

  package mutating func bulk(_ value: RedisBytes) { value.withBytes { self.bulk($0) } }

  package mutating func bulk(_ value: UnsafeRawBufferPointer) {
    self.header(UInt8(ascii: "$"), Int64(value.count))
    self.bytes.append(contentsOf: value)
    self.lineEnd()
  }

  package mutating func bulk(_ value: [UInt8]) { value.withUnsafeBytes { self.bulk($0) } }

  package mutating func bulk(_ value: Int64) { withDecimal(value) { self.bulk($0) } }

  /// A status that only the run knows, as `+text`.
  package mutating func simple(text: String) {
    self.bytes.append(UInt8(ascii: "+"))
    self.bytes.append(contentsOf: text.utf8)
    self.lineEnd()
  }

  /// No value: RESP2 sends `$-1`.
  package mutating func null() { self.raw(self.isRESP3 ? "_\r\n" : "$-1\r\n") }

  /// No array: RESP2 sends `*-1`.
  package mutating func nullArray() { self.raw(self.isRESP3 ? "_\r\n" : "*-1\r\n") }

  /// The head of an array of `count` elements, which follow.
  package mutating func array(_ count: Int) { self.header(UInt8(ascii: "*"), Int64(count)) }

  /// The head of a map of `count` pairs: RESP2 sends a flat array.
  package mutating func map(_ count: Int) {
    self.isRESP3 ? self.header(UInt8(ascii: "%"), Int64(count)) : self.array(2 * count)
  }

  package mutating func set(_ count: Int) { self.header(UInt8(ascii: self.isRESP3 ? "~" : "*"), Int64(count)) }

  package mutating func push(_ count: Int) { self.header(UInt8(ascii: self.isRESP3 ? ">" : "*"), Int64(count)) }

  package mutating func double(_ value: Double) {
    let text = redisText(of: value)
    guard self.isRESP3 else { return self.bulk(text) }
    self.line(UInt8(ascii: ","), text)
  }

  package mutating func boolean(_ value: Bool) {
    self.isRESP3 ? self.raw(value ? "#t\r\n" : "#f\r\n") : self.integer(value ? 1 : 0)
  }

  /// A text with its format, three letters such as `txt`: RESP2 sends a bulk string.
  package mutating func verbatim(_ format: StaticString, _ text: RedisBytes) {
    guard self.isRESP3 else { return self.bulk(text) }
    self.header(UInt8(ascii: "="), Int64(text.count + 4))
    self.raw(format)
    self.bytes.append(UInt8(ascii: ":"))
    text.withBytes { self.bytes.append(contentsOf: $0) }
    self.lineEnd()
  }

  package mutating func bigNumber(_ digits: RedisBytes) {
    guard self.isRESP3 else { return self.bulk(digits) }
    self.line(UInt8(ascii: "("), digits)
  }

  /// What was written is sent even to a client that wants no replies.
  mutating func keep() { self.kept = self.bytes.count }

  /// Takes a reply back, but for what is kept of it.
  mutating func silence(from start: Int) {
    let start = max(start, self.kept)
    if start < self.bytes.count { self.rewind(to: start) }
  }

  /// Drops everything written after the first `count` bytes.
  package mutating func rewind(to count: Int) { self.bytes.removeLast(self.bytes.count - count) }

  private mutating func line(_ kind: UInt8, _ text: RedisBytes) {
    self.bytes.append(kind)
    text.withBytes { self.bytes.append(contentsOf: $0) }
    self.lineEnd()
  }

  private mutating func raw(_ text: StaticString) {
    self.bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  private mutating func lineEnd() {
    self.bytes.append(13)
    self.bytes.append(10)
  }

  private mutating func header(_ kind: UInt8, _ value: Int64) {
    self.bytes.append(kind)
    if value >= 0, value < 10 {
      self.bytes.append(UInt8(truncatingIfNeeded: value) + 48)
    } else {
      withDecimal(value) { self.bytes.append(contentsOf: $0) }
    }
    self.lineEnd()
  }
}
