import Foundation
import Testing

@Suite("gate and history: what verify leaves behind", .wholePrograms)
struct GateTests {
  @Test("a verification that passes opens the gate; a change, age or a missing receipt shuts it")
  func gate() async throws {
    let (nginx, folder) = try await recorded()
    var gate = try await Mockrec.run(["gate", "--cassette", "cassette"], in: folder.path)
    #expect(gate.status == 1 && gate.stdout.contains("never verified") && gate.stdout.contains("fix: "), "\(gate)")
    let before = try FileTree(folder("cassette"))

    #expect(try await verify(nginx.url, in: folder, ["--only", "fake"]).status == 0)
    #expect(try FileTree(folder("cassette")) == before, "nothing was asked of the real one")
    #expect(try await verify(nginx.url, in: folder).status == 0)
    #expect(try FileTree(folder("cassette")).changes(to: before) == ["verified.json"])
    let receipt = try json(folder("cassette/verified.json"))
    #expect((receipt["service"] as? [String: Any])?["server"] as? String ?? "" != "", "\(receipt)")
    #expect((receipt["counts"] as? [String: Int])?["agree"] == 2, "\(receipt)")
    #expect(receipt["cassette"] as? String == "sha256:\(try await byHand(folder("cassette")))")

    gate = try await Mockrec.run(["gate", "--cassette", "cassette", "--max-age", "1h"], in: folder.path)
    #expect(gate.status == 0 && gate.stdout.contains("cassette: open, verified "), "\(gate)")
    for (age, status) in [("7", 64), ("-1d", 64), ("a week", 64)] as [(String, Int32)] {
      #expect(
        try await Mockrec.run(["gate", "--cassette", "cassette", "--max-age=\(age)"], in: folder.path).status == status)
    }

    let entry = try #require(before.entries.first)
    let text = try String(contentsOfFile: folder("cassette/\(entry)"), encoding: .utf8)
    try folder.write("cassette/\(entry)", text + "\n")
    gate = try await Mockrec.run(["gate", "--cassette", "cassette"], in: folder.path)
    #expect(gate.status == 1 && gate.stdout.contains("changed since it was verified"), "\(gate)")
    try folder.write("cassette/\(entry)", text)
    #expect(try await Mockrec.run(["gate", "--cassette", "cassette"], in: folder.path).status == 0)

    let kept = try String(contentsOfFile: folder("cassette/verified.json"), encoding: .utf8)
    let year = try #require(kept.firstRange(of: "\"verified\": \"20"))
    try folder.write("cassette/verified.json", kept.replacingCharacters(in: year, with: "\"verified\": \"19"))
    gate = try await Mockrec.run(["gate", "--cassette", "cassette"], in: folder.path)
    #expect(gate.status == 1 && gate.stdout.contains("days ago, on 19"), "\(gate)")
    try folder.write("cassette/verified.json", "{}")
    gate = try await Mockrec.run(["gate", "--cassette", "cassette"], in: folder.path)
    #expect(gate.status == 65 && gate.stderr.contains("cassette/verified.json:1:1"), "\(gate)")
    try await nginx.stop()
  }

  @Test("a verification that fails leaves the last receipt as it was")
  func failing() async throws {
    let (nginx, folder) = try await recorded()
    #expect(try await verify(nginx.url, in: folder).status == 0)
    let receipt = try Data(contentsOf: URL(fileURLWithPath: folder("cassette/verified.json")))
    try nginx.folder.write("www/data.json", "{}")
    #expect(try await verify(nginx.url, in: folder).status == 1)
    #expect(try Data(contentsOf: URL(fileURLWithPath: folder("cassette/verified.json"))) == receipt)
    try await nginx.stop()
  }

  @Test("history tells what came, stayed and went, from the file that --history names")
  func history() async throws {
    let (nginx, folder) = try await recorded()
    var told = try await Mockrec.run(["history"], in: folder.path)
    #expect(told.status == 0 && told.stdout == "no verification yet\n", "\(told)")
    told = try await Mockrec.run(["history", "--history", "h.sqlite"], in: folder.path)
    #expect(told.status == 64 && told.stderr.contains("there is no history at h.sqlite"), "\(told)")

    let page = nginx.folder("www/data.json")
    let original = try Data(contentsOf: URL(fileURLWithPath: page))
    // nginx tells when a file was written: what comes back has to be as old as it was.
    let written = try FileManager.default.attributesOfItem(atPath: page)[.modificationDate]
    for isChanged in [true, true, false, true] {
      try nginx.folder.write("www/data.json", isChanged ? Data(#"{"id": "42"}"#.utf8) : original)
      if !isChanged { try FileManager.default.setAttributes([.modificationDate: written as Any], ofItemAtPath: page) }
      let status = try await verify(nginx.url, in: folder, ["--history", "h.sqlite"]).status
      #expect(status == (isChanged ? 1 : 0))
    }
    told = try await Mockrec.run(["history", "--history", "h.sqlite"], in: folder.path)
    #expect(told.status == 0 && told.stdout.contains("flaky  $.id  breaking, type\n"), "\(told)")
    #expect(told.stdout.contains("in 3 of 4 runs, flake rate 25 %\n  ██·█\n"), "\(told)")
    #expect(told.stdout.contains("4 verifications since ") && told.stdout.contains("findings: 1 1 0 1\n"), "\(told)")
    told = try await Mockrec.run(
      ["history", "--history", "h.sqlite", "--json", "--service", "cassette", "--limit", "1"], in: folder.path)
    let json = try #require(JSONSerialization.jsonObject(with: Data(told.stdout.utf8)) as? [String: Any])
    let findings = try #require(json["findings"] as? [[String: Any]])
    #expect(findings.count == 1 && findings[0]["runs"] as? [Bool] == [true, true, false, true], "\(json)")
    #expect(try await Mockrec.run(["history", "--history", "h.sqlite", "--service", "x"], in: folder.path).status == 0)
    try await nginx.stop()
  }

  /// The digest as a person would make it.
  private func byHand(_ cassette: String) async throws -> String {
    let child = try Child(
      "sh",
      ["-c", "export LC_ALL=C; find * -name '*.hurl' -o -path 'bodies/*' | sort | xargs sha256sum | sha256sum"],
      in: cassette)
    #expect(try await child.end() == .exit(0), "\(child.transcript)")
    return String(child.stdout.prefix(64))
  }

  private func json(_ path: String) throws -> [String: Any] {
    try #require(
      JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: path))) as? [String: Any])
  }

  private func recorded() async throws -> (RealServer, TemporaryFolder) {
    let nginx = try await RealServer.nginx()
    let folder = try TemporaryFolder()
    let recorder = try await Mockrec.record(nginx.url, in: folder.path)
    for path in ["bytes.bin", "data.json"] {
      let connection = try RawConnection(port: recorder.port)
      try await connection.send("GET /\(path) HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
      try await connection.readToEnd()
    }
    #expect(try await recorder.stop().status == 0)
    return (nginx, folder)
  }

  private func verify(_ real: String, in folder: TemporaryFolder, _ more: [String] = []) async throws
    -> Mockrec.Finished
  {
    try await Mockrec.run(
      ["verify", "--wire", "http", "--cassette", "cassette", "--real", real] + more, in: folder.path)
  }
}
