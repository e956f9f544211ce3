import MockrecCore
import Testing

@testable import MockrecIdentity

@Suite struct OIDCOptionTests {
  /// Nodes of JSON, all of them at one place whose line is the text itself.
  private func node(_ text: String) throws -> OverlayNode {
    OverlayNode(try JSON.parse(text), at: .init(file: "mockrec.yaml", line: 3, column: 1, text: text))
  }

  @Test("everything that can be said")
  func all() throws {
    let configuration = try OIDCConfiguration(
      self.node(
        """
        {"issuer": "https://login.example.com", "algorithm": "ES256", "audience": "api", "lifetime": "5m",
         "scopes": ["openid"], "clients": {"web": {"secret": "s", "redirect": ["http://a/cb"], "claims": {"r": "x"}},
         "app": null}, "users": {"ada": {"password": "p", "email": "ada@example.com", "admin": true}}, "keys": ["a.pem"],
         "secret": "0123456789abcdef0123456789abcdef"}
        """))
    #expect(configuration.issuer == "https://login.example.com")
    #expect(configuration.algorithm == .es256)
    #expect(configuration.audience == ["api"])
    #expect(configuration.lifetime == 300)
    #expect(configuration.clients.map(\.name) == ["web", "app"])
    #expect(configuration.clients[0].redirects == ["http://a/cb"])
    #expect(
      configuration.users[0].claims
        == JSONObject([
          .init(key: "email", value: "ada@example.com"), .init(key: "admin", value: true),
        ]))
    #expect(configuration.keys == ["a.pem"])
  }

  @Test(
    "what is not understood is said with the nearest word",
    arguments: [
      (#"{"algoritm": "RS256"}"#, "the model oidc has no `algoritm`", "`algorithm`"),
      (#"{"algorithm": "RS255"}"#, "`algorithm` is one of HS256, RS256, ES256, EdDSA, and not `RS255`", "RS256"),
      (#"{"clients": {"web": {"secrets": "x"}}}"#, "the client web has no `secrets`", "`secret`"),
      (#"{"issuer": "login"}"#, "the issuer `login` is no URL", nil),
      (#"{"lifetime": "0s"}"#, "a token lives for a second at least", nil),
      (#"{"clients": {"web": {"redirect": "/cb"}}}"#, "the client web cannot be sent back to `/cb`", nil),
      (#"{"secret": "short"}"#, "the secret of HS256 is shorter than 32 bytes", nil),
    ] as [(String, String, String?)])
  func refused(text: String, message: String, nearest: String?) throws {
    let problem = try #require(throws: Diagnostic.self) { try OIDCConfiguration(self.node(text)) }
    #expect(problem.message == message)
    #expect(problem.notes.first { $0.label == "nearest" }?.text == nearest)
    #expect(problem.place?.position.line == 3)
  }
}
