import Foundation
import Testing

@Suite("Streams over HTTP", .wholePrograms)
struct StreamTests {
  /// Asks for three events, and leaves an endless stream after the third.
  private func ask(_ port: Int, _ version: String) async throws -> [String] {
    let child = try Child(
      Python.interpreter, ["-B", Python.script("Clients/events_httpx.py"), "http://127.0.0.1:\(port)", version])
    #expect(try await child.end(within: .seconds(60)) == .exit(0), "\(child.transcript)")
    return child.stdout.split(separator: "\n").map(String.init)
  }

  private static let heard = ["/three: tick 1, tick 2, tick 3", "/endless: tick 1, tick 2, tick 3"]

  @Test("server-sent events are recorded with their pieces and times, and replayed to who leaves as to who stays")
  func events() async throws {
    let server = try await RealServer.events()
    let folder = try TemporaryFolder()
    let recorder = try await Mockrec.record(server.url, in: folder.path)
    for version in ["1", "2"] { #expect(try await ask(recorder.port, version) == Self.heard) }
    // That a client has left is seen a moment later.
    try await wait(for: "the stream that was left") {
      try FileTree(folder("cassette")).text(prefix: "get-endless-") != nil
    }
    #expect(try await recorder.stop().status == 0)
    try await server.stop()
    let three = try #require(try FileTree(folder("cassette")).text(prefix: "get-three-"))
    let pieces = three.split(separator: "\n").first { $0.hasPrefix("# @chunks ") }
    let sizes = try #require(pieces).dropFirst(10).split(separator: " ").map { $0.prefix { $0 != "@" } }
    #expect(sizes == ["20", "20", "20"], "\(three)")
    let endless = try #require(try FileTree(folder("cassette")).text(prefix: "get-endless-"))
    #expect(endless.contains("\n# @ends client\n"), "\(endless)")

    for (timing, least) in [("none", 0.0), ("recorded", 0.3)] {
      let replayer = try await Mockrec.replay(in: folder.path, ["--stream-timing", timing])
      for version in ["1", "2"] {
        let start = ContinuousClock.now
        #expect(try await ask(replayer.port, version) == Self.heard)
        #expect(ContinuousClock.now - start > .seconds(least))
      }
      #expect(try await replayer.stop().status == 0)
    }
  }

  @Test("a recording of an endless stream is left out of verification, with the reason")
  func verified() async throws {
    let server = try await RealServer.events()
    let folder = try TemporaryFolder()
    let recorder = try await Mockrec.record(server.url, in: folder.path)
    #expect(try await ask(recorder.port, "1") == Self.heard)
    try await wait(for: "the stream that was left") {
      try FileTree(folder("cassette")).text(prefix: "get-endless-") != nil
    }
    #expect(try await recorder.stop().status == 0)
    let verified = try await Mockrec.run(
      ["verify", "--wire", "http", "--cassette", "cassette", "--real", server.url], in: folder.path)
    #expect(verified.status == 0 && verified.stdout.contains("agree 1"), "\(verified)")
    #expect("\(verified)".contains("the service would go on"), "\(verified)")
    try await server.stop()
  }

  @Test("a watch of etcd that its client leaves is recorded, with one event or with several")
  func watches() async throws {
    let etcd = try await RealServer.etcd()
    let folder = try TemporaryFolder()
    let watch = #"curl -sN --max-time 1 -d '{"create_request":{"key":"Y29sb3Vy"}}' $CASSETTE_URL/v3/watch"#
    let put = #"sleep 0.4; curl -s -o /dev/null -d '{"key":"Y29sb3Vy","value":"cmVk"}' "# + "\(etcd.url)/v3/kv/put"
    for line in ["timeout 1 \(watch)", "\(watch) & \(put); wait"] {
      let recording = try await Mockrec.run(
        [
          "record", "--wire", "http", "--real", etcd.url, "--mode", "overwrite", "--cassette", "cassette", "--", "sh",
          "-c",
          "\(line); true",
        ], in: folder.path)
      #expect(recording.status == 0, "\(recording)")
      let entry = try #require(try FileTree(folder("cassette")).text(prefix: "post-v3-watch-"), "\(recording)")
      #expect(entry.contains("# @ends client\n") && entry.contains("created"), "\(entry)")
    }
    try await etcd.stop()
  }

  @Test("pieces keep their places where a secret in them is replaced")
  func redacted() async throws {
    let server = try await RealServer.events()
    let folder = try TemporaryFolder()
    let recorder = try await Mockrec.record(server.url, in: folder.path)
    let child = try Child("curl", ["-sSN", "\(recorder.url)/secret"])
    #expect(try await child.end() == .exit(0), "\(child.transcript)")
    #expect(try await recorder.stop().status == 0)
    try await server.stop()
    let entry = try #require(try FileTree(folder("cassette")).text(prefix: "get-secret-"))
    #expect(!entry.contains("hunter2") && entry.contains("# @chunks "), "\(entry)")
    let replayer = try await Mockrec.replay(in: folder.path)
    let raw = try RawConnection(port: replayer.port)
    try await raw.send("GET /secret HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    let reply = try await raw.readToEnd()
    // Each event is a chunk of its own.
    #expect(reply.components(separatedBy: "\r\ndata: ").count == 4, "\(reply)")
    #expect(try await replayer.stop().status == 0)
  }
}
