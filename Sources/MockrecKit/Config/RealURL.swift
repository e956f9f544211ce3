/// The address of a real service, taken apart: `https://user:secret@users.example.com:8443/base`.
///
/// Printing it never shows the user's name and password.
public struct RealURL: Sendable, Hashable, CustomStringConvertible {
  /// In lower case.
  public var scheme: String
  /// `user:password` as written, percent escapes and all.
  public var userInfo: String?
  /// A name or an address, without the brackets of an IPv6 address.
  public var host: String
  /// Nil where the scheme's own is meant.
  public var port: Int?
  /// What stands before every request's path, without a slash at its end; mostly empty.
  public var basePath: String

  public struct Problem: Error, Sendable, Hashable {
    public var message: String
    public var fix: String
  }

  /// - Parameter schemes: Those that the service's wire speaks; the first one is what a fix proposes.
  ///
  /// Source: RFC 3986, section 3. Query and fragment have no meaning here and are refused.
  public init(parsing text: String, schemes: [String]) throws(Problem) {
    let proposal = "\(schemes.first ?? "http")://"
    guard let separator = text.firstRange(of: "://") else {
      throw Problem(message: "`\(maskUserInfo(text))` is no URL", fix: "write \(proposal)HOST:PORT")
    }
    self.scheme = text[..<separator.lowerBound].lowercased()
    guard schemes.contains(self.scheme) else {
      throw Problem(
        message: "the scheme `\(self.scheme)` is none of this wire",
        fix: "write \(schemes.joined(separator: ":// or "))://…")
    }
    let rest = text[separator.upperBound...]
    guard rest.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else {
      throw Problem(message: "a URL holds no white space", fix: "write a space as %20")
    }
    guard !rest.contains(where: { $0 == "?" || $0 == "#" }) else {
      throw Problem(
        message: "a query or fragment means nothing in the address of a service", fix: "end it before the ? or #")
    }
    let pathStart = rest.firstIndex(of: "/") ?? rest.endIndex
    var authority = rest[..<pathStart]
    if let at = authority.lastIndex(of: "@") {
      self.userInfo = String(authority[..<at])
      authority = authority[authority.index(after: at)...]
    }
    self.basePath = String(rest[pathStart...])
    while self.basePath.hasSuffix("/") { self.basePath.removeLast() }
    (self.host, self.port) = try Self.hostAndPort(authority, proposal: proposal)
  }

  private static func hostAndPort(_ authority: Substring, proposal: String) throws(Problem) -> (String, Int?) {
    let isAddress = authority.hasPrefix("[")
    let hostEnd = isAddress ? authority.firstIndex(of: "]").map(authority.index(after:)) : authority.firstIndex(of: ":")
    let end = hostEnd ?? authority.endIndex
    var host = authority[..<end]
    if isAddress { host = hostEnd == nil ? "" : host.dropFirst().dropLast() }
    guard !host.isEmpty, host.utf8.allSatisfy(isAddress ? HostPort.isAddressByte : HostPort.isNameByte) else {
      throw Problem(
        message: host.isEmpty ? "the URL has no host" : "`\(host)` is no host", fix: "write \(proposal)HOST:PORT")
    }
    guard end < authority.endIndex else { return (String(host), nil) }
    let digits = authority[end...].dropFirst()
    guard authority[end] == ":", digits.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), digits.count <= 5,
      let port = Int(digits), (1...65535).contains(port)
    else { throw Problem(message: "`\(digits)` is no port", fix: "write a number from 1 to 65535, or leave it out") }
    return (String(host), port)
  }

  public var description: String {
    let host = self.host.contains(":") ? "[\(self.host)]" : self.host
    return "\(self.scheme)://\(host)\(self.port.map { ":\($0)" } ?? "")\(self.basePath)"
  }
}

/// The same text with a star for each character of a URL's `user:password`.
///
/// The length stays, so that a caret still points at the right column. All up to the last `@` of the word goes: rather
/// too much than half a password.
func maskUserInfo(_ text: String) -> String {
  var masked = ""
  var rest = text[...]
  while let separator = rest.firstRange(of: "://") {
    masked += rest[..<separator.upperBound]
    rest = rest[separator.upperBound...]
    let word = rest.prefix { !$0.isWhitespace && $0 != "\"" && $0 != "'" }
    guard let at = word.lastIndex(of: "@") else { continue }
    masked += String(repeating: "*", count: word[..<at].unicodeScalars.count)
    rest = rest[at...]
  }
  return masked + rest
}

/// A line of YAML with stars in the place of what stands behind `secret:` and `password:`. The length stays.
func maskSecrets(_ line: String) -> String {
  guard line.contains("secret") || line.contains("password") else { return line }
  return line.replacing(/((?:secret|password)["']?\s*:\s*)("[^"]*"|'[^']*'|[^\s"',{}][^,}]*)/) { match in
    match.1 + String(repeating: "*", count: match.2.unicodeScalars.count)
  }
}
