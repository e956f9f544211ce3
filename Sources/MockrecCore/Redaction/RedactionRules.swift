/// Whose values are secrets: what a configuration can change about redaction.
///
/// Names are compared without regard to letter case, `-` and `_` (see `FoldedName`).
package struct RedactionRules: Sendable, Hashable {
  /// False leaves everything as it is: nothing is looked for.
  package var isOn = true
  /// Fields of messages: headers and trailers.
  package var headers: [String]
  /// Parameters of a URL's query or fragment.
  package var queryNames: [String]
  /// Keys of JSON objects, form fields, multipart parts and options of commands.
  package var keys: [String]
  /// Whoever's name ends so is a secret in all of these places.
  package var endings: [String]
  /// What a secret looks like in bytes of no known grammar: what the groups match, or without a group the whole match.
  package var patterns: [Pattern] = []
  /// Names that are shown although they end so.
  package private(set) var shown: [String] = []

  package init(
    isOn: Bool = true, endings: [String] = [], headers: [String], queryNames: [String], keys: [String]
  ) {
    self.isOn = isOn
    self.endings = endings
    self.headers = headers
    self.queryNames = queryNames
    self.keys = keys
  }

  /// What is hidden when nothing is configured.
  package static let standard = RedactionRules(
    endings: [
      "password", "passwd", "passphrase", "secret", "api-key", "private-key", "access-token", "auth-token",
      "refresh-token", "session-token", "security-token", "bearer-token",
    ],
    headers: everywhere + ["Cookie2", "X-Forwarded-Authorization"],
    queryNames: everywhere + ["sig", "signature", "x-amz-signature", "x-amz-credential", "x-goog-signature"],
    keys: everywhere + ["cookies"])

  /// Nothing is hidden.
  package static let off = RedactionRules(isOn: false, headers: [], queryNames: [], keys: [])

  /// Hides the values of `name` wherever it stands.
  package mutating func add(_ name: String) {
    self.headers.append(name)
    self.queryNames.append(name)
    self.keys.append(name)
  }

  /// Shows the values of `name` wherever it stands. What has the shape of a well-known secret stays hidden.
  package mutating func remove(_ name: String) {
    self.shown.append(name)
    let folded = FoldedName(name).hash
    self.headers.removeAll { FoldedName($0).hash == folded }
    self.queryNames.removeAll { FoldedName($0).hash == folded }
    self.keys.removeAll { FoldedName($0).hash == folded }
  }

  /// Secret in every place: services echo headers in bodies, and take tokens in queries.
  private static let everywhere = [
    "Authorization", "Proxy-Authorization", "Cookie", "Set-Cookie",
    "api-key", "x-api-key", "x-api-token", "x-auth-token", "auth-token", "x-access-token", "x-auth-key",
    "x-amz-security-token", "x-csrf-token", "x-xsrf-token", "csrf-token", "csrfmiddlewaretoken",
    "x-vault-token", "x-consul-token", "private-token", "job-token", "x-functions-key",
    "ocp-apim-subscription-key", "x-gitlab-token", "x-session-token", "x-session-id",
    "password", "passwd", "pwd", "passphrase", "password-confirmation",
    "secret-token",
    "secret", "client-secret", "secret-key", "secret-access-key", "aws-secret-access-key",
    "token", "access-token", "refresh-token", "id-token", "bearer-token", "session-token", "client-assertion",
    "private-key", "access-key", "access-key-id", "aws-access-key-id",
    "session-id", "jsessionid", "phpsessid", "connect.sid",
  ]

  /// Names whose values are made anew for every request. A hash of such a value would make each recording differ from
  /// the last, so all of them get one pseudonym.
  static let oneTime = NameSet([
    "signature", "sig", "x-amz-signature", "x-goog-signature", "response", "nonce", "cnonce", "nc", "opaque", "mac",
    "ts", "oauth_signature", "oauth_nonce", "oauth_timestamp",
  ])
}
