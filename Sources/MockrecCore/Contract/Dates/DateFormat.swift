/// How a date is written, as a text with `%` and a letter for each part: `%Y-%m-%dT%H:%M:%S%.fZ`.
///
/// Source: https://docs.rs/chrono/latest/chrono/format/strftime/index.html, whose letters these are.
package struct DateFormat: Sendable, Hashable {
  enum Part: Sendable, Hashable {
    case text(String)
    /// A letter, and what fills a number up: a zero, a space, or nothing; nil is the letter's own way.
    case field(Character, fill: Fill?)
    /// Of a second; `digits` nil is as many as there are. `%.3f` has its point, `%3f` has none.
    case fraction(digits: Int?, hasPoint: Bool)
    /// `+0200`, `+02:00` with a colon.
    case offset(hasColon: Bool)
  }

  enum Fill: Sendable, Hashable { case zero, space, none }

  /// As written.
  let text: String
  let parts: [Part]

  static let rfc3339 = DateFormat(known: "%Y-%m-%dT%H:%M:%S%.6fZ")
  static let iso8601 = DateFormat(known: "%Y-%m-%dT%H:%M:%S%.f%:z")
  /// The three ways of RFC 9110, 5.6.7, and the one with dashes that cookies came with.
  static let ofHTTP = [
    "%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT", "%a, %d-%b-%Y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y",
  ].map { DateFormat(known: $0) }

  private init(known text: String) {
    self.text = text
    self.parts = Self.parts(text) ?? []
  }

  /// nil where a letter behind a `%` stands for nothing.
  init?(_ text: String) {
    guard let parts = Self.parts(text) else { return nil }
    self.text = text
    self.parts = parts
  }

  /// - Throws: `misuse` for what stands for nothing.
  static func reading(_ text: String, of word: String) throws(WordError) -> DateFormat {
    guard let format = DateFormat(text) else {
      throw .misuse("\(word) is given a format with an unknown letter: \(text)")
    }
    return format
  }

  /// Letters that stand for several.
  private static let shorthands: [Character: String] = [
    "D": "%m/%d/%y", "x": "%m/%d/%y", "F": "%Y-%m-%d", "v": "%e-%b-%Y", "R": "%H:%M", "T": "%H:%M:%S", "X": "%H:%M:%S",
    "r": "%I:%M:%S %p", "c": "%a %b %e %H:%M:%S %Y", "+": "%Y-%m-%dT%H:%M:%S%.f%:z",
  ]

  private static let fields = Set("YCymbBhdeaAwuUWGgVjHkIlPpMSfsZ")

  private static func parts(_ text: String) -> [Part]? {
    var parts: [Part] = []
    func add(_ text: String) {
      if case .text(let before)? = parts.last {
        parts[parts.count - 1] = .text(before + text)
      } else {
        parts.append(.text(text))
      }
    }
    var rest = Array(text)[...]
    while let character = rest.popFirst() {
      guard character == "%" else {
        add(String(character))
        continue
      }
      guard var letter = rest.popFirst() else { return nil }
      var fill: Fill?
      if let chosen: Fill = ["-": .none, "_": .space, "0": .zero][letter] {
        fill = chosen
        guard let next = rest.popFirst() else { return nil }
        letter = next
      }
      switch letter {
      case "%": add("%")
      case "t": add("\t")
      case "n": add("\n")
      case "z": parts.append(.offset(hasColon: false))
      case ":":
        guard rest.popFirst() == "z" else { return nil }
        parts.append(.offset(hasColon: true))
      case ".", "3", "6", "9":
        var digits = letter.wholeNumberValue
        if letter == ".", let count = rest.first?.wholeNumberValue, [3, 6, 9].contains(count) {
          digits = count
          rest.removeFirst()
        }
        guard rest.popFirst() == "f" else { return nil }
        parts.append(.fraction(digits: digits, hasPoint: letter == "."))
      case _ where Self.shorthands[letter] != nil:
        guard let more = Self.parts(Self.shorthands[letter] ?? "") else { return nil }
        for part in more { if case .text(let text) = part { add(text) } else { parts.append(part) } }
      case _ where Self.fields.contains(letter): parts.append(.field(letter, fill: fill))
      default: return nil
      }
    }
    return parts
  }

  static let months = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
  ]
  static let weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
}

