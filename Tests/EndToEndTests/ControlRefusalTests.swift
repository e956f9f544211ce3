import Foundation
import Testing

@Suite("What mocks and their control API refuse", .wholePrograms)
struct ControlRefusalTests {
  private func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write("cassette/known.hurl", "# mockrec 1\nGET {{cassette}}/known\n\nHTTP 200\n`recorded`\n")
    return folder
  }

  private func run(_ more: [String], _ script: String, in folder: TemporaryFolder) async throws -> Mockrec.Finished {
    try await Mockrec.run(
      ["replay", "--wire", "http", "--cassette", "cassette", "--listen", "127.0.0.1:0"] + more
        + ["--", "sh", "-c", script], in: folder.path, within: .seconds(60))
  }

  private static let wanted = """
    certain: 500
    uncertain: 200 recorded
    waits: 500
    socket: 500
    closed: 201 204
    late: 500
    baggage: 200 of z
    baggage: 200 of z
    baggage: 200 of 50%;q=1
    no token: 401
    other token: 401
    origin: 403
    host: 403
    mock: 200 403 403
    asks for leave: 401
    too long: 413
    leave: 100
    file: error: an entry that is added has its body in its text, and not in the file x.bin
    """

  @Test("requests of sessions that are not there fail the run, and who may not steer is told so at once")
  func refused() async throws {
    let folder = try self.folder()
    let client = "\(try Python.interpreter) -B \(Python.script("Clients/control_refusals.py")) > said.txt"
    let finished = try await self.run(
      ["--control", "127.0.0.1:0", "--control-token", "t0k3n", "--session-header", "X-Request-ID"], client, in: folder)
    let said = try String(contentsOfFile: folder("said.txt"), encoding: .utf8)
      .split(separator: "\n").map(String.init)
    #expect(said == Self.wanted.split(separator: "\n").map(String.init), "\(finished)")
    #expect(finished.status == 1, "\(finished)")
    #expect(finished.stderr.contains("cassette: there is no session 'nope': GET /known\n"), "\(finished)")
    #expect(
      finished.stderr.components(separatedBy: "there is no session 'nope'").count == 3, "told, and summed up once")
    #expect(finished.stderr.contains("failed: 4\n"), "\(finished)")
    #expect(finished.stderr.contains("there is no session 'a'"), "\(finished)")
    let rows = try Child(
      Python.interpreter,
      [
        "-c",
        "import sqlite3; print(*sqlite3.connect('.mockrec/journal.sqlite').execute('SELECT outcome, note FROM calls'), sep='\\n')",
      ],
      in: folder.path)
    guard try await rows.end(within: .seconds(20)) == .exit(0) else { throw Failed(what: rows.transcript) }
    #expect(
      rows.stdout.components(separatedBy: "('failed', \"there is no session 'nope'\")").count == 4, "\(rows.transcript)"
    )
  }

  @Test(
    "what could never be given, or never be sent, is refused",
    arguments: [
      (["--control-token", ""], "empty"), (["--control-token", "two words"], "visible ASCII"),
      (["--session-header", "X Bad"], "`X Bad` is no name of a header"),
    ])
  func options(words: [String], told: String) async throws {
    let finished = try await self.run(["--control", "127.0.0.1:0"] + words, "true", in: self.folder())
    #expect(finished.status == 64 && finished.stderr.contains(told), "\(finished)")
  }

  @Test("an address of IPv6 stands in brackets where a URL is told")
  func addresses() async throws {
    let finished = try await self.run(
      ["--control", "[::1]:0", "--allow-vacuous"], "curl -g -s \"$MOCKREC_CONTROL/health\"", in: self.folder())
    #expect(finished.status == 0 && finished.stdout.contains("\"ok\""), "\(finished)")
    #expect(finished.stdout.contains("listening control http [::1]:"), "\(finished)")
  }
}
