import Foundation
import Testing

/// Faults over protocols that mockrec does not speak, as real clients see them.
@Suite("Overlays of bytes and datagrams", .wholePrograms)
struct ByteOverlayTests {
  private func seen(_ mockrec: Mockrec, _ scheme: String, _ names: [String]) async throws -> [String: String] {
    let url = "\(scheme)://127.0.0.1:\(try mockrec.port)"
    let child = try Child(Python.interpreter, ["-B", Python.script("Clients/byte_faults.py"), url] + names)
    guard try await child.end(within: .seconds(120)) == .exit(0) else { throw Failed(what: child.transcript) }
    return try JSONDecoder().decode([String: String].self, from: Data(child.stdout.utf8))
  }

  private static func replay(_ folder: TemporaryFolder) async throws -> Mockrec {
    let mockrec = try Mockrec.start(["replay", "--overlay", "faults.yaml", "--seed", "7"], in: folder.path)
    try await mockrec.ready()
    return mockrec
  }

  private static let memcached: [String: (fault: String, seen: String)] = [
    "plain": ("{latency: 1ms}", "b'value'"),
    "reply": (#"{reply: "SERVER_ERROR out of memory\r\n"}"#, "MemcacheServerError"),
    "refuse": ("refuse", "ConnectionResetError"),
    "before": ("{reset: before}", "ConnectionResetError"),
    "early": ("{close-early: 3}", "MemcacheUnexpectedCloseError"),
    "empty": ("empty", "MemcacheUnexpectedCloseError"),
    "truncate": ("{truncate: 4B}", "TimeoutError"),
    "hang": ("hang", "TimeoutError"),
    "late": ("{first-byte: 10s}", "TimeoutError"),
    "pieces": ("{drip: {pieces: 4, over: 100ms}}", "b'value'"),
    "bandwidth": ("{bandwidth: 1KB/s}", "b'value'"),
    "twice": ("{duplicate: answered}", "b'value'"),
  ]

  @Test("what pymemcache makes of each fault")
  func tcp() async throws {
    let names = Self.memcached.keys.sorted()
    let folder = try TemporaryFolder()
    for name in names {
      let reply = "VALUE \(name) 0 5\r\nvalue\r\nEND\r\n".utf8.map { String(format: "%02x", $0) }.joined()
      try folder.write(
        "cassette/get-\(name).hurl", "# mockrec 1\nTCP {{cassette}} \"get \(name)\"\n\nTCP\nhex,\(reply);\n")
    }
    try folder.write(
      "faults.yaml",
      "rules:\n"
        + names.map { "  - {match: {text: \"get \($0)*\"}, fault: \(Self.memcached[$0]?.fault ?? "")}\n" }.joined())
    try folder.write(
      "mockrec.yaml",
      "services:\n  cassette:\n    wire: tcp\n    listen: 127.0.0.1:0\n    cassette: cassette\n    framing: line\n")
    let replayer = try await Self.replay(folder)
    let seen = try await self.seen(replayer, "tcp", names)
    for name in names { #expect(seen[name] == Self.memcached[name]?.seen, "\(name)") }
    let finished = try await replayer.stop()
    #expect(finished.status == 0, "\(finished)")
  }

  private static let dns: [String: (fault: String, seen: String)] = [
    "plain": ("{latency: 1ms}", "192.0.2.1"),
    "hang": ("hang", "Timeout"),
    "slow": ("{latency: 10s}", "Timeout"),
    "garbage": ("garbage", "BadPointer"),
    "truncate": ("{truncate: 11B}", "ShortHeader"),
    "twice": ("{duplicate: answered}", "192.0.2.1"),
    "applied": ("{duplicate: applied}", "192.0.2.1"),
  ]

  @Test("what dnspython makes of each fault; a lost datagram holds up none behind it")
  func udp() async throws {
    let names = Self.dns.keys.sorted()
    let folder = try TemporaryFolder()
    let server = try await RealServer.dnsmasq()
    let settings =
      "wire: udp\n    match:\n      ignore:\n        bytes: [{offset: 0, length: 2}]\n      echo: [{from: 0, to: 0, length: 2}]"
    let recorder = try await Mockrec.record("udp://127.0.0.1:\(server.port)", settings: settings, in: folder)
    let asked = names.map { "\($0).one.test" }
    let recorded = try await self.seen(recorder, "udp", asked)
    #expect(recorded.values.allSatisfy { $0 == "192.0.2.1" }, "\(recorded)")
    _ = try await recorder.stop()
    try await server.stop()
    try folder.write(
      "faults.yaml",
      "rules:\n" + names.map { "  - {match: {text: \"*\($0)*\"}, fault: \(Self.dns[$0]?.fault ?? "")}\n" }.joined())
    let replayer = try await Self.replay(folder)
    let seen = try await self.seen(replayer, "udp", asked)
    for name in names { #expect(seen["\(name).one.test"] == Self.dns[name]?.seen, "\(name)") }
    func query(_ name: String) -> [UInt8] {
      [1, 2, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, UInt8(name.utf8.count)] + Array(name.utf8) + [3]
        + Array("one".utf8) + [4] + Array("test".utf8) + [0, 0, 1, 0, 1]
    }
    let raw = try RawDatagrams(port: replayer.port)
    try raw.send(query("hang"))
    try raw.send(query("twice"))
    let once = try await raw.receive()
    #expect(once.prefix(2) == [1, 2] && once.suffix(4) == [192, 0, 2, 1])
    #expect(try await raw.receive() == once)
    let finished = try await replayer.stop()
    #expect(finished.status == 0, "\(finished)")
  }

  @Test(
    "faults that bytes and datagrams cannot have are refused when they are loaded",
    arguments: [
      ("tcp", "drop-write"), ("tcp", "evict"), ("tcp", "{clock: freeze}"), ("tcp", "malformed-chunk"),
      ("udp", "{reset: middle}"), ("udp", "{bandwidth: 1KB/s}"), ("udp", "reorder"), ("udp", "refuse"),
    ])
  func refused(wire: String, fault: String) async throws {
    let folder = try TemporaryFolder()
    try folder.write(
      "cassette/a.hurl", "# mockrec 1\n\(wire.uppercased()) {{cassette}} \"a\"\n\n\(wire.uppercased())\n\"b\"\n")
    try folder.write("faults.yaml", "rules:\n  - {match: {text: a}, fault: \(fault)}\n")
    let bad = try await Mockrec.run(
      ["replay", "--wire", wire, "--cassette", "cassette", "--overlay", "faults.yaml"], in: folder.path)
    #expect(bad.status == 65 && bad.stderr.contains("has no meaning for the wire \(wire)"), "\(bad)")
  }
}