extension DateFormat {
  /// The moment in UTC, written this way.
  func format(_ moment: Timestamp) -> String {
    let time = CivilTime(moment)
    return self.parts.map { part in
      switch part {
      case .text(let text): text
      case .offset(let hasColon): hasColon ? "+00:00" : "+0000"
      case .fraction(let digits, let hasPoint): Self.fraction(time.nanosecond, digits, hasPoint)
      case .field(let letter, let fill): Self.field(letter, fill, time, moment)
      }
    }.joined()
  }

  private static func fraction(_ nanosecond: Int, _ digits: Int?, _ hasPoint: Bool) -> String {
    let all = Self.padded(Int64(nanosecond), 9, .zero)
    // Three, six or nine digits, and none of a whole second.
    let needed = nanosecond == 0 ? 0 : nanosecond % 1_000_000 == 0 ? 3 : nanosecond % 1000 == 0 ? 6 : 9
    let shown = all.prefix(digits ?? needed)
    return shown.isEmpty ? "" : (hasPoint ? "." : "") + shown
  }

  private static func field(_ letter: Character, _ fill: Fill?, _ time: CivilTime, _ moment: Timestamp) -> String {
    func number(_ value: Int, _ width: Int, _ usual: Fill = .zero) -> String {
      Self.padded(Int64(value), width, fill ?? usual)
    }
    let hour12 = time.hour % 12 == 0 ? 12 : time.hour % 12
    switch letter {
    case "Y": return Self.padded(time.year, 4, fill ?? .zero)
    case "C": return number(Int(time.year / 100), 2)
    case "y": return number(Int(time.year % 100), 2)
    case "m": return number(time.month, 2)
    case "b", "h": return String(Self.months[time.month - 1].prefix(3))
    case "B": return Self.months[time.month - 1]
    case "d": return number(time.day, 2)
    case "e": return number(time.day, 2, .space)
    case "a": return String(Self.weekdays[time.weekday].prefix(3))
    case "A": return Self.weekdays[time.weekday]
    case "w": return String(time.weekday)
    case "u": return String(time.weekday == 0 ? 7 : time.weekday)
    case "U": return number((time.dayOfYear + 6 - time.weekday) / 7, 2)
    case "W": return number((time.dayOfYear + 6 - (time.weekday + 6) % 7) / 7, 2)
    case "G": return Self.padded(time.isoWeek.year, 4, fill ?? .zero)
    case "g": return number(Int(time.isoWeek.year % 100), 2)
    case "V": return number(time.isoWeek.week, 2)
    case "j": return number(time.dayOfYear, 3)
    case "H": return number(time.hour, 2)
    case "k": return number(time.hour, 2, .space)
    case "I": return number(hour12, 2)
    case "l": return number(hour12, 2, .space)
    case "P": return time.hour < 12 ? "am" : "pm"
    case "p": return time.hour < 12 ? "AM" : "PM"
    case "M": return number(time.minute, 2)
    case "S": return number(time.second, 2)
    case "f": return number(time.nanosecond, 9)
    case "s": return String(moment.seconds)
    default: return "UTC"
    }
  }

  private static func padded(_ value: Int64, _ width: Int, _ fill: Fill) -> String {
    let digits = String(value.magnitude)
    let sign = value < 0 ? "-" : ""
    guard fill != .none, digits.count < width else { return sign + digits }
    return sign + String(repeating: fill == .zero ? "0" : " ", count: width - digits.count) + digits
  }
}
