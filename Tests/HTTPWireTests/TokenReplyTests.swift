import Foundation
import MockrecCore
import MockrecIdentity
import MockrecWire
import Testing

@testable import HTTPWire

@Suite("Tokens in replies")
struct TokenReplyTests {
  private static let now = Timestamp(seconds: 1_700_000_000)

  private func mock(_ value: String, seed: UInt64 = 1) throws -> Mock {
    let source = SourceText(name: "m.hurl", text: "POST {{api}}/token/{id}\n\nHTTP 200\n```\n\(value)\n```\n")
    let entry = try #require(try NotationParser.parse(source).entries.first)
    let wire = HTTPWire().signing(with: try SigningKeys(seed: seed))
    return try #require(
      try wire.mock(entry, in: source, rules: MatchRules(redactor: Redactor()), services: ContractServices())?.mock)
  }

  private func reply(_ value: String, seed: UInt64 = 1, body: String = "client_id=ada&role=a%22b&scope=") throws
    -> String
  {
    let mock = try self.mock(value, seed: seed)
    var message = Message(start: ["POST", "/token/42", "HTTP/1.1"])
    message.fields.append("Content-Type", "application/x-www-form-urlencoded")
    let request = HTTPWire().request(from: message)
    let asked = MockRequest(
      request: request, key: request.key(MatchRules(redactor: Redactor())), body: Array(body.utf8),
      scope: ContractScope(services: ContractServices(), moment: Self.now, seed: 7), counter: { _ in 1 })
    let made = try #require(mock.render)
    return String(decoding: try made(asked).body.bytes ?? [], as: UTF8.self).trimmingCharacters(in: .newlines)
  }

  private func claims(_ value: String) throws -> String {
    let part = try self.reply(value).split(separator: ".")[1]
    let text = part.replacing("-", with: "+").replacing("_", with: "/")
    let data = Data(base64Encoded: text + String(repeating: "=", count: (4 - text.count % 4) % 4))
    return String(decoding: try #require(data), as: UTF8.self)
  }

  @Test(
    "claims have names and values of the request, or stand in a JSON object",
    arguments: [
      (
        #"{{jwt alg="HS256" sub={{request.form.client_id}} aud="orders" scope={{request.form.scope}} exp="+1h"}}"#,
        #"{"sub":"ada","aud":"orders","exp":1700003600,"iat":1700000000}"#
      ),
      (
        #"{{jwt `{"roles": ["r", {{request.form.role}}], "ctx": {"t": {"id": {{request.path.id toInt}}}}}` alg="HS256" iat="" exp={{now "+2 hours"}}}}"#,
        #"{"roles":["r","a\"b"],"ctx":{"t":{"id":42}},"exp":1700007200}"#
      ),
      (
        #"{{jwt alg="HS256" sub={{request.path.id}} n=5 admin=true nbf="-1m" exp={{now "+1 hour" toEpoch}} iat="now"}}"#,
        #"{"sub":"42","n":5,"admin":true,"nbf":1699999940,"exp":1700003600,"iat":1700000000}"#
      ),
      (#"{{jwt `{"exp": "+5m", "sub": "a"}` alg="HS256" sub="b"}}"#, #"{"exp":1700000300,"sub":"b","iat":1700000000}"#),
      (#"{{jwt alg="HS256"}}"#, #"{"iat":1700000000,"exp":1700003600}"#),
    ])
  func claims(template: String, wanted: String) throws { #expect(try self.claims(template) == wanted) }

  @Test("the same seed, request and moment give the same token", arguments: ["HS256", "RS256", "EdDSA"])
  func deterministic(algorithm: String) throws {
    let template = #"{{jwt alg="\#(algorithm)" sub={{request.form.client_id}} jti={{uuid}}}}"#
    #expect(try self.reply(template) == self.reply(template))
    // RSA's key of a run that keeps none is one for the process.
    if algorithm != "RS256" { #expect(try self.reply(template) != self.reply(template, seed: 2)) }
  }

  @Test("RS256 is meant where no algorithm is named, and a mock that signs says so")
  func usual() throws {
    #expect(try self.mock("{{jwt}}").publishes && !self.mock("{{uuid}}").publishes)
    #expect(try self.reply("{{jwt}}") == self.reply(#"{{jwt alg="rs256"}}"#))
  }

  @Test("keys are published at one place, without a secret, and nowhere else")
  func published() throws {
    let wire = HTTPWire().signing(with: try SigningKeys(seed: 1))
    func keys(_ method: String, _ path: String) -> String? {
      wire.published(to: wire.request(from: Message(start: [method, path, "HTTP/1.1"])))
        .map { String(decoding: $0.body.bytes ?? [], as: UTF8.self) }
    }
    let text = try #require(keys("GET", "/.well-known/jwks.json?x=1"))
    let list = try #require(try JSON.parse(text).object?["keys"]?.array)
    #expect(list.compactMap { $0.object?["kty"]?.string }.sorted() == ["EC", "OKP", "RSA"])
    #expect(list.allSatisfy { $0.object?["d"] == nil && $0.object?["k"] == nil })
    #expect(keys("POST", "/.well-known/jwks.json") == nil && keys("GET", "/jwks.json") == nil)
  }

  @Test(
    "what is wrong is told with its place, when the mock is loaded",
    arguments: [
      (#"{{jwt alg="RS257"}}"#, 12, "tokens are not signed with `RS257`; nearest: RS256"),
      (#"{{jwt sub="a" exp="soon"}}"#, 20, "`exp` is a time, and not `soon`"),
      (#"{{jwt `["a"]`}}"#, 8, "the claims of a token are a JSON object"),
      (#"{{jwt `{"exp": "soon"}`}}"#, 8, "`exp` is a time"),
      (#"{{jwt header="x"}}"#, 15, "the header of a token is a JSON object"),
      (#"{{jwt header=`{"alg":"none"}`}}"#, 15, "cannot say another algorithm than it is signed with"),
      (#"{{jwt sub="x" alg="HS256" sub="y"}}"#, 27, "`sub` is given twice"),
      (#"{{jwt "{}" "{}"}}"#, 3, "`jwt` takes up to 1 argument, not 2"),
      (#"{{jwt sub=request.path.id}}"#, 11, "here a value is expected"),
      (#"{{jwt sub={{request.path.ID}}}}"#, 13, "the path of this entry has no {ID}"),
      (#"{{jwt alg="HS256" secret="0123456789abcdef0123456789abcdef"}}"#, 19, "does not stand in a mock"),
    ])
  func wrong(template: String, column: Int, message: String) throws {
    let problem = try #require(throws: Diagnostic.self) { try self.mock(template) }
    #expect(problem.place?.position.line == 5, "\(problem)")
    #expect(problem.description.contains(message), "\(problem)")
    #expect(!problem.description.contains("0123456789abcdef"))
    #expect(problem.place?.position.column == column, "\(problem)")
  }

  @Test("what cannot be signed for a request is said, without the secret")
  func failure() throws {
    let problem = try #require(throws: MockFailure.self) {
      try self.reply(#"{{jwt alg="HS256" secret={{request.form.client_id}}}}"#)
    }
    #expect(problem.reason.contains("the secret of HS256 is shorter than 32 bytes") && !problem.reason.contains("ada"))
  }
}
