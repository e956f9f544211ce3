import Foundation
import Testing

@Suite("verify: is the cassette still true?", .wholePrograms)
struct VerifyTests {
  @Test("an unchanged service agrees with its cassette: 0")
  func agrees() async throws {
    let (nginx, folder) = try await recorded()
    let finished = try await verify(nginx.url, in: folder)
    #expect(finished.status == 0, "\(finished)")
    try await nginx.stop()
  }

  @Test("a field that changed is drift, named by its path: 1")
  func drifts() async throws {
    let (nginx, folder) = try await recorded()
    try nginx.folder.write("www/data.json", #"{"id": 43, "name": "alice", "tags": ["a", "b"]}"# + "\n")
    let finished = try await verify(nginx.url, in: folder, ["--report", "json=report.json"])
    #expect(finished.status == 1, "\(finished)")
    let said = finished.stdout + finished.stderr
    #expect(said.contains("$.id") && said.contains("42") && said.contains("43"), "\(finished)")
    #expect(said.contains("$.pi"), "the field that went is named: \(finished)")
    let report = try Data(contentsOf: URL(fileURLWithPath: folder("report.json")))
    #expect(try JSONSerialization.jsonObject(with: report) is [String: Any])
    try await nginx.stop()
  }

  @Test("a service that cannot be reached is neither agreement nor drift: 69")
  func unreachable() async throws {
    let (nginx, folder) = try await recorded()
    try await nginx.stop()
    let finished = try await verify(nginx.url, in: folder)
    #expect(finished.status == 69, "\(finished)")
  }

  @Test("an empty cassette verifies nothing, and that is no pass: 1")
  func vacuous() async throws {
    let nginx = try await RealServer.nginx()
    let folder = try TemporaryFolder()
    try folder.folder("cassette")
    #expect(try await verify(nginx.url, in: folder).status == 1)
    #expect(try await verify(nginx.url, in: folder, ["--allow-vacuous"]).status == 0)
    try await nginx.stop()
  }

  @Test("each run is a row of the history, each exchange one of the journal")
  func remembered() async throws {
    let (nginx, folder) = try await recorded()
    _ = try await verify(nginx.url, in: folder)
    let script = """
      import sqlite3, sys
      for name in ("history", "journal"):
          database = sqlite3.connect(f"file:{sys.argv[1]}/.mockrec/{name}.sqlite?mode=ro", uri=True)
          tables = [row[0] for row in database.execute("select name from sqlite_master where type = 'table'")]
          print(name, max(database.execute(f"select count(*) from \\"{table}\\"").fetchone()[0] for table in tables))
      """
    let child = try Child(Python.interpreter, ["-c", script, folder.path])
    #expect(try await child.end() == .exit(0), "\(child.transcript)")
    let counts = child.stdout.split(separator: "\n").compactMap { $0.split(separator: " ").last.flatMap { Int($0) } }
    #expect(counts.count == 2 && counts[0] >= 2 && counts[1] >= 4, "a recording and a verification: \(child.stdout)")
    try await nginx.stop()
  }

  private func recorded() async throws -> (RealServer, TemporaryFolder) {
    let nginx = try await RealServer.nginx()
    let folder = try TemporaryFolder()
    let recorder = try await Mockrec.record(nginx.url, in: folder.path)
    for path in ["hello.txt", "data.json", "lines.txt", "missing"] {
      let connection = try RawConnection(port: recorder.port)
      try await connection.send("GET /\(path) HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
      try await connection.readToEnd()
    }
    let finished = try await recorder.stop()
    #expect(finished.status == 0, "\(finished)")
    return (nginx, folder)
  }

  private func verify(_ real: String, in folder: TemporaryFolder, _ more: [String] = []) async throws
    -> Mockrec.Finished
  {
    try await Mockrec.run(
      ["verify", "--wire", "http", "--cassette", "cassette", "--real", real] + more, in: folder.path)
  }
}
