import Foundation
import Testing

@Suite("Secrets over tcp, in words that mockrec does not speak", .wholePrograms)
struct LoginTests {
  private static let (user, password) = ("alice@client.test", "s3cr3t-in-smtp")

  /// The password as it goes over the wire: as it is, and in Base64 alone and behind the user.
  private static var secrets: [String] {
    [password, "\(password)-wrong"].flatMap { password in
      [password, Data(password.utf8).base64EncodedString(), Data("\0\(user)\0\(password)".utf8).base64EncodedString()]
    }
  }

  @Test("SMTP's AUTH is known: no password reaches the disk, and the replay still tells a right one from a wrong one")
  func smtp() async throws {
    let server = try await RealServer.smtp(password: Self.password)
    let folder = try TemporaryFolder()
    let settings = "wire: tcp\n    framing: line\n    redact: {patterns: ['^XTOKEN id=(\\S+)']}"
    let recorder = try await Mockrec.record("tcp://127.0.0.1:\(server.port)", settings: settings, in: folder)
    let url = "tcp://127.0.0.1:\(try recorder.port)"
    let recorded = try await Python.client("smtp_login", url, [Self.user, Self.password])
    for name in ["plain", "plain in two lines", "login", "login in three lines"] {
      #expect(recorded[name]?.preview.contains("235") == true, "\(name)")
    }
    #expect(recorded["wrong"]?.preview.contains("535") == true)
    let recording = try await recorder.stop()
    #expect(recording.status == 0, "\(recording)")
    try await server.stop()

    let replayer = try Mockrec.start(["replay"], in: folder.path)
    try await replayer.ready()
    let again = "tcp://127.0.0.1:\(try replayer.port)"
    #expect(recorded.differences(to: try await Python.client("smtp_login", again, [Self.user, Self.password])) == [])
    let replay = try await replayer.stop()
    #expect(replay.status == 0 && replay.stderr.contains("missed 0, unused 0 of"), "\(replay)")

    let tree = try FileTree(folder.path)
    #expect(tree.files(containing: "TCP {{cassette}} \"AUTH PLAIN redacted-").count == 1, "\(tree.names)")
    #expect(tree.files(containing: "TCP {{cassette}} \"XTOKEN id=redacted-").count == 2, "\(tree.names)")
    for secret in Self.secrets {
      #expect(tree.files(containing: secret) == [], "\(secret)")
      #expect(!"\(recording)\(replay)".contains(secret), "\(secret)")
    }
  }

  @Test("a secret that is missed, and one that a contract sees, is not shown")
  func told() async throws {
    let server = try await RealServer.smtp(password: Self.password)
    let folder = try TemporaryFolder()
    let settings = "wire: tcp\n    framing: line\n    redact: {patterns: ['s3cr3t-[a-z-]+']}"
    let recorder = try await Mockrec.record("tcp://127.0.0.1:\(server.port)", settings: settings, in: folder)
    let first = try RawConnection(port: recorder.port)
    try await first.send("XECHO s3cr3t-one\r\n")
    try await first.read { $0.text.contains("500 ") }
    _ = try await recorder.stop()
    let replayer = try Mockrec.start(["replay"], in: folder.path)
    try await replayer.ready()
    let missed = try RawConnection(port: replayer.port)
    try await missed.send("XECHO s3cr3t-other\r\nPASS s3cr3t\r\n")
    try await missed.readToEnd()
    let replay = try await replayer.stop()
    #expect(replay.status == 1 && replay.stderr.contains("XECHO redacted-"), "\(replay)")
    try folder.write(
      "contracts/echo.hurl", "TCP {{cassette}} \"XECHO {{word}}\"\n\nTCP\n[Asserts]\nbody contains \"{{word}}\"\n")
    let verified = try await Mockrec.run(
      ["verify", "--only", "real", "--variable", "word=s3cr3t-one", "--report", "json=report.json"], in: folder.path)
    #expect(verified.status == 1 && verified.stdout.contains("redacted-"), "\(verified)")
    #expect(!"\(replay)\(verified)".contains("s3cr3t-"), "\(replay)\(verified)")
    #expect(try FileTree(folder.path).files(containing: "s3cr3t-o") == [])
    try await server.stop()
  }

  @Test("a pattern that is none, and one for a wire that reads its messages, are errors with their place: 65")
  func refused() async throws {
    let folder = try TemporaryFolder()
    for (settings, place, words) in [
      ("wire: tcp, framing: line, redact: {patterns: ['a', '(b']}", "mockrec.yaml:2:62", "not a valid pattern"),
      ("redact: {patterns: [a]}", "mockrec.yaml:2:30", "it is for tcp and udp"),
    ] {
      try folder.write("mockrec.yaml", "services:\n  mail: {\(settings)}\n")
      let finished = try await Mockrec.run(["replay"], in: folder.path)
      #expect(finished.status == 65, "\(finished)")
      #expect(finished.stderr.contains(place) && finished.stderr.contains(words), "\(finished)")
    }
  }
}
