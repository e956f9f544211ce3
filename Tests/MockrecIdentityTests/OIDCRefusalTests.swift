import Crypto
import MockrecCore
import Testing

@testable import MockrecIdentity

@Suite struct OIDCRefusalTests {
  private static let configuration: OIDCConfiguration = {
    var configuration = OIDCConfiguration()
    configuration.clients = [
      .init(name: "web", secret: "s3cr3t word", redirects: ["http://a/cb"]), .init(name: "app"),
    ]
    configuration.users = [.init(name: "ada", password: "pass"), .init(name: "bob")]
    configuration.scopes = ["openid", "read"]
    return configuration
  }()

  @Test(
    "the token endpoint refuses as RFC 6749 says",
    arguments: [
      ("", nil, 400, "invalid_request"),
      ("grant_type=pasword&client_id=app", nil, 400, "unsupported_grant_type"),
      ("grant_type=client_credentials", nil, 401, "invalid_client"),
      ("grant_type=client_credentials&client_id=wep", nil, 401, "invalid_client"),
      ("grant_type=client_credentials&client_id=web", nil, 401, "invalid_client"),
      ("grant_type=client_credentials", "web:wrong", 401, "invalid_client"),
      ("grant_type=client_credentials&client_secret=s3cr3t+word", "web:s3cr3t+word", 400, "invalid_request"),
      ("grant_type=client_credentials&client_id=app", nil, 400, "unauthorized_client"),
      ("grant_type=client_credentials&scope=write", "web:s3cr3t+word", 400, "invalid_scope"),
      ("grant_type=password&client_id=app&username=ada&password=no", nil, 400, "invalid_grant"),
      ("grant_type=password&client_id=app&username=eve&password=no", nil, 400, "invalid_grant"),
      ("grant_type=password&client_id=app&username=ada", nil, 400, "invalid_request"),
      ("grant_type=password&grant_type=password", nil, 400, "invalid_request"),
      ("grant_type=authorization_code&client_id=app&code=unknown", nil, 400, "invalid_grant"),
      ("grant_type=refresh_token&client_id=app&refresh_token=unknown", nil, 400, "invalid_grant"),
    ] as [(String, String?, Int, String)])
  func token(form: String, basic: String?, status: Int, error: String) throws {
    var client = try ProviderClient(Self.configuration)
    let answer = client.token(form, basic: basic)
    #expect(answer.status == status)
    #expect(answer.error == error)
    #expect((answer.fields[first: "WWW-Authenticate"] != nil) == (status == 401))
    let text = String(decoding: answer.body, as: UTF8.self)
    #expect(!text.contains("s3cr3t") && !text.contains("wrong") && !text.contains("pass\""))
  }

  @Test("clients say who they are in the header, with escapes undone, or in the form")
  func clients() throws {
    var client = try ProviderClient(Self.configuration)
    #expect(client.token("grant_type=client_credentials&scope=read", basic: "web:s3cr3t+word").status == 200)
    #expect(client.token("grant_type=client_credentials", basic: "web:s3cr3t%20word").status == 200)
    #expect(client.token("grant_type=client_credentials", basic: "web:s3cr3t word").status == 200)
    #expect(client.token("grant_type=client_credentials&client_id=web&client_secret=s3cr3t%20word").status == 200)
    #expect(client.token("grant_type=password&client_id=app&username=bob&password=any").status == 200)
  }

  @Test("JSON is no form, and says so")
  func json() throws {
    var client = try ProviderClient()
    let request = OIDCRequest(
      method: "POST", target: "/token", fields: Fields([("Content-Type", "application/json")]), body: Array("{}".utf8))
    let answer = client.provider.answer(request, now: 0).response
    #expect(answer.json["error_description"]?.string?.contains("application/x-www-form-urlencoded") == true)
  }

  @Test("a Host of which no address can be made is refused, and any other is the issuer's")
  func hosts() throws {
    var client = try ProviderClient(Self.configuration)
    func ask(_ host: String) -> OIDCResponse {
      let path = "/.well-known/openid-configuration"
      return client.provider.answer(OIDCRequest(method: "GET", target: path, authority: host), now: 0).response
    }
    for host in ["a\"b", "a b", "", ":80", "a:b", "[::1", "a/b", "user@a", "a?b", "::1", "a\\b"] {
      #expect(ask(host).status == 400, "\(host)")
    }
    for host in ["localhost", "login:8080", "a_b.example:", "127.0.0.1:1", "[::1]:80", "[::1]"] {
      #expect(ask(host).json["issuer"]?.string == "http://\(host)", "\(host)")
    }
  }

