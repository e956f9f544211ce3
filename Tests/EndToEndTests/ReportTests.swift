import Foundation
import Testing

@Suite("Reports: valid, and good to read", .wholePrograms)
struct ReportTests {
  /// Answers that differ in every way that a page, a table or a schema could stumble over.
  private static let before = """
    {"id": 42, "name": "alice", "html": "<b>", "tags": ["a", "b"], "list": [{"id": 1, "n": "x"}, {"id": 2, "n": "y"}]}

    """
  private static let after = """
    {"id": "42", "name": "</script><script>console.error('run')</script>", "html": "|`*@team", "tags": ["a", "b"], \
    "list": [{"id": 9, "n": "new"}, {"id": 1, "n": "x"}, {"id": 2, "n": "z"}], \
    "long": "\(String(repeating: "unbroken", count: 60))"}

    """

  @Test("SARIF and JUnit XML hold to their published schemas, and all reports tell the same findings")
  func valid() async throws {
    let (nginx, folder) = try await drifted()
    let finished = try await verify(
      nginx.url, in: folder, ["json=r.json", "junit=r.xml", "sarif=r.sarif", "markdown=r.md", "html=r.html"])
    #expect(finished.status == 1, "\(finished)")
    let child = try Child(
      Python.interpreter,
      ["-B", Python.script("Clients/validate_reports.py"), folder("r.sarif"), folder("r.xml"), folder("r.json")])
    #expect(try await child.end() == .exit(0), "\(child.transcript)")
    #expect(child.stdout == "valid\n", "\(child.transcript)")

    let sarif = try json(folder("r.sarif"))
    let run = try #require((sarif["runs"] as? [[String: Any]])?.first)
    let results = try #require(run["results"] as? [[String: Any]])
    let type = try #require(
      results.first { ($0["properties"] as? [String: Any])?["path"] as? String == "$.id" }, "\(results)")
    #expect(type["ruleId"] as? String == "type" && type["level"] as? String == "error")
    // The place is the field's own line in the cassette.
    let place = (type["locations"] as? [[String: Any]])?.first?["physicalLocation"] as? [String: Any]
    let uri = try #require((place?["artifactLocation"] as? [String: Any])?["uri"] as? String)
    let line = try #require((place?["region"] as? [String: Any])?["startLine"] as? Int)
    let lines = try String(contentsOfFile: folder(uri), encoding: .utf8).components(separatedBy: "\n")
    #expect(lines[line - 1].contains(#""id": 42"#), "\(uri):\(line): \(lines)")

