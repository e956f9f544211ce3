import Foundation
import Testing

@Suite("The command line", .wholePrograms)
struct CommandTests {
  private static let settings = """
    services:
      shop:
        wire: http
        listen: 127.0.0.1:0
        real: REAL
        env: SHOP_URL

    """

  @Test("a wrapped command finds the service in its environment, and the loop closes without the real one")
  func wraps() async throws {
    let (origin, folder) = try await project()
    let fetch = #"curl -q -sS --noproxy '*' -f "$SHOP_URL/fixed""#
    let recording = try await Mockrec.run(["record", "--", "sh", "-c", fetch], in: folder.path)
    #expect(recording.status == 0, "\(recording)")
    #expect(recording.stdout.contains("always the same\n"))
    #expect(try FileTree(folder("cassettes/shop")).entries.count == 1)
    try await origin.stop()
    let replay = try await Mockrec.run(["replay", "--", "sh", "-c", fetch], in: folder.path)
    #expect(replay.status == 0, "\(replay)")
    #expect(replay.stdout.contains("always the same\n"))
  }

  @Test("a command has the descriptors that it was meant to have, and none of mockrec's")
  func descriptors() async throws {
    let (origin, folder) = try await project()
    // The three streams, and the folder that ls itself reads.
    let run = try await Mockrec.run(["record", "--", "sh", "-c", "ls /proc/self/fd | wc -l"], in: folder.path)
    #expect(run.stdout.hasSuffix("\n4\n"), "\(run)")
    try folder.write("inherits.sh", "exec 7<mockrec.yaml\n\"$@\"\n")
    let child = try Child(
      "sh", ["inherits.sh", Mockrec.binary, "record", "--", "sh", "-c", "head -c 8 <&7"], in: folder.path)
    let ending = try await child.end()
    #expect(ending == .exit(0) && child.stdout.hasSuffix("services"), "\(child.transcript)")
    try await origin.stop()
  }

  @Test("the command's exit status is passed on, by a signal too")
  func exitStatus() async throws {
    let (origin, folder) = try await project()
    let fetch = #"curl -q -sS --noproxy '*' -o /dev/null "$SHOP_URL/fixed"; "#
    let plain = try await Mockrec.run(["record", "--", "sh", "-c", fetch + "exit 7"], in: folder.path)
    #expect(plain.status == 7, "\(plain)")
    let killed = try await Mockrec.run(["record", "--", "sh", "-c", fetch + "kill -TERM $$"], in: folder.path)
    #expect(killed.status == 128 + SIGTERM, "\(killed)")
    let missing = try await Mockrec.run(["record", "--", "no-such-command-anywhere"], in: folder.path)
    #expect(missing.status == 127, "\(missing)")
    #expect(missing.stderr.contains("no-such-command-anywhere"), "\(missing)")
    try await origin.stop()
  }

  @Test("a signal reaches the wrapped command, and its children are not left behind")
  func forwardsSignals() async throws {
    let (origin, folder) = try await project()
    let script = #"sleep 300 & echo "$!" > child; trap 'echo told > told; exit 9' TERM; echo up > up; wait"#
    let mockrec = try Mockrec.start(["record", "--", "sh", "-c", script], in: folder.path)
    try await wait(for: "the command to be up") { FileManager.default.fileExists(atPath: folder("up")) }
    let finished = try await mockrec.stop(SIGTERM)
    #expect(finished.status == 9, "\(finished)")
    #expect(FileManager.default.fileExists(atPath: folder("told")))
    let text = try String(contentsOfFile: folder("child"), encoding: .utf8)
    let child = try #require(pid_t(text.trimmingCharacters(in: .whitespacesAndNewlines)))
    try await wait(for: "the command's child to be gone", within: .seconds(5)) { kill(child, 0) != 0 }
    try await origin.stop()
  }

  @Test("SIGINT and SIGTERM stop it cleanly, with the summary", arguments: [SIGINT, SIGTERM])
  func signals(signal: Int32) async throws {
    let origin = try await RealServer.origin()
    let folder = try TemporaryFolder()
    let recorder = try await Mockrec.record(origin.url, in: folder.path)
    #expect(recorder.listeners.map(\.name) == ["cassette"])
    #expect(recorder.listeners.map(\.wire) == ["http"])
    try await fetch("/fixed", from: recorder)
    let recording = try await recorder.stop(signal)
    #expect(recording.status == 0, "\(recording)")
    let replayer = try await Mockrec.replay(in: folder.path)
    // A connection that is kept open does not hold up the end.
    let idle = try RawConnection(port: replayer.port)
    try await idle.send("GET /fixed HTTP/1.1\r\nHost: x\r\n\r\n")
    try await idle.read { $0.text.hasSuffix("always the same\n") }
    let replay = try await replayer.stop(signal)
    #expect(replay.status == 0, "\(replay)")
    let said = replay.stdout + replay.stderr
    #expect(said.contains("served"), "\(replay)")
    #expect(said.contains("unused") || said.contains("1 of 1"), "\(replay)")
    try await origin.stop()
  }

  @Test("a replay that served nothing fails, unless it is allowed to")
  func vacuous() async throws {
    let folder = try TemporaryFolder()
    try folder.write("cassette/get-a-1111.hurl", "# mockrec 1\nGET {{cassette}}/a\n\nHTTP 204\n")
    let plain = try await Mockrec.replay(in: folder.path).stop()
    #expect(plain.status == 1, "\(plain)")
    #expect((plain.stdout + plain.stderr).contains("get-a-1111.hurl"), "the unused entry is named: \(plain)")
    let allowed = try await Mockrec.replay(in: folder.path, ["--allow-vacuous"]).stop()
    #expect(allowed.status == 0, "\(allowed)")
  }

  @Test("a port in use: which service, which port, and nothing is left running")
  func portInUse() async throws {
    let origin = try await RealServer.origin()
    let folder = try TemporaryFolder()
    let finished = try await Mockrec.run(
      [
        "record", "--wire", "http", "--real", origin.url, "--listen", "127.0.0.1:\(origin.port)", "--cassette", "users",
      ], in: folder.path)
    #expect(finished.status != 0 && finished.status != 70, "\(finished)")
    #expect(finished.stderr.contains("users"), "\(finished)")
    #expect(finished.stderr.contains("\(origin.port)"), "\(finished)")
    #expect(!finished.stdout.contains("ready"))
    try await origin.stop()
  }

  @Test("bad usage is 64", arguments: [["record", "--nonsense"], ["nonsense"], ["record", "--mode", "sometimes"]])
  func usage(arguments: [String]) async throws {
    let folder = try TemporaryFolder()
    let child = try Child(Mockrec.binary, arguments, in: folder.path)
    #expect(try await child.end() == .exit(64), "\(child.transcript)")
  }

  private func project() async throws -> (RealServer, TemporaryFolder) {
    let origin = try await RealServer.origin()
    let folder = try TemporaryFolder()
    try folder.write("mockrec.yaml", Self.settings.replacing("REAL", with: origin.url))
    return (origin, folder)
  }

  private func fetch(_ path: String, from mockrec: Mockrec) async throws {
    let connection = try RawConnection(port: mockrec.port)
    try await connection.send("GET \(path) HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    #expect(try await connection.readToEnd().hasPrefix("HTTP/1.1 200 "))
  }
}
