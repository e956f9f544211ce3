import Foundation
import Testing

@Suite("Sweep", .wholePrograms)
struct SweepTests {
  private static let faults = "503,hang,latency=50ms,reset,empty,truncate,garbage"

  /// The matrix of a client without retries, and of one with them: what was cut without a sign is not repeated.
  static let matrices = [
    (
      "plain",
      [
        "exit 1 exit 1 ok exit 1 exit 1 exit 1 exit 1", "exit 1 exit 1 ok exit 1 exit 1 exit 1 exit 1",
        ". . . . . . .",
      ]
    ), ("retrying", ["ok ok ok ok ok exit 1 ok", "ok ok ok ok ok exit 1 ok", ". . . . . . ."]),
  ]

  @Test("the matrix of a client is known, in parallel as well, and each cell can be had again", arguments: matrices)
  func matrix(client: String, cells: [String]) async throws {
    let folder = try await Self.recorded()
    let sweep = try await Self.sweep(
      [
        "--faults", Self.faults, "--jobs", "3", "--seed", "7", "--report", "json=sweep.json", "--report", "html=s.html",
      ],
      client: client, in: folder)
    #expect(sweep.status == 1, "\(sweep)")
    let rows = sweep.stdout.split(separator: "\n").filter { $0.hasPrefix("  cassette  GET ") }.map {
      $0.split(separator: " ").dropFirst(3).joined(separator: " ")
    }
    #expect(rows == cells, "\(sweep)")
    #expect(sweep.stdout.hasPrefix("sweep: seed 7; without faults it passed in "), "\(sweep)")
    let report = try Report(folder("sweep.json"))
    #expect(report.exchanges.map { $0.cells.count } == [7, 7, 7] && report.seed == "7" && report.exitStatus == 1)
    #expect(report.counts["not fired"] == 7)
    let page = try String(contentsOfFile: folder("s.html"), encoding: .utf8)
    #expect(page.contains("<table>") && !page.contains("<script") && page.contains("not fired"))
    // One line of each kind of outcome, as a person would paste it.
    for word in ["survived", "failed"] {
      let cell = try #require(report.exchanges.flatMap(\.cells).first { $0.outcome == word })
      let binary = try Mockrec.binary as NSString
      let path = binary.deletingLastPathComponent + ":" + (ProcessInfo.processInfo.environment["PATH"] ?? "")
      let again = try Child("sh", ["-c", cell.again], environment: ["PATH": path], in: folder.path)
      #expect(try await again.end() == .exit(word == "failed" ? 1 : 0), "\(cell.again)\n\(again.transcript)")
      #expect(again.transcript.contains("fired 1") && again.transcript.contains("seed 7"), "\(again.transcript)")
    }
  }

  @Test("with --always each request has its fault, and retries do not help")
  func always() async throws {
    let folder = try await Self.recorded()
    let sweep = try await Self.sweep(
      ["--faults", "503", "--always", "--only", "*hello*"], client: "retrying", in: folder)
    #expect(sweep.status == 1 && sweep.stdout.contains("survived 0, failed 1\n"), "\(sweep)")
  }

  @Test("a command that waits for ever is ended, group and all, and one that survives passes")
  func timeout() async throws {
    let folder = try await Self.recorded()
    func run(_ options: String...) async throws -> Mockrec.Finished {
      try await Mockrec.run(
        ["sweep", "--wire", "http", "--cassette", "cassette", "--only", "*hello*"] + options
          + ["--", "sh", "-c", "(trap '' TERM; curl -sf $CASSETTE_URL/hello.txt)"], in: folder.path)
    }
    let late = try await run("--faults", "hang", "--timeout", "5s")
    #expect(late.status == 1 && late.stdout.contains("timed out 1\n"), "\(late)")
    let well = try await run("--faults", "latency=10ms")
    #expect(well.status == 0 && well.stdout.contains("survived 1\n"), "\(well)")
  }

