/// The message types of the standard library that have a JSON form of their own.
///
/// Source: protobuf.dev, ProtoJSON Format.
enum ProtobufWellKnown: Sendable, Equatable {
  case any, duration, fieldMask, list, structure, timestamp, value
  /// A message with nothing but a value of this kind.
  case wrapper(ProtobufField.Kind)

  static let nullValue = "google.protobuf.NullValue"

  init?(name: String) {
    switch name {
    case "google.protobuf.Any": self = .any
    case "google.protobuf.Duration": self = .duration
    case "google.protobuf.FieldMask": self = .fieldMask
    case "google.protobuf.ListValue": self = .list
    case "google.protobuf.Struct": self = .structure
    case "google.protobuf.Timestamp": self = .timestamp
    case "google.protobuf.Value": self = .value
    case "google.protobuf.DoubleValue": self = .wrapper(.double)
    case "google.protobuf.FloatValue": self = .wrapper(.float)
    case "google.protobuf.Int64Value": self = .wrapper(.int64)
    case "google.protobuf.UInt64Value": self = .wrapper(.uint64)
    case "google.protobuf.Int32Value": self = .wrapper(.int32)
    case "google.protobuf.UInt32Value": self = .wrapper(.uint32)
    case "google.protobuf.BoolValue": self = .wrapper(.bool)
    case "google.protobuf.StringValue": self = .wrapper(.string)
    case "google.protobuf.BytesValue": self = .wrapper(.bytes)
    default: return nil
    }
  }

  /// Whether its form stands for every message of the type, and an object says nothing else.
  var hasOneForm: Bool { self == .structure || self == .value || self == .list }
}

/// Seconds and nanoseconds, as Timestamp and Duration have them, and their texts.
struct ProtobufTime: Sendable, Equatable {
  var seconds: Int64
  var nanoseconds: Int32

  /// `0001-01-01T00:00:00Z` to `9999-12-31T23:59:59.999999999Z`.
  private static let moments: ClosedRange<Int64> = -62_135_596_800...253_402_300_799
  /// ±10,000 years.
  private static let durations: ClosedRange<Int64> = -315_576_000_000...315_576_000_000

  /// As RFC 3339 writes a moment in UTC, with 0, 3, 6 or 9 digits behind the second; nil where it is none of a Timestamp.
  var timestamp: String? {
    guard Self.moments.contains(self.seconds), 0...999_999_999 ~= self.nanoseconds else { return nil }
    let time = CivilTime(Timestamp(seconds: self.seconds))
    let date = "\(Self.padded(time.year, 4))-\(Self.padded(time.month, 2))-\(Self.padded(time.day, 2))"
    let clock = "\(Self.padded(time.hour, 2)):\(Self.padded(time.minute, 2)):\(Self.padded(time.second, 2))"
    return "\(date)T\(clock)\(self.fraction)Z"
  }

  /// Seconds with `s` behind, as in `-1.500s`; nil where it is none of a Duration.
  var duration: String? {
    guard Self.durations.contains(self.seconds), -999_999_999...999_999_999 ~= self.nanoseconds else { return nil }
    let (isBelow, isAbove) = (self.seconds < 0 || self.nanoseconds < 0, self.seconds > 0 || self.nanoseconds > 0)
    guard !(isBelow && isAbove) else { return nil }
    return "\(isBelow ? "-" : "")\(self.seconds.magnitude)\(self.fraction)s"
  }

  private var fraction: String {
    let digits = Self.padded(self.nanoseconds.magnitude, 9)
    if digits == "000000000" { return "" }
    return "."
      + (digits.hasSuffix("000000") ? digits.prefix(3) : digits.hasSuffix("000") ? digits.prefix(6) : digits[...])
  }

  private static func padded(_ value: some BinaryInteger, _ width: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}

extension ProtobufTime {
  /// Reads a moment as RFC 3339 writes it, with any offset from UTC; nil for other texts.
  init?(timestamp text: String) {
    var scanner = Scanner(rest: text.utf8[...])
    guard let year = scanner.number(4), scanner.skip("-"), let month = scanner.number(2), scanner.skip("-"),
      let day = scanner.number(2), scanner.skip("T"), let hour = scanner.number(2), scanner.skip(":"),
      let minute = scanner.number(2), scanner.skip(":"), let second = scanner.number(2), second < 60,
      let nanoseconds = scanner.fraction()
    else { return nil }
    var time = CivilTime(year: Int64(year), month: month, day: day)
    (time.hour, time.minute, time.second) = (hour, minute, second)
    guard time.isValid else { return nil }
    var offset = 0
    if !scanner.skip("Z") {
      let isEast = scanner.skip("+")
      guard isEast || scanner.skip("-"), let hours = scanner.number(2), hours < 24, scanner.skip(":"),
        let minutes = scanner.number(2), minutes < 60
      else { return nil }
      offset = (isEast ? 60 : -60) * (hours * 60 + minutes)
    }
    guard scanner.rest.isEmpty else { return nil }
    self.init(seconds: time.moment.seconds - Int64(offset), nanoseconds: nanoseconds)
    guard self.timestamp != nil else { return nil }
  }

  /// Reads seconds with `s` behind; nil for other texts.
  init?(duration text: String) {
    var scanner = Scanner(rest: text.utf8[...])
    let isBelow = scanner.skip("-")
    let digits = scanner.rest.prefix { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }.count
    guard 1...12 ~= digits, let seconds = scanner.number(digits), let nanoseconds = scanner.fraction(),
      scanner.skip("s"), scanner.rest.isEmpty
    else { return nil }
    self.init(seconds: Int64(isBelow ? -seconds : seconds), nanoseconds: isBelow ? -nanoseconds : nanoseconds)
    guard self.duration != nil else { return nil }
  }

  private struct Scanner {
    var rest: Substring.UTF8View

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
      guard self.rest.first == UInt8(ascii: character) else { return false }
      self.rest.removeFirst()
      return true
    }

    /// A number of so many digits.
    mutating func number(_ count: Int) -> Int? {
      let digits = self.rest.prefix(count)
      guard digits.count == count, digits.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }) else {
        return nil
      }
      self.rest.removeFirst(count)
      return digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    }

    /// Up to nine digits behind a point, in billionths; 0 where there is no point.
    mutating func fraction() -> Int32? {
      guard self.skip(".") else { return 0 }
      let count = self.rest.prefix { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }.count
      guard 1...9 ~= count, let number = self.number(count) else { return nil }
      return Int32((count..<9).reduce(number) { value, _ in value * 10 })
    }
  }
}

/// The paths of a FieldMask: `user_name` is `userName` in JSON.
enum ProtobufPath {
  /// Nil where the way back would lead elsewhere.
  static func json(_ path: String) -> String? {
    let json = ProtobufFileParser.jsonName(path)
    return !path.isEmpty && !path.utf8.contains(UInt8(ascii: ",")) && Self.path(json) == path ? json : nil
  }

  static func path(_ json: String) -> String {
    var path: [UInt8] = []
    for byte in json.utf8 {
      if UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte {
        path.append(UInt8(ascii: "_"))
        path.append(byte + 0x20)
      } else {
        path.append(byte)
      }
    }
    return String(decoding: path, as: UTF8.self)
  }
}
