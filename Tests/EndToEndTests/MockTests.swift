import Foundation
import Testing

@Suite("Mocks that somebody wrote", .wholePrograms)
struct MockTests {
  private static let users = """
    # mockrec 1
    GET {{cassette}}/users/{id}

    HTTP 200
    `any user`

    GET {{cassette}}/users/42

    HTTP 200
    `the user 42`

    GET {{cassette}}/users/{id}
    [Asserts]
    query "role" == "admin"
    header "X-Tenant" matches /^t[0-9]+$/

    HTTP 200
    `an admin`

    GET {{cassette}}/.well-known/**

    HTTP 200
    `well known`

    POST {{cassette}}/charges
    [Asserts]
    jsonpath "$.amount" > 100

    HTTP 201
    `a large one`

    POST {{cassette}}/charges
    [Asserts]
    jsonpath "$.amount" exists

    HTTP 201
    `any other`

    """

  private static let order = """
    # mockrec 1
    # @state order=started
    POST {{cassette}}/orders/7/pay

    # @state order=paid
    HTTP 202

    # @state order=paid
    GET {{cassette}}/orders/7

    HTTP 200
    `paid`

    GET {{cassette}}/orders/7

    HTTP 200
    `open`

    """

  private func folder(_ files: [String: String]) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for (name, text) in files { try folder.write("cassette/\(name)", text) }
    return folder
  }

  private func answers(_ calls: [String], in folder: TemporaryFolder) async throws -> Mockrec.Finished {
    let commands = calls.map { "curl -s -w '\\n' $CASSETTE_URL\($0)" }.joined(separator: "; ")
    return try await Mockrec.run(
      [
        "replay", "--wire", "http", "--listen", "127.0.0.1:0", "--cassette", "cassette", "--", "sh", "-c",
        "(\(commands)) > said.txt",
      ], in: folder.path)
  }

  private func said(_ folder: TemporaryFolder) throws -> [String] {
    try String(contentsOfFile: folder("said.txt"), encoding: .utf8).split(separator: "\n").map(String.init)
  }

  @Test("the more specific answers: what was written out before templates, with rules before those without")
  func specific() async throws {
    let folder = try self.folder(["users.hurl": Self.users])
    let json = "-H 'Content-Type: application/json'"
    let finished = try await self.answers(
      [
        "/users/1", "/users/42", "'/users/9?role=admin' -H 'X-Tenant: t1'", "'/users/9?role=admin' -H 'X-Tenant: x'",
        "/.well-known/a/b", "/charges \(json) -d '{\"amount\": 101}'", "/charges \(json) -d '{\"amount\": 5}'",
      ], in: folder)
    #expect(finished.status == 0, "\(finished)")
    let wanted = ["any user", "the user 42", "an admin", "any user", "well known", "a large one", "any other"]
    #expect(try self.said(folder) == wanted)
  }

  @Test("written by hand without a body, a request stands for any; a recorded one has none")
  func anyBody() async throws {
    let entries = """
      # mockrec 1
      POST {{cassette}}/charges

      HTTP 201
      `first`

      POST {{cassette}}/charges

      HTTP 201
      `then`

      POST {{cassette}}/charges
      {"amount": 7}

      HTTP 201
      `seven`

      """
    let folder = try self.folder([
      "charges.hurl": entries,
      "post-refunds-0a1b2c3d.hurl": "# mockrec 1\nPOST {{cassette}}/refunds\n\nHTTP 201\n`refunded`\n",
    ])
    let json = "-H 'Content-Type: application/json' -d"
    let finished = try await self.answers(
      [
        "/charges \(json) '{\"amount\": 1}'", "/charges \(json) '{\"amount\": 7}'", "/charges -X POST",
        "/refunds -X POST",
        "/refunds -o /dev/null \(json) '{}'",
      ], in: folder)
    #expect(try self.said(folder) == ["first", "seven", "then", "refunded"], "\(finished)")
    #expect(finished.status == 1, "\(finished)")
  }

  @Test("a scenario goes from state to state, and a miss tells which state it was in")
  func scenario() async throws {
    let folder = try self.folder(["order.hurl": Self.order])
    let finished = try await self.answers(
      ["/orders/7", "/orders/7/pay -X POST", "/orders/7", "/orders/7/pay -X POST -o /dev/null"], in: folder)
    #expect(try self.said(folder) == ["open", "paid"], "\(finished)")
    #expect(finished.status == 1, "\(finished)")
    #expect(finished.stderr.contains("state order: recorded 'started', asked 'paid'"), "\(finished)")
  }

  private static let templates = #"""
    # mockrec 1
    POST {{cassette}}/users/{id}/orders

    HTTP 201
    Location: /users/{{request.path.id}}/orders/{{counter "orders"}}
    Content-Type: application/json
    {
      "order": "{{uuid}}",
      "note": "{{request.body.note}}",
      "items": [{{#request.body.items}}{"n": {{n}}}{{^last()}}, {{/last()}}{{/request.body.items}}]
    }

    GET {{cassette}}/fails

    HTTP 200
    `{{jsonpath "$.x"}}`

    """#

  @Test("a reply is made of the request, the same one with the same seed")
  func templates() async throws {
    let folder = try self.folder(["orders.hurl": Self.templates])
    let order = #"curl -si $CASSETTE_URL/users/7/orders -d '{"note": "say \"hi\"", "items": [{"n": 1}, {"n": 2}]}'"#
    var runs: [String] = []
    for _ in 0..<2 {
      let finished = try await Mockrec.run(
        [
          "replay", "--seed", "7", "--wire", "http", "--listen", "127.0.0.1:0", "--cassette", "cassette", "--", "sh",
          "-c", "(\(order); \(order)) > said.txt",
        ], in: folder.path)
      #expect(finished.status == 0, "\(finished)")
      runs.append(try String(contentsOfFile: folder("said.txt"), encoding: .utf8))
    }
    #expect(runs[0] == runs[1])
    for line in [
      "Location: /users/7/orders/1", "Location: /users/7/orders/2", #""note": "say \"hi\"""#,
      #""items": [{"n": 1}, {"n": 2}]"#,
    ] {
      #expect(runs[0].contains(line), "\(runs[0])")
    }
    let orders = Set(runs[0].split(separator: "\n").filter { $0.contains("\"order\"") })
    #expect(orders.count == 2, "\(runs[0])")
  }

  @Test("a template that fails is a 500 that says why, and fails the run")
  func templateFails() async throws {
    let folder = try self.folder(["orders.hurl": Self.templates])
    let finished = try await self.answers(["/fails -i"], in: folder)
    let said = try self.said(folder).joined(separator: "\n")
    #expect(said.contains("HTTP/1.1 500") && said.contains("X-Mockrec: error"), "\(said)")
    #expect(said.contains("orders.hurl:16:4: {{jsonpath"), "\(said)")
    #expect(finished.status == 1 && finished.stderr.contains("failed: 1"), "\(finished)")
  }

  @Test("a miss names the mock that came near, and the rule that the request does not fulfil")
  func miss() async throws {
    let folder = try self.folder(["users.hurl": Self.users])
    let finished = try await self.answers(["/charges -d '{}'"], in: folder)
    #expect(finished.status == 1, "\(finished)")
    #expect(finished.stderr.contains("jsonpath \"$.amount\" > 100"), "\(finished)")
    #expect(finished.stderr.contains("users.hurl#5:25"), "\(finished)")
  }

  @Test(
    "what could never do anything is told by replay and by lint, at its place",
    arguments: [
      ("GET {{cassette}}/a\n# @dely 250ms\n\nHTTP 200\n", "there is no mark `@dely`", "m.hurl:3:1"),
      ("GET {{cassette}}/{id}\n[Asserts]\nstatus == 200\n\nHTTP 200\n", "`status` is of an answer", "m.hurl:4:1"),
    ])
  func wrong(text: String, message: String, place: String) async throws {
    let folder = try self.folder(["m.hurl": "# mockrec 1\n" + text])
    try folder.write(
      "mockrec.yaml", "services:\n  cassette:\n    wire: http\n    cassette: cassette\n    listen: 127.0.0.1:0\n")
    for words in [["replay", "--", "true"], ["lint"]] {
      let finished = try await Mockrec.run(words, in: folder.path)
      #expect("\(finished)".contains(message) && "\(finished)".contains(place), "\(finished)")
      #expect(finished.status != 0)
    }
  }

  @Test("comments that only look like marks, escaped braces and JSON in a query are what they were")
  func harmless() async throws {
    let text = """
      # mockrec 1
      # @author somebody
      # @note: an order
      GET {{cassette}}/a\\u{7b}id\\u{7d}b

      # @status of it
      HTTP 200
      `braces`

      GET {{cassette}}/x?f={"a":1}

      HTTP 200
      `json`

      GET {{cassette}}/plus/{id}

      HTTP 200
      `{{request.path.id}}`

      """
    let folder = try self.folder(["c.hurl": text])
    let finished = try await self.answers(
      ["'/a{id}b' -g", "'/x?f={\"a\":1}' -g", "'/plus/a+b%20c%2B'"], in: folder)
    #expect(finished.status == 0, "\(finished)")
    #expect(try self.said(folder) == ["braces", "json", "a+b c+"])
  }

  @Test("a body that is too long for mocks to look at is a 500 of those that need it")
  func longBody() async throws {
    let text = """
      # mockrec 1
      POST {{cassette}}/rule
      [Asserts]
      jsonpath "$.a" exists

      HTTP 200
      `rule`

      POST {{cassette}}/{any}

      HTTP 200
      `any`

      POST {{cassette}}/template

      HTTP 200
      `{{request.body.a}}`

      """
    let folder = try self.folder(["c.hurl": text])
    try folder.write("long.json", "{\"a\": \"\(String(repeating: "x", count: 1 << 20))\"}")
    let finished = try await self.answers(
      ["/rule", "/template", "/other"].map { "\($0) -H 'Expect:' --data-binary @long.json" }, in: folder)
    let said = try self.said(folder).joined(separator: "\n")
    #expect(said.split(separator: "longer than mocks look at").count == 3 && said.hasSuffix("any"), "\(said)")
    #expect(finished.status == 1 && finished.stderr.contains("failed: 2"), "\(finished)")
  }

  @Test("lint tells of mocks whose service there is not; they are served all the same")
  func foreign() async throws {
    let folder = try self.folder(["a.hurl": "# mockrec 1\nGET {{cassete}}/users\n\nHTTP 200\n`a`\n"])
    try folder.write(
      "mockrec.yaml", "services:\n  cassette:\n    cassette: cassette\n    real: http://127.0.0.1:9\n")
    let lint = try await Mockrec.run(["lint", "cassette"], in: folder.path)
    #expect(lint.status == 1 && lint.stdout.contains("a.hurl:2:5"), "\(lint)")
    #expect(lint.stdout.contains("nearest: {{cassette}}"), "\(lint)")
    let finished = try await self.answers(["/users"], in: folder)
    #expect(try self.said(folder) == ["a"] && finished.status == 0, "\(finished)")
  }

  @Test("lint tells of mocks that never answer; verify leaves mocks out, and says so")
  func shadowed() async throws {
    let folder = try self.folder([
      "a.hurl": "# mockrec 1\nGET {{cassette}}/users/{id}\n\nHTTP 200\n`a`\n",
      "b.hurl": "# mockrec 1\nGET {{cassette}}/users/{name}\n\nHTTP 200\n`b`\n",
    ])
    try folder.write(
      "mockrec.yaml", "services:\n  cassette:\n    cassette: cassette\n    real: http://127.0.0.1:9\n")
    let lint = try await Mockrec.run(["lint", "cassette"], in: folder.path)
    #expect(lint.status == 1 && lint.stdout.contains("b.hurl:2:1"), "\(lint)")
    #expect(lint.stdout.contains("this mock never answers"), "\(lint)")
    let verify = try await Mockrec.run(["verify", "cassette"], in: folder.path)
    #expect(verify.status == 1 && "\(verify)".contains("a mock: no recording"), "\(verify)")
  }

  @Test(
    "lint knows mocks without a mockrec.yaml, by their folder or by what they are",
    arguments: [
      ("cassettes/shop", "GET {{shop}}/users/42", "GET {{shop}}/users/42", true),
      ("mocks", "GET {{shop}}/s/*", "GET {{shop}}/s/{id}", true),
      ("mocks", "GET {{shop}}/s/*", "GET {{shop}}/s/a*", true),
      ("mocks", "GET {{shop}}/s/*\n[Asserts]\nquery \"a\" exists", "GET {{shop}}/s/{id}", false),
    ])
  func shadowedAnywhere(path: String, first: String, second: String, isFound: Bool) async throws {
    let folder = try TemporaryFolder()
    try folder.write("\(path)/a.hurl", "# mockrec 1\n\(first)\n\nHTTP 200\n`a`\n")
    try folder.write("\(path)/b.hurl", "# mockrec 1\n\(second)\n\nHTTP 200\n`a`\n")
    let lint = try await Mockrec.run(["lint", path], in: folder.path)
    #expect(lint.status == (isFound ? 1 : 0), "\(lint)")
    #expect(lint.stdout.contains("b.hurl:2:1") == isFound, "\(lint)")
  }

  @Test(
    "what is wrong with a mock is told with its place, before anything is served",
    arguments: [
      ("# @state a=1\n# @state a=2\nGET {{c}}/x\n\nHTTP 200\n", "c.hurl:3:1", "one state at a time"),
      ("# @state order paid\nGET {{c}}/x\n\nHTTP 200\n", "c.hurl:2:1", "such as `order=paid`"),
      ("GET {{c}}/x\n[Asserts]\nquery \"a\" matches /(/\n\nHTTP 200\n", "c.hurl:4:", "matches"),
      ("GET {{c}}/x\n\nHTTP 200\n`{{request.quer.x}}`\n", "c.hurl:5:4", "nearest: request.query.x"),
      ("# @stat order=x\nGET {{c}}/x\n\nHTTP 200\n", "c.hurl:2:1", "nearest: @state"),
      ("GET {{c}}/x\n\n# @dealy 1s\nHTTP 200\n", "c.hurl:4:1", "nearest: @delay"),
      ("GET {{c}}/x\n[Options]\ndelay: 300ms\nHTTP 200\n", "c.hurl:3:1", "`# @delay 300ms` above the response"),
      ("GET {{c}}/{x}\n[Options]\nretry: 3\nHTTP 200\n", "c.hurl:3:1", "take [Options] out"),
      ("GET {{c}}/a{id}b\n\nHTTP 200\n", "c.hurl:2:11", "`{name}` between two slashes"),
      ("GET {{c}}/x/{id\n\nHTTP 200\n", "c.hurl:2:13", "`{name}` between two slashes"),
      ("GET {{c}}/x?x={id}\n\nHTTP 200\n", "c.hurl:2:15", "query \"x\" exists"),
      ("GET {{c}}/x\n[Asserts]\nquery \"a\" == {{foo}}\n\nHTTP 200\n", "c.hurl:4:", "write the value itself"),
      ("GET {{c}}/x\n[Asserts]\njsonpath \"$[\" == 1\n\nHTTP 200\n", "c.hurl:4:", "$["),
    ])
  func wrong(text: String, place: String, told: String) async throws {
    let folder = try self.folder(["c.hurl": "# mockrec 1\n\(text)"])
    let finished = try await self.answers(["/x"], in: folder)
    #expect(finished.status == 65, "\(finished)")
    #expect(finished.stderr.contains(place) && finished.stderr.contains(told), "\(finished)")
  }
}
