import Foundation
import Testing

/// Faults over a cassette, as real clients see them.
@Suite("Overlays", .wholePrograms)
struct OverlayTests {
  private static let body = #"{"name":"alice"}"#

  /// A cassette with `GET /PATH` for each path, answered with JSON.
  private static func cassette(_ paths: [String], in folder: TemporaryFolder) throws {
    for path in paths {
      try folder.write(
        "cassette/get-\(path).hurl",
        "# mockrec 1\nGET {{cassette}}/\(path)\n\nHTTP 200\nContent-Type: application/json\n# @layout compact\n\(body)\n"
      )
    }
  }

  /// What one fault does to three clients.
  struct Seen: Sendable {
    var fault: String
    var curl: String
    var requests: String
    var aiohttp: String
  }

  private static let table: [String: Seen] = [
    "status": Seen(
      fault: #"{status: 503, headers: {Retry-After: "2"}, body: {error: overloaded}}"#,
      curl: #"503 {"error":"overloaded"}"#, requests: #"503 {"error":"overloaded"}"#,
      aiohttp: #"503 {"error":"overloaded"}"#),
    "refuse": Seen(
      fault: "refuse", curl: "exit 56", requests: "ConnectionError", aiohttp: "ClientOSError"),
    "before": Seen(
      fault: "{reset: before}", curl: "exit 56", requests: "ConnectionError", aiohttp: "ClientOSError"),
    "middle": Seen(
      fault: "{reset: middle}", curl: "exit 56", requests: "ConnectionError", aiohttp: "ClientOSError"),
    "after": Seen(
      fault: "{reset: after}", curl: "200 \(body)", requests: "200 \(body)", aiohttp: "200 \(body)"),
    "early": Seen(
      fault: "{close-early: 5}", curl: "exit 18", requests: "ChunkedEncodingError", aiohttp: "ClientPayloadError"),
    "empty": Seen(
      fault: "empty", curl: "exit 52", requests: "ConnectionError", aiohttp: "ServerDisconnectedError"),
    "garbage": Seen(
      fault: "garbage", curl: "exit 1", requests: "ConnectionError", aiohttp: "ClientResponseError"),
    "chunk": Seen(
      fault: "malformed-chunk", curl: "exit 56", requests: "ChunkedEncodingError", aiohttp: "ClientResponseError"),
    "truncate": Seen(
      fault: "{truncate: 7B}", curl: #"200 {"name""#, requests: "JSONDecodeError", aiohttp: "JSONDecodeError"),
    "hang": Seen(fault: "hang", curl: "exit 28", requests: "ReadTimeout", aiohttp: "TimeoutError"),
    "late": Seen(fault: "{first-byte: 10s}", curl: "exit 28", requests: "ReadTimeout", aiohttp: "TimeoutError"),
    "slow": Seen(fault: "{latency: 10s}", curl: "exit 28", requests: "ReadTimeout", aiohttp: "TimeoutError"),
    "drip": Seen(fault: "{drip: 20B/s}", curl: "exit 28", requests: "200 \(body)", aiohttp: "TimeoutError"),
    "pieces": Seen(
      fault: "{drip: {pieces: 4, over: 100ms}}", curl: "200 \(body)", requests: "200 \(body)",
      aiohttp: "200 \(body)"),
    "bandwidth": Seen(
      fault: "{bandwidth: 1KB/s}", curl: "200 \(body)", requests: "200 \(body)", aiohttp: "200 \(body)"),
    "recorded": Seen(
      fault: "{recorded: {status: 429}}", curl: "429 slow down", requests: "429 slow down", aiohttp: "429 slow down"),
    "gone": Seen(fault: "evict", curl: "404", requests: "404", aiohttp: "404"),
    "twice": Seen(
      fault: "{duplicate: answered}", curl: "200 \(body)", requests: "200 \(body)", aiohttp: "200 \(body)"),
  ]

  @Test("what curl, requests and aiohttp make of each fault")
  func clients() async throws {
    let folder = try TemporaryFolder()
    let names = Self.table.keys.sorted()
    try Self.cassette(names, in: folder)
    try folder.write(
      "cassette/get-limited.hurl", "# mockrec 1\nGET {{cassette}}/limited\n\nHTTP 429\n```\nslow down```\n")
    let rules = names.map { "  - {match: {path: /\($0)}, fault: \(Self.table[$0]?.fault ?? "")}" }
    try folder.write("faults.yaml", "overlay: every kind\nrules:\n\(rules.joined(separator: "\n"))\n")
    let replayer = try await Mockrec.replay(in: folder.path, ["--overlay", "faults.yaml", "--seed", "7"])
    let child = try Child(
      Python.interpreter, ["-B", Python.script("Clients/faults.py"), replayer.url] + names.map { "/\($0)" })
    guard try await child.end(within: .seconds(120)) == .exit(0) else { throw Failed(what: child.transcript) }
    let seen = try JSONDecoder().decode([String: [String: String]].self, from: Data(child.stdout.utf8))
    for name in names {
      let (was, wanted) = (seen["/\(name)"] ?? [:], Self.table[name])
      #expect(was["curl"] == wanted?.curl, "\(name)")
      #expect(was["requests"] == wanted?.requests, "\(name)")
      #expect(was["aiohttp"] == wanted?.aiohttp, "\(name)")
    }
    let finished = try await replayer.stop()
    #expect(finished.status == 0, "\(finished)")
    for number in 1...names.count {
      #expect(finished.stderr.contains("rule \(number) at line \(number + 2)"), "\(finished)")
    }
    let rows = try Child(
      Python.interpreter,
      [
        "-c",
        "import sqlite3; print(*sqlite3.connect('.mockrec/journal.sqlite').execute('SELECT outcome, note FROM calls'), sep='\\n')",
      ],
      in: folder.path)
    guard try await rows.end(within: .seconds(20)) == .exit(0) else { throw Failed(what: rows.transcript) }
    #expect(rows.stdout.contains("('faulted', 'every kind, rule 1')"), "\(rows.transcript)")
  }

  @Test("bytes: what is cut, changed, sent twice and in another order")
  func bytes() async throws {
    let folder = try TemporaryFolder()
    try Self.cassette(["whole", "early", "corrupt", "twice", "first", "second"], in: folder)
    try folder.write(
      "faults.yaml",
      """
      rules:
        - {match: {path: /early}, fault: {close-early: 3}}
        - {match: {path: /corrupt}, fault: {corrupt: 2}}
        - {match: {path: /twice}, fault: {duplicate: answered}}
        - {match: {path: /first}, fault: reorder}
        - {match: {path: /second}, fault: {truncate: 1B}}

      """)
    let replayer = try await Mockrec.replay(in: folder.path, ["--overlay", "faults.yaml", "--seed", "7"])
    func said(_ paths: String..., until condition: @escaping (RawConnection) -> Bool) async throws -> String {
      let connection = try RawConnection(port: replayer.port)
      try await connection.send(paths.map { "GET /\($0) HTTP/1.1\r\nHost: a\r\n\r\n" }.joined())
      try await connection.read(until: condition)
      return String(decoding: connection.received, as: UTF8.self)
    }
    let whole = try await said("whole") { $0.text.hasSuffix("}") }
    #expect(try await said("early", until: \.isClosed) == String(whole.dropLast(3)))
    let corrupt = try await said("corrupt") { $0.received.count == whole.utf8.count }
    #expect(corrupt != whole && corrupt.hasPrefix(whole.components(separatedBy: "{")[0]), "the head is whole")
    #expect(try await said("corrupt") { $0.received.count == whole.utf8.count } != corrupt, "each time other bytes")
    #expect(try await said("twice") { $0.received.count == 2 * whole.utf8.count } == whole + whole)
    let reordered = try await said("first", "second") { $0.count(of: "HTTP/1.1 200") == 2 && $0.text.hasSuffix("}") }
    #expect(reordered.hasSuffix(whole) && reordered.contains("Content-Length: 1\r\n\r\n{HTTP/1.1"), "\(reordered)")
    #expect(try await said("first") { $0.text.hasSuffix("}") } == whole, "a reply that nothing follows still comes")
    let plain = try await said("whole", "first", "whole") {
      $0.count(of: "HTTP/1.1 200") == 3 && $0.text.hasSuffix("}")
    }
    #expect(plain == whole + whole + whole, "a request that no rule concerns goes first as well")
    #expect(try await replayer.stop().status == 0)
  }

  @Test("a fault that has nothing to act on has not fired, and the run says so")
  func idle() async throws {
    let folder = try TemporaryFolder()
    try folder.write("cassette/empty.hurl", "# mockrec 1\nGET {{cassette}}/empty\n\nHTTP 200\n")
    try folder.write("cassette/short.hurl", "# mockrec 1\nGET {{cassette}}/short\n\nHTTP 200\n```\nab```\n")
    try folder.write("cassette/bodies/big.txt", String(repeating: "x", count: 3 << 20))
    try folder.write("cassette/big.hurl", "# mockrec 1\nGET {{cassette}}/big\n\nHTTP 200\nfile,bodies/big.txt;\n")
    let faults = [
      ("empty", "truncate", 0), ("empty", "corrupt", 0), ("empty", "duplicate: answered", 1),
      ("short", "truncate: 5B", 0),
      ("short", "truncate: 1B", 1), ("short", "corrupt: 9", 1), ("big", "corrupt", 0), ("big", "truncate: 5B", 1),
      ("big", "duplicate: answered", 0), ("big", "stale-read", 0),
      ("empty", "{truncate: 1B, latency: 1ms}", 1),
    ]
    for (number, (path, fault, fired)) in faults.enumerated() {
      let text = fault.hasPrefix("{") ? fault : "{\(fault.contains(":") ? fault : fault + ": ")}"
      try folder.write("faults.yaml", "rules:\n  - {match: {path: /\(path)}, fault: \(text)}\n")
      let replayer = try await Mockrec.replay(in: folder.path, ["--overlay", "faults.yaml"])
      let curl = try Child("curl", ["-s", "-m", "20", "-o", "/dev/null", "\(try replayer.url)/\(path)"])
      _ = try await curl.end()
      let finished = try await replayer.stop()
      let told = fired == 1 ? "matched 1, fired 1\n" : "matched 1, fired 0, 1 had nothing to act on; vacuous"
      #expect(finished.stderr.contains(told), "\(number), \(path), \(fault): \(finished)")
      #expect(finished.status == (fired == 1 ? 0 : 1), "\(number), \(path), \(fault)")
    }
  }

  @Test("a rule that matched nothing, or never fired, fails the run and says how to have it again")
  func vacuous() async throws {
    let folder = try TemporaryFolder()
    try Self.cassette(["a"], in: folder)
    try folder.write(
      "faults.yaml",
      "rules:\n  - {match: {path: /b}, fault: hang}\n  - {match: {path: /a}, when: {calls: 2}, fault: hang}\n")
    for (more, status) in [([], 1), (["--allow-vacuous"], 0)] as [([String], Int32)] {
      let replayer = try await Mockrec.replay(in: folder.path, ["--overlay", "faults.yaml"] + more)
      let connection = try RawConnection(port: replayer.port)
      try await connection.send("GET /a HTTP/1.1\r\nHost: a\r\n\r\n")
      try await connection.read { $0.text.hasSuffix("}") }
      let finished = try await replayer.stop()
      #expect(finished.status == status, "\(finished)")
      #expect(finished.stderr.contains("matched 0, fired 0; vacuous: no request matched"), "\(finished)")
      #expect(finished.stderr.contains("matched 1, fired 0; vacuous: it never fired"), "\(finished)")
      if status == 1 {
        let first = try #require(finished.stderr.split(separator: "\n").first)
        #expect(first.contains("; again: mockrec replay --wire http"), "\(first)")
        #expect(first.contains("--seed"), "\(first)")
      }
    }
  }

  @Test("an overlay that cannot be is refused before anything listens")
  func refused() async throws {
    let folder = try TemporaryFolder()
    try Self.cassette(["a"], in: folder)
    try folder.write("faults.yaml", "rules:\n  - {match: {pth: /a}, fault: hang}\n")
    let arguments = ["replay", "--wire", "http", "--cassette", "cassette", "--overlay"]
    let bad = try await Mockrec.run(arguments + ["faults.yaml"], in: folder.path)
    #expect(bad.status == 65 && bad.stdout.isEmpty, "\(bad)")
    #expect(bad.stderr.contains("--> faults.yaml:2:14"), "\(bad)")
    let none = try await Mockrec.run(arguments + ["none.yaml"], in: folder.path)
    #expect(none.status == 64 && none.stderr.contains("there is no overlay none.yaml"), "\(none)")
  }

  @Test("what a fault touched is not recorded: --on-miss record")
  func unrecorded() async throws {
    let nginx = try await RealServer.nginx(["a.txt": Data("a".utf8), "b.txt": Data("b".utf8)])
    let folder = try TemporaryFolder()
    try folder.folder("cassette")
    try folder.write("faults.yaml", "rules:\n  - {match: {path: /a.txt}, fault: {corrupt: 1}}\n")
    let replayer = try await Mockrec.replay(
      in: folder.path, ["--on-miss", "record", "--real", nginx.url, "--overlay", "faults.yaml"])
    for path in ["/a.txt", "/b.txt"] {
      let connection = try RawConnection(port: replayer.port)
      try await connection.send("GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n")
      try await connection.read { $0.count(of: "\r\n\r\n") == 1 && !$0.text.hasSuffix("\r\n\r\n") }
    }
    let finished = try await replayer.stop()
    let tree = try FileTree(folder("cassette"))
    #expect(tree.entries.count == 1 && tree.files(containing: "/b.txt").count == 1, "\(tree.names) \(finished)")
    try await nginx.stop()
  }

  @Test("replies as late as the service was, times a factor; without its times that is refused")
  func timing() async throws {
    let folder = try TemporaryFolder()
    let server = try await RealServer.slow()
    try folder.write("faults.yaml", "rules:\n  - {match: {path: /late}, fault: {timing: 2}}\n")
    func ask(_ mockrec: Mockrec) async throws -> Duration {
      let connection = try RawConnection(port: mockrec.port)
      let start = ContinuousClock.now
      try await connection.send("GET /late HTTP/1.1\r\nHost: a\r\n\r\n")
      try await connection.read { $0.text.hasSuffix("ok") }
      return ContinuousClock.now - start
    }
    let plain = try await Mockrec.record(server.url, in: folder.path)
    _ = try await ask(plain)
    _ = try await plain.stop()
    let refused = try await Mockrec.run(
      ["replay", "--wire", "http", "--cassette", "cassette", "--overlay", "faults.yaml"], in: folder.path)
    #expect(refused.status == 65 && refused.stderr.contains("--timings"), "\(refused)")
    let recorder = try await Mockrec.record(server.url, in: folder.path, ["--mode", "overwrite", "--timings"])
    _ = try await ask(recorder)
    _ = try await recorder.stop()
    try await server.stop()
    let replayer = try await Mockrec.replay(in: folder.path, ["--overlay", "faults.yaml"])
    #expect(try await ask(replayer) >= .milliseconds(300))
    #expect(try await replayer.stop().status == 0)
  }
}