    let markdown = try String(contentsOfFile: folder("r.md"), encoding: .utf8)
    #expect(markdown.hasPrefix("### mockrec verify: failed, 1 step") && markdown.contains("<code>$.id</code>"))
    try await nginx.stop()
  }

  @Test("the page opens without an error, at 360 pixels and wide, light and dark, and goes by keyboard")
  func browsed() async throws {
    let (nginx, folder) = try await drifted()
    for _ in 0..<2 {
      let verified = try await verify(nginx.url, in: folder, ["html=r.html"])
      #expect(verified.status == 1, "\(verified)")
    }
    let artifacts = "\(Mockrec.package)/.build/artifacts"
    let seen = try await browse(folder("r.html"), screenshots: artifacts)
    #expect(seen["errors"] as? [String] == [], "\(seen)")
    #expect(seen["requests"] as? [String] == [], "the file needs nothing else")
    #expect(seen["title"] as? String == "mockrec verify: failed")
    #expect(seen["findings"] as? Int == 1 && seen["open"] as? Int == 1, "\(seen)")
    #expect(seen["bars"] as? Int == 2, "a bar for each verification: \(seen)")
    let narrow = try #require(seen["narrow"] as? [String: Any])
    #expect(narrow["page"] as? Int == 0 && narrow["wider"] as? [String] == [], "\(narrow)")
    #expect(seen["expanded_page"] as? Int == 0 && seen["expanded_wider"] as? [String] == [], "\(seen)")
    var grounds: Set<String> = []
    for scheme in ["light", "dark"] {
      let look = try #require(seen[scheme] as? [String: Any])
      grounds.insert(look["ground"] as? String ?? "")
      let worst = try #require(look["contrast"] as? [String: Any])
      #expect(worst["ratio"] as? Double ?? 0 >= 4.5, "WCAG 2.2, 1.4.3: \(scheme): \(worst)")
    }
    #expect(grounds.count == 2, "light is not dark: \(grounds)")

    let stops = try #require(seen["tab"] as? [String])
    for stop in ["search", "drift", "agree", "expand", "summary"] { #expect(stops.contains(stop), "\(stops)") }
    #expect(seen["unseen"] as? [String] == [], "the focus is seen wherever it is")
    #expect(seen["slash"] as? String == "search")
    #expect(
      seen["searched"] as? Int == 1 && seen["cleared"] as? Int == 1 && seen["without_drift"] as? Int == 0, "\(seen)")
    #expect(
      seen["next"] as? String == "summary" && (seen["toggled"] as? [Bool]).map { $0[0] != $0[1] } == true, "\(seen)")
    #expect(seen["beside"] as? Bool == true, "\(seen)")
    #expect((seen["marked"] as? [String])?.contains { $0.contains("</script>") } == true, "\(seen)")
    for name in ["light-360", "dark-360", "light-1280", "dark-1280"] {
      let size = try Data(contentsOf: URL(fileURLWithPath: "\(artifacts)/report-\(name).png")).count
      #expect(size > 5000, "\(name): \(size)")
    }
    try await nginx.stop()
  }

  @Test(
    "a report that there is not, and one that cannot be written, stop the run before its first request: 64",
    arguments: [
      ("htlm=r", "nearest: html"), ("sarif", "names no file"), ("json=a/b.json", "no folder a"),
      ("json=cassette", "it is a folder"),
    ])
  func refused(word: String, said: String) async throws {
    let folder = try TemporaryFolder()
    try folder.folder("cassette")
    let finished = try await verify("http://127.0.0.1:9", in: folder, [word])
    #expect(finished.status == 64 && finished.stderr.contains(said), "\(finished)")
  }

  @Test("a report that turns out not to be written takes no other with it, and what was found is told")
  func unwritten() async throws {
    let (nginx, folder) = try await drifted()
    let finished = try await verify(nginx.url, in: folder, ["json=/proc/report.json", "markdown=report.md"])
    #expect(finished.status == 1 && finished.stdout.contains("$.id"), "\(finished)")
    #expect(finished.stderr.contains("the report cannot be written to /proc/report.json"), "\(finished)")
    #expect(FileManager.default.fileExists(atPath: folder("report.md")))
    try await nginx.stop()
  }

  private func browse(_ page: String, screenshots: String) async throws -> [String: Any] {
    let child = try Child(Python.interpreter, ["-B", Python.script("Clients/browse_report.py"), page, screenshots])
    let ending = try await child.end(within: .seconds(180))
    guard ending == .exit(0) else {
      throw Failed(what: "is Chromium there? `apt-get install chromium`\n\(child.transcript)")
    }
    return try #require(JSONSerialization.jsonObject(with: Data(child.stdout.utf8)) as? [String: Any])
  }

  private func json(_ path: String) throws -> [String: Any] {
    try #require(
      JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: path))) as? [String: Any])
  }

  /// A cassette, and the service that has moved on since.
  private func drifted() async throws -> (RealServer, TemporaryFolder) {
    let nginx = try await RealServer.nginx()
    try nginx.folder.write("www/data.json", Self.before)
    let folder = try TemporaryFolder()
    let recorder = try await Mockrec.record(nginx.url, in: folder.path)
    for path in ["hello.txt", "data.json"] {
      let connection = try RawConnection(port: recorder.port)
      try await connection.send("GET /\(path) HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
      try await connection.readToEnd()
    }
    #expect(try await recorder.stop().status == 0)
    try nginx.folder.write("www/data.json", Self.after)
    return (nginx, folder)
  }

  private func verify(_ real: String, in folder: TemporaryFolder, _ reports: [String]) async throws -> Mockrec.Finished
  {
    try await Mockrec.run(
      ["verify", "--wire", "http", "--cassette", "cassette", "--real", real] + reports.flatMap { ["--report", $0] },
      in: folder.path)
  }
}
