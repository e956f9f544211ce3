import Foundation
import Testing

@Suite("HTTP Archives of a real browser", .wholePrograms)
struct BrowserArchiveTests {
  @Test("what Chromium saved of a page is replayed to Chromium, and exported and imported again it is the same")
  func chromium() async throws {
    let nginx = try await RealServer.nginx(Self.page)
    let folder = try TemporaryFolder()
    let recorded = try await browse("\(nginx.url)/page.html", archive: folder("a.har"))
    try await nginx.stop()
    #expect(recorded.title == "done alice true hello, world 15892" && recorded.errors == [], "\(recorded)")
    #expect(recorded.asked.contains(["GET", "/page.html", "304"]), "the second time it had not changed: \(recorded)")

    var run = try await Mockrec.run(["import", "har", "a.har", "--cassette", "page"], in: folder.path)
    #expect(run.status == 0 && run.stderr.contains("Content-Encoding and Content-Length are dropped"), "\(run)")
    let tree = try FileTree(folder("page"))
    let replay = try Mockrec.start(["replay", "--cassette", "page", "--listen", "127.0.0.1:0"], in: folder.path)
    try await replay.ready()
    let replayed = try await browse("http://127.0.0.1:\(replay.port)/page.html", archive: folder("b.har"))
    let stopped = try await replay.stop()
    #expect(stopped.status == 0 && stopped.stderr.contains("missed 0"), "\(stopped)")
    #expect(replayed.title == recorded.title && replayed.errors == [], "\(replayed)")
    // The second time the browser may have things at hand.
    #expect(Set(replayed.first) == Set(recorded.first), "\(replayed.first) \(recorded.first)")

    run = try await Mockrec.run(["export", "har", "--cassette", "page", "-o", "c.har"], in: folder.path)
    #expect(run.status == 0, "\(run)")
    run = try await Mockrec.run(
      ["import", "har", "c.har", "--service", "page", "--cassette", "again"], in: folder.path)
    #expect(try run.status == 0 && tree.changes(to: FileTree(folder("again"))) == [], "\(run)")
  }

  /// What a visit came to: each request's method, path and status.
  private struct Visit: Decodable {
    var title: String
    var errors: [String]
    var asked: [[String]]

    /// Before the page was loaded again.
    var first: [[String]] {
      Array(asked.prefix((asked.dropFirst().firstIndex { $0[1] == "/page.html" }) ?? asked.count))
    }
  }

  private func browse(_ url: String, archive: String) async throws -> Visit {
    let child = try Child(Python.interpreter, ["-B", Python.script("Clients/browse_har.py"), url, archive])
    guard try await child.end(within: .seconds(180)) == .exit(0) else {
      throw Failed(what: "is Chromium there? `apt-get install chromium`\n\(child.transcript)")
    }
    return try JSONDecoder().decode(Visit.self, from: Data(child.stdout.utf8))
  }

  /// A page with a style sheet, an image, a script, a form of JSON that is sent, a redirect, and text that comes compressed.
  private static let page: [String: Data] = [
    "page.html": Data(
      """
      <!doctype html>
      <meta charset="utf-8">
      <title>loading</title>
      <link rel="icon" href="data:,">
      <link rel="stylesheet" href="style.css">
      <img src="dot.png" alt="">
      <script src="app.js"></script>

      """.utf8),
    "style.css": Data("body { color: teal; }\n".utf8),
    "app.js": Data(
      """
      (async () => {
        const user = await (await fetch("data.json")).json();
        const put = await fetch("upload/user.json", {
          method: "PUT", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ id: user.id, name: "Zoë" }) });
        const moved = await (await fetch("moved")).text();
        const lines = await (await fetch("lines.txt")).text();
        document.title = `done ${user.name} ${put.ok} ${moved.trim()} ${lines.length}`;
      })();

      """.utf8),
    "dot.png": Data(
      base64Encoded: "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
      ?? Data(),
  ]
}
