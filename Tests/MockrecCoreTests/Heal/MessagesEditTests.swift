import Testing

@testable import MockrecCore

@Suite("heal: edits of several messages")
struct MessagesEditTests {
  private static let entry = """
    GRPC {{chat}} chat.Chat/Talk
    {}

    GRPC OK
    x: 1
    # of a
    {
      "id": "a", "n": 1.0
    } # one

    {"id": "b"}
    # of c
    {"id": "c"} # three
    # behind
    """

  /// The entry healed; nil where its messages are not edited one by one.
  private static func healed(_ real: String, of text: String = entry, ours: String? = nil) throws -> String? {
    let source = SourceText(name: "x.hurl", text: text)
    let response = try #require(
      try NotationParser.parse(source, dialect: notationDialect).entries.first?.response)
    let ours = Answer.json(ours ?? #"[{"id": "a", "n": 1.0}, {"id": "b"}, {"id": "c"}]"#)
    let real = Answer.json(real)
    let differences = Comparison.differences(fake: ours, real: real)
    let edits = try EntryEdit(response, in: source)
      .json(ours, real, by: differences, noise: Noise(), asserted: Asserted())
    return edits?.applied(to: source.bytes).map { String(decoding: $0, as: UTF8.self) }
  }

  @Test("a value in its message, in place")
  func value() throws {
    let healed = try Self.healed(#"[{"id": "a", "n": 2}, {"id": "b"}, {"id": "c", "new": true}]"#)
    #expect(
      healed
        == Self.entry.replacing("1.0", with: "2")
        .replacing(#"{"id": "c"} #"#, with: "{\"id\": \"c\",\"new\": true} #"), "\(healed ?? "none")")
  }

  @Test("a message that is gone, and what stands around it stays")
  func gone() throws {
    #expect(
      try Self.healed(#"[{"id": "a", "n": 1.0}, {"id": "b"}]"#)
        == Self.entry.replacing("{\"id\": \"c\"} # three\n", with: ""))
    #expect(
      try Self.healed(#"[{"id": "b"}, {"id": "c"}]"#)
        == Self.entry.replacing("{\n  \"id\": \"a\", \"n\": 1.0\n} # one\n", with: ""))
  }

  @Test("new messages, before and behind those that are there")
  func new() throws {
    let new = "{\n  \"id\": \"x\"\n}\n"
    #expect(
      try Self.healed(
        #"[{"id": "x"}, {"id": "a", "n": 1.0}, {"id": "b"}, {"id": "c"}]"#)
        == Self.entry.replacing("# of a\n", with: "# of a\n" + new))
    #expect(
      try Self.healed(#"[{"id": "a", "n": 1.0}, {"id": "b"}, {"id": "x"}, {"id": "c"}, {"id": "y"}]"#)
        == Self.entry.replacing("{\"id\": \"b\"}\n", with: "{\"id\": \"b\"}\n" + new)
        .replacing("# three\n", with: "# three\n{\n  \"id\": \"y\"\n}\n"))
  }

  @Test("a whole message in another's place, at the end of a file without a line feed")
  func replaced() throws {
    let text = "GRPC {{a}} b.C/D\nGRPC OK\n{\"id\": \"a\"}\n{\"id\": \"b\"}"
    let healed = try Self.healed(
      #"[{"id": "a"}, {"id": "x"}, {"id": "y"}]"#, of: text, ours: #"[{"id": "a"}, {"id": "b"}]"#)
    #expect(
      healed == "GRPC {{a}} b.C/D\nGRPC OK\n{\"id\": \"a\"}\n{\n  \"id\": \"x\"\n}\n{\n  \"id\": \"y\"\n}\n",
      "\(healed ?? "none")")
  }

  @Test("another order, a single message, bytes and placeholders are left to the whole body")
  func whole() throws {
    #expect(try Self.healed(#"[{"id": "b"}, {"id": "a", "n": 1.0}, {"id": "c"}]"#) == nil)
    #expect(try Self.healed(#"{"id": "a", "n": 1.0}"#) == nil)
    let text = "GRPC {{a}} b.C/D\nGRPC OK\nbase64,AAEC;\n{\"id\": \"{{id}}\", \"n\": 1}\n{\"n\": 1}\n"
    let ours = #"["AAEC", {"id": "a", "n": 1}, {"n": 1}]"#
    #expect(try Self.healed(ours.replacing("AAEC", with: "AAED"), of: text, ours: ours) == nil)
    #expect(try Self.healed(#"["AAEC", {"id": "a", "n": 2}, {"n": 1}]"#, of: text, ours: ours) == nil)
    #expect(
      try Self.healed(#"["AAEC", {"id": "a", "n": 1}, {"n": 2}]"#, of: text, ours: ours)
        == text.replacing("{\"n\": 1}\n", with: "{\"n\": 2}\n"))
  }

  @Test("another whole body takes the place of all messages, or of one")
  func body() throws {
    let source = SourceText(name: "x.hurl", text: Self.entry)
    let response = try #require(
      try NotationParser.parse(source, dialect: notationDialect).entries.first?.response)
    let one = try #require(BodyText(json: Array("1".utf8)))
    let two = try #require(BodyText(messages: [one, BodyText(hex: [1])]))
    let head = Self.entry.replacing("{\n  \"id\"", with: "|").prefix { $0 != "|" }
    for (body, text) in [(one, "1 # three"), (two, "1\nhex,01; # three")] {
      let edits = try EntryEdit(response, in: source).body(Response(verb: "GRPC", status: "OK", body: body))
      let healed = try #require(edits.applied(to: source.bytes))
      #expect(String(decoding: healed, as: UTF8.self) == "\(head)\(text)\n# behind")
    }
  }
}
