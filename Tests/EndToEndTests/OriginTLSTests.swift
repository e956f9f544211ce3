import Foundation
import Testing

@Suite("A real service over TLS that wants more", .wholePrograms)
struct OriginTLSTests {
  private struct Real {
    let nginx: RealServer
    let folder: TemporaryFolder

    func settings(_ settings: [String], host: String = "localhost") throws {
      try self.folder.write(
        "mockrec.yaml",
        "services:\n  users:\n    real: https://\(host):\(self.nginx.port)\n" + settings.map { "    \($0)\n" }.joined())
    }
  }

  /// nginx that wants a certificate of its clients, `client.pem` in its folder.
  private static func real() async throws -> Real {
    let nginx = try await RealServer.nginxWithTLS(verifiesClients: true)
    return Real(nginx: nginx, folder: try TemporaryFolder())
  }

  @Test("an authority, a client's certificate and another name: recorded and verified")
  func all() async throws {
    let real = try await Self.real()
    let own = real.nginx.folder
    // The certificate is for localhost, and not for the address.
    try real.settings(
      [
        "ca: \(own("ca.pem"))", "cert: \(own("client/ca.pem"))", "key: \(own("client/key.pem"))",
        "server-name: localhost",
      ], host: "127.0.0.1")
    let recording = try await ask(real)
    #expect(recording.status == 0 && recording.stdout.contains("\"alice\""), "\(recording)")
    let verified = try await Mockrec.run(["verify", "cassettes/users"], in: real.folder.path)
    #expect(verified.status == 0 && verified.stdout.contains("agree 1"), "\(verified)")
    try own.write("www/data.json", #"{"id": 43}"#)
    let drifted = try await Mockrec.run(["verify", "cassettes/users"], in: real.folder.path)
    #expect(drifted.status == 1, "\(drifted)")
    try await real.nginx.stop()
  }

  @Test("what is missing is told with the key that gives it, and nothing is recorded")
  func missing() async throws {
    let real = try await Self.real()
    let own = real.nginx.folder
    let client = ["cert: \(own("client/ca.pem"))", "key: \(own("client/key.pem"))"]
    for (settings, host, hint) in [
      (client, "localhost", "`ca: FILE`"),
      (["ca: \(own("ca.pem"))"] + client, "127.0.0.1", "`server-name: NAME`"),
      (["ca: \(own("ca.pem"))", "server-name: users.example"] + client, "localhost", "`server-name: NAME`"),
    ] {
      try real.settings(settings, host: host)
      let recording = try await ask(real)
      #expect(recording.stdout.hasSuffix("\n502"), "\(recording)")
      #expect(recording.stderr.contains(hint), "\(settings): \(recording)")
      #expect(try FileTree(real.folder("cassettes/users")).entries == [])
    }
    // nginx answers who has no certificate, and says so.
    try real.settings(["ca: \(own("ca.pem"))"])
    let refused = try await ask(real)
    #expect(refused.stdout.contains("No required SSL certificate was sent"), "\(refused)")
    try await real.nginx.stop()
  }

  @Test("insecure believes anybody, and says so loudly")
  func insecure() async throws {
    let nginx = try await RealServer.nginxWithTLS()
    let real = Real(nginx: nginx, folder: try TemporaryFolder())
    try real.settings(["insecure: true"], host: "127.0.0.1")
    let recording = try await ask(real)
    #expect(recording.status == 0 && recording.stdout.contains("\"alice\""), "\(recording)")
    #expect(
      recording.stderr.contains("warning: users: the real service's certificate is not looked at"), "\(recording)")
    let verified = try await Mockrec.run(["verify", "cassettes/users"], in: real.folder.path)
    #expect(verified.status == 0 && verified.stdout.contains("agree 1"), "\(verified)")
    #expect(verified.stderr.contains("warning: users: the real service's certificate is not looked at"), "\(verified)")
    try await nginx.stop()
  }

  @Test("files that are none, and settings without TLS, are told before anything listens")
  func unusable() async throws {
    let folder = try TemporaryFolder()
    try folder.write("none.pem", "nothing\n")
    let record = ["record", "--wire", "http", "--cassette", "c", "--real"]
    for (words, status, hint) in [
      (["https://localhost:1", "--ca", "none.pem"], 64, "`ca` cannot be used: none.pem"),
      (["https://localhost:1", "--ca", "missing.pem"], 64, "missing.pem is missing"),
      (["https://localhost:1", "--cert", "none.pem"], 64, "`cert` cannot be used"),
      (["https://localhost:1", "--key", "none.pem"], 64, "`key` goes with `cert`"),
      (["http://localhost:1", "--insecure"], 64, "write https://"),
    ] {
      let run = try await Mockrec.run(record + words, in: folder.path)
      #expect(run.status == Int32(status) && run.stderr.contains(hint), "\(run)")
    }
    for (settings, hint) in [
      ("wire: udp\n    tls: true", "the wire `udp` is not spoken over TLS\n  --> mockrec.yaml:4:10"),
      ("tls: yes", "`tls` is true or false, not `yes`"),
      ("real: http://localhost\n    insecure: true", "and `real` begins with http://\n  --> mockrec.yaml:4:15"),
      ("real: https://localhost\n    key: k.pem", "`key` goes with `cert`"),
      ("real: https://localhost\n    sever-name: x", "nearest: `server-name`"),
    ] {
      try folder.write("mockrec.yaml", "services:\n  users:\n    \(settings)\n")
      let run = try await Mockrec.run(["record"], in: folder.path)
      #expect(run.status == 65 && run.stderr.contains(hint), "\(settings): \(run)")
    }
  }

  private func ask(_ real: Real) async throws -> Mockrec.Finished {
    try await Mockrec.run(
      ["record", "--", "sh", "-c", "curl -s -w '\\n%{http_code}' $USERS_URL/data.json"], in: real.folder.path)
  }
}
