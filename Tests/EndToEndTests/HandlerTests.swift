import Foundation
import Testing

@Suite("Handlers in any language", .wholePrograms)
struct HandlerTests {
  private static let recorded = """
    # mockrec 1
    GET {{auth}}/known

    HTTP 200
    `recorded`

    """

  /// A folder with a mockrec.yaml whose service has one of the handlers of `Servers/handlers.py`.
  private func folder(_ kind: String, timeout: String = "5s", _ more: String = "") throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write("cassettes/auth/known.hurl", Self.recorded)
    try folder.write(
      "mockrec.yaml",
      """
      services:
        auth:
          listen: 127.0.0.1:0
          handler: {command: ["python3", "\(Python.script("Servers/handlers.py"))", \(kind)], timeout: \(timeout)}
      \(more)

      """)
    return folder
  }

  private func replay(
    _ script: String, in folder: TemporaryFolder, _ more: [String] = []
  ) async throws -> Mockrec.Finished {
    try await Mockrec.run(["replay"] + more + ["--", "sh", "-c", script], in: folder.path, within: .seconds(60))
  }

  private static let curl = "curl -s -w ' %{http_code}\\n'"

  /// What a request after the other is answered, each on a line.
  private func said(_ paths: [String], in folder: TemporaryFolder, _ more: [String] = []) async throws -> (
    lines: [String], run: Mockrec.Finished
  ) {
    let script = paths.map { "\(Self.curl) $AUTH_URL\($0)" }.joined(separator: "; ")
    let run = try await self.replay("(\(script)) > said.txt", in: folder, more)
    let text = try String(contentsOfFile: folder("said.txt"), encoding: .utf8)
    return (text.split(separator: "\n").map(String.init), run)
  }

  /// The reason of an error of mockrec's own.
  private func reasons(_ lines: [String]) -> [String] {
    lines.filter { $0.contains("\"reason\"") }.map { $0.trimmingCharacters(in: .whitespaces) }
  }

  @Test("entries answer first; the handler is told the rest, and may decline")
  func order() async throws {
    let folder = try self.folder("told")
    let (lines, run) = try await self.said(["/known", "/users/42", "/cookies", "/count", "/folder"], in: folder)
    let name = try #require(folder.path.split(separator: "/").last)
    #expect(Array(lines.prefix(4)) == ["recorded 200", "path /users/42 200", " 204", "3 200"], "\(run)")
    #expect(lines.last?.hasSuffix("/\(name) 200") == true, "\(lines)")
    #expect(run.status == 0, "\(run)")
    #expect(run.stderr.contains("auth: served 5 (by the handler 4), missed 0, unused 0 of 1 entry"), "\(run)")
    let missed = try await self.said(["/miss", "/binary -o bytes"], in: folder)
    #expect(missed.lines.last == " 200" && missed.run.status == 1, "\(missed)")
    #expect(try Data(contentsOf: URL(fileURLWithPath: folder("bytes"))) == Data([0, 1, 2, 255]))
    #expect(missed.run.stderr.contains("no recorded exchange answers GET /miss"), "\(missed)")
    let fix = "write an entry in cassettes/auth/, or have the handler answer it, or loosen `match` in mockrec.yaml:2"
    #expect(missed.run.stderr.contains(fix), "\(missed)")
  }

  @Test("a request is told whole: names that come more than once have lists")
  func told() async throws {
    let folder = try self.folder("told")
    let request = "-d 'é' -H 'X-A: 1' -H 'x-a: 2' -H 'Content-Type: text/plain' -H 'Accept:'"
    let (lines, run) = try await self.said(["'/told?a=1&a=%C3%A4&b=+' \(request)"], in: folder, ["--seed", "7"])
    let wanted =
      #"{"id":1,"method":"POST","path":"/told","query":{"a":["1","ä"],"b":" "},"headers":{"x-a":["1","2"],"#
      + #""content-type":"text/plain","content-length":"2"},"body":"é","session":"default","service":"auth","seed":"#
    #expect(lines.first?.hasPrefix(wanted) == true, "\(run)")
    let again = try await self.said(["'/told?a=1&a=%C3%A4&b=+' \(request)"], in: folder, ["--seed", "7"])
    #expect(again.lines.first == lines.first, "the same request of the same seed has the same seed")
  }

  @Test("many clients that keep connections, pipeline and leave get their own answers and no other's")
  func manyClients() async throws {
    let folder = try self.folder("trivial")
    let run = try await self.replay(
      "\(try Python.interpreter) -B \(Python.script("Clients/handlers.py"))", in: folder)
    #expect(run.stdout.contains("wrong: []\n") && run.status == 0, "\(run)")
  }

  @Test("answers with a request's number come in any order, and one that is late harms no other")
  func numbered() async throws {
    let folder = try self.folder("numbered", timeout: "3s")
    // Before its first answer it is asked nothing else.
    let script = """
      \(Self.curl) $AUTH_URL/wait/0; \(Self.curl) $AUTH_URL/wait/6 > late.txt &
      for n in 1 2 3 4 5 6 7 8 9; do \(Self.curl) "$AUTH_URL/wait/0.$((10 - n))?n=$n" > $n.txt & done
      wait; sleep 0.2; for n in 1 2 3 4 5; do \(Self.curl) "$AUTH_URL/wait/0.5?n=$n" >> after.txt; done
      cat late.txt [1-9].txt after.txt > said.txt
      """
    let run = try await self.replay(script, in: folder)
    let said = try String(contentsOfFile: folder("said.txt"), encoding: .utf8)
    #expect(
      said.contains("the handler gave no answer to GET /wait/6 within 3.0 seconds") && said.contains("\n 504\n"),
      "\(said)\(run)")
    let wanted = (1...9).map { "/wait/0.\(10 - $0)?\($0) 200" } + (1...5).map { "/wait/0.5?\($0) 200" }
    #expect(Array(said.split(separator: "\n").map(String.init).suffix(14)) == wanted, "\(said)\(run)")
    #expect(!run.stderr.contains("started anew"), "\(run)")
  }

  @Test("a line too many gives no answer to another request", arguments: ["extra", "extra-large", "extra-later"])
  func surplus(kind: String) async throws {
    let folder = try self.folder("told")
    let run = try await self.replay(
      "\(try Python.interpreter) -B \(Python.script("Clients/handlers.py")) \(kind)", in: folder)
    #expect(run.stdout.contains("wrong: []\n"), "\(run)")
    let reason =
      kind == "extra-later" ? "gave an answer to no request at all" : "wrote more than one line for POST /\(kind)"
    #expect(run.status == 1 && run.stderr.contains(reason), "\(run)")
  }

  @Test("one slow request is late, and the many behind it have time of their own and one new process")
  func slowForMany() async throws {
    let folder = try self.folder("told", timeout: "1s")
    let script = """
      \(Self.curl) $AUTH_URL/warm > warm.txt; \(Self.curl) $AUTH_URL/slow/9 > slow.txt & sleep 0.3
      for n in 1 2 3 4 5 6 7 8; do \(Self.curl) $AUTH_URL/$n > $n.txt & done
      wait; cat [1-8].txt slow.txt > said.txt
      """
    let run = try await self.replay(script, in: folder)
    let said = try String(contentsOfFile: folder("said.txt"), encoding: .utf8)
    #expect(said.hasPrefix((1...8).map { "path /\($0) 200\n" }.joined()), "\(said) \(run)")
    #expect(said.contains("the handler gave no answer to GET /slow/9 within 1.0 seconds"), "\(said)")
    #expect(run.stderr.components(separatedBy: "started anew").count == 2, "\(run)")
  }

  @Test("what comes too late is nobody's, and what was asked behind it is asked again")
  func late() async throws {
    let folder = try self.folder("told", timeout: "1s")
    let script = """
      \(Self.curl) $AUTH_URL/slow/1.5 > slow.txt & slow=$!
      sleep 0.5; \(Self.curl) $AUTH_URL/behind > behind.txt & behind=$!
      wait $slow $behind; \(Self.curl) $AUTH_URL/after > after.txt; sleep 1; \(Self.curl) $AUTH_URL/later > later.txt
      cat slow.txt behind.txt after.txt later.txt > said.txt
      """
    let run = try await self.replay(script, in: folder)
    let lines = try String(contentsOfFile: folder("said.txt"), encoding: .utf8).split(separator: "\n").map(String.init)
    #expect(lines.suffix(3) == ["path /behind 200", "path /after 200", "path /later 200"], "\(lines) \(run)")
    #expect(lines.contains(" 504"), "\(lines)")
    #expect(run.status == 1 && run.stderr.contains("failed: 1\n"), "\(run)")
  }

  @Test("a crash is told with its reason, and the next request has a new process")
  func crash() async throws {
    let folder = try self.folder("told")
    let (lines, run) = try await self.said(["/count", "/die/3", "/count", "/killed", "/mute", "/count"], in: folder)
    #expect(lines.filter { $0.hasSuffix(" 200") } == ["1 200", "1 200", "1 200"], "\(run)")
    #expect(
      self.reasons(lines).map { $0.replacing(/redacted-[0-9a-f]{4}/, with: "#") } == [
        #""reason": "the handler ended with exit status 3 (it said: Traceback: password=#)""#,
        #""reason": "the handler ended with exit status 137""#,
        #""reason": "the handler closed its standard output""#,
      ], "\(lines)")
    #expect(run.stderr.contains("auth: Traceback: password=redacted-") && !run.stderr.contains("password=1"), "\(run)")
    #expect(run.status == 1 && run.stderr.contains("failed: 3\n"), "\(run)")
  }

  @Test("one that always fails is not started for ever")
  func gaveUp() async throws {
    let folder = try self.folder("told")
    let (lines, run) = try await self.said(Array(repeating: "/die/1", count: 7), in: folder)
    let reasons = self.reasons(lines)
    #expect(
      reasons.count == 7 && reasons[6].contains("has failed 5 times in a row, and is not started again"), "\(run)")
    #expect(run.stderr.contains("failed: 7\n"), "\(run)")
  }

  @Test(
    "what is no answer is told to the client, in words that help",
    arguments: [
      ("hello", "answered with `hello`, which is no JSON"), ("[]", "answered with `[]`, which is no JSON object"),
      (#"{"id": "1"}"#, "answered with an `id` that is no number"),
      (#"{"id": 99}"#, "gave an answer to a request 99 that does not wait for one"),
      (#"{"statsu": 200}"#, "has a member `statsu`, which no answer has; `status` is near"),
      (#"{"status": "200"}"#, "has a `status` that is no whole number"),
      (#"{"status": 101}"#, "has the status 101: a reply has 200 to 599"),
      (#"{"headers": []}"#, "has `headers` that are no object"),
      (#"{"headers": {"a b": "c"}}"#, "has `a b` for a header's name"),
      (#"{"headers": {"a": "b\nc"}}"#, "has a value of the header `a` with a character that no header holds"),
      (#"{"headers": {"a": null}}"#, "has a null for the header `a`"),
      (#"{"headers": {"Transfer-Encoding": "chunked"}}"#, "which is the connection's and mockrec's to say"),
      (#"{"body": {}}"#, "has a `body` that is a object, and no text; write `json` for what is JSON"),
      (#"{"body": "", "json": 1}"#, "has both `body` and `json`"),
      (#"{"bodyBase64": "*"}"#, "has a `bodyBase64` that is no base64"),
      (#"{"delay": 5}"#, #"has a `delay` that is no time up to \"1h\", such as \"250ms\" or \"2s\""#),
      (#"{"delay": "2h"}"#, #"has a `delay` that is no time up to \"1h\", such as \"250ms\" or \"2s\""#),
      (#"{"miss": true, "status": 200}"#, #"is no `{\"miss\": true}`"#),
    ])
  func garbage(line: String, reason: String) async throws {
    let folder = try self.folder("told")
    try folder.write("line.txt", line)
    let (lines, run) = try await self.said(["/line --data-binary @line.txt", "/after"], in: folder)
    #expect(self.reasons(lines).contains { $0.contains(reason) }, "\(lines) \(run)")
    #expect(lines.contains(" 500") && lines.last == "path /after 200", "\(lines)")
    #expect(run.status == 1 && run.stderr.contains("failed: 1\n"), "\(run)")
  }

  @Test("bodies of some size pass, and what is too long is refused")
  func sizes() async throws {
    let folder = try self.folder("told")
    try folder.write("big.txt", String(repeating: "é", count: 400_000))
    try folder.write("huge.txt", String(repeating: "x", count: 2 << 20))
    let script = """
      curl -s $AUTH_URL/big/8000000 | wc -c; curl -s $AUTH_URL/told --data-binary @big.txt | wc -c
      curl -s $AUTH_URL/told --data-binary @huge.txt; curl -s $AUTH_URL/big/17000000; curl -s $AUTH_URL/after
      """
    let run = try await self.replay("(\(script)) > said.txt", in: folder)
    let said = try String(contentsOfFile: folder("said.txt"), encoding: .utf8)
    let lines = said.split(separator: "\n").map(String.init)
    #expect(lines.first == "8000000" && Int(lines[1]).map { $0 > 800_000 } == true, "\(said) \(run)")
    #expect(said.contains("the request's body is longer than 1048576 bytes, all a handler gets"), "\(said)")
    #expect(said.contains("gave an answer of more than 16 MiB") && said.hasSuffix("path /after"), "\(said)")
  }

  @Test("one that says nothing, and one that says too much elsewhere")
  func silentAndChatty() async throws {
    let silent = try await self.said(["/a"], in: try self.folder("silent", timeout: "300ms"))
    #expect(silent.lines.last == " 504", "\(silent)")
    let chatty = try await self.said(["/a", "/b"], in: try self.folder("chatty"))
    #expect(chatty.lines == ["said much 200", "said much 200"], "\(chatty.lines)")
    #expect(chatty.run.stderr.contains("auth: line 0 about /a\n"), "\(chatty.lines)")
    #expect(chatty.run.stderr.split(separator: "\n").count < 1000, "\(chatty.lines)")
  }

  @Test("nothing of it outlives the run, and it has no descriptor of mockrec's")
  func orphans() async throws {
    let told = try await self.said(["/children", "/descriptors"], in: try self.folder("told"))
    // Its three streams, and the folder that it lists.
    #expect(told.lines.last == "0 1 2 3 200", "\(told)")
    let pids = try #require(told.lines.first).split(separator: " ").prefix(2).compactMap { pid_t($0) }
    #expect(pids.count == 2 && pids.allSatisfy { kill($0, 0) != 0 }, "\(told)")
    let stubborn = try await self.said(["/a"], in: try self.folder("stubborn"))
    #expect(stubborn.lines == [#"{"path":"/a"} 200"#] && stubborn.run.status == 0, "\(stubborn)")
  }

  @Test("overlays, sessions and delays hold for its replies as for others")
  func overlaid() async throws {
    let folder = try self.folder("told", "    overlays: [short.yaml]")
    try folder.write(
      "short.yaml",
      """
      overlay: short
      rules:
        - match: {path: /fails}
          fault: {status: 503, body: none}
        - match: {path: /short/*}
          fault: {truncate: 6B}

      """)
    let open = "-X POST $MOCKREC_CONTROL/sessions -d '{\"name\": \"s1\"}' -o /dev/null; \(Self.curl)"
    let script = """
      (\(Self.curl) $AUTH_URL/fails; \(Self.curl) $AUTH_URL/short/1; \(Self.curl) $AUTH_URL/late/300ms
      \(Self.curl) \(open) $AUTH_URL/told -H 'X-Mockrec-Session: s1') > said.txt
      curl -s $MOCKREC_CONTROL/sessions/s1/requests/find -d '{"service": "auth"}' > found.txt
      """
    let run = try await self.replay(script, in: folder, ["--control", "127.0.0.1:0"])
    let lines = try String(contentsOfFile: folder("said.txt"), encoding: .utf8).split(separator: "\n").map(String.init)
    #expect(Array(lines.prefix(3)) == ["none 503", "path / 200", "late 200"], "\(lines) \(run)")
    #expect(lines.last?.contains(#""session":"s1""#) == true && run.status == 0, "\(lines) \(run)")
    let found = try String(contentsOfFile: folder("found.txt"), encoding: .utf8)
    #expect(found.filter { !$0.isWhitespace }.contains(#""answer":{"handler":true}"#), "\(found)")
  }

  @Test("what it declines is asked of the real service, where the user wants that")
  func forwarded() async throws {
    let service = try TemporaryFolder()
    try service.write("cassette/real.hurl", "# mockrec 1\nPOST {{cassette}}/miss\n`body`\n\nHTTP 200\n`the real one`\n")
    let real = try await Mockrec.replay(in: service.path)
    let folder = try self.folder("told", "    real: \(try real.url)")
    let (lines, run) = try await self.said(["/miss -d body", "/own"], in: folder, ["--on-miss", "forward"])
    #expect(lines == ["the real one 200", "path /own 200"] && run.status == 0, "\(lines) \(run)")
    #expect(run.stderr.contains("served 1 (by the handler 1), missed 0, forwarded 1"), "\(run)")
    _ = try await real.stop()
  }

  @Test("a contract asks a handler's service as any other, and each file a fresh one")
  func verified() async throws {
    let folder = try self.folder("told")
    for name in ["one", "two"] {
      try folder.write(
        "contracts/\(name).hurl", "GET {{auth}}/count\n\nHTTP 200\n`1`\n\nGET {{auth}}/count\n\nHTTP 200\n`2`\n")
    }
    let run = try await Mockrec.run(["verify", "contracts", "--only", "fake"], in: folder.path)
    #expect(run.status == 0 && run.stdout.contains("4"), "\(run)")
  }

  @Test("mistakes in mockrec.yaml are told before anything runs")
  func configuration() async throws {
    for (text, wanted) in [
      ("handler: []", "`handler` names no program"),
      ("handler: python3 x.py", "`handler` is a list, not a text"),
      ("handler: {comand: [a]}", "`handler` has no key `comand`"),
      ("wire: redis\n    handler: [a]", "the wire `redis` has no handlers"),
      ("fake: {model: oidc}\n    handler: [a]", "`fake` plays the whole service, and leaves nothing to `handler`"),
      ("handler: {command: [a], timeout: soon}", "`soon` is no time above zero"),
    ] {
      let folder = try TemporaryFolder()
      try folder.write("mockrec.yaml", "services:\n  auth:\n    \(text)\n")
      let run = try await Mockrec.run(["replay", "--", "true"], in: folder.path)
      #expect(run.status == 65 && run.stderr.contains(wanted), "\(run)")
    }
    let folder = try TemporaryFolder()
    try folder.write("mockrec.yaml", "services:\n  auth:\n    handler: [pyhton3, x.py]\n")
    let run = try await Mockrec.run(["replay", "--", "true"], in: folder.path)
    #expect(run.status == 64 && run.stderr.contains("there is no command `pyhton3`"), "\(run)")
  }
}
