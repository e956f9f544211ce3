import Foundation
import Testing

@Suite("Heads that are too long for a frame of HTTP/2", .wholePrograms)
struct LongHeadTests {
  /// Asks for each path in turn, `#` and the length of a field behind it, and gives what was answered, a line each.
  private func ask(_ url: String, version: String, _ paths: [String]) async throws -> [String] {
    let child = try Child(
      Python.interpreter, ["-B", Python.script("Clients/long_heads.py"), url, version] + paths)
    #expect(try await child.end(within: .seconds(30)) == .exit(0), "\(child.transcript)")
    return child.stdout.split(separator: "\n").map(String.init)
  }

  private static let refusal = "502 mockrec: the server sent a head of"

  @Test("a recorded one is answered with 502 and the reason, and the connection goes on")
  func recorded() async throws {
    let folder = try TemporaryFolder()
    func write(_ name: String, _ value: String) throws {
      try folder.write(
        "cassette/get-\(name).hurl",
        "# mockrec 1\nGET {{cassette}}/\(name)\n\nHTTP 200\nX-Long: \(value)\n```\nhello\n```\n")
    }
    try write("short", "a")
    // What HPACK writes of the former is shorter than it is, and of the latter longer.
    try write("fits", String(repeating: "0", count: 20_000))
    try write("grows", String(repeating: "|", count: 12_000))
    try write("long", String(repeating: "0", count: 40_000))
    let paths = ["/short", "/fits", "/grows", "/long", "/short"]
    let replayer = try await Mockrec.replay(in: folder.path)
    let seen = try await ask(replayer.url, version: "2", paths)
    try #require(seen.count == 6, "\(seen)")
    #expect([0, 1, 4].allSatisfy { seen[$0] == "200 hello " } && seen[5] == "connections 1", "\(seen)")
    #expect([2, 3].allSatisfy { seen[$0].hasPrefix(Self.refusal) && seen[$0].contains("HTTP/2") }, "\(seen)")
    // HTTP/1.1 has no such limit.
    let older = try await ask(replayer.url, version: "1", paths)
    #expect(older.filter { $0 == "200 hello " }.count == 5, "\(older)")
    let finished = try await replayer.stop()
    #expect(finished.stderr.contains("refused: 2"), "\(finished)")
  }

  @Test("the real service's, and the client's: the request fails alone", arguments: ["1", "2"])
  func bridged(version: String) async throws {
    let server = try await RealServer.oddHTTP2()
    let folder = try TemporaryFolder()
    let recorder = try await Mockrec.record(server.url, in: folder.path)
    let seen = try await ask(
      recorder.url, version: version,
      ["/a", "/head?times=30000", "/head?times=120000", "/b", "/c#40000"]
        + (version == "2" ? ["/c#70000", "/c"] : ["/c"]))
    try #require(seen.count == (version == "2" ? 8 : 7), "\(seen)")
    #expect(seen[0].hasPrefix("200 GET /a 0 ") && seen[3].hasPrefix("200 GET /b 0 "), "\(seen)")
    #expect(version == "2" ? seen[1].hasPrefix(Self.refusal) : seen[1].hasPrefix("200 GET /head 0 "), "\(seen)")
    #expect(seen[2].hasPrefix("502 ") && seen[2].contains("the real service's reply has a head of 120"), "\(seen)")
    #expect(seen[4].hasPrefix("502 ") && seen[4].contains("the request's head of 40"), "\(seen)")
    if version == "2" { #expect(seen[5].hasPrefix("431 mockrec: the client sent a head of 70"), "\(seen)") }
    #expect(seen[seen.count - 2].hasPrefix("200 GET /c 0 ") && seen[seen.count - 1] == "connections 1", "\(seen)")
    _ = try await recorder.stop()
    try await server.stop()
  }
}
