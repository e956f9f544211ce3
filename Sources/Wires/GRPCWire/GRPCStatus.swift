/// The status of a call, by its number.
///
/// Source: grpc/grpc, doc/statuscodes.md.
enum GRPCStatus {
  static let names = [
    "OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS",
    "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED",
    "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED",
  ]

  /// The name of a status as it is sent; the number itself where it has none. What is no status is unknown to clients as
  /// well.
  static func name(_ number: String) -> String {
    guard let number = Int(number), Self.range.contains(number) else { return "UNKNOWN" }
    return Self.names.indices.contains(number) ? Self.names[number] : String(number)
  }

  private static let range = 0...999

  /// The number of a status by its name, or by itself; nil for what is neither.
  static func number(_ name: String) -> Int? {
    Self.names.firstIndex(of: name) ?? Int(name).flatMap { Self.range.contains($0) ? $0 : nil }
  }

  static let field = "grpc-status"
  static let messageField = "grpc-message"
  static let detailsField = "grpc-status-details-bin"

  /// A status's message as it is sent: bytes beyond visible ASCII, and `%`, are percent-encoded.
  static func encoded(_ message: String) -> String {
    var text = ""
    for byte in message.utf8 {
      if (0x20...0x7E).contains(byte), byte != UInt8(ascii: "%") {
        text.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        let digits = String(byte, radix: 16, uppercase: true)
        text += "%" + (digits.count == 1 ? "0" : "") + digits
      }
    }
    return text
  }

  /// The message that was sent so. What is no escape stays as it is.
  static func decoded(_ text: String) -> String {
    guard text.utf8.contains(UInt8(ascii: "%")) else { return text }
    let bytes = Array(text.utf8)
    var result: [UInt8] = []
    var at = 0
    while at < bytes.count {
      if bytes[at] == UInt8(ascii: "%"), at + 2 < bytes.count,
        let value = UInt8(String(decoding: bytes[(at + 1)...(at + 2)], as: UTF8.self), radix: 16)
      {
        result.append(value)
        at += 3
      } else {
        result.append(bytes[at])
        at += 1
      }
    }
    return String(validating: result, as: UTF8.self) ?? text
  }
}
