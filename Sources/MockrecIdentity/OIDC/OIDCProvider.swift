import Crypto
import MockrecCore

/// An identity provider in memory: OpenID Connect's and OAuth's server side as a machine without sockets or a clock.
///
/// The same requests at the same times get the same answers under the same seed and keys, but for ES256, which signs with
/// a random number. Nobody is shown a page to sign in: whoever is sent here is sent back at once.
///
/// Source: OpenID Connect Core 1.0, Discovery 1.0 and RP-Initiated Logout 1.0; RFC 6749, 6750, 7009, 7636, 7662, 8414, 9207.
package struct OIDCProvider: Sendable {
  var configuration: OIDCConfiguration
  let keys: SigningKeys
  private let seed: UInt64
  private var drawn = 0
  private var grants = 0
  var codes = ExpiringTable<OIDCCode>(limit: Self.mostGrants)
  var accessTokens = ExpiringTable<OIDCGrant>(limit: Self.mostGrants)
  var refreshTokens = ExpiringTable<OIDCGrant>(limit: Self.mostGrants)

  /// Codes, and tokens of each kind, that are known at a time.
  static let mostGrants = 10_000
  /// The longest body, in bytes.
  package static let longestBody = 64 << 10
  /// Milliseconds for which a code and a refresh token are good.
  static let codeLifetime: Int64 = 60_000
  static let refreshLifetime: Int64 = 30 * 86_400_000

  /// - Throws: A `Diagnostic` for keys that cannot be had.
  package init(_ configuration: OIDCConfiguration, keys: SigningKeys, seed: UInt64) throws(Diagnostic) {
    self.configuration = configuration
    self.keys = keys
    self.seed = seed
    // What is wrong with a key is said now rather than to the first client.
    _ = try keys.jwks()
    _ = try keys.identifier(configuration.algorithm)
  }

  /// What a request is answered.
  ///
  /// - Parameter now: In milliseconds since 1970.
  /// - Returns: The endpoint as well; nil where there is none at this path.
  package mutating func answer(_ request: OIDCRequest, now: Int64) -> (response: OIDCResponse, endpoint: OIDCEndpoint?)
  {
    guard let endpoint = OIDCEndpoint(path: request.path, below: self.base) else { return (self.miss(request), nil) }
    // What it says of itself would be no address.
    guard request.isAddressed else {
      return (OIDCResponse(status: 400, OAuthError(.invalidRequest, "Host is no host and port").json), endpoint)
    }
    guard endpoint.methods.contains(request.method) else {
      let allowed = endpoint.methods.joined(separator: ", ")
      let error = OAuthError(.invalidRequest, "\(endpoint.path) is asked with \(allowed)")
      return (OIDCResponse(status: 405, error.json, fields: [("Allow", allowed)]), endpoint)
    }
    guard request.body.count <= Self.longestBody else {
      let error = OAuthError(.invalidRequest, "the body is longer than \(Self.longestBody) bytes")
      return (OIDCResponse(status: 413, error.json), endpoint)
    }
    do throws(OAuthError) {
      return (try self.answer(request, to: endpoint, now: now), endpoint)
    } catch {
      return (self.refusal(error, of: request), endpoint)
    }
  }

  private mutating func answer(
    _ request: OIDCRequest, to endpoint: OIDCEndpoint, now: Int64
  ) throws(OAuthError) -> OIDCResponse {
    switch endpoint {
    case .configuration: OIDCResponse(self.document(for: request))
    case .jwks: OIDCResponse(try Self.made { () throws(Diagnostic) in try self.keys.jwks() })
    case .authorize: try self.authorize(request, now: now)
    case .token: try self.token(request, now: now)
    case .userinfo: self.userInfo(request, now: now)
    case .introspect: try self.introspect(request, now: now)
    case .revoke: try self.revoke(request)
    case .logout: try self.logout(request)
    }
  }

  /// Keys were had when the provider was made.
  static func made<Value>(_ make: () throws(Diagnostic) -> Value) throws(OAuthError) -> Value {
    do throws(Diagnostic) { return try make() } catch { throw OAuthError(.invalidRequest, error.message) }
  }

  /// Source: RFC 6749, section 5.2.
  private func refusal(_ error: OAuthError, of request: OIDCRequest) -> OIDCResponse {
    guard error.code == .invalidClient else {
      return OIDCResponse(status: 400, error.json, fields: OIDCResponse.unstored)
    }
    return OIDCResponse(
      status: 401, error.json, fields: [("WWW-Authenticate", "Basic realm=\"mockrec\"")] + OIDCResponse.unstored)
  }

  /// As tokens and the configuration name it.
  func issuer(for request: OIDCRequest) -> String { self.configuration.issuer ?? request.origin }

  /// The path below which everything is.
  var base: String {
    guard let issuer = self.configuration.issuer, let address = WebAddress(issuer) else { return "" }
    return address.target.hasSuffix("/") ? String(address.target.dropLast()) : address.target
  }

  /// An identifier that nobody guesses who has not the seed.
  mutating func draw() -> String {
    self.drawn += 1
    return String(Array(SHA256.hash(data: Array("mockrec oidc \(self.seed) \(self.drawn)".utf8))).base64URL.prefix(32))
  }

  mutating func nextGrant() -> Int {
    self.grants += 1
    return self.grants
  }

  private func miss(_ request: OIDCRequest) -> OIDCResponse {
    let paths = OIDCEndpoint.allCases.map { endpoint in
      JSON.string("\(endpoint.methods.filter { $0 != "HEAD" }.joined(separator: "|")) \(self.base)\(endpoint.path)")
    }
    return OIDCResponse(
      status: 404,
      [
        "error": .string("the model oidc has nothing at \(request.method) \(request.path.prefix(200))"),
        "issuer": .string(self.issuer(for: request)), "paths": .array(paths),
        "fix": "ask one of these paths",
      ], fields: [("X-Mockrec", "miss")])
  }
}
