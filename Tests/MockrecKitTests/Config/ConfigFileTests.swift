import Foundation
import MockrecCore
import Testing

@testable import MockrecKit

struct ConfigFileTests {
  static func context(_ environment: [String: String] = [:]) -> ConfigContext {
    ConfigContext(
      wires: [
        .init(name: "http", schemes: ["http", "https"], secureSchemes: ["https"]),
        .init(name: "tcp", schemes: ["tcp"], framings: [.line, .delimiter, .length, .idle, .connection]),
        .init(name: "udp", schemes: ["udp"], framings: [.idle]),
        .init(name: "grpc", schemes: ["grpc"], takesSchema: true, hasQuery: false),
      ],
      environment: environment)
  }

  static func parse(_ text: String, _ environment: [String: String] = [:]) throws -> ConfigFile {
    try ConfigFile.parse(text, path: "mockrec.yaml", Self.context(environment))
  }

  /// What is wrong with a text, as `line:column message`.
  static func problems(_ text: String) -> [String] {
    do {
      _ = try Self.parse(text)
      return []
    } catch let problems as Diagnostics {
      return problems.list.map { problem in
        let place = problem.place.map { "\($0.position.line):\($0.position.column) " } ?? ""
        return place + problem.message
      }
    } catch {
      return ["\(error)"]
    }
  }

  @Test("a part of the query that does not count is refused where requests have none")
  func query() {
    let text = { (wire: String) in
      "services:\n  a:\n    wire: \(wire)\n    match:\n      ignore:\n        query: [ts]\n"
    }
    #expect(Self.problems(text("grpc")) == ["6:17 requests of the wire `grpc` have no query"])
    #expect(Self.problems(text("http")) == [])
  }

