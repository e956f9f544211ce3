/// One value of RESP, as it was sent.
enum RESPValue: Sendable, Hashable {
  case simple([UInt8])
  case error([UInt8])
  /// `!`: an error that may hold any bytes.
  case blobError([UInt8])
  /// Its digits as they were sent.
  case integer([UInt8])
  case bulk([UInt8])
  /// `$-1`
  case nullBulk
  /// `*-1`
  case nullArray
  /// `_`
  case null
  case boolean(Bool)
  /// Its digits as they were sent.
  case double([UInt8])
  case bigNumber([UInt8])
  /// Three bytes that tell the kind of text, a colon, and the text.
  case verbatim([UInt8])
  case array([RESPValue])
  case set([RESPValue])
  case push([RESPValue])
  /// Names and values, one after the other.
  case map([RESPValue])
  /// What is said about the value that follows it, and that value.
  indirect case attributed([RESPValue], RESPValue)
}

extension RESPValue {
  /// Reads a value that is whole, as `RESPFramer` found it; nil for bytes that are none.
  init?(_ bytes: UnsafeRawBufferPointer) {
    var parser = RESPParser(bytes: bytes)
    guard let value = parser.value() else { return nil }
    self = value
  }

  /// The values that stand in the bytes one behind the other; nil where something else stands there.
  static func all(in bytes: [UInt8]) -> [RESPValue]? {
    bytes.withUnsafeBytes { bytes in
      var parser = RESPParser(bytes: bytes)
      var values: [RESPValue] = []
      while !parser.isAtEnd {
        guard let value = parser.value() else { return nil }
        values.append(value)
      }
      return values
    }
  }

  var isError: Bool {
    switch self {
    case .error, .blobError: true
    default: false
    }
  }

  func append(to bytes: inout [UInt8]) {
    switch self {
    case .simple(let text): bytes.append(line: "+", text)
    case .error(let text): bytes.append(line: "-", text)
    case .integer(let text): bytes.append(line: ":", text)
    case .double(let text): bytes.append(line: ",", text)
    case .bigNumber(let text): bytes.append(line: "(", text)
    case .bulk(let text): bytes.append(counted: "$", text)
    case .blobError(let text): bytes.append(counted: "!", text)
    case .verbatim(let text): bytes.append(counted: "=", text)
    case .nullBulk: bytes += Array("$-1\r\n".utf8)
    case .nullArray: bytes += Array("*-1\r\n".utf8)
    case .null: bytes += Array("_\r\n".utf8)
    case .boolean(let value): bytes += Array((value ? "#t\r\n" : "#f\r\n").utf8)
    case .array(let values): bytes.append(all: "*", values.count, values)
    case .set(let values): bytes.append(all: "~", values.count, values)
    case .push(let values): bytes.append(all: ">", values.count, values)
    case .map(let values): bytes.append(all: "%", values.count / 2, values)
    case .attributed(let about, let value):
      bytes.append(all: "|", about.count / 2, about)
      value.append(to: &bytes)
    }
  }

  var bytes: [UInt8] {
    var bytes: [UInt8] = []
    self.append(to: &bytes)
    return bytes
  }
}

extension [UInt8] {
  fileprivate mutating func append(line type: Unicode.Scalar, _ text: [UInt8]) {
    self.append(UInt8(ascii: type))
    self += text
    self += [13, 10]
  }

  fileprivate mutating func append(counted type: Unicode.Scalar, _ text: [UInt8]) {
    self.append(line: type, Array(String(text.count).utf8))
    self += text
    self += [13, 10]
  }

  fileprivate mutating func append(all type: Unicode.Scalar, _ count: Int, _ values: [RESPValue]) {
    self.append(line: type, Array(String(count).utf8))
    for value in values { value.append(to: &self) }
  }

  /// A command as clients send it.
  mutating func append(command arguments: [[UInt8]]) {
    self.append(line: "*", Array(String(arguments.count).utf8))
    for argument in arguments { self.append(counted: "$", argument) }
  }
}

/// Reads values out of bytes that are known to be whole.
struct RESPParser {
  private let bytes: UnsafeRawBufferPointer
  private var at = 0
  private static let maximumDepth = 64

  init(bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  var isAtEnd: Bool { self.at >= self.bytes.count }

  mutating func value(depth: Int = 0) -> RESPValue? {
    guard depth < Self.maximumDepth, self.at < self.bytes.count else { return nil }
    let type = self.bytes[self.at]
    self.at += 1
    guard let line = self.line() else { return nil }
    switch type {
    case UInt8(ascii: "+"): return .simple(line)
    case UInt8(ascii: "-"): return .error(line)
    case UInt8(ascii: ":"): return .integer(line)
    case UInt8(ascii: ","): return .double(line)
    case UInt8(ascii: "("): return .bigNumber(line)
    case UInt8(ascii: "_"): return line.isEmpty ? .null : nil
    case UInt8(ascii: "#"): return line == [0x74] ? .boolean(true) : line == [0x66] ? .boolean(false) : nil
    case UInt8(ascii: "$"): return line == [0x2D, 0x31] ? .nullBulk : self.counted(line).map { .bulk($0) }
    case UInt8(ascii: "!"): return self.counted(line).map { .blobError($0) }
    case UInt8(ascii: "="): return self.counted(line).map { .verbatim($0) }
    case UInt8(ascii: "*"): return line == [0x2D, 0x31] ? .nullArray : self.values(line, 1, depth).map { .array($0) }
    case UInt8(ascii: "~"): return self.values(line, 1, depth).map { .set($0) }
    case UInt8(ascii: ">"): return self.values(line, 1, depth).map { .push($0) }
    case UInt8(ascii: "%"): return self.values(line, 2, depth).map { .map($0) }
    case UInt8(ascii: "|"):
      guard let about = self.values(line, 2, depth), let value = self.value(depth: depth + 1) else { return nil }
      return .attributed(about, value)
    default: return nil
    }
  }

  private mutating func line() -> [UInt8]? {
    guard let end = self.bytes[self.at...].firstIndex(of: 0x0A) else { return nil }
    let stop = end > self.at && self.bytes[end - 1] == 0x0D ? end - 1 : end
    defer { self.at = end + 1 }
    return Array(self.bytes[self.at..<stop])
  }

  private func number(_ line: [UInt8]) -> Int? { Int(String(decoding: line, as: UTF8.self)) }

  private mutating func counted(_ line: [UInt8]) -> [UInt8]? {
    guard let count = self.number(line), count >= 0, count <= self.bytes.count - self.at else { return nil }
    defer { self.at += count + 2 }
    return Array(self.bytes[self.at..<(self.at + count)])
  }

  private mutating func values(_ line: [UInt8], _ each: Int, _ depth: Int) -> [RESPValue]? {
    guard let count = self.number(line), count >= 0, count <= self.bytes.count else { return nil }
    var values: [RESPValue] = []
    for _ in 0..<(count * each) {
      guard let value = self.value(depth: depth + 1) else { return nil }
      values.append(value)
    }
    return values
  }
}
