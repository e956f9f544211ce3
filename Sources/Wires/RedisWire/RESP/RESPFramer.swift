/// Finds where values of a server end, in both versions of RESP.
///
/// Source: https://redis.io/docs/latest/develop/reference/protocol-spec/.
struct RESPFramer: RedisFramer {
  /// What a peer may make it wait for.
  struct Limits: Sendable {
    var depth = 32
    /// Elements of one aggregate.
    var count = 1 << 20
    /// Bytes of one whole value: a string of 64 MiB, and what stands around it.
    var bytes = 65 << 20
    /// Bytes of a line: an inline command, an error, a length.
    var line = 64 << 10
  }

  let limits: Limits
  /// Bytes of the value that are known to belong to it.
  private var taken = 0
  /// A value ends at `taken`.
  private var isAnnounced = false
  /// Bytes of the line under way that hold no line end.
  private var searched = 0
  /// How many values each open aggregate still waits for, the innermost last.
  private var open: [Int] = []

  init(limits: Limits = Limits()) { self.limits = limits }

  mutating func length(of bytes: UnsafeRawBufferPointer) throws(RedisFault) -> Int? {
    while true {
      if self.isAnnounced {
        // The line has said how far the value goes: it has to come yet.
        guard self.taken <= bytes.count else { return nil }
        self.isAnnounced = false
        if self.valueEnded() {
          defer { self.taken = 0 }
          return self.taken
        }
      }
      guard let end = try self.line(bytes) else { return nil }
      self.isAnnounced = try self.header(bytes, self.taken, end) == .whole
      guard self.taken <= self.limits.bytes else {
        throw RedisFault(.tooLarge, "a value of more than \(self.limits.bytes) bytes", offset: 0)
      }
    }
  }

  private enum Header { case whole, opens }

  /// Where the line that begins at `taken` ends, its line feed included; nil while that has not come.
  private mutating func line(_ bytes: UnsafeRawBufferPointer) throws(RedisFault) -> Int? {
    guard self.taken < bytes.count else { return nil }
    // As far as a line may go and no further: where the bytes were cut makes no difference.
    let longest = min(self.limits.line, self.limits.bytes)
    let end = min(bytes.count, self.taken + longest)
    var index = self.taken + self.searched
    while index < end {
      if bytes[index] == 0x0A { return index + 1 }
      index += 1
    }
    self.searched = end - self.taken
    guard self.searched < longest else {
      throw RedisFault(.tooLarge, "a line of more than \(longest) bytes", offset: self.taken)
    }
    return nil
  }

  /// Takes the line of a value's type and, for a bulk string, the bytes behind it.
  private mutating func header(
    _ bytes: UnsafeRawBufferPointer, _ start: Int, _ end: Int
  ) throws(RedisFault) -> Header {
    self.searched = 0
    let type = bytes[start]
    switch type {
    case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: ":"), UInt8(ascii: "_"), UInt8(ascii: "#"),
      UInt8(ascii: ","), UInt8(ascii: "("):
      self.taken = end
      return .whole
    case UInt8(ascii: "$"), UInt8(ascii: "!"), UInt8(ascii: "="):
      let count = try self.number(bytes, start + 1, end)
      guard count >= 0 else {
        self.taken = end
        return .whole
      }
      guard end + count + 2 <= self.limits.bytes else {
        throw RedisFault(
          .tooLarge, "a length of \(count), where \(self.limits.bytes) is the limit", offset: start)
      }
      self.taken = end + count + 2
      return .whole
    case UInt8(ascii: "*"), UInt8(ascii: "~"), UInt8(ascii: ">"), UInt8(ascii: "%"), UInt8(ascii: "|"):
      let count = try self.number(bytes, start + 1, end)
      self.taken = end
      guard count > 0 || type == UInt8(ascii: "|") else { return .whole }
      guard count <= self.limits.count else {
        throw RedisFault(
          .tooLarge, "a count of \(count), where \(self.limits.count) is the limit", offset: start)
      }
      guard self.open.count < self.limits.depth else {
        throw RedisFault(
          .tooLarge, "values nested deeper than \(self.limits.depth)", offset: start)
      }
      // An attribute is no value: the value that it is about comes behind it.
      let isPaired = type == UInt8(ascii: "%") || type == UInt8(ascii: "|")
      self.open.append(isPaired ? count * 2 + (type == UInt8(ascii: "|") ? 1 : 0) : count)
      return .opens
    default:
      throw RedisFault(
        .malformed, "the type byte \(RedisFault.shown(type)), which RESP does not know", offset: start)
    }
  }

  /// One value more has come: whether it was the last that was waited for.
  private mutating func valueEnded() -> Bool {
    while let last = self.open.popLast() {
      guard last == 1 else {
        self.open.append(last - 1)
        return false
      }
    }
    return true
  }

  private func number(_ bytes: UnsafeRawBufferPointer, _ start: Int, _ end: Int) throws(RedisFault) -> Int {
    var stop = end - 1
    if stop > start, bytes[stop - 1] == 0x0D { stop -= 1 }
    let isNegative = start < stop && bytes[start] == UInt8(ascii: "-")
    var index = isNegative ? start + 1 : start
    var value = 0
    guard index < stop, stop - index <= 18 else {
      throw RedisFault(.malformed, "a length that is no number", offset: start)
    }
    while index < stop {
      let digit = Int(bytes[index]) - 0x30
      guard (0...9).contains(digit) else {
        throw RedisFault(.malformed, "a length that is no number", offset: index)
      }
      value = value * 10 + digit
      index += 1
    }
    guard !isNegative || value == 1 else {
      throw RedisFault(.malformed, "a length of -\(value)", offset: start)
    }
    return isNegative ? -1 : value
  }
}