  @Test("every key is read")
  func everything() throws {
    let file = try Self.parse(
      """
      # mockrec 1
      mode: once
      services:
        users:
          wire: http
          listen: "[::1]:0"
          real: https://users.example.com/base
          env: USERS
          cassette: tapes/users/
          sequence: once
          match:
            headers: [X-Tenant]
            ignore:
              headers: [X-Trace]
              query: [ts]
              json: ["$.nonce"]
          redact:
            names: [pin]
            keep: [token]
          volatile: [X-Build]
          limits: {body: 1GB, header: 64KB}
          timeout: 500ms
          drift:
            - {path: "$.items[*].price", kind: value, severity: breaking}
            - {path: header ETag, severity: ignore}
        queue:
          wire: tcp
          redact: off
      """)
    #expect(file.mode == .once)
    let users = try #require(file.services.first)
    #expect(users.listen == HostPort(host: "::1", port: 0))
    #expect(try users.real?.url().description == "https://users.example.com/base")
    #expect(users.environmentName == "USERS" && users.cassette == "tapes/users" && users.sequence == .once)
    #expect(users.match.headers == ["X-Tenant"] && users.match.ignoredHeaders == ["X-Trace"])
    #expect(users.match.ignoredQuery == ["ts"] && users.match.ignoredJSON == ["$.nonce"])
    #expect(users.redaction.isOn && users.redaction.names == ["pin"] && users.redaction.keep == ["token"])
    #expect(users.volatileHeaders == ["X-Build"] && users.timeout == .milliseconds(500))
    #expect(
      users.drift == [
        DriftRule(try .init("$.items[*].price"), kind: .value, .breaking), DriftRule(try .init("header ETag"), .ignore),
      ])
    #expect(users.limits.body?.bytes == 1_000_000_000 && users.limits.header.bytes == 64_000)
    #expect(users.origin?.line == 4 && users.origin?.matchLine == 11)
    let queue = try #require(file.services.last)
    #expect(queue.name == "queue" && queue.wire == "tcp" && !queue.redaction.isOn && queue.real == nil)
    #expect(queue.environmentName == "QUEUE_URL" && queue.cassette == "cassettes/queue")
    #expect(queue.listen == HostPort(host: "127.0.0.1", port: 0) && queue.timeout == .seconds(30))
  }

  @Test("an empty file, and keys with nothing below them, are all defaults")
  func empty() throws {
    #expect(try Self.parse("").services.isEmpty)
    #expect(try Self.parse("services:\n").services.isEmpty)
    #expect(try Self.parse("services:\n  users:\n    match:\n    redact:\n").services.map(\.name) == ["users"])
  }

  @Test("a rule of drift that cannot be meant is told with its place")
  func drift() {
    let problems = Self.problems(
      """
      services:
        users:
          drift:
            - {path: "$.items[?@.a]", severity: ignore}
            - {path: heder ETag, severity: ignore}
            - {path: "$.a[", severity: ignore}
            - {path: "$.a", severity: braking}
            - {path: "$.a", kind: vale, severity: breaking}
            - {severity: breaking}
            - {path: status, severity: ignore, when: now}
      """)
    #expect(
      problems.map { $0.prefix { $0 != " " } } == ["4:16", "5:16", "6:21", "7:33", "8:29", "9:9", "10:42"],
      "\(problems)")
  }

  @Test("all that is wrong is told in one pass, in the order of the file")
  func collected() {
    let problems = Self.problems(
      """
      mod: once
      services:
        users:
          lisen: 127.0.0.1:0
          wire: htpp
          sequence: [once]
          timeout: 30
          volatile: X-Build
          match:
            ignore: {jsn: []}
            headers: ["X Y"]
          limits: {body: 12 bananas}
        users:
          wire: http
        "a b":
          real: ftp://x
      """)
    #expect(
      problems == [
        "1:1 mockrec.yaml has no key `mod`", "4:5 a service has no key `lisen`", "5:11 there is no wire `htpp`",
        "6:15 `sequence` is a text, not a list", "7:14 `30` is no time above zero and up to a day",
        "8:15 `volatile` is a list, not a text", "10:16 `ignore` has no key `jsn`",
        "11:17 `X Y` is no name of a header",
        "12:20 `12 bananas` is no size", "13:3 the key `users` is there twice", "15:3 `a b` is no name of a service",
        "15:3 `A B_URL` is no name of an environment variable", "16:11 the scheme `ftp` is none of this wire",
      ])
  }

  @Test("a problem is shown with its line, a caret, the nearest key and a fix")
  func shown() {
    #expect {
      try Self.parse("services:\n  users:\n    lisen: 127.0.0.1:0\n")
    } throws: { error in
      "\(error)" == """
        error: a service has no key `lisen`
          --> mockrec.yaml:3:5
        3 |     lisen: 127.0.0.1:0
          |     ^
          nearest: `listen`
          fix:     write `listen:`, or remove it
        """
    }
  }

  @Test(
    "what is not YAML is shown where it goes wrong",
    arguments: [
      "services: [", "services:\n\tusers:\n", "a: b: c", "services: {users: ", "listen: [::1]:0", "\"", "a: *nowhere",
      "- a\n- b", "a\u{1}b: c", "%", "? [a, b]\n: c", "---\na: b\n---\nc: d", "services: *a\n&a b",
      "services: !!binary x",
      "# mockrec 2\nservices:\n",
    ])
  func syntax(text: String) { #expect(!Self.problems(text).isEmpty) }

  @Test("a text cut anywhere is read or refused, never worse")
  func truncated() {
    for end in InitTemplate.text.indices { _ = Self.problems(String(InitTemplate.text[..<end])) }
  }

  @Test("keys that stand twice are found wherever they stand")
  func repeated() {
    #expect(
      Self.problems(
        "services:\n  a:\n    wire: http\n    \"wire\": http\n    wire: http\n  b: {wire: http, wire: tcp}\n")
        == [
          "4:5 the key `wire` is there twice", "5:5 the key `wire` is there twice",
          "6:19 the key `wire` is there twice",
        ])
  }

  @Test("anchors may be used, but not to grow without bounds")
  func aliases() throws {
    let shared = try Self.parse(
      "services:\n  a:\n    redact: &r {names: [pin]}\n    real: http://a?\n".replacingOccurrences(of: "?", with: "")
        + "  b:\n    redact: *r\n")
    #expect(shared.services.last?.redaction.names == ["pin"])

    var bomb = "a0: &a0 [x]\n"
    for level in 1..<12 {
      let uses = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
      bomb += "a\(level): &a\(level) [\(uses)]\n"
    }
    let problems = Self.problems(bomb + "? *a11\n: x\n? *a11\n: y\n")
    #expect(problems.count == 1 && problems.first?.contains("aliases of 12 anchors") == true)
  }

  @Test("deep nesting is refused by the parser")
  func deep() {
    #expect(!Self.problems(String(repeating: "[", count: 100_000)).isEmpty)
    #expect(!Self.problems(String(repeating: "- ", count: 100_000)).isEmpty)
  }

  @Test("the real address comes from the environment, and only who asks for it misses a variable")
  func environment() throws {
    let text = "services:\n  users:\n    real: https://${HOST}:${PORT:-8443}/v1\n"
    let unset = try #require(try Self.parse(text).services.first?.real)
    #expect { try unset.url() } throws: { error in
      let problem = error as? Diagnostic
      return problem?.message == "the environment variable HOST is not set" && problem?.place?.position.column == 19
        && problem?.place?.position.line == 3
    }
    let set = try #require(try Self.parse(text, ["HOST": "u.example", "PORT": ""]).services.first?.real)
    #expect(try set.url().description == "https://u.example:8443/v1")
    #expect(Self.problems("services:\n  a:\n    real: http://${A\n") == ["3:18 `${` is not closed"])
    #expect(
      Self.problems("services:\n  a:\n    real: \"http://${A B}\"\n")
        == ["3:19 `A B` is no name of an environment variable"])
  }

  @Test("a password is not shown, whatever is wrong with its line")
  func secret() {
    for text in [
      "real: http://me:s3cret@h:99999", "real: ftp://me:s3cret@h", "rael: http://me:s3cret@h",
      "real: x://me:s3cret@h y",
    ] {
      #expect {
        try Self.parse("services:\n  a:\n    \(text)\n", [:])
      } throws: { error in
        !"\(error)".contains("s3cret") && "\(error)".contains("*********@h")
      }
    }
  }

  @Test("services do not share a cassette, a variable or a port")
  func conflicts() {
    #expect(
      Self.problems(
        "services:\n  a-b:\n    listen: 127.0.0.1:80\n    cassette: x\n  a_b:\n    listen: 127.0.0.1:80\n    cassette: x/\n"
      )
        == [
          "5:3 `a_b` and `a-b` both set A_B_URL", "6:13 `a_b` and `a-b` both listen on 127.0.0.1:80",
          "7:15 `a_b` and `a-b` have the same cassette x",
        ])
  }
}
