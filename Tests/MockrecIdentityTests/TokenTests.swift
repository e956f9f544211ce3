import Crypto
import JWTKit
import MockrecCore
import Testing

@testable import MockrecIdentity

@Suite struct TokenTests {
  private let claims = JSONObject([
    .init(key: "sub", value: "ada"), .init(key: "n", value: .number(JSONNumber("1.50")!)),
    .init(key: "a", value: ["x", true]),
  ])

  /// What jwt-kit reads of a token that it has verified.
  private struct Claims: JWTPayload {
    var sub: String
    var n: Double

    func verify(using algorithm: some JWTAlgorithm) {}
  }

  @Test("jwt-kit verifies each algorithm's token by the public keys", arguments: SigningAlgorithm.allCases)
  func verified(algorithm: SigningAlgorithm) async throws {
    let secret = "a secret of at least thirty-two bytes"
    let keys = try SigningKeys(secret: Array(secret.utf8), seed: 1)
    let token = try keys.sign(self.claims, with: algorithm)
    let others = JWTKeyCollection()
    if algorithm.isSymmetric {
      await others.add(hmac: HMACKey(from: secret), digestAlgorithm: .sha256)
    } else {
      try await others.add(jwksJSON: keys.jwks().description)
    }
    let read = try await others.verify(token, as: Claims.self)
    #expect(read.sub == "ada")
    #expect(read.n == 1.5)
    await #expect(throws: (any Error).self) { try await others.verify(token + "A", as: Claims.self) }
  }

  @Test("claims stand in a token as they were given")
  func order() throws {
    let keys = try SigningKeys(seed: 1)
    let parts = try keys.sign(self.claims, header: JSONObject([.init(key: "typ", value: "at+jwt")]), with: .edDSA)
      .split(separator: ".")
    #expect(parts[1] == Array(#"{"sub":"ada","n":1.50,"a":["x",true]}"#.utf8).base64URL[...])
    let identifier = try #require(try keys.identifier(.edDSA))
    #expect(parts[0] == Array(#"{"alg":"EdDSA","kid":"\#(identifier)","typ":"at+jwt"}"#.utf8).base64URL[...])
  }

  @Test("a head may name another key, and no other algorithm")
  func heads() throws {
    let keys = try SigningKeys(seed: 1)
    let token = try keys.sign(self.claims, header: JSONObject([.init(key: "kid", value: "other")]), with: .hs256)
    #expect(token.hasPrefix(Array(#"{"alg":"HS256","kid":"other","typ":"JWT"}"#.utf8).base64URL + "."))
    #expect(throws: Diagnostic.self) {
      try keys.sign(self.claims, header: JSONObject([.init(key: "alg", value: "none")]), with: .hs256)
    }
  }

  @Test("the same seed gives the same tokens, where the algorithm draws nothing", arguments: [1, 2, 99])
  func sameSeed(seed: UInt64) throws {
    let (one, other) = (try SigningKeys(seed: seed), try SigningKeys(seed: seed))
    for algorithm in [SigningAlgorithm.hs256, .rs256, .edDSA] {
      #expect(try one.sign(self.claims, with: algorithm) == other.sign(self.claims, with: algorithm))
    }
    #expect(try one.jwks() == other.jwks())
    let third = try SigningKeys(seed: seed + 1)
    for algorithm in [SigningAlgorithm.hs256, .es256, .edDSA] {
      #expect(try one.sign(self.claims, with: algorithm) != third.sign(self.claims, with: algorithm))
    }
  }

  @Test("tokens are signed from all threads at once")
  func parallel() async throws {
    let keys = try SigningKeys(seed: 1)
    let wanted = try keys.sign(self.claims, with: .edDSA)
    await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<64 {
        group.addTask { (0..<20).allSatisfy { _ in (try? keys.sign(self.claims, with: .edDSA)) == wanted } }
      }
      for await isSame in group { #expect(isSame) }
    }
  }

  @Test("public keys are named by their thumbprints, and the secret is not among them")
  func publicKeys() throws {
    let keys = try #require(try SigningKeys(seed: 1).jwks()["keys"]?.array)
    #expect(keys.map { $0["alg"]?.string } == ["RS256", "ES256", "EdDSA"])
    #expect(keys.allSatisfy { $0["d"] == nil && $0["k"] == nil && $0["kid"]?.string?.utf8.count == 43 })
  }

  @Test("a thumbprint is that of RFC 8037")
  func thumbprint() throws {
    // RFC 8037, appendix A.1 and A.3.
    let seed: [UInt8] = [
      0x9d, 0x61, 0xb1, 0x9d, 0xef, 0xfd, 0x5a, 0x60, 0xba, 0x84, 0x4a, 0xf4, 0x92, 0xec, 0x2c, 0xc4,
      0x44, 0x49, 0xc5, 0x69, 0x7b, 0x32, 0x69, 0x19, 0x70, 0x3b, 0xac, 0x03, 0x1c, 0xae, 0x7f, 0x60,
    ]
    let key = SigningKey(try Curve25519.Signing.PrivateKey(rawRepresentation: seed))
    #expect(key.identifier == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k")
    #expect(key.jwk?["x"] == "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")
  }

  @Test("a short secret is refused, and not told")
  func shortSecret() throws {
    let problem = try #require(throws: Diagnostic.self) { try SigningKeys(secret: Array("tiny-secret".utf8), seed: 1) }
    #expect(problem.message == "the secret of HS256 is shorter than 32 bytes")
    #expect(!problem.description.contains("tiny"))
  }
}
