import Foundation
import MockrecCore
import Testing

@testable import MockrecIdentity

/// A provider as a client sees it, with a clock that the test turns.
struct ProviderClient {
  var provider: OIDCProvider
  /// In seconds since 1970.
  var now: Int64 = 1_700_000_000

  init(_ configuration: OIDCConfiguration = OIDCConfiguration(), seed: UInt64 = 7) throws {
    self.provider = try OIDCProvider(configuration, keys: SigningKeys(seed: seed), seed: seed)
  }

  mutating func ask(
    _ method: String, _ target: String, form: String? = nil, fields: [(String, String)] = [],
    authority: String = "idp.test:8080"
  ) -> OIDCResponse {
    let type = form == nil ? [] : [("Content-Type", "application/x-www-form-urlencoded")]
    let request = OIDCRequest(
      method: method, target: target, fields: Fields(type + fields), body: Array((form ?? "").utf8),
      authority: authority)
    return self.provider.answer(request, now: self.now * 1000).response
  }

  mutating func token(_ form: String, basic: String? = nil) -> OIDCResponse {
    let fields = basic.map { [("Authorization", "Basic \(Data($0.utf8).base64EncodedString())")] } ?? []
    return self.ask("POST", "/token", form: form, fields: fields)
  }

  /// A code from the authorization endpoint.
  mutating func code(_ query: String) throws -> String {
    let place = try #require(self.ask("GET", "/authorize?response_type=code&\(query)").fields[first: "Location"])
    return try #require(WebAddress.query(of: place).first { $0.name == "code" }?.value, "\(place)")
  }

  mutating func userInfo(_ token: String) -> OIDCResponse {
    self.ask("GET", "/userinfo", fields: [("Authorization", "Bearer \(token)")])
  }
}

extension OIDCResponse {
  var json: JSON { (try? JSON.parse(String(decoding: self.body, as: UTF8.self))) ?? .null }
  var error: String? { self.json["error"]?.string }
  var accessToken: String { self.json["access_token"]?.string ?? "" }
}