  @Test("nobody is sent to an address that is not the client's")
  func redirects() throws {
    var client = try ProviderClient(Self.configuration)
    for query in [
      "client_id=web&redirect_uri=http://evil/cb", "client_id=none&redirect_uri=http://a/cb",
      "client_id=app&redirect_uri=/cb", "client_id=app&redirect_uri=http://a/%23x", "client_id=app",
      "client_id=app&redirect_uri=http://a/%0d%0aSet-Cookie:x",
    ] {
      let answer = client.ask("GET", "/authorize?response_type=code&\(query)")
      #expect(answer.status == 400, "\(query)")
      #expect(answer.fields[first: "Location"] == nil)
    }
    #expect(client.ask("GET", "/authorize?response_type=code&client_id=web").status == 302)
  }

  @Test(
    "what else is wrong is told to the client by the user's browser",
    arguments: [
      ("response_type=token", "unsupported_response_type"), ("response_type=code&scope=write", "invalid_scope"),
      ("response_type=code&login_hint=eve", "access_denied"), ("scope=openid", "invalid_request"),
      ("response_type=code&code_challenge=short", "invalid_request"),
      ("response_type=code&response_mode=form_post", "invalid_request"),
    ])
  func authorize(query: String, error: String) throws {
    var client = try ProviderClient(Self.configuration)
    let place = client.ask("GET", "/authorize?client_id=web&redirect_uri=http://a/cb&state=s&\(query)")
      .fields[first: "Location"]
    let given = WebAddress.query(of: place ?? "")
    #expect(given.first { $0.name == "error" }?.value == error)
    #expect(given.first { $0.name == "state" }?.value == "s")
  }

  @Test("a token of no user, or without openid, tells of nobody")
  func userInfo() throws {
    var client = try ProviderClient(Self.configuration)
    let none = client.ask("GET", "/userinfo")
    #expect(none.status == 401)
    #expect(none.fields[first: "WWW-Authenticate"] == "Bearer realm=\"mockrec\"")
    #expect(client.userInfo("forged").status == 401)
    let own = client.token("grant_type=client_credentials", basic: "web:s3cr3t+word")
    #expect(client.userInfo(own.accessToken).error == "insufficient_scope")
    let user = client.token("grant_type=password&client_id=app&username=ada&password=pass&scope=openid")
    #expect(client.userInfo(user.accessToken).json["sub"] == "ada")
  }

  @Test("where there are clients, a stranger may not look into tokens")
  func introspection() throws {
    var client = try ProviderClient(Self.configuration)
    #expect(client.ask("POST", "/introspect", form: "token=x").status == 401)
    #expect(client.ask("POST", "/introspect", form: "token=x&client_id=app").json == ["active": false])
  }

  @Test("bodies, methods and the number of grants are bounded")
  func bounds() throws {
    var client = try ProviderClient()
    #expect(client.ask("POST", "/token", form: String(repeating: "x", count: (64 << 10) + 1)).status == 413)
    let wrong = client.ask("GET", "/token")
    #expect(wrong.status == 405)
    #expect(wrong.fields[first: "Allow"] == "POST")
  }
}

@Suite struct ExpiringTableTests {
  @Test("the oldest is forgotten where there are too many, and what has expired")
  func bounds() {
    var table = ExpiringTable<Int>(limit: 3)
    for number in 0..<10 {
      table.insert("\(number)", number, until: 100, now: 0)
      #expect(table.count <= 3)
    }
    #expect(table.value("6", now: 0) == nil)
    #expect(table.value("9", now: 99) == 9)
    #expect(table.value("9", now: 100) == nil)
    table.insert("later", 1, until: 200, now: 100)
    #expect(table.count == 1)
  }

  @Test("what was taken out leaves no trace, however long another stays")
  func removed() {
    var table = ExpiringTable<Int>(limit: 3)
    table.insert("stays", 0, until: 1000, now: 0)
    for number in 0..<1000 {
      table.insert("\(number)", number, until: 1000, now: 0)
      table.remove("\(number)")
    }
    #expect(table.value("stays", now: 0) == 0)
    #expect(table.remembered <= 7)
  }
}

@Suite struct PKCETests {
  static func challenge(_ verifier: String) -> String { Array(SHA256.hash(data: Array(verifier.utf8))).base64URL }

  @Test("the example of RFC 7636, appendix B")
  func example() {
    #expect(
      Self.challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk") == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")
  }
}
