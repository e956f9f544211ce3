import Foundation
import Testing

@Suite("The control API", .wholePrograms)
struct ControlTests {
  private static let entries = """
    # mockrec 1
    GET {{cassette}}/known

    HTTP 200
    `recorded`

    # @state order=paid
    GET {{cassette}}/order

    HTTP 200
    `paid`

    GET {{cassette}}/order

    HTTP 200
    `open`

    """

  private func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write("cassette/known.hurl", Self.entries)
    return folder
  }

  private func run(_ more: [String], _ script: String, in folder: TemporaryFolder) async throws -> Mockrec.Finished {
    try await Mockrec.run(
      ["replay", "--wire", "http", "--cassette", "cassette", "--listen", "127.0.0.1:0"] + more
        + ["--", "sh", "-c", script], in: folder.path, within: .seconds(120))
  }

  private static let wanted = """
    health: 200 {'status': 'ok'}
    ready: 200 {'status': 'ready', 'services': 1}
    services: ['cassette']
    opened: 201
    added: 201 {'service': 'cassette', 'ids': ['e1']}
    opened: 201
    added: 201 {'service': 'cassette', 'ids': ['e1']}
    again: 409
    a: 200 hello from a
    b: 200 hello from b
    baggage: 200 hello from b
    request id: 200 hello from a 200 recorded
    recorded: 200 recorded 200 recorded
    nobody's: 500
    changed: 200 200 hello from another
    found: 3
    exactly: True
    wrong: False it came 3 times, wanted exactly 2 4
    never: True
    order: True
    other order: number 2 of the order did not come behind request 3
    following: True
    waited: 200
    in vain: 408
    port: 200 hello from its port 200 hello from another
    other service: 400 400
    other parameter: 400 200 hello from another
    state: 204 200 paid 200 open
    states: {'cassette': {'order': 'paid'}}
    no such state: 400 /state no entry asks for the state 'payed' of order, or sets it; there are paid, started
    no such state: 404 None no entry of cassette has a scenario 'oder'; nearest: `order`
    no such state: 400 /order no entry asks for the state 'payd' of order, or sets it; nearest: `paid`; there are paid, started
    no such state: 400 /oder no entry of cassette has a scenario 'oder'; nearest: `order`
    put back: 204 200 paid
    reset: 204 200 open
    reset all: 204 200 open 200 open
    closed: 204
    closed: 204
    closed: 204
    sessions: ['default']
    its port is closed:
    problem: 400 /nam there is no field `nam`; nearest: `name`; there are name, ports
    problem: 400 /name `name` is a text
    problem: 400  the body has to be a JSON object
    problem: 400 /name a session's name is visible ASCII without commas, at most 200 characters
    problem:   --> entry:1:1
    problem: nearest: `path`
    origin: 403
    host: 403
    path: 404 405 404
    openapi: valid
    many: [] ['default']
    """

  @Test("sessions, entries, requests and states are steered from outside, and 500 sessions do not disturb each other")
  func steered() async throws {
    let folder = try self.folder()
    let client = "\(try Python.interpreter) -B \(Python.script("Clients/control.py")) > said.txt"
    let finished = try await self.run(
      ["--control", "127.0.0.1:0", "--session-header", "X-Request-ID"], client, in: folder)
    let said = try String(contentsOfFile: folder("said.txt"), encoding: .utf8)
      .split(separator: "\n").map(String.init)
    #expect(said == Self.wanted.split(separator: "\n").map(String.init), "\(finished)")
    // One request was nobody's.
    #expect(finished.status == 1 && finished.stderr.contains("failed: 1\n"), "\(finished)")
  }

  @Test("without --control there is none; with a token nobody steers without it")
  func token() async throws {
    let folder = try self.folder()
    let without = try await self.run([], "curl -s $CASSETTE_URL/known; test -z \"$MOCKREC_CONTROL\"", in: folder)
    #expect(without.status == 0 && !without.stdout.contains("control"), "\(without)")
    let status = "curl -s -o /dev/null -w '%{http_code} ' $MOCKREC_CONTROL/health"
    let with = try await self.run(
      ["--control", "127.0.0.1:0", "--control-token", "t0k3n"],
      "curl -s $CASSETTE_URL/known; \(status); \(status) -H \"Authorization: Bearer $MOCKREC_CONTROL_TOKEN\"",
      in: folder)
    #expect(with.stdout.contains("recorded401 200"), "\(with)")
  }

  @Test(
    "templates that are added to a cassette that has none draw anew each time, also when others are added in between")
  func rendered() async throws {
    let folder = try TemporaryFolder()
    try folder.write("cassette/known.hurl", "# mockrec 1\nGET {{cassette}}/known\n\nHTTP 200\n`recorded`\n")
    try folder.write("made.json", #"{"entry": "GET {{cassette}}/made\n\nHTTP 200\n`{{uuid}} `\n"}"#)
    let script = """
      for number in 1 2 3 4 5; do
        curl -s -o added.txt $MOCKREC_CONTROL/sessions/default/entries -d @made.json
        curl -s $CASSETTE_URL/made
      done
      """
    let finished = try await self.run(["--control", "127.0.0.1:0", "--allow-vacuous"], script, in: folder)
    let made = finished.stdout.split(whereSeparator: \.isWhitespace).filter { $0.count == 36 }
    #expect(Set(made).count == 5, "\(finished)")
  }

  @Test("a command is told to end when its run is told to shut down")
  func shutDownCommand() async throws {
    let folder = try self.folder()
    let script = """
      trap 'echo told; exit 7' TERM
      curl -s -X POST $MOCKREC_CONTROL/shutdown
      for number in $(seq 100); do sleep 0.1; done
      """
    let finished = try await self.run(["--control", "127.0.0.1:0", "--allow-vacuous"], script, in: folder)
    #expect(finished.status == 7 && finished.stdout.contains("told"), "\(finished)")
  }

  @Test("a route that reads no body refuses one, and a scenario that nobody has set is in its first state")
  func bodies() async throws {
    let folder = try TemporaryFolder()
    try folder.write(
      "cassette/a.hurl", "# mockrec 1\nGET {{cassette}}/a\n\n# @state order=paid\nHTTP 200\n")
    let finished = try await self.run(
      ["--control", "127.0.0.1:0", "--allow-vacuous"],
      """
      curl -s $MOCKREC_CONTROL/sessions/default/states
      curl -s $MOCKREC_CONTROL/reset -d '{"hard": true}' -o refused.json -w '%{http_code}'
      curl -s $MOCKREC_CONTROL/reset -d '{}' -w '%{http_code}'
      """, in: folder)
    #expect(finished.stdout.contains("{\"cassette\":{\"order\":\"started\"}}\n400204"), "\(finished)")
  }

  @Test("a run that is told to shut down ends as by a signal")
  func shutDown() async throws {
    let folder = try self.folder()
    let mockrec = try await Mockrec.replay(in: folder.path, ["--control", "127.0.0.1:0", "--allow-vacuous"])
    let line = mockrec.child.stdout.split(separator: "\n").first { $0.hasPrefix("listening control http ") }
    let port = try #require(line?.split(separator: ":").last)
    let curl = try Child("curl", ["-s", "-X", "POST", "http://127.0.0.1:\(port)/shutdown"])
    #expect(try await curl.end(within: .seconds(10)) == .exit(0))
    let finished = try await mockrec.finish(within: .seconds(10))
    #expect(finished.status == 0, "\(finished)")
  }
}
