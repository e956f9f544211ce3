/// Writes an object of JSON on one line, in ASCII.
struct JSONLine {
  private var bytes: [UInt8] = [UInt8(ascii: "{")]

  init() { self.bytes.reserveCapacity(512) }

  mutating func member(_ name: String, _ value: String) {
    self.key(name)
    self.text(value)
  }

  /// - Parameter number: As JSON writes it.
  mutating func member(_ name: String, number: String) {
    self.key(name)
    self.bytes += number.utf8
  }

  /// Names and values; a name that comes more than once has the list of its values, in their order.
  mutating func member(_ name: String, _ pairs: [(name: String, value: String)]) {
    self.key(name)
    var (order, values): ([String], [String: [String]]) = ([], [:])
    for pair in pairs where values[pair.name, default: []].appended(pair.value) == 1 { order.append(pair.name) }
    self.bytes.append(UInt8(ascii: "{"))
    for (index, name) in order.enumerated() {
      if index > 0 { self.bytes.append(UInt8(ascii: ",")) }
      self.text(name)
      self.bytes.append(UInt8(ascii: ":"))
      self.list(values[name] ?? [])
    }
    self.bytes.append(UInt8(ascii: "}"))
  }

  /// A list of texts; its only one by itself.
  private mutating func list(_ values: [String]) {
    if values.count == 1 { return self.text(values[0]) }
    self.bytes.append(UInt8(ascii: "["))
    for (index, value) in values.enumerated() {
      if index > 0 { self.bytes.append(UInt8(ascii: ",")) }
      self.text(value)
    }
    self.bytes.append(UInt8(ascii: "]"))
  }

  mutating func finish() -> [UInt8] {
    self.bytes.append(UInt8(ascii: "}"))
    return self.bytes
  }

  private mutating func key(_ name: String) {
    if self.bytes.count > 1 { self.bytes.append(UInt8(ascii: ",")) }
    self.text(name)
    self.bytes.append(UInt8(ascii: ":"))
  }

  /// Source: RFC 8259, 7.
  private mutating func text(_ text: String) {
    self.bytes.append(UInt8(ascii: "\""))
    var text = text
    let isPlain = text.withUTF8 { bytes in
      guard bytes.allSatisfy({ 0x20..<0x7F ~= $0 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }) else {
        return false
      }
      self.bytes += bytes
      return true
    }
    if !isPlain { for unit in text.utf16 { self.unit(unit) } }
    self.bytes.append(UInt8(ascii: "\""))
  }

  private mutating func unit(_ unit: UInt16) {
    switch unit {
    case 0x22, 0x5C: self.bytes += [UInt8(ascii: "\\"), UInt8(unit)]
    case 0x0A: self.bytes += "\\n".utf8
    case 0x20..<0x7F: self.bytes.append(UInt8(unit))
    default:
      self.bytes += "\\u".utf8
      for shift in [12, 8, 4, 0] { self.bytes.append(Self.digits[Int(unit >> shift & 15)]) }
    }
  }

  private static let digits = Array("0123456789abcdef".utf8)
}

extension [String] {
  /// - Returns: How many there are with it.
  fileprivate mutating func appended(_ text: String) -> Int {
    self.append(text)
    return self.count
  }
}
