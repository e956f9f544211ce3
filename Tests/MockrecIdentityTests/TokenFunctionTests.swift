import MockrecCore
import Testing

@testable import MockrecIdentity

@Suite struct TokenFunctionTests {
  private func token(
    _ claims: String, header: String = "{}", with algorithm: SigningAlgorithm = .hs256, secret: String? = nil
  ) throws -> String {
    try TokenFunction(SigningKeys(seed: 1)).token(
      #require(JSON.parse(claims).object), header: #require(JSON.parse(header).object), with: algorithm,
      secret: secret.map { Array($0.utf8) }, now: 1_700_000_000_500)
  }

  @Test(
    "claims as people write them",
    arguments: [
      (#"{"sub": "ada"}"#, #"{"sub":"ada","iat":1700000000,"exp":1700003600}"#),
      (
        #"{"sub": 42, "n": 42, "b": true, "l": ["x", {"y": null}], "t": "a=b"}"#,
        #"{"sub":"42","n":42,"b":true,"l":["x",{"y":null}],"t":"a=b","iat":1700000000,"exp":1700003600}"#
      ),
      (#"{"exp": "-1h", "nbf": "+1m", "iat": "now"}"#, #"{"exp":1699996400,"nbf":1700000060,"iat":1700000000}"#),
      (#"{"exp": "5", "iat": "", "scope": "", "sub": null}"#, #"{"exp":5}"#),
      (#"{"exp": 1.0, "sub": "a", "sub": "b", "iat": ""}"#, #"{"exp":1.0,"sub":"b"}"#),
      ("{}", #"{"iat":1700000000,"exp":1700003600}"#),
    ] as [(String, String)])
  func claims(text: String, wanted: String) throws {
    let parts = try self.token(text).split(separator: ".")
    #expect(parts[1] == Array(wanted.utf8).base64URL[...])
  }

  @Test("a head of its own, a secret of its own, and names of algorithms in any case")
  func more() throws {
    let token = try self.token("{}", header: #"{"typ": "at+jwt"}"#, with: .rs256)
    let identifier = try #require(try SigningKeys(seed: 1).identifier(.rs256))
    #expect(token.hasPrefix(Array(#"{"alg":"RS256","kid":"\#(identifier)","typ":"at+jwt"}"#.utf8).base64URL + "."))
    #expect(try TokenFunction.algorithm("eddsa") == .edDSA)
    let secret = String(repeating: "s", count: 32)
    #expect(try self.token("{}", secret: secret) != self.token("{}"))
    #expect(try self.token("{}", secret: secret) == self.token("{}", secret: secret))
  }

  @Test("what is not understood is said")
  func refused() throws {
    func message(_ body: () throws -> String) throws -> String {
      try #require(throws: Diagnostic.self) { try body() }.message
    }
    #expect(try message { try TokenFunction.algorithm("RS257").rawValue } == "tokens are not signed with `RS257`")
    #expect(try message { try self.token(#"{"exp": "soon"}"#) } == "`exp` is a time, and not `soon`")
    #expect(try message { try self.token(#"{"nbf": [1]}"#) } == "`nbf` is a time, and not `[1]`")
    #expect(
      try message { try self.token("{}", header: #"{"alg": "none"}"#) }
        == "the header of a token cannot say another algorithm than it is signed with")
    #expect(try message { try self.token("{}", secret: "short") } == "the secret of HS256 is shorter than 32 bytes")
    #expect(
      try message { try self.token("{}", with: .es256, secret: String(repeating: "s", count: 32)) }
        == "ES256 signs with no secret")
  }
}
