extension WordTable {
  /// Predicates of how a string is spelled.
  static let formatPredicates: [PredicateRule] = [
    format("isIsoDate", TextFormat.isDateTime),
    format("isUuid", TextFormat.isUUID),
    format("isIpv4", TextFormat.isIPv4),
    format("isIpv6", TextFormat.isIPv6),
  ]

  private static func format(_ name: String, _ isWellFormed: @escaping @Sendable (String) -> Bool) -> PredicateRule {
    PredicateRule(name) { value, _ throws(WordError) in
      guard let text = value.string else { throw .unfit(value, "which is no string") }
      return isWellFormed(text)
    }
  }
}

/// Spellings that contracts ask for.
enum TextFormat {
  /// `2026-11-20T10:00:00.25Z`. Source: RFC 3339, 5.6.
  @Sendable static func isDateTime(_ text: String) -> Bool {
    var rest = Array(text.utf8)[...]
    guard let year = digits(4, &rest), take("-", &rest), let month = digits(2, &rest), take("-", &rest),
      let day = digits(2, &rest), take("T", &rest) || take("t", &rest), let hour = digits(2, &rest), take(":", &rest),
      let minute = digits(2, &rest), take(":", &rest), let second = digits(2, &rest)
    else { return false }
    if take(".", &rest) {
      guard digits(1, &rest) != nil else { return false }
      while digits(1, &rest) != nil {}
    }
    guard hour < 24, minute < 60, second <= 60, isDay(year: year, month: month, day: day) else { return false }
    if take("Z", &rest) || take("z", &rest) { return rest.isEmpty }
    guard take("+", &rest) || take("-", &rest), let hours = digits(2, &rest), take(":", &rest),
      let minutes = digits(2, &rest)
    else { return false }
    return hours < 24 && minutes < 60 && rest.isEmpty
  }

  /// `8-4-4-4-12` hexadecimal digits, of any version. Source: RFC 9562, 4.
  @Sendable static func isUUID(_ text: String) -> Bool {
    let groups = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
    return groups.map(\.count) == [8, 4, 4, 4, 12] && groups.allSatisfy { $0.allSatisfy { hexValue($0) != nil } }
  }

  /// Four numbers up to 255 without leading zeros. Source: RFC 3986, 3.2.2.
  @Sendable static func isIPv4(_ text: String) -> Bool {
    let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    return parts.count == 4
      && parts.allSatisfy { part in
        guard (1...3).contains(part.count), part.allSatisfy({ (0x30...0x39).contains($0) }) else { return false }
        return (part.count == 1 || part.first != 0x30) && part.reduce(0) { $0 * 10 + Int($1 - 0x30) } < 256
      }
  }

  /// Source: RFC 4291, 2.2.
  @Sendable static func isIPv6(_ text: String) -> Bool {
    var halves = text.split(separator: "::", omittingEmptySubsequences: false).map(String.init)
    guard halves.count <= 2, !text.contains(":::") else { return false }
    var groups = 0
    if let last = halves.last, let dotted = last.split(separator: ":").last, dotted.contains(".") {
      guard isIPv4(String(dotted)) else { return false }
      groups = 1
      // Stands for two groups; one of them goes on counting as the text's own.
      halves[halves.count - 1] = String(last.dropLast(dotted.count)) + "0"
    }
    for half in halves where !half.isEmpty {
      for group in half.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false) {
        guard (1...4).contains(group.count), group.allSatisfy({ hexValue($0) != nil }) else { return false }
        groups += 1
      }
    }
    return halves.count == 2 ? groups < 8 : groups == 8
  }

  private static func isDay(year: Int, month: Int, day: Int) -> Bool {
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    return (1...12).contains(month) && (1...days[month - 1]).contains(day)
  }

  private static func digits(_ count: Int, _ rest: inout ArraySlice<UInt8>) -> Int? {
    let part = rest.prefix(count)
    guard part.count == count, part.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    rest = rest.dropFirst(count)
    return part.reduce(0) { $0 * 10 + Int($1 - 0x30) }
  }

  private static func take(_ character: Character, _ rest: inout ArraySlice<UInt8>) -> Bool {
    guard rest.first == character.asciiValue else { return false }
    rest = rest.dropFirst()
    return true
  }
}
