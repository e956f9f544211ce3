import Foundation
import Testing

@Suite("tcp and udp: protocols that mockrec does not speak", .wholePrograms)
struct BytesTests {
  /// Records a client, stops the service, replays, and asks again.
  private func loop(
    _ server: RealServer, client: String, scheme: String, settings: String
  ) async throws -> (folder: TemporaryFolder, recorded: Transcript, replayed: Transcript, replay: Mockrec.Finished) {
    let folder = try TemporaryFolder()
    let recorder = try await Mockrec.record(
      "\(scheme)://127.0.0.1:\(server.port)", settings: "wire: \(scheme)\n    \(settings)", in: folder)
    let recorded = try await Python.client(client, "\(scheme)://127.0.0.1:\(try recorder.port)")
    let recording = try await recorder.stop()
    #expect(recording.status == 0, "\(recording)")
    try await server.stop()
    let replayer = try Mockrec.start(["replay"], in: folder.path)
    try await replayer.ready()
    let replayed = try await Python.client(client, "\(scheme)://127.0.0.1:\(try replayer.port)")
    return (folder, recorded, replayed, try await replayer.stop())
  }

  @Test("memcached: values with anything in them, told apart by silence", arguments: ["{idle: 20ms}", "line"])
  func memcached(framing: String) async throws {
    let loop = try await loop(
      .memcached(), client: "memcached_pymemcache", scheme: "tcp", settings: "framing: \(framing)")
    #expect(loop.recorded.differences(to: loop.replayed) == [])
    #expect(loop.recorded["get"]?.preview.contains(#"hello\\r\\nworld"#) == true)
    #expect(loop.replay.status == 0, "\(loop.replay)")
    #expect(loop.replay.stderr.contains("missed 0, unused 0"), "\(loop.replay)")
  }

  @Test("SMTP: the server's greeting comes before the client says anything")
  func smtp() async throws {
    let loop = try await loop(.smtp(), client: "smtp_smtplib", scheme: "tcp", settings: "framing: line")
    #expect(loop.recorded.differences(to: loop.replayed) == [])
    #expect(loop.recorded["greeting"]?.preview.contains("220") == true)
    #expect(loop.replay.status == 0, "\(loop.replay)")
    let tree = try FileTree(loop.folder("cassette"))
    #expect(tree.files(containing: "TCP {{cassette}} \"ehlo client.test\"").count == 1, "\(tree.names)")
    #expect(tree.files(containing: "TCP {{cassette}} @connect").count == 1, "\(tree.names)")
  }

  @Test("SMTP: verify sends the whole session in its order over one connection")
  func smtpVerified() async throws {
    let server = try await RealServer.smtp()
    let folder = try TemporaryFolder()
    let recorder = try await Mockrec.record(
      "tcp://127.0.0.1:\(server.port)", settings: "wire: tcp\n    framing: line", in: folder)
    _ = try await Python.client("smtp_smtplib", "tcp://127.0.0.1:\(try recorder.port)")
    _ = try await recorder.stop()
    let same = try await Mockrec.run(["verify", "cassette", "--include-unsafe"], in: folder.path)
    #expect(same.status == 0 && same.stdout.contains("agree 15"), "\(same)")
    try folder.write(
      "contracts/noop.hurl",
      """
      TCP {{cassette}} @connect

      TCP
      [Asserts]
      body startsWith "220 "

      TCP {{cassette}} "noop"

      TCP
      ```
      250 OK
      ```

      TCP {{cassette}} "mail FROM:<nobody@client.test>"

      TCP
      [Asserts]
      body matches /^50[0-9] /
      """)
    let contract = try await Mockrec.run(["verify", "--only", "real"], in: folder.path)
    #expect(contract.status == 0 && contract.stdout.contains("agree 3"), "\(contract)")
    try await server.stop()
  }

