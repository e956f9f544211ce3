import MockrecCore

/// Where a user's browser is sent, and what it brings there.
struct OIDCRedirect {
  enum Mode: String { case query, fragment }

  var place: String
  var mode = Mode.query

  /// Whether it is a whole address without a fragment, of whatever scheme: apps have their own.
  ///
  /// Source: RFC 6749, section 3.1.2.
  static func isPlace(_ text: String) -> Bool {
    guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")), colon != text.startIndex else { return false }
    let scheme = text[..<colon]
    let isScheme = scheme.utf8.allSatisfy { byte in
      (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20)
        || "+-.".utf8.contains(byte)
    }
    return isScheme && text.utf8.count > scheme.utf8.count + 1
      && text.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "#") }
  }

  func response(_ parameters: [(String, String?)]) -> OIDCResponse {
    let text = parameters.compactMap { name, value in value.map { "\(name)=\(PercentCoding.encode($0))" } }
      .joined(separator: "&")
    let mark = self.mode == .fragment ? "#" : self.place.contains("?") ? "&" : "?"
    let place = text.isEmpty ? self.place : self.place + mark + text
    return OIDCResponse(status: 302, fields: [("Location", place)] + OIDCResponse.unstored)
  }
}
