/// A certificate of `localhost` that vouches for itself: `ca.pem` and `key.pem` in a folder.
struct Certificate {
  let file: String
  let key: String

  init(in folder: String) async throws {
    (file, key) = ("\(folder)/ca.pem", "\(folder)/key.pem")
    let made = try Child(
      "openssl",
      [
        "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
        "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", file,
      ])
    guard try await made.end() == .exit(0) else {
      throw Failed(what: "no certificate; install openssl with `apt-get install openssl`\n\(made.transcript)")
    }
  }
}