  @Test("a command that fails by itself, or asks nothing, is swept no further")
  func baseline() async throws {
    let folder = try await Self.recorded()
    func run(_ command: String...) async throws -> Mockrec.Finished {
      try await Mockrec.run(
        ["sweep", "--wire", "http", "--cassette", "cassette", "--"] + command, in: folder.path)
    }
    let failing = try await run("sh", "-c", "echo no luck; exit 3")
    #expect(failing.status == 1 && failing.stderr.contains("it ended with 3"), "\(failing)")
    #expect(failing.stderr.contains("no luck") && !failing.stdout.contains("sweep: seed"), "\(failing)")
    let idle = try await run("true")
    #expect(idle.status == 1 && idle.stderr.contains("it asked nothing of the services"), "\(idle)")
    #expect(try FileTree(folder(".mockrec/sweep")).files.keys.filter { $0.hasSuffix(".yaml") }.isEmpty)
  }

  @Test("an interrupted sweep ends its commands and tells what there is")
  func interrupted() async throws {
    let folder = try await Self.recorded()
    let sweep = try Mockrec.start(
      [
        "sweep", "--wire", "http", "--cassette", "cassette", "--only", "*hello*", "--faults", "latency=10ms,hang",
        "--timeout", "10m", "--report", "json=sweep.json", "--", "sh", "-c",
        "curl -sf $CASSETTE_URL/hello.txt && echo x >> \(folder("runs")) || true",
      ], in: folder.path)
    // The baseline and the first cell have ended: the second hangs.
    try await wait(for: "the second cell") {
      let runs = (try? String(contentsOfFile: folder("runs"), encoding: .utf8)) ?? ""
      let hangs = FileManager.default.fileExists(atPath: folder(".mockrec/sweep/\(Self.name(folder))-hang"))
      return runs.count == 4 && hangs ? () : nil
    }
    let finished = try await sweep.stop(SIGINT)
    #expect(finished.status == 1 && finished.stdout.contains("interrupted"), "\(finished)")
    let cells = try Report(folder("sweep.json")).exchanges.flatMap(\.cells)
    #expect(cells.map(\.outcome) == ["survived", "not run"], "\(finished)")
  }

