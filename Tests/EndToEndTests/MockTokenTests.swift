import Foundation
import Testing

@Suite("Tokens of mocks", .wholePrograms)
struct MockTokenTests {
  private static let secret = "a secret of thirty-two bytes, and more"

  private static let mocks = #"""
    # mockrec 1
    POST {{cassette}}/token

    HTTP 200
    Content-Type: application/json
    {
      "access_token": "{{jwt `{"roles": ["reader", {{request.form.role}}], "ctx": {"tenant": "{{request.header.X-Tenant}}"}}` alg={{request.form.alg}} iss="http://{{request.header.Host}}" sub={{request.form.client_id}} aud="orders" scope={{request.form.scope}} exp="+1h"}}",
      "token_type": "Bearer",
      "expires_in": 3600
    }

    GET {{cassette}}/expired

    HTTP 200
    `{{jwt sub="ada" aud="orders" iat="-2h" exp="-1h"}}`

    GET {{cassette}}/shared

    HTTP 200
    X-Token: {{jwt alg="HS256" secret={{getEnv "MOCK_SECRET"}} sub="job" aud="orders"}}

    GET {{cassette}}/wrong/{time}

    HTTP 200
    `{{jwt alg="HS256" secret={{getEnv "MOCK_SECRET"}} exp={{request.path.time}}}}`

    """#

  private func folder(_ text: String = mocks) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write("cassette/tokens.hurl", text)
    return folder
  }

  private func run(_ command: String, in folder: TemporaryFolder) async throws -> Mockrec.Finished {
    try await Mockrec.run(
      [
        "replay", "--wire", "http", "--listen", "127.0.0.1:0", "--cassette", "cassette", "--", "sh", "-c", command,
      ], in: folder.path, environment: ["MOCK_SECRET": Self.secret])
  }

  private static func claims(_ algorithm: String) -> [String] {
    [
      "\(algorithm): 3600 {'roles': ['reader', 'admin'], 'ctx': {'tenant': 'say \"hi\"'}, 'iss': True, "
        + "'sub': 'ada', 'aud': 'orders', 'scope': 'read write'}",
      "\(algorithm) joserfc: ada", "\(algorithm) tampered: InvalidSignatureError",
      "\(algorithm) other audience: InvalidAudienceError",
    ]
  }

  @Test("PyJWT and joserfc take the tokens by the keys' URL, and refuse what they have to; no token is kept anywhere")
  func libraries() async throws {
    let folder = try self.folder()
    let client = "'\(try Python.interpreter)' -W ignore -B '\(Python.script("Clients/mock_tokens.py"))' > said.txt"
    let finished = try await self.run(client, in: folder)
    #expect(finished.status == 0, "\(finished)")
    let said = try String(contentsOfFile: folder("said.txt"), encoding: .utf8).split(separator: "\n").map(String.init)
    #expect(
      said == ["RS256", "ES256", "EdDSA"].flatMap(Self.claims) + [
        "other algorithm: InvalidAlgorithmError", "expired: ExpiredSignatureError", "HS256: job",
        "HS256 with another secret: InvalidSignatureError", "HS256 joserfc: job", "keys: ['EC', 'OKP', 'RSA'] False",
      ])
    let tokens = try String(contentsOfFile: folder("tokens.txt"), encoding: .utf8).split(separator: "\n")
    #expect(tokens.count == 3)
    let kept = try FileTree(folder(".mockrec"), where: { !$0.hasPrefix("keys/") }).files
    #expect(kept.contains { $0.key.hasPrefix("journal") })
    for text in tokens.map(String.init) + tokens.map({ String($0.split(separator: ".")[2]) }) + [Self.secret] {
      #expect(!"\(finished)".contains(text))
      for (name, bytes) in kept { #expect(bytes.firstRange(of: Data(text.utf8)) == nil, "\(text) in \(name)") }
    }
  }

  @Test("its keys stay the same from run to run, are counted as served, and an entry of one's own goes before")
  func keys() async throws {
    let folder = try self.folder()
    let ask = "curl -s $CASSETTE_URL/.well-known/jwks.json > said.txt"
    let first = try await self.run(ask, in: folder)
    let keys = try String(contentsOfFile: folder("said.txt"), encoding: .utf8)
    #expect(first.status == 0 && first.stderr.contains("served 1, missed 0, unused 4 of 4"), "\(first)")
    _ = try await self.run(ask, in: folder)
    #expect(try String(contentsOfFile: folder("said.txt"), encoding: .utf8) == keys && keys.contains("\"kid\""))
    let own = "GET {{cassette}}/.well-known/**\n\nHTTP 200\n`own`\n"
    let other = try self.folder(Self.mocks + own)
    _ = try await self.run(ask, in: other)
    #expect(try String(contentsOfFile: other("said.txt"), encoding: .utf8) == "own")
  }

  @Test("without a token there are no keys, made or published")
  func none() async throws {
    let folder = try self.folder("# mockrec 1\nGET {{cassette}}/a/{id}\n\nHTTP 200\n`{{uuid}}`\n")
    let finished = try await self.run(
      "curl -s $CASSETTE_URL/a/1 $CASSETTE_URL/.well-known/jwks.json > said.txt", in: folder)
    #expect(finished.status == 1 && finished.stderr.contains("served 1, missed 1"), "\(finished)")
    #expect(!FileManager.default.fileExists(atPath: folder(".mockrec/keys")))
  }

  @Test("a token that cannot be made is a 500 with the reason, and without the secret")
  func fails() async throws {
    let folder = try self.folder()
    let finished = try await self.run("curl -si $CASSETTE_URL/wrong/soon > said.txt", in: folder)
    let said = try String(contentsOfFile: folder("said.txt"), encoding: .utf8)
    #expect(finished.status == 1 && said.contains("`exp`: an argument of type string cannot be used"), "\(said)")
    #expect(!said.contains(Self.secret) && !"\(finished)".contains(Self.secret))
  }
}
