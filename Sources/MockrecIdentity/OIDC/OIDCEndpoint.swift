/// What a provider can be asked, by its name in the journal.
package enum OIDCEndpoint: String, Sendable, CaseIterable {
  case configuration, jwks, authorize, token, userinfo, introspect, revoke, logout

  /// Below the issuer's path.
  package var path: String {
    switch self {
    case .configuration: "/.well-known/openid-configuration"
    case .jwks: "/.well-known/jwks.json"
    case .authorize: "/authorize"
    case .token: "/token"
    case .userinfo: "/userinfo"
    case .introspect: "/introspect"
    case .revoke: "/revoke"
    case .logout: "/logout"
    }
  }

  var methods: [String] {
    switch self {
    case .configuration, .jwks: ["GET", "HEAD"]
    case .authorize, .userinfo, .logout: ["GET", "POST"]
    case .token, .introspect, .revoke: ["POST"]
    }
  }

  /// The same document under the name that OAuth alone gives it. Source: RFC 8414, section 3.
  static let otherConfiguration = "/.well-known/oauth-authorization-server"

  /// - Parameter base: The issuer's path, without a slash at its end.
  init?(path: Substring, below base: String) {
    // OAuth puts its name before the issuer's path, OpenID Connect behind it.
    if path == Self.otherConfiguration + base || path == base + Self.otherConfiguration {
      self = .configuration
    } else if path.hasPrefix(base), let endpoint = Self.allCases.first(where: { $0.path == path.dropFirst(base.count) })
    {
      self = endpoint
    } else {
      return nil
    }
  }
}
