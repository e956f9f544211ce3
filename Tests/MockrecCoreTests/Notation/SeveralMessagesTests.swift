import MockrecCore
import Testing

@Suite("bodies of several messages")
struct SeveralMessagesTests {
  private static let text = """
    GRPC {{chat}} chat.Chat/Talk
    # first
    {"id": "a1b2c3"} # one

    {"id": 2}
    # third
    base64,AAEC; # three
    # of the response

    GRPC OK
    {"id": "{{id}}"}
    GRPC {{chat}} chat.Chat/Leave
    """

  @Test("what stands before the first and behind the last is the body's, all else the messages' own")
  func tree() throws {
    let entries = try parseNotation(Self.text).entries
    let request = try #require(entries.first?.request)
    #expect(request.bodyLeading == [.comment("# first")])
    #expect(request.bodyComment == " # three")
    guard case .messages(let messages)? = request.body else {
      Issue.record("\(String(describing: request.body))")
      return
    }
    #expect(messages.map(\.leading) == [[], [.blank], [.comment("# third")]])
    #expect(messages.map(\.comment) == [" # one", nil, nil])
    #expect(messages.map(\.body.spelling) == [#"{"id": "a1b2c3"}"#, #"{"id": 2}"#, "base64,AAEC;"])
    #expect(request.body?.each == messages.map(\.body))
    #expect(entries[0].response?.leading == [.comment("# of the response"), .blank])
    // A single one is a body like any other.
    let single = try #require(entries[0].response?.body)
    guard case .json = single else {
      Issue.record("\(single)")
      return
    }
    #expect(single.each == [single])
    #expect(entries.count == 2)
  }

  @Test("a place for each that has one")
  func offsets() throws {
    let body = try #require(try parseNotation(Self.text).entries.first?.request.body)
    let first = try #require(Self.text.utf8.firstIndex(of: UInt8(ascii: "\n")))
    let offset = Self.text.utf8.distance(from: Self.text.startIndex, to: first) + "\n# first\n".utf8.count
    #expect(body.offset == offset)
    #expect(body.each.map(\.offset) == [offset, offset + #"{"id": "a1b2c3"} # one"#.utf8.count + 2, nil])
  }

  @Test("only a verb of messages has them: not its response under another verb, nor HTTP beside it")
  func verbs() throws {
    let plain = Dialect(wireVerbs: ["REDIS", "GRPC"])
    #expect(throws: Diagnostic.self) { try parseNotation(Self.text, dialect: plain) }
    let joined = Dialect(joining: [.http, Dialect(wireVerbs: ["REDIS"]), notationDialect])
    #expect(joined == notationDialect)
    #expect(throws: Never.self) { try parseNotation(Self.text, dialect: joined) }
  }

  @Test("messages put together print as they are read; none is no body, a single one itself")
  func made() throws {
    let json = try #require(BodyText(json: Array("{}".utf8)))
    #expect(BodyText(messages: []) == nil)
    #expect(BodyText(messages: [json]) == json)
    let bodies = [json, BodyText(hex: [1, 2]), json, try #require(BodyText(fencing: "a\n"))]
    let body = try #require(BodyText(messages: bodies))
    let made = Entry(
      request: Request(verb: "GRPC", target: Template("{{a}} b.C/D"), body: body),
      response: Response(verb: "GRPC", status: "OK", body: body))
    let printed = NotationPrinter.print(ConversationFile(entries: [made]))
    #expect(printed.hasPrefix("GRPC {{a}} b.C/D\n{}\nhex,0102;\n{}\n```\na\n```\nGRPC OK\n{}\nhex,0102;\n"))
    let read = try #require(try parseNotation(printed).entries.first)
    #expect(read.request.body?.each.map(\.spelling) == bodies.map(\.spelling))
    #expect(read.response?.body?.each.map(\.spelling) == bodies.map(\.spelling))
  }

  @Test("a request of several says a variable, and recalls what it was")
  func recalled() throws {
    let entry = try #require(try parseNotation(Self.text).entries.first)
    let said = try entry.saying("id", for: "a1b2c3")
    var text = ""
    NotationPrinter.print(said, to: &text)
    #expect(text.hasPrefix("# @was id a1b2c3\nGRPC {{chat}} chat.Chat/Talk\n# first\n{\"id\": \"{{id}}\"} # one\n"))
    let read = try #require(try parseNotation(text).entries.first)
    #expect(notationStructure(of: try read.recalled().request) == notationStructure(of: entry.request))
  }

  @Test("what a contract says in any of them is checked before its first request")
  func checked() throws {
    let text = """
      GRPC {{chat}} chat.Chat/Talk
      {"text": "{{name}}"}
      ```
      {{token}}
      ```

      GRPC OK
      [Captures]
      id: jsonpath "$[0].id"
      {"id": "{{id}}"}
      file,{{nam}};
      """
    let source = SourceText(name: "a.hurl", text: text)
    let entry = try #require(try parseNotation(text).entries.first)
    var defined: Set<String> = ["chat", "name"]
    let problems = ContractCheck.problems(in: entry, of: source, defined: &defined)
    #expect(problems.map { $0.place?.position.line } == [4, 11])
    #expect(problems.last.map { "\($0)".contains("{{name}}") } == true)
  }
}
