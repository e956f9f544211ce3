import MockrecCore
import Testing

@testable import MockrecIdentity

@Suite struct TokenFunctionTests {
  private func token(_ words: [String], issuer: String? = nil) throws -> String {
    try TokenFunction(SigningKeys(seed: 1), issuer: issuer).token(words, now: 1_700_000_000_500)
  }

  @Test(
    "words become claims",
    arguments: [
      (["sub=ada"], #"{"sub":"ada","iat":1700000000,"exp":1700003600}"#),
      (
        ["sub=42", "n=42", "b=true", #"l=["x"]"#, "t=a=b"],
        #"{"sub":"42","n":42,"b":true,"l":["x"],"t":"a=b","iat":1700000000,"exp":1700003600}"#
      ),
      (["exp=-1h", "nbf=+1m", "iat=now"], #"{"exp":1699996400,"nbf":1700000060,"iat":1700000000}"#),
      (["exp=5", "iat="], #"{"exp":5}"#),
      ([#"{"sub":"a","exp":1.0}"#, "sub=b", "iat="], #"{"sub":"b","exp":1.0}"#),
      ([], #"{"iat":1700000000,"exp":1700003600}"#),
    ] as [([String], String)])
  func claims(words: [String], text: String) throws {
    let parts = try self.token(["HS256"] + words).split(separator: ".")
    #expect(parts[1] == Array(text.utf8).base64URL[...])
  }

  @Test("RS256 is meant where no algorithm is named, and the issuer is added")
  func defaults() throws {
    let token = try self.token(["sub=ada", "header.typ=at+jwt"], issuer: "http://idp")
    let identifier = try #require(try SigningKeys(seed: 1).identifier(.rs256))
    #expect(token.hasPrefix(Array(#"{"alg":"RS256","kid":"\#(identifier)","typ":"at+jwt"}"#.utf8).base64URL + "."))
    #expect(try MockrecIdentityTests.claims(of: token)["iss"] == "http://idp")
    #expect(try MockrecIdentityTests.claims(of: self.token(["iss=other"], issuer: "http://idp"))["iss"] == "other")
    #expect(try self.token(["eddsa"]) == self.token(["EdDSA"]))
  }

  @Test(
    "what is not understood is said",
    arguments: [
      (["RS257"], "tokens are not signed with `RS257`"), (["HS256", "ada"], "a claim is `name=value`, and not `ada`"),
      (["{\"sub\":"], "the claims of a token are a JSON object, and this is none: {\"sub\":"),
      (["exp=soon"], "`exp` is a time, and not `soon`"),
      (["header.alg=none"], "the header of a token cannot say another algorithm than it is signed with"),
    ])
  func refused(words: [String], message: String) throws {
    let problem = try #require(throws: Diagnostic.self) { try self.token(words) }
    #expect(problem.message == message)
  }
}