  @Test("what was answered a moment ago survives SIGKILL, though its connection is open")
  func killed() async throws {
    let server = try await RealServer.smtp()
    let folder = try TemporaryFolder()
    let recorder = try await Mockrec.record(
      "tcp://127.0.0.1:\(server.port)", settings: "wire: tcp\n    framing: line", in: folder)
    let connection = try RawConnection(port: recorder.port)
    try await connection.send("NOOP\r\n")
    try await connection.read(until: { $0.text.contains("250") })
    try await wait(for: "the exchange to be on disk") {
      try FileTree(folder("cassette")).files(containing: "TCP {{cassette}} \"NOOP\"").count == 1
    }
    _ = try await recorder.child.stop(SIGKILL)
    try await server.stop()
  }

  private static let dns = """
    match:
          ignore:
            bytes: [{offset: 0, length: 2}]
          echo: [{from: 0, to: 0, length: 2}]
    """

  @Test("DNS: a query's id is masked, and its reply repeats the new one")
  func dns() async throws {
    let loop = try await loop(.dnsmasq(), client: "dns_dnspython", scheme: "udp", settings: Self.dns)
    #expect(loop.recorded.differences(to: loop.replayed) == [])
    #expect(loop.recorded["one.test A"]?.preview.contains("192.0.2.1") == true)
    #expect(loop.replay.status == 0, "\(loop.replay)")
    // The same query twice is one entry, and no id stands in it.
    let tree = try FileTree(loop.folder("cassette"))
    #expect(tree.entries.count == 4, "\(tree.names)")
    #expect(tree.files(containing: "# @times 2").count == 1, "\(tree.names)")
    #expect(tree.files(containing: "hex,0000").count == 4, "\(tree.names)")
  }

  @Test("DNS: an unchanged server agrees with its cassette, a changed one drifts")
  func dnsVerified() async throws {
    let folder = try TemporaryFolder()
    let server = try await RealServer.dnsmasq()
    let recorder = try await Mockrec.record(
      "udp://127.0.0.1:\(server.port)", settings: "wire: udp\n    \(Self.dns)", in: folder)
    _ = try await Python.client("dns_dnspython", "udp://127.0.0.1:\(try recorder.port)")
    _ = try await recorder.stop()
    let same = try await Mockrec.run(["verify", "cassette", "--include-unsafe"], in: folder.path)
    #expect(same.status == 0, "\(same)")
    try await server.stop()
    let other = try await RealServer.dnsmasq(port: server.port, address: "192.0.2.77")
    let changed = try await Mockrec.run(
      ["verify", "cassette", "--include-unsafe", "--fail-on", "any"], in: folder.path)
    #expect(changed.status == 1 && changed.stdout.contains("drift"), "\(changed)")
    try await other.stop()
  }

  @Test("statsd: datagrams that nobody answers are forwarded, recorded, and expected")
  func statsd() async throws {
    let server = try await RealServer.bytes()
    let loop = try await loop(server, client: "statsd_statsd", scheme: "udp", settings: "framing: {idle: 100ms}")
    #expect(loop.replay.status == 0, "\(loop.replay)")
    #expect(loop.replay.stderr.contains("served 4, missed 0, unused 0"), "\(loop.replay)")
    let got = try String(contentsOfFile: server.folder("datagrams"), encoding: .utf8)
    #expect(got == "shop.orders:1|c\nshop.stock:42|g\nshop.checkout:320.000000|ms\nshop.a:1|c\nshop.b:3|c\n")
    let tree = try FileTree(loop.folder("cassette"))
    #expect(tree.files(containing: "UDP {{cassette}} \"shop.stock:42|g\"\n\nUDP\n").count == 1, "\(tree.names)")
  }

  @Test("several datagrams answer one, each client gets its own")
  func datagrams() async throws {
    let loop = try await loop(.bytes(), client: "udp_twice", scheme: "udp", settings: "timeout: 5s")
    #expect(loop.recorded.differences(to: loop.replayed) == [])
    #expect(loop.recorded["big"]?.length == 9006 && loop.recorded["second 2"]?.length == 7)
    #expect(loop.replay.status == 0 && loop.replay.stderr.contains("served 5, missed 0, unused 0"), "\(loop.replay)")
    let tree = try FileTree(loop.folder("cassette"))
    #expect(tree.files(containing: "# @datagrams 7 7").count == 3, "\(tree.names)")
    #expect(tree.files(containing: "hex,6e6f7468696e6720ff00;").count == 1, "\(tree.names)")
  }

