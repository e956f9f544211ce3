/// Messages of a protocol that nobody here speaks.
extension Redactor {
  /// A message in which any text is searched for the usual secrets, and for the service's patterns. What is no text stays
  /// as it is.
  ///
  /// - Complexity: O(`bytes` × patterns).
  package func message(_ bytes: [UInt8]) -> [UInt8] {
    guard self.isOn, Self.isText(bytes) else { return bytes }
    let isPlain = bytes.withUnsafeBytes { self.isPlain($0) }
    return self.patterned(isPlain ? bytes : self.text(bytes))
  }

  /// A message of the client: the words with which line protocols log in are known as well.
  ///
  /// - Parameter answersChallenge: It is a line, and nothing but an answer to a server that asks who its client is.
  package func clientMessage(_ bytes: [UInt8], answersChallenge: Bool) -> [UInt8] {
    guard self.isOn, Self.isText(bytes) else { return bytes }
    let line = bytes.prefix { $0 != 10 && $0 != 13 }
    let secret = answersChallenge ? line.indices : LoginLine.secret(in: line)
    guard let secret, !secret.isEmpty else { return self.message(bytes) }
    var replaced = 0
    let pseudonym = Self.hide(String(decoding: bytes[secret], as: UTF8.self), replaced: &replaced)
    return self.message(bytes[..<secret.lowerBound] + Array(pseudonym.utf8) + bytes[secret.upperBound...])
  }

  private static func isText(_ bytes: [UInt8]) -> Bool {
    !bytes.isEmpty && !bytes.contains(0) && String(validating: bytes, as: UTF8.self) != nil
  }

  /// The text with all that the service's patterns match replaced.
  package func patterned(_ text: [UInt8]) -> [UInt8] {
    guard !self.patterns.isEmpty else { return text }
    return Array(self.patterned(String(decoding: text, as: UTF8.self)).utf8)
  }

  package func patterned(_ text: String) -> String {
    self.patterns.reduce(text) { text, pattern in Self.replaced(pattern, in: text) }
  }

  private static func replaced(_ pattern: Pattern, in text: String) -> String {
    let pseudonyms = Pseudonym.places(in: Array(text.utf8))
    var (result, rest, before, count) = ("", text[...], 0, 0)
    while true {
      let found: [Substring?]?
      // Where the search is given up, what might be a secret is taken for one.
      do { found = try pattern.firstMatch(in: String(rest)) } catch { found = [String(rest)[...]] }
      guard let match = found, let whole = match[0] else { break }
      let groups = match.count > 1 ? match.dropFirst().compactMap { $0 } : [whole]
      // The match's places are those of a copy.
      func offset(_ index: String.Index) -> Int { whole.base.utf8.distance(from: whole.base.startIndex, to: index) }
      var at = 0
      for group in groups {
        let place = offset(group.startIndex)..<offset(group.endIndex)
        // What is a pseudonym already, or a part of one, stays.
        let isHidden = pseudonyms.contains { $0.overlaps((before + place.lowerBound)..<(before + place.upperBound)) }
        guard place.lowerBound >= at, !isHidden else { continue }
        result += Self.slice(rest, at, place.lowerBound) + Self.hide(String(group), replaced: &count)
        at = place.upperBound
      }
      // A match of nothing is passed over, with the character behind it.
      let next = whole.isEmpty ? whole.base[whole.endIndex...].first?.utf8.count ?? 0 : 0
      let end = max(at, offset(whole.endIndex) + next)
      result += Self.slice(rest, at, end)
      guard end > 0, end < rest.utf8.count else { return result }
      rest = rest[rest.utf8.index(rest.startIndex, offsetBy: end)...]
      before += end
    }
    return result + rest
  }

  private static func slice(_ text: Substring, _ from: Int, _ to: Int) -> String {
    String(decoding: text.utf8.dropFirst(from).prefix(max(0, to - from)), as: UTF8.self)
  }
}

/// How line protocols say who their client is: SMTP's and POP3's AUTH, FTP's and POP3's PASS, IMAP's LOGIN and
/// AUTHENTICATE.
///
/// Sources: RFC 4954, 4 (SMTP); RFC 5034, 4 and RFC 1939, 7 (POP3); RFC 959, 4.1.1 (FTP); RFC 9051, 6.2.2 and 6.2.3 (IMAP).
package enum LoginLine {
  /// Where the secret stands in a line without its end; nil where there is none.
  static func secret(in line: ArraySlice<UInt8>) -> Range<Int>? {
    let words = self.words(line)
    func rest(_ index: Int) -> Range<Int>? { index < words.count ? words[index].startIndex..<line.endIndex : nil }
    switch words.first.map(self.name) {
    case "PASS": return rest(1)
    case "AUTH":
      // The name of a mechanism, or what others take for a password.
      return words.count > 1 && self.isMechanism(words[1]) ? rest(2) : rest(1)
    default: break
    }
    guard words.count > 2 else { return nil }
    switch self.name(words[1]) {
    case "LOGIN": return rest(2)
    case "AUTHENTICATE": return rest(3)
    default: return nil
    }
  }

  /// Whether a line begins a dialogue in which the server asks and the client answers with secrets.
  package static func begins(_ line: [UInt8]) -> Bool {
    let words = self.words(line[...])
    return words.first.map(self.name) == "AUTH" || words.count > 1 && self.name(words[1]) == "AUTHENTICATE"
  }

  /// Whether a server's line asks for the next answer: `334 ` in SMTP, `+ ` in POP3 and IMAP.
  package static func isChallenge(_ head: [UInt8]) -> Bool {
    head.first == UInt8(ascii: "+") || head.starts(with: "334".utf8)
  }

  /// The first four words, the last of them with all that follows it.
  private static func words(_ line: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
    line.prefix(1024).split(maxSplits: 3) { $0 == 0x20 || $0 == 9 || $0 == 10 || $0 == 13 }
  }

  private static func name(_ word: ArraySlice<UInt8>) -> String {
    word.count <= 16 ? String(decoding: word, as: UTF8.self).uppercased() : ""
  }

  private static func isMechanism(_ word: ArraySlice<UInt8>) -> Bool {
    let name = self.name(word)
    return self.mechanisms.contains(name) || name.hasPrefix("SCRAM-")
  }

  /// IANA's registry of SASL mechanisms, those that are used with lines; and what FTP's AUTH takes.
  private static let mechanisms: Set<String> = [
    "PLAIN", "LOGIN", "CRAM-MD5", "DIGEST-MD5", "NTLM", "GSSAPI", "GSS-SPNEGO", "EXTERNAL", "ANONYMOUS", "OTP", "SKEY",
    "XOAUTH2", "OAUTHBEARER", "KERBEROS_V4", "KERBEROS_V5", "TLS", "TLS-C", "TLS-P", "SSL",
  ]
}
