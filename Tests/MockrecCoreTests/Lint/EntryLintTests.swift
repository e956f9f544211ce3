import MockrecCore
import Testing

@Suite("lint of one entry")
struct EntryLintTests {
  private func lint(_ text: String) throws -> EntryLint {
    let source = SourceText(name: "x.hurl", text: text)
    let entry = try #require(try NotationParser.parse(source, dialect: notationDialect).entries.first)
    return EntryLint(entry, in: source, redactor: Redactor())
  }

  @Test(
    "a secret is found wherever it stands, told by its place, and not shown",
    arguments: [
      ("GET http://a/x?token=hunter2\nHTTP 200\n", 1), ("GET http://a/\nAuthorization: Bearer hunter2\nHTTP 200\n", 2),
      ("POST http://a/\n[Form]\npassword: hunter2\nHTTP 200\n", 3),
      ("GET http://a/\n[BasicAuth]\nada: hunter2\nHTTP 200\n", 3),
      ("GET http://a/\nHTTP 200\nSet-Cookie: sid=hunter2; Path=/\n", 3),
      ("POST http://a/\n{\n  \"user\": \"ada\",\n  \"password\": \"hunter2\"\n}\nHTTP 200\n", 4),
      ("GET http://a/\nHTTP 200\nContent-Type: text/plain\n`{\"password\": \"hunter2\"}`\n", 4),
    ])
  func secrets(text: String, line: Int) throws {
    let found = try self.lint(text).secrets
    #expect(found.count == 1 && found.first?.place?.position.line == line, "\(found)")
    #expect(!found.map(\.description).joined().contains("hunter2"), "\(found)")
    let place = try #require(found.first?.place?.position)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    if line < 4 { #expect(lines[line - 1].dropFirst(place.column - 1).contains("hunter2"), "\(place)") }
  }

  @Test("each of several messages is looked at")
  func messages() throws {
    let text = """
      GRPC {{a}} b.C/D
      {"password": "hunter2"}
      {"user": "ada"}
      {"password": "hunter3"}
      GRPC OK
      {"token": "{{token}}"}
      {
        "token": "hunter4"
      }

      """
    let found = try self.lint(text).secrets
    #expect(found.map { $0.place?.position.line } == [2, 4, 8])
    #expect(!found.map(\.description).joined().contains("hunter"), "\(found)")
  }

  @Test("pseudonyms and variables are no secrets")
  func clean() throws {
    let redactor = Redactor()
    let bearer = redactor.field(name: "Authorization", value: "Bearer hunter2")
    let body = String(decoding: redactor.json(Array(#"{"password": "hunter2"}"#.utf8)), as: UTF8.self)
    let text = """
      POST {{api}}/x?token={{token}}
      Authorization: \(bearer)
      X-Api-Key: {{key}}
      [BasicAuth]
      ada: {{password}}
      \(body)
      HTTP 200

      """
    #expect(bearer.contains("hunter2") == false)
    #expect(try self.lint(text).secrets == [])
  }

  @Test(
    "an entry that passes whatever is answered is told",
    arguments: [
      ("GET http://a/\n", true), ("GET http://a/\nHTTP *\n", true), ("GET http://a/\nHTTP 200\n", false),
      ("GET http://a/\nHTTP *\n[Asserts]\nstatus < 500\n", false), ("GET http://a/\nHTTP *\nETag: x\n", false),
      ("GET http://a/\nHTTP *\n[Captures]\nid: jsonpath \"$.id\"\n", true),
    ])
  func noExpectation(text: String, isFound: Bool) throws {
    #expect((try self.lint(text).noExpectation != nil) == isFound)
  }

  @Test("asserts of an entry that its options skip are never evaluated")
  func unevaluated() throws {
    func text(_ option: String) -> String {
      "GET http://a/\n[Options]\n\(option)\nHTTP 200\n[Asserts]\nstatus < 300\n"
    }
    #expect(try self.lint(text("skip: true")).unevaluated?.place?.position.line == 3)
    #expect(try self.lint(text("repeat: 0")).unevaluated != nil)
    #expect(try self.lint(text("skip: false")).unevaluated == nil)
    #expect(try self.lint(text("repeat: 2")).unevaluated == nil)
    #expect(try self.lint("GET http://a/\n[Options]\nskip: true\nHTTP 200\n").unevaluated == nil)
  }
}
