import Foundation
import Testing

@Suite("Hypercorn, as it is", .wholePrograms)
struct HypercornTests {
  @Test("httpx sees the same recorded and replayed, in either version; a change is drift", arguments: ["1", "2"])
  func inTheClear(version: String) async throws {
    let hypercorn = try await RealServer.hypercorn()
    let session = try await Session(hypercorn.url, greetings: hypercorn.folder, version)
    // Between mockrec and Hypercorn it is HTTP/2 whichever the client speaks.
    #expect(session.expected[0].contains("'version': '2'"), "\(session.expected)")
    let agreed = try await session.verified(hypercorn.url)
    #expect(agreed.status == 0 && agreed.stdout.contains("agree 2  drift 0"), "\(agreed)")
    try hypercorn.folder.write("greeting", "goodbye")
    let drifted = try await session.verified(hypercorn.url)
    #expect(drifted.stdout.contains("drift 1") && drifted.stdout.contains("goodbye"), "\(drifted)")
    try await hypercorn.stop()
  }

  @Test("where it takes no preface it is asked for HTTP/2, and speaks it")
  func asked() async throws {
    let hypercorn = try await RealServer.hypercorn()
    let shim = try await RealServer.withoutPreface(before: hypercorn)
    let session = try await Session(shim.url, greetings: hypercorn.folder, "2")
    #expect(session.expected[0].contains("'version': '2'"), "\(session.expected)")
    let agreed = try await session.verified(shim.url)
    #expect(agreed.status == 0 && agreed.stdout.contains("agree 2  drift 0"), "\(agreed)")
    try await shim.stop()
    try await hypercorn.stop()
  }

  @Test("over TLS on both sides, by ALPN")
  func overTLS() async throws {
    let hypercorn = try await RealServer.hypercorn(tls: true)
    let trust = ["--ca", hypercorn.folder("ca.pem"), "--server-name", "localhost"]
    let session = try await Session(hypercorn.url, greetings: hypercorn.folder, "2", trust: trust)
    #expect(session.expected[0].contains("'version': '2'"), "\(session.expected)")
    let agreed = try await session.verified(hypercorn.url, trust)
    #expect(agreed.status == 0 && agreed.stdout.contains("agree 2  drift 0"), "\(agreed)")
    try await hypercorn.stop()
  }
}

/// What httpx saw of Hypercorn while it was recorded; the replay of that is held against it.
private struct Session {
  let folder: TemporaryFolder
  let expected: [String]

  /// - Parameter trust: Options by which Hypercorn is asked over TLS; its clients then speak TLS to mockrec.
  init(_ url: String, greetings: TemporaryFolder, _ version: String, trust: [String] = []) async throws {
    folder = try TemporaryFolder()
    let tls = trust.isEmpty ? [] : ["--tls"]
    let recorder = try await Mockrec.record(url, in: folder.path, tls + trust)
    expected = try await Self.ask(recorder, version, folder, overTLS: !trust.isEmpty)
    #expect(try await recorder.stop().status == 0)
    try #require(
      expected.count == 4 && expected.allSatisfy { $0.hasPrefix("HTTP/\(version == "1" ? "1.1" : "2")") }, "\(expected)"
    )
    #expect(expected[3].hasSuffix("id: 0 data: tick 0 id: 1 data: tick 1 id: 2 data: tick 2"), "\(expected)")
    let events = try #require(try FileTree(folder("cassette")).text(prefix: "get-events-"))
    #expect(events.contains("\n# @version HTTP/2\n") && events.contains("\n# @chunks "), "\(events)")
    // What is replayed is not asked for again.
    try greetings.write("greeting", "nobody's")
    let replayer = try await Mockrec.replay(in: folder.path, tls)
    #expect(try await Self.ask(replayer, version, folder, overTLS: !trust.isEmpty) == expected)
    #expect(try await replayer.stop().status == 0)
    try greetings.write("greeting", "hello")
  }

  private static func ask(
    _ mockrec: Mockrec, _ version: String, _ folder: TemporaryFolder, overTLS: Bool
  ) async throws -> [String] {
    let authority = overTLS ? ["\(folder.path)/.mockrec/ca/ca.pem"] : []
    let url = try overTLS ? "https://localhost:\(mockrec.port)" : mockrec.url
    let child = try Child(
      Python.interpreter, ["-B", Python.script("Clients/hypercorn_httpx.py"), url, version] + authority)
    #expect(try await child.end(within: .seconds(60)) == .exit(0), "\(child.transcript)")
    return child.stdout.split(separator: "\n").map(String.init)
  }

  func verified(_ url: String, _ trust: [String] = []) async throws -> Mockrec.Finished {
    try await Mockrec.run(
      ["verify", "--wire", "http", "--cassette", "cassette", "--real", url] + trust, in: folder.path)
  }
}
