#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Scores between two bounds, each in or out.
struct ScoreRange {
  var low: (score: Double, isOut: Bool)
  var high: (score: Double, isOut: Bool)

  init(low: RedisBytes, high: RedisBytes) throws(RedisError) {
    guard let low = Self.bound(low), let high = Self.bound(high) else {
      throw RedisError("ERR min or max is not a float")
    }
    self.low = low
    self.high = high
  }

  /// The ranks of the members in this range.
  func ranks(in set: SortedSetValue) -> Range<Int> {
    let start = set.order.rank { $0.score < self.low.score || (self.low.isOut && $0.score == self.low.score) }
    let end = set.order.rank { $0.score < self.high.score || (!self.high.isOut && $0.score == self.high.score) }
    return start..<max(start, end)
  }

  /// What `strtod` reads wholly, after a `(` for a bound that is out. Blanks before it and nothing at all are read too.
  private static func bound(_ text: RedisBytes) -> (Double, Bool)? {
    text.withTerminatedBytes { start, _ in
      let isOut = start[0] == CChar(UInt8(ascii: "("))
      let number = isOut ? start + 1 : start
      var end: UnsafeMutablePointer<CChar>?
      let value = strtod(number, &end)
      guard let end, end.pointee == 0, !value.isNaN else { return nil }
      return (value, isOut)
    }
  }
}

/// Members between two bounds, as `[a`, `(a`, `-` and `+` name them.
struct MemberRange {
  private enum Bound {
    case first
    case last
    case included(RedisBytes)
    case excluded(RedisBytes)
  }

  private let low: Bound
  private let high: Bound

  init(low: RedisBytes, high: RedisBytes) throws(RedisError) {
    guard let low = Self.bound(low), let high = Self.bound(high) else {
      throw RedisError("ERR min or max not valid string range item")
    }
    self.low = low
    self.high = high
  }

  private static func bound(_ text: RedisBytes) -> Bound? {
    text.withBytes { bytes in
      switch bytes.first {
      case UInt8(ascii: "-"): bytes.count == 1 ? .first : nil
      case UInt8(ascii: "+"): bytes.count == 1 ? .last : nil
      case UInt8(ascii: "["): .included(RedisBytes(UnsafeRawBufferPointer(rebasing: bytes[1...])))
      case UInt8(ascii: "("): .excluded(RedisBytes(UnsafeRawBufferPointer(rebasing: bytes[1...])))
      default: nil
      }
    }
  }

  private func isAtOrAboveLow(_ member: RedisBytes) -> Bool {
    switch self.low {
    case .first: true
    case .last: false
    case .included(let bound): !(member < bound)
    case .excluded(let bound): bound < member
    }
  }

  private func isAtOrBelowHigh(_ member: RedisBytes) -> Bool {
    switch self.high {
    case .first: false
    case .last: true
    case .included(let bound): !(bound < member)
    case .excluded(let bound): member < bound
    }
  }

  /// The bounds are such that nothing can be between them.
  private var isEmpty: Bool {
    switch (self.low, self.high) {
    case (.last, _), (_, .first): true
    case (.first, _), (_, .last): false
    case (.included(let low), .included(let high)): high < low
    case (.included(let low), .excluded(let high)), (.excluded(let low), .included(let high)),
      (.excluded(let low), .excluded(let high)):
      !(low < high)
    }
  }

  /// The ranks of the members in this range. Members of different scores are in no order of their own: then this is, as
  /// with Redis, the first run from the direction's side, for sets that are small.
  ///
  /// - Parameter offset: How many members from the direction's side are left out.
  func ranks(in set: SortedSetValue, isReversed: Bool = false, offset: Int = 0) -> Range<Int> {
    let count = set.count
    guard !self.isEmpty, count > 0, offset >= 0, offset < count else { return 0..<0 }
    guard set.isSmall else {
      let start = set.order.rank { !self.isAtOrAboveLow($0.member) }
      let end = set.order.rank { self.isAtOrBelowHigh($0.member) }
      guard offset < end - start else { return 0..<0 }
      return isReversed ? start..<(end - offset) : (start + offset)..<end
    }
    guard self.isAtOrAboveLow(set.order[count - 1].member), self.isAtOrBelowHigh(set.order[0].member) else {
      return 0..<0
    }
    if isReversed {
      var end = count
      while end > 0, !self.isAtOrBelowHigh(set.order[end - 1].member) { end -= 1 }
      guard end > 0, self.isAtOrAboveLow(set.order[end - 1].member) else { return 0..<0 }
      end = max(0, end - offset)
      var start = end
      while start > 0, self.isAtOrAboveLow(set.order[start - 1].member) { start -= 1 }
      return start..<end
    }
    var start = 0
    while start < count, !self.isAtOrAboveLow(set.order[start].member) { start += 1 }
    guard start < count, self.isAtOrBelowHigh(set.order[start].member) else { return 0..<0 }
    start = min(count, start + offset)
    var end = start
    while end < count, self.isAtOrBelowHigh(set.order[end].member) { end += 1 }
    return start..<end
  }
}

/// The ranks from `start` to `end`, both in, negative ones from the end.
func rankRange(_ start: Int, _ end: Int, count: Int) -> Range<Int> {
  let low = max(0, start < 0 ? count + max(start, -count - 1) : start)
  let high = min(count - 1, end < 0 ? count + max(end, -count - 1) : end)
  return low <= high && low < count ? low..<(high + 1) : 0..<0
}