  @Test("Redis: an error, a late answer, and none")
  func redis() async throws {
    let redis = try await RealServer.redis()
    let folder = try TemporaryFolder()
    let recorder = try await Mockrec.record(redis.url, in: folder.path)
    let client = try RawConnection(port: recorder.port)
    try await client.send("SET a 1\r\nGET a\r\n")
    try await client.read { $0.text == "+OK\r\n$1\r\n1\r\n" }
    _ = try await recorder.stop()
    try await redis.stop()
    let sweep = try await Mockrec.run(
      [
        "sweep", "--wire", "redis", "--cassette", "cassette", "--faults", "error,redis/readonly,latency=10ms,hang",
        "--timeout", "6s", "--", "sh", "-c",
        "redis-cli -u $CASSETTE_URL SET a 1 | grep -q OK && redis-cli -u $CASSETTE_URL GET a | grep -qx 1",
      ], in: folder.path)
    let rows = sweep.stdout.split(separator: "\n").filter { $0.hasPrefix("  cassette  ") }
    #expect(
      rows.map { $0.split(separator: " ").suffix(6).joined(separator: " ") }
        == Array(repeating: "exit 1 exit 1 ok timeout", count: 2), "\(sweep)")
    #expect(sweep.status == 1)
  }

  @Test("bad usage is told with what would have worked")
  func usage() async throws {
    let folder = try await Self.recorded()
    for (options, hint) in [
      (["--faults", "hangs"], "hang"), (["--faults", "redis/oom"], "no meaning"), (["--faults", "503,503"], "twice"),
      (["--only", "nothing"], "loosen --only"), (["--service", "cassete"], "cassette"), (["--timeout", "1"], "30s"),
      (["--jobs", "0"], "1 to 64"), (["--report", "junit=x"], "json=F or html=F"),
    ] {
      let finished = try await Mockrec.run(
        ["sweep", "--wire", "http", "--cassette", "cassette"] + options + ["--", "true"], in: folder.path)
      #expect(finished.status == 64 && finished.stderr.contains(hint), "\(options): \(finished)")
    }
    let none = try await Mockrec.run(["sweep", "--wire", "http", "--cassette", "cassette"], in: folder.path)
    #expect(none.status == 64 && none.stderr.contains("-- COMMAND"), "\(none)")
    let missing = try await Mockrec.run(
      ["sweep", "--wire", "http", "--cassette", "cassette", "--", "no-such-program"], in: folder.path)
    #expect(missing.status == 127, "\(missing)")
  }

  @Test("a rule for an entry concerns requests that are equal to it, and no other; one that there is not is told")
  func entries() async throws {
    let folder = try await Self.recorded()
    let entry = try #require(try FileTree(folder("cassette")).entries.first { $0.contains("hello") })
    try folder.write("o.yaml", "rules:\n  - {match: {entry: \(entry)}, fault: {status: 503}}\n")
    let replay = try await Mockrec.replay(in: folder.path, ["--overlay", "o.yaml"])
    let curl = try Child(
      "curl",
      ["-s", "-o", "/dev/null", "-w", "%{http_code} "]
        + ["hello.txt", "data.json", "hello.txt?a=1"].flatMap { ["\(try replay.url)/\($0)", "-o", "/dev/null"] })
    #expect(try await curl.end() == .exit(0))
    #expect(curl.stdout == "503 200 501 ")
    _ = try await replay.stop()
    try folder.write("o.yaml", "rules:\n  - match: {entry: get-hello-txt.hurl}\n    fault: hang\n")
    let refused = try await Mockrec.run(
      ["replay", "--wire", "http", "--cassette", "cassette", "--overlay", "o.yaml", "--", "true"], in: folder.path)
    #expect(refused.status == 65 && refused.stderr.contains("o.yaml:2:20"), "\(refused)")
    #expect(refused.stderr.contains("nearest") && refused.stderr.contains(entry), "\(refused)")
  }

  // MARK: -

  private struct Report: Decodable {
    struct Exchange: Decodable {
      struct Cell: Decodable {
        var fault: String
        var outcome: String
        var again: String
      }

      var entry: String
      var cells: [Cell]
    }

    var seed: String
    var exitStatus: Int
    var counts: [String: Int]
    var exchanges: [Exchange]

    init(_ path: String) throws {
      let decoder = JSONDecoder()
      decoder.keyDecodingStrategy = .convertFromSnakeCase
      self = try decoder.decode(Self.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
    }
  }

  /// A folder with a cassette of three exchanges, of which the clients ask for two.
  private static func recorded() async throws -> TemporaryFolder {
    let nginx = try await RealServer.nginx()
    let folder = try TemporaryFolder()
    let recorder = try await Mockrec.record(nginx.url, in: folder.path)
    for path in ["hello.txt", "data.json", "empty.txt"] {
      let curl = try Child("curl", ["-sf", "\(try recorder.url)/\(path)"])
      #expect(try await curl.end() == .exit(0))
    }
    _ = try await recorder.stop()
    try await nginx.stop()
    return folder
  }

  /// What the files of the greeting's runs begin with.
  private static func name(_ folder: TemporaryFolder) -> String {
    let entries = (try? FileTree(folder("cassette")).entries) ?? []
    let entry = entries.first { $0.contains("hello") } ?? ""
    return "cassette-" + entry.prefix { $0 != "." }
  }

  private static func sweep(
    _ options: [String], client: String, in folder: TemporaryFolder
  ) async throws -> Mockrec.Finished {
    let sweep = try Mockrec.start(
      ["sweep", "--wire", "http", "--cassette", "cassette"] + options + [
        "--", Python.interpreter, "-B", Python.script("Clients/sweep_requests.py"), client,
      ], in: folder.path)
    return try await sweep.finish(within: .seconds(120))
  }
}
