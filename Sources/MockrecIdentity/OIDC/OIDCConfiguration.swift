import MockrecCore

/// Whose identity provider a mock is, and for whom. Everything has a default.
package struct OIDCConfiguration: Sendable {
  /// A program that asks for tokens.
  struct Client: Sendable {
    var name: String
    /// nil for one that keeps no secret.
    var secret: String?
    /// Where users may be sent back to; anywhere where there are none.
    var redirects: [String] = []
    /// Claims of the tokens that it gets for itself.
    var claims = JSONObject()
  }

  struct User: Sendable {
    var name: String
    /// Any is right where there is none.
    var password: String?
    var claims = JSONObject()

    var subject: String { self.claims["sub"]?.string ?? self.name }
  }

  /// nil for the address by which a client reaches the mock.
  var issuer: String?
  var algorithm = SigningAlgorithm.rs256
  /// Whom access tokens are for, where that is not asked for; the client when empty.
  var audience: [String] = []
  /// Of access and ID tokens, in seconds.
  var lifetime = 3600
  /// What may be asked for; anything where there are none.
  var scopes: [String] = []
  /// Any client is known where there are none.
  var clients: [Client] = []
  /// The first is who signs in where nobody else is named; anybody can where there are none.
  var users: [User] = []
  /// Paths of private keys as PEM.
  package var keys: [String] = []
  /// The secret of HS256.
  package var secret: [UInt8]?

  package init() {}

  func client(_ name: String) -> Client? {
    self.clients.isEmpty ? Client(name: name) : self.clients.first { $0.name == name }
  }

  func user(_ name: String) -> User? {
    self.users.isEmpty ? User(name: name) : self.users.first { $0.name == name }
  }

  /// Who signs in where nobody is named.
  var defaultUser: User {
    self.users.first
      ?? User(
        name: "user",
        claims: JSONObject([
          .init(key: "name", value: "Test User"), .init(key: "email", value: "user@example.com"),
          .init(key: "email_verified", value: true),
        ]))
  }
}
