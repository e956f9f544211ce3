import Foundation
import Testing

@Suite("An identity provider in memory", .wholePrograms)
struct OIDCTests {
  private static let secret = "0123456789abcdef0123456789abcdef"

  private func config(_ settings: String, in folder: TemporaryFolder) throws {
    try folder.write("mockrec.yaml", "services:\n  login:\n    listen: 127.0.0.1:0\n    \(settings)\n")
  }

  /// What real libraries see of it, a line a step.
  private func clients(
    _ algorithm: String, in folder: TemporaryFolder, _ more: [String] = [], secret: String = ""
  ) async throws -> Mockrec.Finished {
    let script = Python.script("Clients/oidc_clients.py")
    let ask = "'\(try Python.interpreter)' -W ignore -B '\(script)' $LOGIN_URL \(algorithm) \(secret)"
    return try await Mockrec.run(["replay"] + more + ["--", "sh", "-c", ask], in: folder.path, within: .seconds(90))
  }

  private func model(_ algorithm: String) -> String {
    """
    fake:
          model: oidc
          algorithm: \(algorithm)
          audience: orders
          lifetime: 5m
          secret: \(Self.secret)
          clients:
            web: {secret: web secret+1, redirect: "http://127.0.0.1:9/callback"}
            job: {secret: job-secret, claims: {role: importer}}
          users:
            ada: {password: lovelace, email: ada@example.com}
            bob: {name: Bob, email: bob@example.com}
    """
  }

