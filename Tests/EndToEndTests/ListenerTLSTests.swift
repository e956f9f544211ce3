import Foundation
import Testing

@Suite("TLS towards clients", .wholePrograms)
struct ListenerTLSTests {
  private static let clients = ["curl", "requests", "urllib", "httpx", "aiohttp", "node", "java"]

  @Test("a command's clients trust mockrec without being told, recorded and replayed")
  func clients() async throws {
    let nginx = try await RealServer.nginx()
    let folder = try TemporaryFolder()
    let ask = [
      "--wire", "http", "--tls", "--cassette", "cassette", "--", "sh", "-c",
      "'\(try Python.interpreter)' -B '\(Python.script("Clients/tls_clients.py"))' $CASSETTE_URL/hello.txt "
        + Self.clients.joined(separator: " "),
    ]
    let expected = Self.clients.map { "\($0) hello, world" }
    let recording = try await Mockrec.run(["record", "--real", nginx.url] + ask, in: folder.path)
    #expect(answers(recording) == expected && recording.status == 0, "\(recording)")
    try await nginx.stop()
    let replay = try await Mockrec.run(["replay"] + ask, in: folder.path)
    #expect(answers(replay) == expected && replay.status == 0, "\(replay)")
  }

  private func answers(_ run: Mockrec.Finished) -> [String] {
    run.stdout.split(separator: "\n").map(String.init).filter { line in
      Self.clients.contains { line.hasPrefix("\($0) ") }
    }
  }

  @Test("a name that is asked for is in the certificate, and so is an address")
  func names() async throws {
    let folder = try await Self.recorded()
    let replayer = try await Mockrec.replay(in: folder.path, ["--tls"])
    let port = try replayer.port
    let trust = ["--cacert", folder(".mockrec/ca/ca.pem")]
    for name in ["users.example", "LOCALHOST", "127.0.0.1", "a-b.c_d.example"] {
      let child = try Child(
        "curl", ["-sS", "--connect-to", "::127.0.0.1:\(port)", "https://\(name):\(port)/hello.txt"] + trust)
      let ending = try await child.end()
      #expect(ending == .exit(0) && child.stdout == "hello, world\n", "\(name): \(child.transcript)")
    }
    // A certificate is for the names that it was asked for only.
    let other = try Child(
      "curl", ["-sS", "--resolve", "other.example:\(port):127.0.0.1", "https://other.example:\(port)/hello.txt"])
    #expect(try await other.end() == .exit(60), "\(other.transcript)")
    #expect(try await replayer.stop().status == 0)
  }

  @Test(
    "a client that does not trust it, or speaks no TLS, gets its error; mockrec says which side it was, and goes on")
  func strangers() async throws {
    let folder = try await Self.recorded()
    let replayer = try await Mockrec.replay(in: folder.path, ["--tls"])
    let port = try replayer.port
    for _ in 0..<2 {
      let distrust = try Child("curl", ["-sS", "https://localhost:\(port)/hello.txt"])
      #expect(try await distrust.end() == .exit(60), "\(distrust.transcript)")
    }
    let old = try Child(
      "openssl", ["s_client", "-connect", "127.0.0.1:\(port)", "-tls1_1", "-cipher", "DEFAULT@SECLEVEL=0"])
    #expect(try await old.end() != .exit(0))
    #expect(old.transcript.contains("alert protocol version"), "\(old.transcript)")
    let plain = try RawConnection(port: port)
    try await plain.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    try await plain.readToEnd()
    let silent = try RawConnection(port: port)
    let good = try Child(
      "curl", ["-sS", "--cacert", folder(".mockrec/ca/ca.pem"), "https://localhost:\(port)/hello.txt"])
    #expect(try await good.end() == .exit(0), "\(good.transcript)")
    let finished = try await replayer.stop()
    silent.finishSending()
    #expect(finished.stderr.contains("the client does not trust mockrec's certificate authority"), "\(finished)")
    #expect(finished.stderr.contains("the client spoke HTTP without TLS; use https://"), "\(finished)")
    #expect(finished.stderr.contains("only versions of TLS before 1.2"), "\(finished)")
  }