/// A token's claims, unverified.
func claims(of token: String) throws -> JSON {
  let parts = token.split(separator: ".")
  try #require(parts.count == 3)
  var text = String(parts[1]).replacing("-", with: "+").replacing("_", with: "/")
  while text.count % 4 != 0 { text += "=" }
  return try JSON.parse(String(decoding: try #require(Data(base64Encoded: text)), as: UTF8.self))
}

@Suite struct OIDCFlowTests {
  private static let verifier = String(repeating: "v", count: 43)
  /// The challenge of the verifier: base64url of its SHA-256.
  private static let challenge = "code_challenge_method=S256&code_challenge=\(sha256(verifier))"

  private static func sha256(_ text: String) -> String { PKCETests.challenge(text) }

  @Test("discovery, keys and tokens name the address that the client asked")
  func issuer() throws {
    var client = try ProviderClient()
    let document = client.ask("GET", "/.well-known/openid-configuration").json
    #expect(document["issuer"] == "http://idp.test:8080")
    #expect(document["token_endpoint"] == "http://idp.test:8080/token")
    #expect(client.ask("GET", "/.well-known/oauth-authorization-server").json == document)
    #expect(client.ask("GET", "/.well-known/jwks.json").json["keys"]?.array?.count == 3)
    let token = client.token("grant_type=client_credentials&client_id=job").accessToken
    #expect(try claims(of: token)["iss"] == "http://idp.test:8080")
    #expect(try claims(of: token)["sub"] == "job")
  }

  @Test("an issuer with a path has everything below it, and is reached where the client asks")
  func configuredIssuer() throws {
    var configuration = OIDCConfiguration()
    configuration.issuer = "https://login.example.com/realms/test"
    var client = try ProviderClient(configuration)
    let document = client.ask("GET", "/realms/test/.well-known/openid-configuration").json
    #expect(document["issuer"] == "https://login.example.com/realms/test")
    #expect(document["jwks_uri"] == "http://idp.test:8080/realms/test/.well-known/jwks.json")
    #expect(client.ask("GET", "/.well-known/oauth-authorization-server/realms/test").json == document)
    #expect(client.ask("POST", "/token", form: "grant_type=password").status == 404)
  }

  @Test("a code with PKCE gives tokens once, and coming twice takes them back")
  func codeFlow() throws {
    var client = try ProviderClient()
    let redirect = "redirect_uri=http%3A%2F%2F127.0.0.1%2Fcb"
    let asked = client.ask(
      "GET",
      "/authorize?response_type=code&client_id=web&\(redirect)&scope=openid%20email&state=a%26b&nonce=n1&"
        + Self.challenge)
    #expect(asked.status == 302)
    let place = try #require(asked.fields[first: "Location"])
    let given = Dictionary(uniqueKeysWithValues: WebAddress.query(of: place).map { ($0.name, $0.value) })
    #expect(place.hasPrefix("http://127.0.0.1/cb?code="))
    #expect(given["state"] == "a&b")
    #expect(given["iss"] == "http://idp.test:8080")
    let form = "grant_type=authorization_code&client_id=web&\(redirect)&code=\(given["code"] ?? "")"
    #expect(client.token(form).error == "invalid_grant")
    #expect(client.token("\(form)&code_verifier=\(String(repeating: "w", count: 43))").error == "invalid_grant")
    let tokens = client.token("\(form)&code_verifier=\(Self.verifier)")
    #expect(tokens.status == 200)
    #expect(tokens.fields[first: "Cache-Control"] == "no-store")
    let id = try claims(of: tokens.json["id_token"]?.string ?? "")
    #expect(id["nonce"] == "n1")
    #expect(id["aud"] == "web")
    #expect(id["email"] == "user@example.com")
    #expect(id["name"] == nil, "the scope profile was not asked for")
    #expect(client.userInfo(tokens.accessToken).json["sub"] == "user")
    #expect(client.token("\(form)&code_verifier=\(Self.verifier)").error == "invalid_grant")
    #expect(client.userInfo(tokens.accessToken).status == 401)
  }

  @Test("a code expires after a minute, a token after its lifetime, by the time that is passed in")
  func expiry() throws {
    var configuration = OIDCConfiguration()
    configuration.lifetime = 300
    var client = try ProviderClient(configuration)
    let form = try
      "grant_type=authorization_code&client_id=web&code=\(client.code("client_id=web&redirect_uri=app:/x"))"
    client.now += 60
    #expect(client.token(form + "&redirect_uri=app:/x").error == "invalid_grant")
    let token = client.token("grant_type=password&client_id=web&username=ada&password=x&scope=openid")
    #expect(token.json["expires_in"] == 300)
    client.now += 299
    #expect(client.userInfo(token.accessToken).json["sub"] == "ada")
    client.now += 1
    let late = client.userInfo(token.accessToken)
    #expect(late.status == 401)
    #expect(late.fields[first: "WWW-Authenticate"]?.contains("error=\"invalid_token\"") == true)
  }

  @Test("a refresh token is used once, and grants no more than was granted")
  func refresh() throws {
    var client = try ProviderClient()
    let first = client.token("grant_type=password&client_id=web&username=ada&password=x&scope=openid+a")
    let refresh = "grant_type=refresh_token&client_id=web&refresh_token=\(first.json["refresh_token"]?.string ?? "")"
    #expect(client.token("\(refresh)&scope=a+b").error == "invalid_scope")
    let second = client.token("\(refresh)&scope=a")
    #expect(second.json["scope"] == "a")
    #expect(second.accessToken != first.accessToken)
    #expect(client.token(refresh).error == "invalid_grant")
  }

  @Test("tokens are looked into, and taken back")
  func introspection() throws {
    var client = try ProviderClient()
    let tokens = client.token("grant_type=password&client_id=web&username=ada&password=x&scope=openid")
    let refresh = tokens.json["refresh_token"]?.string ?? ""
    #expect(client.ask("POST", "/introspect", form: "token=\(tokens.accessToken)").json["username"] == "ada")
    #expect(client.ask("POST", "/revoke", form: "token=\(refresh)").status == 200)
    #expect(client.ask("POST", "/introspect", form: "token=\(tokens.accessToken)").json == ["active": false])
    #expect(client.ask("POST", "/revoke", form: "token=unknown").status == 200)
  }

  @Test("the same seed and requests give the same answers")
  func deterministic() throws {
    func play() throws -> [OIDCResponse] {
      var client = try ProviderClient()
      return [
        client.ask("GET", "/authorize?response_type=code&client_id=web&redirect_uri=http://a/cb"),
        client.token("grant_type=password&client_id=web&username=ada&password=x&scope=openid"),
      ]
    }
    #expect(try play() == play())
  }

  @Test("who signs out is sent on")
  func logout() throws {
    var client = try ProviderClient()
    let sent = client.ask("GET", "/logout?post_logout_redirect_uri=http%3A%2F%2Fa%2Fbye%3Fx%3D1&state=s")
    #expect(sent.fields[first: "Location"] == "http://a/bye?x=1&state=s")
    #expect(client.ask("GET", "/logout").status == 200)
  }

  @Test("an unknown path gets what there is")
  func miss() throws {
    var client = try ProviderClient()
    let miss = client.ask("GET", "/users/1?secret=x")
    #expect(miss.status == 404)
    #expect(miss.fields[first: "X-Mockrec"] == "miss")
    #expect(miss.json["paths"]?.array?.contains("POST /token") == true)
    #expect(!miss.json.description.contains("secret"))
  }
}
