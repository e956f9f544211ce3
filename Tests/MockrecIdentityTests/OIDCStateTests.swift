import MockrecCore
import Testing

@testable import MockrecIdentity

@Suite struct OIDCStateTests {
  private var client: ProviderClient

  init() throws {
    var configuration = OIDCConfiguration()
    let claims: JSON = ["email": "ada@example.com", "level": 3]
    configuration.users = [
      .init(name: "ada", password: "right", claims: try #require(claims.object)), .init(name: "bob"),
    ]
    configuration.clients = [.init(name: "web", secret: "s3cret", redirects: ["https://web.test/back"])]
    self.client = try ProviderClient(configuration)
  }

  private static func node(_ state: JSON) -> OverlayNode {
    OverlayNode(state, at: Diagnostic.Place(SourceText(name: "state", text: ""), at: 0))
  }

  private mutating func seed(_ state: JSON, replacing: Bool) throws {
    try self.client.provider.seed(Self.node(state), replacing: replacing)
  }

  private var contents: JSON { self.client.provider.contents(now: self.client.now * 1000) }

  private mutating func status(_ user: String, _ password: String, client: String = "web:s3cret") -> Int {
    self.client.token("grant_type=password&username=\(user)&password=\(password)", basic: client).status
  }

  @Test("of who is changed, what is not said stays: password, secret, addresses, claims and the place in the list")
  mutating func changed() throws {
    try self.seed(
      ["users": ["ada": ["email": "new@example.com"]], "clients": ["web": ["claims": ["a": 1]]]], replacing: false)
    #expect(self.contents["users"] == ["ada": ["email": "new@example.com", "level": 3], "bob": [:]])
    #expect(self.contents["clients"] == ["web": ["redirect": ["https://web.test/back"], "claims": ["a": 1]]])
    #expect(self.status("ada", "right") == 200)
    #expect(self.status("ada", "wrong") == 400)
    #expect(self.status("ada", "right", client: "web:other") == 401)
  }

  @Test("what is shown can be put back, codes and tokens too: who signs in needs the same password as before")
  mutating func putBack() throws {
    #expect(self.status("ada", "right") == 200)
    let shown = self.contents
    #expect(shown["accessTokens"]?.array?.count == 1)
    try self.seed(shown, replacing: true)
    #expect(self.contents["users"] == shown["users"] && self.contents["clients"] == shown["clients"])
    #expect(self.contents["accessTokens"] == [])
    #expect(self.status("ada", "wrong") == 400)
    #expect(self.status("ada", "right", client: "web:other") == 401)
    #expect(self.status("ada", "right") == 200)
  }

  @Test("what is put has no claim that is not said, and forgets who is not named, password and all")
  mutating func replaced() throws {
    try self.seed(["users": ["ada": ["level": 4]], "clients": self.contents["clients"] ?? [:]], replacing: true)
    #expect(self.contents["users"] == ["ada": ["level": 4]])
    #expect(self.status("ada", "wrong") == 400)
    try self.seed(["users": ["eve": [:]], "clients": self.contents["clients"] ?? [:]], replacing: true)
    try self.seed(["users": ["ada": [:]]], replacing: false)
    #expect(self.status("ada", "anything") == 200)
  }

  @Test("a password is taken away by null, and only while it is served")
  mutating func takenAway() throws {
    try self.seed(["users": ["ada": ["password": .null]]], replacing: false)
    #expect(self.status("ada", "anything") == 200)
    #expect(throws: Diagnostic.self) { try OIDCConfiguration(Self.node(["users": ["ada": ["password": .null]]])) }
  }

  @Test(
    "where one word is wrong nothing is changed",
    arguments: [["users": ["ada": 1]], ["codes": ["a": 1]], ["token": []]] as [JSON])
  mutating func refused(_ wrong: JSON) throws {
    let before = self.contents
    let state = JSONObject((["clients": ["new": [:]]] as JSON).object!.members + wrong.object!.members)
    #expect(throws: Diagnostic.self) { try self.seed(.object(state), replacing: true) }
    #expect(self.contents == before)
  }
}
