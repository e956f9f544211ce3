import Foundation
import Testing

@Suite("A real Redis over TLS, with user, password and database", .wholePrograms)
struct RedisTLSTests {
  private static let password = "hunter2secret"

  @Test("a client that knows none of it is recorded, replayed without the real one, and verified")
  func loop() async throws {
    let redis = try await RealServer.redisWithTLS("--user", "app", "on", ">\(Self.password)", "allkeys", "+@all")
    let real = "rediss://app:\(Self.password)@localhost:\(redis.port)/3"
    let trust = ["SSL_CERT_FILE": redis.folder("ca.pem")]
    let folder = try TemporaryFolder()
    let recorder = try await Mockrec.record(real, in: folder.path, environment: trust)
    #expect(try await session(recorder) == ["OK", "alice", "app", "3"])
    let recording = try await recorder.stop()
    #expect(recording.status == 0, "\(recording)")

    let verify = [
      "verify", "--wire", "redis", "--cassette", "cassette", "--real", real, "--report", "json=report.json",
    ]
    let agreed = try await Mockrec.run(verify + ["--include-unsafe"], in: folder.path, environment: trust)
    #expect(agreed.status == 0 && agreed.stdout.contains("agree 4"), "\(agreed)")
    // Who is asked by a contract is asked over TLS, too, and in the same database.
    try folder.write(
      "mockrec.yaml", "services: {cassette: {wire: redis, real: \"\(real)\", cassette: cassette}}\n")
    try folder.write("contracts/user.hurl", "REDIS {{cassette}} GET user:1\n\nREDIS\n\"alice\"\n")
    let contract = try await Mockrec.run(["verify", "contracts/user.hurl"], in: folder.path, environment: trust)
    #expect(contract.status == 0 && contract.stdout.contains("agree 1"), "\(contract)")
    try await redis.stop()
    let gone = try await Mockrec.run(verify, in: folder.path, environment: trust)
    #expect(gone.status == 69, "\(gone)")

    let replayer = try await Mockrec.replay(in: folder.path, wire: "redis")
    #expect(try await session(replayer) == ["OK", "alice", "app", "3"])
    let replay = try await replayer.stop()
    #expect(replay.status == 0, "\(replay)")

    #expect(!"\(recording)\(agreed)\(contract)\(gone)\(replay)".contains(Self.password))
    // What a person wrote down themselves is theirs.
    let tree = try FileTree(folder.path)
    #expect(tree.names.contains("report.json") && tree.names.contains(".mockrec/history.sqlite"), "\(tree.names)")
    #expect(tree.files(containing: Self.password) == ["mockrec.yaml"])
  }

  @Test("an address that is refused does not show its password", arguments: ["redis", "http"])
  func refused(wire: String) async throws {
    let folder = try TemporaryFolder()
    for port in ["70000", "x"] {
      let real = "rediss://app:\(Self.password)@localhost:\(port)/3"
      let told = try await Mockrec.run(["record", "--wire", wire, "--real", real, "--cassette", "c"], in: folder.path)
      #expect(told.status == 64 && !"\(told)".contains(Self.password), "\(told)")
      try folder.write("mockrec.yaml", "services:\n  cache:\n    wire: \(wire)\n    real: \(real)\n")
      let file = try await Mockrec.run(["record"], in: folder.path)
      #expect(file.status == 65 && !"\(file)".contains(Self.password), "\(file)")
    }
  }

  @Test("a certificate that nobody vouches for is said to be that, and a wrong password is told without it")
  func untrusted() async throws {
    let redis = try await RealServer.redisWithTLS("--requirepass", "other")
    let refusals: [(userInfo: String, trust: [String: String], reason: String)] = [
      ("", [:], "certificate"), (":\(Self.password)@", [:], "certificate"),
      (":\(Self.password)@", ["SSL_CERT_FILE": redis.folder("ca.pem")], "refuses what its address says"),
    ]
    for (userInfo, trust, reason) in refusals {
      let real = "rediss://\(userInfo)localhost:\(redis.port)"
      let folder = try TemporaryFolder()
      let recorder = try await Mockrec.record(real, in: folder.path, environment: trust)
      let client = try RawConnection(port: recorder.port)
      try await client.send("GET a\r\n")
      try await client.readToEnd()
      let told = try await recorder.stop()
      #expect(told.status == 69 && told.stderr.lowercased().contains(reason), "\(told)")
      #expect(!"\(told)".contains(Self.password))
      #expect(try FileTree(folder.path).files(containing: Self.password) == [])
    }
    try await redis.stop()
  }

  /// What a plain client is answered: a status, a text, and who and where the real one thinks it is.
  private func session(_ mockrec: Mockrec) async throws -> [String] {
    let client = try RawConnection(port: mockrec.port)
    try await client.send("SET user:1 alice\r\nGET user:1\r\nACL WHOAMI\r\nCLIENT INFO\r\n")
    try await client.read { $0.text.contains(" db=") && $0.text.hasSuffix("\n\r\n") }
    let lines = client.text.components(separatedBy: "\r\n")
    let database = lines.last { $0.contains(" db=") }?.components(separatedBy: " db=")[1].prefix { $0 != " " }
    return [String(lines[0].dropFirst()), lines[2], lines[4], String(database ?? "")]
  }
}
