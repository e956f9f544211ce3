/// Texts of peers on their way into XML and HTML.
enum Markup {
  /// For the text of an element. Control characters, which XML 1.0 cannot hold, are spelled out (section 2.2).
  static func text(_ text: String) -> String { self.escape(text.printable(lines: true), isAttribute: false) }

  /// For the value of an attribute, between double quotes. Line feeds are kept as references, which parsers do not
  /// turn into blanks.
  static func attribute(_ text: String) -> String { self.escape(text.printable(lines: true), isAttribute: true) }

  private static func escape(_ text: String, isAttribute: Bool) -> String {
    var escaped: [UInt8] = []
    escaped.reserveCapacity(text.utf8.count)
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "&"): escaped += Array("&amp;".utf8)
      case UInt8(ascii: "<"): escaped += Array("&lt;".utf8)
      case UInt8(ascii: ">"): escaped += Array("&gt;".utf8)
      case UInt8(ascii: "\""): escaped += Array("&quot;".utf8)
      case UInt8(ascii: "'"): escaped += Array("&#39;".utf8)
      case UInt8(ascii: "\n") where isAttribute: escaped += Array("&#10;".utf8)
      case UInt8(ascii: "\t") where isAttribute: escaped += Array("&#9;".utf8)
      default: escaped.append(byte)
      }
    }
    return String(decoding: escaped, as: UTF8.self)
  }
}
