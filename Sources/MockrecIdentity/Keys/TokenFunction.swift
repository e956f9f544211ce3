import MockrecCore

/// `{{jwt …}}` in templates: a signed token from a few words.
///
/// The words are an algorithm (RS256 where none is named) and claims, each `name=value`, or all of them as one JSON object.
/// A value is JSON where it reads so, and else a text. A time (`exp`, `nbf`, `iat`, `auth_time`) may be counted from now:
/// `exp=+15m`, `exp=-1h`, `nbf=now`. `iat` and `exp`, an hour later, are added; `exp=` leaves one out. `header.kid=other`
/// is a member of the head.
package struct TokenFunction: Sendable {
  private let keys: SigningKeys
  private let issuer: String?

  /// - Parameter issuer: The claim `iss` of tokens that do not name one.
  package init(_ keys: SigningKeys, issuer: String? = nil) {
    self.keys = keys
    self.issuer = issuer
  }

  /// - Parameter now: In milliseconds since 1970.
  /// - Throws: A `Diagnostic` without a place for what cannot be understood.
  /// - Complexity: As `SigningKeys.sign`.
  package func token(_ words: [String], now: Int64) throws(Diagnostic) -> String {
    var words = words[...]
    var algorithm = SigningAlgorithm.rs256
    if let word = words.first, !word.hasPrefix("{"), !word.contains("=") {
      algorithm = try Self.algorithm(word)
      words.removeFirst()
    }
    var (claims, header) = (JSONObject(), JSONObject())
    for word in words {
      if word.hasPrefix("{") {
        guard let object = (try? JSON.parse(word))?.object else {
          throw Diagnostic("the claims of a token are a JSON object, and this is none: \(word.prefix(80))")
        }
        claims = object.members.reduce(claims) { $0.setting($1.key, to: $1.value) }
        continue
      }
      guard let mark = word.firstIndex(of: "="), mark != word.startIndex else {
        throw Diagnostic(
          "a claim is `name=value`, and not `\(word.prefix(80))`", fix: "write `sub=ada` or {\"sub\": \"ada\"}")
      }
      let (name, text) = (String(word[..<mark]), String(word[word.index(after: mark)...]))
      if name.hasPrefix("header.") {
        header = header.setting(String(name.dropFirst(7)), to: Self.value(text))
      } else {
        claims = claims.setting(name, to: try Self.claim(name, text, now: now))
      }
    }
    return try self.keys.sign(self.completed(claims, now: now), header: header, with: algorithm)
  }

  private static func algorithm(_ word: String) throws(Diagnostic) -> SigningAlgorithm {
    let known = SigningAlgorithm.allCases.map(\.rawValue)
    guard let algorithm = SigningAlgorithm.allCases.first(where: { $0.rawValue.equalsIgnoringCase(word) }) else {
      throw Diagnostic(
        "tokens are not signed with `\(word.prefix(80))`", nearest: nearestWord(to: word, among: known),
        fix: "write one of \(known.joined(separator: ", "))")
    }
    return algorithm
  }

  private static let times: Set<String> = ["exp", "nbf", "iat", "auth_time"]
  private static let texts: Set<String> = ["iss", "sub", "jti"]

  /// The value of a claim; null for one that is to be left out.
  private static func claim(_ name: String, _ text: String, now: Int64) throws(Diagnostic) -> JSON {
    if text.isEmpty { return .null }
    if self.texts.contains(name) { return .string(text) }
    guard self.times.contains(name) else { return self.value(text) }
    let second = now / 1000
    if text == "now" { return .number(JSONNumber(second)) }
    guard let sign = text.first, "+-".contains(sign),
      let distance = Duration(parsing: text.dropFirst(), upTo: .seconds(100 * 366 * 86_400))
    else {
      guard let number = JSONNumber(text) else {
        throw Diagnostic(
          "`\(name)` is a time, and not `\(text.prefix(80))`",
          fix: "write it from now, such as +15m or -1h, or in seconds since 1970")
      }
      return .number(number)
    }
    let seconds = distance.components.seconds
    return .number(JSONNumber(sign == "+" ? second + seconds : second - seconds))
  }

  private static func value(_ text: String) -> JSON { (try? JSON.parse(text)) ?? .string(text) }

  /// With what most verifiers want, and without what the call leaves out.
  private func completed(_ claims: JSONObject, now: Int64) -> JSONObject {
    let second = now / 1000
    var members: [JSONObject.Member] = []
    if let issuer = self.issuer, claims["iss"] == nil { members.append(.init(key: "iss", value: .string(issuer))) }
    members += claims.members
    if claims["iat"] == nil { members.append(.init(key: "iat", value: .number(JSONNumber(second)))) }
    if claims["exp"] == nil { members.append(.init(key: "exp", value: .number(JSONNumber(second + 3600)))) }
    return JSONObject(members.filter { !($0.value.isNull && Self.times.union(Self.texts).contains($0.key)) })
  }
}
