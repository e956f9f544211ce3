/// Where a listener binds: `127.0.0.1:8080`, `localhost:0`, `[::1]:0`. Port 0 picks a free one.
public struct HostPort: Sendable, Hashable, CustomStringConvertible {
  /// A name or an address, without the brackets of an IPv6 address.
  public var host: String
  public var port: Int

  public init(host: String, port: Int) {
    self.host = host
    self.port = port
  }

  /// What keeps a text from being an address, and what would work.
  public struct Problem: Error, Sendable, Hashable {
    public var message: String
    public var fix: String
  }

  public init(parsing text: String) throws(Problem) {
    guard let colon = text.lastIndex(of: ":"), !text.hasSuffix("]") else {
      throw Problem(
        message: "`\(text)` has no port",
        fix: Int(text) == nil ? "write \(text.isEmpty ? "127.0.0.1" : text):0" : "write 127.0.0.1:\(text)")
    }
    let digits = text[text.index(after: colon)...]
    guard digits.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), digits.count <= 5, let port = Int(digits),
      port <= 65535
    else { throw Problem(message: "`\(digits)` is no port", fix: "write a number from 0 (any free port) to 65535") }
    var host = text[..<colon]
    if host.hasPrefix("["), host.hasSuffix("]") {
      host = host.dropFirst().dropLast()
      guard host.contains(":"), host.utf8.allSatisfy(Self.isAddressByte) else {
        throw Problem(message: "`[\(host)]` is no IPv6 address", fix: "write [::1]:\(port)")
      }
    } else {
      guard !host.isEmpty else { throw Problem(message: "`\(text)` has no host", fix: "write 127.0.0.1:\(port)") }
      guard !host.contains(":") else {
        throw Problem(message: "an IPv6 address needs brackets", fix: "write \"[\(host)]:\(port)\"")
      }
      guard host.utf8.allSatisfy(Self.isNameByte) else {
        throw Problem(
          message: "`\(host)` is no host name",
          fix: host == "*" ? "write 0.0.0.0:\(port) for every interface" : "write 127.0.0.1:\(port)")
      }
    }
    self.host = String(host)
    self.port = port
  }

  /// Whether only this machine can reach it, as far as the text tells.
  public var isLoopback: Bool {
    self.host == "::1" || self.host.lowercased() == "localhost"
      || (self.host.hasPrefix("127.") && self.host.split(separator: ".").count == 4)
  }

  public var description: String {
    self.host.contains(":") ? "[\(self.host)]:\(self.port)" : "\(self.host):\(self.port)"
  }

  static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"): true
    default: false
    }
  }

  /// Hexadecimal digits, colons, the dots of an embedded IPv4 address, and a zone.
  static func isAddressByte(_ byte: UInt8) -> Bool { byte == 0x3A || byte == 0x25 || self.isNameByte(byte) }
}