  @Test("a client's half-close passes through at once, and all it said before is one request")
  func halfClose() async throws {
    let server = try await RealServer.bytes()
    let folder = try TemporaryFolder()
    let recorder = try await Mockrec.record(
      "tcp://127.0.0.1:\(server.port)", settings: "wire: tcp\n    framing: connection", in: folder)
    for _ in 0..<20 { #expect(try await self.reversed(recorder.port) == "fedcba") }
    let recording = try await recorder.stop()
    #expect(recording.status == 0, "\(recording)")
    try await server.stop()
    #expect(try FileTree(folder("cassette")).entries.count == 1)
    let replayer = try Mockrec.start(["replay"], in: folder.path)
    try await replayer.ready()
    #expect(try await self.reversed(replayer.port) == "fedcba")
    let missed = try RawConnection(port: replayer.port)
    try await missed.send("other")
    missed.finishSending()
    #expect(try await missed.readToEnd() == "")
    let replay = try await replayer.stop()
    #expect(replay.status == 1 && replay.stderr.contains("TCP \"other\""), "\(replay)")
  }

  private func reversed(_ port: Int) async throws -> String {
    let connection = try RawConnection(port: port)
    try await connection.send("abc")
    try await connection.send("def")
    connection.finishSending()
    return try await connection.readToEnd()
  }

  @Test("an unknown way of framing is an error with its place: 65")
  func badFraming() async throws {
    let folder = try TemporaryFolder()
    try folder.write(
      "mockrec.yaml", "services:\n  mail:\n    wire: tcp\n    real: tcp://127.0.0.1:25\n    framing: {delimeter: x}\n")
    let finished = try await Mockrec.run(["replay"], in: folder.path)
    #expect(finished.status == 65, "\(finished)")
    #expect(finished.stderr.contains("mockrec.yaml:5:15") && finished.stderr.contains("`delimiter`"), "\(finished)")
  }
}

extension RealServer {
  static func memcached() async throws -> RealServer {
    let folder = try TemporaryFolder()
    let port = try RawConnection.freePorts(1)[0]
    return try await start(
      "memcached", ["-l", "127.0.0.1", "-p", "\(port)", "-U", "0", "-u", "nobody"],
      install: "apt-get install memcached", listensOn: port, in: folder)
  }

  /// - Parameter password: What AUTH takes; without it there is no AUTH.
  static func smtp(password: String? = nil) async throws -> RealServer {
    let folder = try TemporaryFolder()
    let port = try RawConnection.freePorts(1)[0]
    return try await start(
      try Python.interpreter, ["-B", Python.script("Servers/smtp.py"), "\(port)"] + (password.map { [$0] } ?? []),
      install: "scripts/test", listensOn: port, in: folder)
  }

  /// Takes TCP connections on the port, too.
  static func dnsmasq(port: Int? = nil, address: String = "192.0.2.1") async throws -> RealServer {
    let folder = try TemporaryFolder()
    let port = try port ?? RawConnection.freePorts(1)[0]
    return try await start(
      "dnsmasq",
      [
        "--keep-in-foreground", "--conf-file=/dev/null", "--no-resolv", "--no-hosts", "--user=", "--pid-file=",
        "--listen-address=127.0.0.1", "--bind-interfaces", "--port=\(port)", "--address=/one.test/\(address)",
        "--address=/two.test/2001:db8::2", "--address=/none.test/", "--txt-record=txt.test,hello",
      ], install: "apt-get install dnsmasq-base", listensOn: port, in: folder)
  }

  static func bytes() async throws -> RealServer {
    let folder = try TemporaryFolder()
    let port = try RawConnection.freePorts(1)[0]
    return try await start(
      try Python.interpreter, ["-B", Python.script("Servers/bytes.py"), "\(port)"], install: "scripts/test",
      listensOn: port, in: folder)
  }
}
