import MockrecCore

extension Framing {
  /// Why a text is no framing.
  struct Problem: Error {
    var message: String
    var fix: String
    var nearest: String?
  }

  /// As the command line has it: `line`, `idle:50ms`, `connection`, `delimiter:TEXT`,
  /// `length:OFFSET,SIZE[,big|little[,ADJUST]]`. In TEXT, `\r`, `\n`, `\t`, `\0`, `\xHH` and `\\` stand for bytes.
  init(parsing text: String) throws(Problem) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let value = parts.count > 1 ? String(parts[1]) : nil
    guard let kind = Kind(rawValue: String(parts[0])) else {
      throw Problem(
        message: "there is no framing `\(parts[0])`", fix: Self.usage,
        nearest: nearestWord(to: String(parts[0]), among: Kind.allCases.map(\.rawValue)))
    }
    switch (kind, value) {
    case (.line, nil): self = .line
    case (.connection, nil): self = .connection
    case (.idle, let value?): self = .idle(try Self.idle(value))
    case (.delimiter, let value?):
      guard let bytes = Self.unescaped(value), !bytes.isEmpty, bytes.count <= Self.longestDelimiter else {
        throw Problem(message: "`\(value)` is no delimiter", fix: #"write its text, such as delimiter:\r\n.\r\n"#)
      }
      self = .delimiter(bytes)
    case (.length, let value?):
      let words = value.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      guard (2...4).contains(words.count) else {
        throw Problem(message: "`\(value)` is no length", fix: "write length:OFFSET,SIZE,big, such as length:0,2,big")
      }
      self = .length(
        try Self.length(
          offset: words[0], size: words[1], endian: words.count > 2 ? words[2] : nil,
          adjust: words.count > 3 ? words[3] : nil))
    case (.line, _), (.connection, _), (.idle, nil), (.delimiter, nil), (.length, nil):
      throw Problem(message: "`\(text)` is no framing", fix: Self.usage, nearest: nil)
    }
  }

  static let usage = "write line, idle:50ms, connection, delimiter:TEXT or length:OFFSET,SIZE,big"
  static let longestDelimiter = 256

  static func idle(_ text: String) throws(Problem) -> Duration {
    guard let duration = Duration(parsing: text), duration > .zero, duration <= .seconds(60) else {
      throw Problem(message: "`\(text)` is no time above zero and up to a minute", fix: "write 50ms or 1s")
    }
    return duration
  }

  /// Checks the parts of a length field, each as it is written.
  static func length(
    offset: String?, size: String?, endian: String?, adjust: String?
  ) throws(Problem) -> LengthField {
    guard let offset = Int(offset ?? "0"), (0...65_535).contains(offset) else {
      throw Problem(message: "`\(offset ?? "")` is no offset", fix: "write the bytes before the length, 0 to 65535")
    }
    guard let size = size.flatMap({ Int($0) }), LengthField.sizes.contains(size) else {
      throw Problem(
        message: size.map { "`\($0)` is no size of a length" } ?? "a length has a `size`",
        fix: "write the bytes that the length takes: 1, 2, 3, 4 or 8")
    }
    guard let order = LengthField.Endian(rawValue: endian ?? "big") else {
      throw Problem(
        message: "`\(endian ?? "")` is not one of big, little", fix: "write big or little",
        nearest: nearestWord(to: endian ?? "", among: ["big", "little"]))
    }
    guard let added = Int(adjust ?? "0"), (-65_535...65_535).contains(added) else {
      throw Problem(
        message: "`\(adjust ?? "")` is no adjustment",
        fix: "write what is to be added to the length, such as 4 or -4, to give the bytes behind it")
    }
    return LengthField(offset: offset, size: size, endian: order, adjust: added)
  }

  /// Why a wire cannot be told this; nil where it can.
  func problem(of wire: String, _ framings: [Kind]) -> Problem? {
    guard !framings.contains(self.kind) else { return nil }
    return Problem(
      message: "the wire `\(wire)` has no framing `\(self.kind.rawValue)`",
      fix: framings.isEmpty ? "leave it out" : "use \(framings.map(\.rawValue).joined(separator: " or "))")
  }

  private static func unescaped(_ text: String) -> [UInt8]? {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "\\") else {
        bytes.append(byte)
        continue
      }
      switch rest.popFirst() {
      case UInt8(ascii: "r"): bytes.append(13)
      case UInt8(ascii: "n"): bytes.append(10)
      case UInt8(ascii: "t"): bytes.append(9)
      case UInt8(ascii: "0"): bytes.append(0)
      case UInt8(ascii: "\\"): bytes.append(UInt8(ascii: "\\"))
      case UInt8(ascii: "x"):
        guard rest.count >= 2, let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) else {
          return nil
        }
        bytes.append(value)
        rest = rest.dropFirst(2)
      default: return nil
      }
    }
    return bytes
  }
}
