import MockrecCore

/// `{{jwt …}}` in templates: a signed token from claims as people write them.
///
/// A time (`exp`, `nbf`, `iat`, `auth_time`) may be counted from now: `+15m`, `-1h`, `now`. `iat` and `exp`, an hour later,
/// are added; a claim that is an empty text is left out.
package struct TokenFunction: Sendable {
  /// What is meant where none is named.
  package static let usual = SigningAlgorithm.rs256

  private let keys: SigningKeys

  package init(_ keys: SigningKeys) { self.keys = keys }

  /// - Parameters:
  ///   - secret: What HS256 signs with, in the place of its key.
  ///   - now: In milliseconds since 1970.
  /// - Throws: A `Diagnostic` without a place for what cannot be understood.
  /// - Complexity: As `SigningKeys.sign`.
  package func token(
    _ claims: JSONObject, header: JSONObject = JSONObject(), with algorithm: SigningAlgorithm, secret: [UInt8]? = nil,
    now: Int64
  ) throws(Diagnostic) -> String {
    var read = JSONObject()
    for member in claims.members {
      read = read.setting(member.key, to: try Self.claim(member.key, member.value, now: now))
    }
    let keys = try secret.map { secret throws(Diagnostic) in try SigningKeys(secret: secret, seed: 0) } ?? self.keys
    guard secret == nil || algorithm.isSymmetric else {
      throw Diagnostic("\(algorithm.rawValue) signs with no secret", fix: "write alg=\"HS256\"")
    }
    return try keys.sign(self.completed(read, now: now), header: header, with: algorithm)
  }

  /// An algorithm by its name, whatever its case.
  package static func algorithm(_ word: String) throws(Diagnostic) -> SigningAlgorithm {
    let known = SigningAlgorithm.allCases.map(\.rawValue)
    guard let algorithm = SigningAlgorithm.allCases.first(where: { $0.rawValue.equalsIgnoringCase(word) }) else {
      throw Diagnostic(
        "tokens are not signed with `\(word.prefix(80))`", nearest: nearestWord(to: word, among: known),
        fix: "write one of \(known.joined(separator: ", "))")
    }
    return algorithm
  }

  /// Fails for claims that cannot be understood, at whatever time they are made.
  package static func check(_ claims: JSONObject) throws(Diagnostic) {
    for member in claims.members { _ = try self.claim(member.key, member.value, now: 0) }
  }

  private static let times: Set<String> = ["exp", "nbf", "iat", "auth_time"]
  private static let texts: Set<String> = ["iss", "sub", "jti"]

  /// The value of a claim; null for one that is to be left out.
  private static func claim(_ name: String, _ value: JSON, now: Int64) throws(Diagnostic) -> JSON {
    if self.times.contains(name) { return try self.time(name, value, now: now) }
    // Source: RFC 7519, section 4.1.
    if self.texts.contains(name), case .number = value { return .string(value.description) }
    return value
  }

  private static func time(_ name: String, _ value: JSON, now: Int64) throws(Diagnostic) -> JSON {
    let second = now / 1000
    switch value {
    case .number, .null, .string(""): return value
    case .string("now"): return .number(JSONNumber(second))
    case .string(let text):
      if let number = JSONNumber(text) { return .number(number) }
      guard let sign = text.first, "+-".contains(sign),
        let distance = Duration(parsing: text.dropFirst(), upTo: .seconds(100 * 366 * 86_400))
      else { break }
      let seconds = distance.components.seconds
      return .number(JSONNumber(sign == "+" ? second + seconds : second - seconds))
    case .bool, .array, .object: break
    }
    throw Diagnostic(
      "`\(name)` is a time, and not `\((value.string ?? value.description).prefix(80))`",
      fix: "write it from now, such as +15m or -1h, or in seconds since 1970")
  }

  /// With what most verifiers want, and without what the call leaves out.
  private func completed(_ claims: JSONObject, now: Int64) -> JSONObject {
    let second = now / 1000
    var members = claims.members
    if claims["iat"] == nil { members.append(.init(key: "iat", value: .number(JSONNumber(second)))) }
    if claims["exp"] == nil { members.append(.init(key: "exp", value: .number(JSONNumber(second + 3600)))) }
    return JSONObject(
      members.filter { member in
        let isKnown = Self.times.contains(member.key) || Self.texts.contains(member.key)
        return member.value.string?.isEmpty != true && !(isKnown && member.value.isNull)
      })
  }
}
