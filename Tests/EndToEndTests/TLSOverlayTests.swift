import Foundation
import Testing

@Suite("TLS handshakes that fail", .wholePrograms)
struct TLSOverlayTests {
  /// What each client's own error says, its class first where it has one.
  private static let seen: KeyValuePairs = [
    "curl": "status 35:",
    "requests": "SSLError:",
    "urllib": "URLError:",
    "httpx": "ConnectError:",
    "aiohttp": "ClientConnectorSSLError:",
    "node": "status 1:",
    "java": "status 1:",
  ]

  @Test("what clients make of it; the summary counts it")
  func clients() async throws {
    let folder = try Self.recorded("rules: [{fault: {tls-handshake: true}}]\n")
    let run = try await Mockrec.run(
      Self.replay + [
        "sh", "-c",
        "'\(try Python.interpreter)' -B '\(Python.script("Clients/tls_clients.py"))' $CASSETTE_URL/hello.txt "
          + Self.seen.map(\.key).joined(separator: " "),
      ], in: folder.path)
    for (client, error) in Self.seen { #expect(run.stdout.contains("\n\(client) \(error)"), "\(client): \(run)") }
    #expect(run.stdout.contains("alert internal error"), "\(run)")
    #expect(run.status == 0 && run.stderr.contains("served 0"), "\(run)")
    #expect(!run.stderr.contains("a client's TLS handshake failed"), "\(run)")
  }

  @Test("by number, the same ones with the same seed, and the others are served")
  func numbers() async throws {
    let ask = [
      "sh", "-c", "for n in 1 2 3 4 5 6 7 8; do curl -sS -o /dev/null $CASSETTE_URL/hello.txt 2>&-; echo $?; done",
    ]
    func statuses(_ rule: String, seed: Int = 1) async throws -> (list: [String], run: Mockrec.Finished) {
      let folder = try Self.recorded("rules: [{service: cassette, \(rule), fault: {tls-handshake: true}}]\n")
      let run = try await Mockrec.run(
        ["replay", "--seed", "\(seed)"] + Self.replay.dropFirst() + ask, in: folder.path)
      return (run.stdout.split(separator: "\n").map(String.init).filter { Int($0) != nil }, run)
    }
    let (calls, run) = try await statuses("when: {calls: [1, 3]}")
    #expect(calls == ["35", "0", "35", "0", "0", "0", "0", "0"] && run.status == 0, "\(run)")
    #expect(run.stderr.contains("matched 8, fired 2"), "\(run)")
    let (connections, _) = try await statuses("match: {connection: [2]}")
    #expect(connections == ["0", "35", "0", "0", "0", "0", "0", "0"])
    let (half, again) = (try await statuses("when: {probability: 0.5}"), try await statuses("when: {probability: 0.5}"))
    #expect(half.list == again.list && Set(half.list) == ["0", "35"], "\(half)\(again)")
  }

  @Test("a model and the real service behind a proxy have it as well")
  func elsewhere() async throws {
    let redis = try await RealServer.redis()
    let folder = try TemporaryFolder()
    try folder.write("overlays/tls.yaml", "rules: [{when: {first: 1}, fault: {tls-handshake: true}}]\n")
    let ask = [
      "--overlay", "overlays/tls.yaml", "--", "sh", "-c",
      "for n in 1 2; do openssl s_client -connect ${CACHE_URL#rediss://} </dev/null >/dev/null 2>&1; echo tls $?; done; "
        + "redis-cli --cacert $SSL_CERT_FILE -u $CACHE_URL PING",
    ]
    for (mode, settings) in [("replay", "fake: {model: redis}"), ("proxy", "real: \(redis.url)")] {
      try folder.write("mockrec.yaml", "services:\n  cache:\n    wire: redis\n    tls: true\n    \(settings)\n")
      let run = try await Mockrec.run([mode] + ask, in: folder.path)
      #expect(run.status == 0 && run.stderr.contains("fired 1"), "\(run)")
      #expect(run.stdout.hasSuffix("\ntls 1\ntls 0\nPONG\n"), "\(run)")
    }
    try await redis.stop()
  }

  @Test("where it can mean nothing it is refused, with the place")
  func refused() async throws {
    for (rule, hint) in [
      (
        "match: {path: /hello.txt}, fault: {tls-handshake: true}", "`tls-handshake` comes before any request, so `path`"
      ),
      ("fault: {tls-handshake: true, latency: 1s}", "is not slow as well"),
    ] {
      let folder = try Self.recorded("rules: [{\(rule)}]\n")
      let run = try await Mockrec.run(Self.replay + ["true"], in: folder.path)
      #expect(run.status == 65 && run.stderr.contains(hint) && run.stderr.contains("tls.yaml:1:"), "\(run)")
    }
    let folder = try Self.recorded("rules: [{fault: {tls-handshake: true}}]\n")
    let plain = try await Mockrec.run(Self.replay.filter { $0 != "--tls" } + ["true"], in: folder.path)
    #expect(plain.status == 65 && plain.stderr.contains("cassette does not speak TLS to its clients"), "\(plain)")
  }

  private static let replay = [
    "replay", "--wire", "http", "--tls", "--cassette", "cassette", "--overlay", "tls.yaml", "--",
  ]

  /// A cassette of one file, and an overlay.
  private static func recorded(_ overlay: String) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write("tls.yaml", overlay)
    try folder.write(
      "cassette/get-hello.hurl",
      "# mockrec 1\nGET {{cassette}}/hello.txt\n\nHTTP 200\nContent-Type: text/plain\n```\nhello, world\n```\n")
    return folder
  }
}
