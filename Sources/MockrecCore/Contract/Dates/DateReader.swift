extension Timestamp {
  /// Reads a date of a certificate, as libcurl shows it; nil for any other text.
  package init?(certificate text: String) {
    guard let moment = DateReader.readCertificate(text) else { return nil }
    self = moment
  }
}

/// Reads a date that is written in a given way.
struct DateReader {
  private var rest: Substring.UnicodeScalarView
  private var time = CivilTime(year: 1970, month: 1, day: 1)
  /// Seconds east of Greenwich.
  private var offset = 0
  private var isAfternoon: Bool?
  private var stamp: Int64?
  private var dayOfYear: Int?

  private init(_ text: String) { self.rest = text[...].unicodeScalars }

  /// The moment, in UTC where the text names no other place; nil where the text is written otherwise or names a day
  /// that does not exist. Of what the format leaves out it is the beginning of 1970.
  static func read(_ text: String, as format: DateFormat) -> Timestamp? {
    var reader = DateReader(text)
    for part in format.parts { guard reader.take(part) else { return nil } }
    guard reader.rest.isEmpty else { return nil }
    return reader.moment
  }

  /// A date as HTTP or RFC 3339 writes it.
  static func read(_ text: String) -> Timestamp? {
    for format in [DateFormat.iso8601] + DateFormat.ofHTTP {
      if let moment = self.read(text, as: format) { return moment }
    }
    return nil
  }

  /// A date as libcurl shows those of a certificate, which depends on its TLS library.
  static func readCertificate(_ text: String) -> Timestamp? {
    for format in [DateFormat("%b %e %H:%M:%S %Y GMT"), DateFormat("%Y-%m-%d %H:%M:%S GMT")].compactMap({ $0 }) {
      if let moment = self.read(text, as: format) { return moment }
    }
    return nil
  }

  private var moment: Timestamp? {
    if let stamp = self.stamp { return Timestamp(seconds: stamp, nanoseconds: self.time.nanosecond) }
    var time = self.time
    if let isAfternoon = self.isAfternoon {
      guard (1...12).contains(time.hour) else { return nil }
      time.hour = time.hour % 12 + (isAfternoon ? 12 : 0)
    }
    guard time.isValid else { return nil }
    var moment = time.moment
    if let day = self.dayOfYear {
      guard (1...366).contains(day) else { return nil }
      moment.seconds += Int64(day - time.dayOfYear) * 86_400
    }
    moment.seconds -= Int64(self.offset)
    return moment
  }

  private mutating func take(_ part: DateFormat.Part) -> Bool {
    switch part {
    case .text(let text): return self.take(literally: text)
    case .fraction(let digits, let hasPoint): return self.fraction(digits, hasPoint: hasPoint)
    case .offset: return self.zone()
    case .field(let letter, _): return self.field(letter)
    }
  }

  private mutating func take(literally text: String) -> Bool {
    for scalar in text.unicodeScalars {
      guard self.rest.first == scalar else { return false }
      self.rest.removeFirst()
    }
    return true
  }

  private mutating func field(_ letter: Character) -> Bool {
    switch letter {
    case "Y": return self.number(4, signed: true) { $0.time.year = Int64($1) }
    case "y": return self.number(2) { $0.time.year = Int64($1 < 70 ? 2000 + $1 : 1900 + $1) }
    case "m": return self.number(2) { $0.time.month = $1 }
    case "b", "B", "h": return self.name(DateFormat.months) { $0.time.month = $1 + 1 }
    case "d", "e": return self.number(2) { $0.time.day = $1 }
    // The day of the week follows from the date.
    case "a", "A": return self.name(DateFormat.weekdays) { _, _ in }
    case "w", "u": return self.number(1) { _, _ in }
    case "C", "g", "U", "W", "V": return self.number(2) { _, _ in }
    case "G": return self.number(4, signed: true) { _, _ in }
    case "j": return self.number(3) { $0.dayOfYear = $1 }
    case "H", "k", "I", "l": return self.number(2) { $0.time.hour = $1 }
    case "P", "p": return self.name(["AM", "PM"]) { $0.isAfternoon = $1 == 1 }
    case "M": return self.number(2) { $0.time.minute = $1 }
    case "S": return self.number(2) { $0.time.second = $1 }
    case "f": return self.number(9) { $0.time.nanosecond = $1 }
    case "s": return self.number(18, signed: true) { $0.stamp = Int64($1) }
    default: return self.name(["UTC", "GMT", "Z"]) { _, _ in }
    }
  }

  /// Takes up to `width` digits, white space before them aside.
  private mutating func number(
    _ width: Int, signed: Bool = false, set: (inout DateReader, Int) -> Void
  ) -> Bool {
    while self.rest.first == " " { self.rest.removeFirst() }
    var sign = 1
    if signed, let first = self.rest.first, first == "-" || first == "+" {
      sign = first == "-" ? -1 : 1
      self.rest.removeFirst()
    }
    var (value, count) = (0, 0)
    while count < width, let scalar = self.rest.first, ("0"..."9").contains(scalar) {
      value = value * 10 + Int(scalar.value - 48)
      count += 1
      self.rest.removeFirst()
    }
    guard count > 0 else { return false }
    set(&self, sign * value)
    return true
  }

  /// Takes a name, whole or its first three letters, in any case.
  private mutating func name(_ names: [String], set: (inout DateReader, Int) -> Void) -> Bool {
    let text = String(self.rest.prefix(12)).lowercased()
    for (index, name) in names.enumerated() {
      for length in [name.count, 3] where length <= name.count && text.hasPrefix(name.lowercased().prefix(length)) {
        self.rest.removeFirst(length)
        set(&self, index)
        return true
      }
    }
    return false
  }

  private mutating func fraction(_ digits: Int?, hasPoint: Bool) -> Bool {
    if hasPoint {
      // `%.f` may stand for nothing.
      guard self.rest.first == "." else { return true }
      self.rest.removeFirst()
    }
    var (value, count) = (0, 0)
    while count < digits ?? 9, let scalar = self.rest.first, ("0"..."9").contains(scalar) {
      value = value * 10 + Int(scalar.value - 48)
      count += 1
      self.rest.removeFirst()
    }
    guard count > 0 else { return false }
    if digits == nil { while let scalar = self.rest.first, ("0"..."9").contains(scalar) { self.rest.removeFirst() } }
    for _ in count..<9 { value *= 10 }
    self.time.nanosecond = value
    return true
  }

  /// `Z`, `+0200` or `+02:00`.
  private mutating func zone() -> Bool {
    if let first = self.rest.first, first == "Z" || first == "z" {
      self.rest.removeFirst()
      return true
    }
    guard let sign = self.rest.first, sign == "+" || sign == "-" else { return false }
    self.rest.removeFirst()
    var (hours, minutes) = (0, 0)
    guard
      self.number(
        2,
        set: {
          hours = $1
          _ = $0
        })
    else { return false }
    if self.rest.first == ":" { self.rest.removeFirst() }
    guard
      self.number(
        2,
        set: {
          minutes = $1
          _ = $0
        }), minutes < 60
    else { return false }
    self.offset = (hours * 3600 + minutes * 60) * (sign == "-" ? -1 : 1)
    return true
  }
}