  @Test(
    "PyJWT, joserfc, Authlib and oauthlib sign in with it, and refuse what they have to",
    arguments: [("RS256", false), ("ES256", true), ("EdDSA", true), ("HS256", false)])
  func libraries(algorithm: String, usesTLS: Bool) async throws {
    let folder = try TemporaryFolder()
    try self.config((usesTLS ? "tls: true\n    " : "") + self.model(algorithm), in: folder)
    let run = try await self.clients(algorithm, in: folder, secret: algorithm == "HS256" ? Self.secret : "")
    let seen = run.stdout.split(separator: "\n").map(String.init).drop { $0 != "ready" }.dropFirst()
    #expect(
      Array(seen) == [
        "issuer True", "client_credentials job orders read importer 300", "password ada",
        "userinfo {'sub': 'ada', 'email': 'ada@example.com'}", "wrong_password InvalidGrantError",
        "redirect True True", "authorization_code bob n-1 Bob False", "userinfo {'sub': 'bob', 'name': 'Bob'}",
        "refresh_token True", "code_twice OAuthError", "taken_back 401", "other_issuer InvalidIssuerError",
        "other_audience InvalidAudienceError", "tampered InvalidSignatureError",
        "other_algorithm InvalidAlgorithmError",
        "jwks HTTP/\(usesTLS ? "2" : "1.1") ['ES256', 'EdDSA', 'RS256']", "unknown 404 miss",
      ], "\(run)")
    #expect(run.status == 0, "\(run)")
    #expect(run.stderr.contains("GET /elsewhere (1×)"), "what it does not know is named: \(run)")
    for secret in ["lovelace", "web secret", "job-secret", Self.secret, "PRIVATE KEY"] {
      #expect(!run.stdout.contains(secret) && !run.stderr.contains(secret))
      // The journal as well.
      for (name, bytes) in try FileTree(folder(".mockrec"), where: { !$0.hasPrefix("keys/") && $0.hasPrefix("j") })
        .files
      {
        #expect(bytes.firstRange(of: Data(secret.utf8)) == nil, "\(secret) in \(name)")
      }
    }
  }

  @Test("an expired token is refused by PyJWT, and the mock's clock made it so")
  func expired() async throws {
    let folder = try TemporaryFolder()
    try self.config("fake: {model: oidc}", in: folder)
    try folder.write(
      "overlays/late.yaml",
      """
      overlay: tokens of two hours ago
      rules:
        - service: login
          match: {method: POST, path: /token}
          fault: {clock: {jump: -2h}}

      """)
    let program = """
      import os, jwt, requests
      url = os.environ["LOGIN_URL"]
      token = requests.post(f"{url}/token", data={"grant_type": "client_credentials", "client_id": "job"}).json()
      key = jwt.PyJWKClient(f"{url}/.well-known/jwks.json").get_signing_key_from_jwt(token["access_token"]).key
      try:
          print(jwt.decode(token["access_token"], key, algorithms=["RS256"], audience="job", issuer=url))
      except jwt.ExpiredSignatureError as error:
          print("expired")
      """
    try folder.write("ask.py", program)
    let run = try await Mockrec.run(
      ["replay", "--overlay", "overlays/late.yaml", "--", try Python.interpreter, "-B", "ask.py"], in: folder.path)
    #expect(run.stdout.hasSuffix("expired\n") && run.status == 0, "\(run)")
  }

  @Test("its keys stay the same from run to run, and are their owner's alone")
  func keys() async throws {
    let folder = try TemporaryFolder()
    try self.config("fake: {model: oidc}", in: folder)
    let ask = ["replay", "--", "sh", "-c", "curl -sS $LOGIN_URL/.well-known/jwks.json"]
    let first = try await Mockrec.run(ask, in: folder.path)
    let second = try await Mockrec.run(ask, in: folder.path)
    #expect(first.status == 0 && first.stdout.contains("\"kid\""), "\(first)")
    #expect(first.stdout.split(separator: "\n").last == second.stdout.split(separator: "\n").last)
    for name in ["rs256.pem", "es256.pem", "eddsa.pem"] {
      let attributes = try FileManager.default.attributesOfItem(atPath: folder(".mockrec/keys/\(name)"))
      #expect(attributes[.posixPermissions] as? Int == 0o600)
    }
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o644], ofItemAtPath: folder(".mockrec/keys/rs256.pem"))
    let exposed = try await Mockrec.run(ask, in: folder.path)
    #expect(exposed.status == 65 && exposed.stderr.contains("chmod 600 .mockrec/keys/rs256.pem"), "\(exposed)")
  }

  @Test(
    "keys that OpenSSL made are used, in each of its forms",
    arguments: [
      "openssl genrsa 2048", "openssl genrsa -traditional 2048", "openssl ecparam -name prime256v1 -genkey",
      "openssl ecparam -name prime256v1 -genkey -noout", "openssl genpkey -algorithm ed25519",
      "openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256",
    ])
  func openSSL(command: String) async throws {
    let folder = try TemporaryFolder()
    let kind = command.contains("genrsa") ? "RSA" : command.contains("ed25519") ? "OKP" : "EC"
    try self.config("fake: {model: oidc, keys: [mine.pem]}", in: folder)
    // The public key by OpenSSL's own reading has to be the one that is served.
    let program = """
      import base64, os, requests
      from cryptography.hazmat.primitives.serialization import load_pem_private_key
      from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm
      text = open("mine.pem").read()
      public = load_pem_private_key(text[text.rindex("-----BEGIN"):].encode(), None).public_key()
      kinds = {"RSA": RSAAlgorithm, "EC": ECAlgorithm, "OKP": OKPAlgorithm}
      wanted = kinds["\(kind)"].to_jwk(public, as_dict=True)
      keys = requests.get(os.environ["LOGIN_URL"] + "/.well-known/jwks.json").json()["keys"]
      served = [key for key in keys if key["kty"] == "\(kind)"]
      print([all(key[name] == wanted[name] for name in ["x", "y", "n", "e"] if name in wanted) for key in served])
      """
    try folder.write("ask.py", program)
    let made = try Child("sh", ["-c", "\(command) > mine.pem"], in: folder.path)
    #expect(try await made.end() == .exit(0), "\(made.transcript)")
    let run = try await Mockrec.run(["replay", "--", try Python.interpreter, "-B", "ask.py"], in: folder.path)
    #expect(run.stdout.hasSuffix("[True]\n"), "\(run)")
  }

  @Test("what it is told and does not understand is said with its place, and without secrets")
  func refused() async throws {
    let folder = try TemporaryFolder()
    for (fake, said) in [
      ("{model: oidc, secret: hunter2, algoritm: ES256}", "nearest: `algorithm`"),
      ("{model: oidc, clients: {web: {secret: hunter2, redirects: [http://a]}}}", "nearest: `redirect`"),
      ("{model: oidc, secret: hunter2}", "shorter than 32 bytes"),
      ("{model: oidc, keys: [none.pem]}", "none.pem cannot be read"),
      ("{model: oidc, keys: [mockrec.yaml]}", "mockrec.yaml holds no private key"),
      ("{model: oidc, state: {a: b}}", "starts from no state"),
    ] {
      try self.config("fake: \(fake)", in: folder)
      let run = try await Mockrec.run(["replay", "--", "true"], in: folder.path)
      #expect(run.status == 65, "\(run)")
      #expect(run.stderr.contains(said) && !run.stderr.contains("hunter2"), "\(run)")
    }
  }
}
