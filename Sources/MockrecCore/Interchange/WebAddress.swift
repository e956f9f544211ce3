/// An `http` or `https` URL taken apart: the origin that it names, and what is asked of it.
package struct WebAddress: Sendable, Hashable {
  /// In lower case, without the scheme's own port: `https://users.example.com:8443`.
  package var origin: String
  /// The host and its port as they stand in `origin`.
  package var authority: String
  /// Path and query, as they go into a request line.
  package var target: String
  /// Whether a user's name or password stood in it; they are not kept.
  package var hadCredentials = false

  /// nil for what is no URL of these schemes.
  ///
  /// What cannot stand in a request line (white space, letters beyond ASCII) is percent-encoded, as browsers do. A fragment
  /// is dropped: it is not sent.
  ///
  /// Source: RFC 3986, section 3; RFC 9110, section 4.2.
  package init?(_ url: String) {
    guard let separator = url.firstRange(of: "://") else { return nil }
    let scheme = url[..<separator.lowerBound].lowercased()
    guard scheme == "http" || scheme == "https" else { return nil }
    let rest = url[separator.upperBound...].prefix { $0 != "#" }
    let end = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
    var authority = rest[..<end]
    if let at = authority.lastIndex(of: "@") {
      self.hadCredentials = true
      authority = authority[authority.index(after: at)...]
    }
    var host = authority.lowercased()
    let ownPort = scheme == "http" ? ":80" : ":443"
    if host.hasSuffix(ownPort) { host.removeLast(ownPort.count) }
    if host.hasSuffix(":") { host.removeLast() }
    guard !host.isEmpty, host.utf8.allSatisfy(Self.isHostByte) else { return nil }
    self.origin = "\(scheme)://\(host)"
    self.authority = host
    let target = Self.escaped(rest[end...])
    self.target = target.utf8.first == UInt8(ascii: "/") ? target : "/" + target
  }

  private static func isHostByte(_ byte: UInt8) -> Bool {
    let isWord = (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte)
    return isWord || ".-_:[]%".utf8.contains(byte)
  }

  private static func escaped(_ text: Substring) -> String {
    guard text.utf8.contains(where: { $0 <= 0x20 || $0 >= 0x7F }) else { return String(text) }
    return PercentCoding.encode(String(text), keeping: "!\"#$%&'()*+,/:;<=>?@[\\]^`{|}")
  }

  /// The names and values of a target's query, percent escapes undone.
  package static func query(of target: String) -> [(name: String, value: String)] {
    guard let mark = target.firstIndex(of: "?") else { return [] }
    return self.pairs(target[target.index(after: mark)...])
  }

  /// The names and values of an `application/x-www-form-urlencoded` text.
  package static func pairs(_ text: Substring) -> [(name: String, value: String)] {
    text.split(separator: "&").map { pair in
      let end = pair.firstIndex(of: "=") ?? pair.endIndex
      return (self.decoded(pair[..<end]), self.decoded(pair[end...].dropFirst()))
    }
  }

  /// Percent escapes undone, and `+` a space.
  package static func decoded(_ text: Substring) -> String {
    let spaced = String(text.map { $0 == "+" ? " " : $0 })
    return PercentCoding.decode(spaced[...]) ?? spaced
  }
}
