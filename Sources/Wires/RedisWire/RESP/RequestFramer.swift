/// Finds where a client's requests end, by the rules of Redis's own reader, which are not those of RESP: only arrays of bulk
/// strings and inline commands, `\r` with any byte behind it ends a line of an array, a NUL is waited behind in vain, and
/// what ends a bulk string is not looked at.
///
/// Source: redis-server 7.0.15, against which `RedisProtocolTests` hold it byte by byte.
struct RequestFramer: RedisFramer {
  let limits: RESPFramer.Limits
  /// Bytes that are known to belong to the request.
  private var taken = 0
  /// Bytes of the line under way that do not end it.
  private var searched = 0
  /// Arguments that are still to come; nil while nobody has said how many there are.
  private var left: Int?
  /// Arguments whose length is known.
  private var arguments = 0
  /// The argument under way ends at `taken`.
  private var isAnnounced = false

  init(limits: RESPFramer.Limits = RESPFramer.Limits()) { self.limits = limits }

  /// What an argument takes besides its bytes: a request of a million empty ones counts for what it makes of memory.
  private static let overhead = 32

  mutating func length(of bytes: UnsafeRawBufferPointer) throws(RedisFault) -> Int? {
    guard let first = bytes.first else { return nil }
    if self.left == nil {
      guard first == UInt8(ascii: "*") else { return try self.inline(bytes) ? self.ended() : nil }
      guard let count = try self.count(bytes) else { return nil }
      self.left = max(0, count)
    }
    while let left = self.left, left > 0 {
      if !self.isAnnounced { self.isAnnounced = try self.argument(bytes) }
      guard self.isAnnounced, self.taken <= bytes.count else { return nil }
      self.isAnnounced = false
      self.left = left - 1
    }
    return self.ended()
  }

  private mutating func ended() -> Int {
    defer { self = RequestFramer(limits: self.limits) }
    return self.taken
  }

  private mutating func inline(_ bytes: UnsafeRawBufferPointer) throws(RedisFault) -> Bool {
    guard let end = try self.find(0x0A, bytes, "too big inline request") else { return false }
    guard end < self.limits.bytes else { throw self.tooLong("too big inline request") }
    self.taken = end + 1
    return true
  }

  /// How many arguments the request has; nil while the line that says so is not whole.
  private mutating func count(_ bytes: UnsafeRawBufferPointer) throws(RedisFault) -> Int? {
    guard let end = try self.find(0x0D, bytes, "too big mbulk count string"), end + 1 < bytes.count else { return nil }
    let told = Array("invalid multibulk length".utf8)
    guard let count = self.number(bytes, end) else {
      throw RedisFault(.malformed, "a count that is no number", offset: self.taken + 1, told: told)
    }
    guard count <= Int32.max else {
      throw RedisFault(
        .tooLarge, "a count of \(count), where \(Int32.max) is the limit", offset: self.taken, told: told)
    }
    self.pass(end)
    return count
  }

  /// Takes the line of an argument's length, and what it announces; false while the line is not whole.
  private mutating func argument(_ bytes: UnsafeRawBufferPointer) throws(RedisFault) -> Bool {
    guard let end = try self.find(0x0D, bytes, "too big bulk count string"), end + 1 < bytes.count else { return false }
    let type = bytes[self.taken]
    guard type == UInt8(ascii: "$") else {
      throw RedisFault(
        .malformed, "the type byte \(RedisFault.shown(type)) where a request has '$'", offset: self.taken,
        told: Array("expected '$', got '".utf8) + [type, UInt8(ascii: "'")])
    }
    let told = Array("invalid bulk length".utf8)
    guard let count = self.number(bytes, end) else {
      throw RedisFault(.malformed, "a length that is no number", offset: self.taken + 1, told: told)
    }
    guard count >= 0 else {
      throw RedisFault(.malformed, "a length of \(count)", offset: self.taken + 1, told: told)
    }
    let limit = self.limits.bytes
    guard count <= limit else {
      throw RedisFault(.tooLarge, "a length of \(count), where \(limit) is the limit", offset: self.taken, told: told)
    }
    self.arguments += 1
    guard end + 2 + count + 2 + self.arguments * Self.overhead <= limit else {
      throw RedisFault(.tooLarge, "a request of more than \(limit) bytes", offset: self.taken, told: told)
    }
    self.pass(end)
    self.taken += count + 2
    return true
  }

  /// Takes the line whose carriage return is at `end`, and the byte behind that.
  private mutating func pass(_ end: Int) {
    self.taken = end + 2
    self.searched = 0
  }

  private func number(_ bytes: UnsafeRawBufferPointer, _ end: Int) -> Int? {
    Int64(redis: UnsafeRawBufferPointer(rebasing: bytes[(self.taken + 1)..<end])).map { Int($0) }
  }

  /// Where the line that begins at `taken` has the byte that ends it; nil while that has not come.
  private mutating func find(
    _ terminator: UInt8, _ bytes: UnsafeRawBufferPointer, _ told: StaticString
  ) throws(RedisFault) -> Int? {
    // As far as a line may go and no further: where the bytes were cut makes no difference.
    let end = min(bytes.count, self.taken + self.longest + 1)
    var index = self.taken + self.searched
    while index < end, bytes[index] != terminator, bytes[index] != 0 { index += 1 }
    self.searched = index - self.taken
    if index < end, bytes[index] == terminator { return index }
    guard bytes.count - self.taken <= self.longest else { throw self.tooLong(told) }
    return nil
  }

  private var longest: Int { min(self.limits.line, self.limits.bytes) }

  private func tooLong(_ told: StaticString) -> RedisFault {
    RedisFault(
      .tooLarge, "a line of more than \(self.longest) bytes", offset: self.taken, told: Array("\(told)".utf8))
  }
}
