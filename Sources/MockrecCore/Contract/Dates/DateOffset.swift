/// How far a moment is from another: `+3 days`, `-1 month 12 hours`, `90s`.
///
/// Months and years are those of the calendar: a day that the month does not have becomes its last one.
package struct DateOffset: Sendable, Hashable {
  /// As written.
  let text: String
  private var months: Int64 = 0
  private var milliseconds: Int64 = 0

  /// nil for what is none.
  package init?(_ text: String) {
    self.text = text
    var rest = text[...].drop(while: Self.isBlank)
    var sign: Int64 = 1
    if let first = rest.first, first == "+" || first == "-" {
      sign = first == "-" ? -1 : 1
      rest = rest.dropFirst().drop(while: Self.isBlank)
    }
    // Nothing so short can overflow.
    guard !rest.isEmpty, text.utf8.count <= 64 else { return nil }
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      rest = rest[digits.endIndex...].drop(while: Self.isBlank)
      let unit = rest.prefix { $0.isASCII && $0.isLetter }
      rest = rest[unit.endIndex...].drop(while: Self.isBlank)
      guard digits.count < 10, let count = Int64(digits) else { return nil }
      switch unit {
      case "ms", "millisecond", "milliseconds": self.milliseconds += sign * count
      case "s", "second", "seconds": self.milliseconds += sign * count * 1000
      case "m", "min", "minute", "minutes": self.milliseconds += sign * count * 60_000
      case "h", "hour", "hours": self.milliseconds += sign * count * 3_600_000
      case "d", "day", "days": self.milliseconds += sign * count * 86_400_000
      case "w", "week", "weeks": self.milliseconds += sign * count * 604_800_000
      case "month", "months": self.months += sign * count
      case "y", "year", "years": self.months += sign * count * 12
      default: return nil
      }
    }
  }

  private static func isBlank(_ character: Character) -> Bool { character == " " }

  /// - Throws: `misuse` for what is none.
  package static func reading(_ argument: ContractValue) throws(WordError) -> ContractValue {
    guard let offset = argument.string.flatMap({ DateOffset($0) }) else {
      throw .misuse("\(argument.shown) is no distance in time: write such as \"+3 days\", \"-1 month\" or \"90 s\"")
    }
    return .read(.offset(offset))
  }

  /// The moment that is so far from another; nil where its year would not have four digits.
  package func applied(to moment: Timestamp) -> Timestamp? {
    let time = CivilTime(moment.adding(months: self.months))
    guard (0...9999).contains(time.year) else { return nil }
    let millis = Int64(time.moment.nanoseconds / 1_000_000) + self.milliseconds
    let seconds = millis >= 0 ? millis / 1000 : (millis - 999) / 1000
    let left = Int(millis - seconds * 1000) * 1_000_000 + time.moment.nanoseconds % 1_000_000
    let result = Timestamp(seconds: time.moment.seconds + seconds, nanoseconds: left)
    return (0...9999).contains(CivilTime(result).year) ? result : nil
  }
}

extension Timestamp {
  fileprivate func adding(months: Int64) -> Timestamp {
    guard months != 0 else { return self }
    var time = CivilTime(self)
    let month = time.year * 12 + Int64(time.month - 1) + months
    time.year = month >= 0 ? month / 12 : (month - 11) / 12
    time.month = Int(month - time.year * 12) + 1
    while !time.isValid, time.day > 28 { time.day -= 1 }
    return time.moment
  }
}
