/// Who may have what: behind each code and token.
struct OIDCGrant: Sendable {
  /// Tokens that come of one another share it.
  var number: Int
  var client: String
  /// nil where the client has it for itself.
  var user: OIDCConfiguration.User?
  var scopes: [String]
  var audience: String?
  var issuer: String
  /// When the user signed in, in seconds since 1970.
  var signedIn: Int64
  var nonce: String?
}

/// A grant on its way through the user's browser.
struct OIDCCode: Sendable {
  var grant: OIDCGrant
  /// As it was asked with, where it was.
  var redirect: String?
  var challenge: PKCEChallenge?
  var isUsed = false
}