  @Test("Redis over TLS: recorded, replayed, and played by a model")
  func redis() async throws {
    let redis = try await RealServer.redis()
    let folder = try TemporaryFolder()
    let ask = [
      "--", "sh", "-c",
      "'\(try Python.interpreter)' -B '\(Python.script("Clients/tls_redis.py"))' "
        + "$(echo $CACHE_URL | sed s/127.0.0.1/localhost/)",
    ]
    func settings(_ more: String) throws {
      try folder.write("mockrec.yaml", "services:\n  cache:\n    wire: redis\n    tls: true\n    \(more)\n")
    }
    let expected = "True hello ['hello', None]"
    try settings("real: \(redis.url)")
    let recording = try await Mockrec.run(["record"] + ask, in: folder.path)
    #expect(recording.status == 0 && recording.stdout.contains(expected), "\(recording)")
    try await redis.stop()
    let replay = try await Mockrec.run(["replay"] + ask, in: folder.path)
    #expect(replay.status == 0 && replay.stdout.contains(expected), "\(replay)")
    try settings("fake: {model: redis}")
    let model = try await Mockrec.run(["replay"] + ask, in: folder.path)
    #expect(model.status == 0 && model.stdout.contains(expected), "\(model)")
  }

  @Test("bytes over TLS are forwarded and replayed")
  func bytes() async throws {
    let server = try await RealServer.memcached()
    let folder = try TemporaryFolder()
    let ask = [
      "--wire", "tcp", "--tls", "--cassette", "cassette", "--", "sh", "-c",
      "'\(try Python.interpreter)' -B '\(Python.script("Clients/tls_memcached.py"))' $CASSETTE_URL",
    ]
    let expected = "True b'hello' None"
    let recording = try await Mockrec.run(
      ["record", "--real", "tcp://127.0.0.1:\(server.port)"] + ask, in: folder.path)
    #expect(recording.status == 0 && recording.stdout.contains(expected), "\(recording)")
    try await server.stop()
    let replay = try await Mockrec.run(["replay"] + ask, in: folder.path)
    #expect(replay.status == 0 && replay.stdout.contains(expected), "\(replay)")
  }

  @Test("the authority is made once, for its owner only; what is none is told with the way out")
  func authority() async throws {
    let folder = try TemporaryFolder()
    let (first, second) = (
      try await Mockrec.run(["ca", "path"], in: folder.path), try await Mockrec.run(["ca", "path"], in: folder.path)
    )
    let path = String(first.stdout.dropLast())
    #expect(path.hasSuffix("/.mockrec/ca/ca.pem") && second.stdout == first.stdout, "\(first)\(second)")
    let pem = try String(contentsOfFile: path, encoding: .utf8)
    let attributes = try FileManager.default.attributesOfItem(atPath: folder(".mockrec/ca/ca.key"))
    #expect(attributes[.posixPermissions] as? Int == 0o600)
    let hint = try await Mockrec.run(["ca", "install-hint"], in: folder.path)
    #expect(hint.status == 0 && hint.stdout.contains("curl --cacert \(path)"), "\(hint)")
    #expect(try String(contentsOfFile: path, encoding: .utf8) == pem)

    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: folder(".mockrec/ca/ca.key"))
    let read = try await Mockrec.run(["ca", "path"], in: folder.path)
    #expect(read.status == 1 && read.stderr.contains("chmod 600"), "\(read)")
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: folder(".mockrec/ca/ca.key"))

    try folder.write(".mockrec/ca/ca.key", "no key\n")
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: folder(".mockrec/ca/ca.key"))
    let broken = try await Mockrec.run(["ca", "path"], in: folder.path)
    #expect(
      broken.status == 1
        && broken.stderr.contains("fix: remove \(path.dropLast("/ca.pem".count)): the next run makes a new one"),
      "\(broken)")
  }

  /// A cassette of one file.
  private static func recorded() async throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write(
      "cassette/get-hello.hurl",
      "# mockrec 1\nGET {{cassette}}/hello.txt\n\nHTTP 200\nContent-Type: text/plain\n```\nhello, world\n```\n")
    return folder
  }
}
