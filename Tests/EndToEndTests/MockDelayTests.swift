import Foundation
import Testing

@Suite("Replies that are held back", .wholePrograms)
struct MockDelayTests {
  private static let entries = #"""
    # mockrec 1
    GET {{cassette}}/recorded

    # @delay 250ms
    HTTP 200
    `recorded`

    GET {{cassette}}/users/{id}

    # @delay 250ms
    HTTP 200
    `any user`

    GET {{cassette}}/made/{id}

    # @delay 250ms
    HTTP 200
    `made for {{request.path.id}}`

    GET {{cassette}}/range

    # @delay uniform: [100ms, 150ms]
    HTTP 200
    `range`

    GET {{cassette}}/events

    # @chunks 5@0
    # @ends client
    # @delay 250ms
    HTTP 200
    Content-Type: text/event-stream
    `hello`

    GET {{cassette}}/hour

    # @delay 1h
    HTTP 200
    `hour`

    GET {{cassette}}/at-once

    HTTP 200
    `at once`

    """#

  private func folder(_ text: String = entries) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write("cassette/held.hurl", text)
    return folder
  }

  private static let wanted = """
    /recorded: recorded True
    /users/7: any user True
    /made/7: made for 7 True
    range: range True
    in order: ['recorded', 'at once', 'made for 9']
    stream: True
    half: True
    after those who left: at once

    """

  @Test("entries of any kind wait, answers keep their order, and who leaves keeps nothing")
  func waits() async throws {
    let folder = try self.folder()
    let client = "\(try Python.interpreter) -B \(Python.script("Clients/delays.py")) > said.txt"
    let finished = try await Mockrec.run(
      ["replay", "--wire", "http", "--listen", "127.0.0.1:0", "--cassette", "cassette", "--", "sh", "-c", client],
      in: folder.path)
    #expect(finished.status == 0, "\(finished)")
    let said = try String(contentsOfFile: folder("said.txt"), encoding: .utf8)
    #expect(said == Self.wanted, "\(said)")
  }

  @Test("of another wire, too: Redis")
  func redis() async throws {
    let text =
      "# mockrec 1\nREDIS {{cassette}} GET a\n\n# @delay 250ms\nREDIS slow\n\nREDIS {{cassette}} GET b\n\nREDIS fast\n"
    let folder = try self.folder(text)
    let client = """
      import os, socket, time, urllib.parse
      url = urllib.parse.urlsplit(os.environ["CASSETTE_URL"])
      began = time.monotonic()
      line = socket.create_connection((url.hostname, url.port))
      line.sendall(b"GET a\\r\\nGET b\\r\\n")
      said = b""
      while b"fast" not in said: said += line.recv(100)
      print(said.replace(b"\\r\\n", b" "), time.monotonic() - began >= 0.25)
      """
    try folder.write("client.py", client)
    let finished = try await Mockrec.run(
      [
        "replay", "--wire", "redis", "--listen", "127.0.0.1:0", "--cassette", "cassette", "--", "sh", "-c",
        "\(try Python.interpreter) client.py > said.txt",
      ], in: folder.path)
    #expect(finished.status == 0, "\(finished)")
    #expect(try String(contentsOfFile: folder("said.txt"), encoding: .utf8) == "b'+slow +fast ' True\n")
  }

  private static let recorded = """
    # mockrec 1
    GET {{cassette}}/a

    # @delay 1h
    HTTP 200
    Content-Type: text/plain
    `a`

    """

  @Test("verify does not wait; fmt, lint and recording more leave the mark alone")
  func leftAlone() async throws {
    let folder = try self.folder(Self.recorded)
    try folder.write(
      "real/a.hurl", Self.recorded.replacing("# @delay 1h\n", with: "").replacing("cassette", with: "real"))
    for command in [
      "mockrec verify --wire http --cassette cassette --real $REAL_URL",
      "mockrec record --wire http --cassette cassette --real $REAL_URL --mode append -- sh -c 'curl -s $CASSETTE_URL/a'",
    ] {
      let finished = try await Mockrec.run(
        [
          "replay", "--wire", "http", "--listen", "127.0.0.1:0", "--cassette", "real", "--", "sh", "-c",
          command.replacing("mockrec ", with: "\(Mockrec.binary) "),
        ], in: folder.path)
      #expect(finished.status == 0, "\(finished)")
    }
    for command in ["lint", "fmt"] {
      let finished = try await Mockrec.run([command, "cassette/held.hurl"], in: folder.path)
      #expect(finished.status == 0, "\(finished)")
    }
    let after = try String(contentsOfFile: folder("cassette/held.hurl"), encoding: .utf8)
    #expect(after.contains("\n# @delay 1h\n"), "\(after)")
  }

  @Test("lint and replay tell of a delay that is none, at its place", arguments: ["lint cassette", "replay"])
  func wrong(command: String) async throws {
    let folder = try self.folder(Self.recorded.replacing("1h", with: "uniform: [2s, 1s]"))
    try folder.write(
      "mockrec.yaml", "services:\n  cassette:\n    wire: http\n    cassette: cassette\n    listen: 127.0.0.1:0\n")
    let finished = try await Mockrec.run(
      command.split(separator: " ").map(String.init) + (command == "replay" ? ["--", "true"] : []), in: folder.path)
    #expect(finished.status == (command == "replay" ? 65 : 1), "\(finished)")
    #expect("\(finished)".contains("held.hurl:4:19") && "\(finished)".contains("the shorter first"), "\(finished)")
  }
}
