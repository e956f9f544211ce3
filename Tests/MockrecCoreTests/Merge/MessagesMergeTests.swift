import MockrecCore
import Testing

@Suite("merging several messages")
struct MessagesMergeTests {
  private static let base = """
    # mockrec 1
    GRPC {{chat}} chat.Chat/Talk
    {
      "text": "hello"
    }
    {
      "text": "bye"
    } # b

    GRPC OK
    {
      "id": 1,
      "text": "yes"
    }
    # between
    base64,AAEC;

    """

  private static func merge(_ ours: (String, String), _ theirs: (String, String)) -> ConversationMerge {
    func source(_ edit: (String, String)) -> SourceText {
      SourceText(name: "x.hurl", text: self.base.replacing(edit.0, with: edit.1))
    }
    return ConversationMerge(
      base: source(("", "")), ours: source(ours), theirs: source(theirs), dialect: notationDialect)
  }

  @Test(
    "each message, and each value in it, is merged by itself",
    arguments: [
      (("hello", "hi"), ("bye", "so long")), (("\"id\": 1", "\"id\": 2"), ("yes", "no")),
      (("AAEC", "AAED"), ("yes", "no")), (("# between", "# among"), ("AAEC", "AAED")),
      ((" # b", " # c"), ("bye", "so")),
    ])
  func union(ours: (String, String), theirs: (String, String)) {
    let expected = Self.base.replacing(ours.0, with: ours.1).replacing(theirs.0, with: theirs.1)
    for merged in [Self.merge(ours, theirs), Self.merge(theirs, ours)] {
      #expect(merged.contradictions == [])
      #expect(merged.text == expected)
    }
  }

  @Test("two values of one place, two kinds of one message, and a message more where the other side changed one")
  func contradictions() {
    #expect(Self.merge(("yes", "no"), ("yes", "maybe")).contradictions == ["response message 1 $.\"text\""])
    #expect(Self.merge(("AAEC", "AAED"), ("base64,AAEC;", "{}")).contradictions == ["response message 2"])
    let longer = Self.merge(("base64,AAEC;", "base64,AAEC;\nhex,00;"), ("yes", "no"))
    #expect(longer.contradictions == ["response body"])
    #expect(longer.text.contains("<<<<<<< ours\n"))
    // Nobody else touched that side.
    let other = Self.merge(("base64,AAEC;", "base64,AAEC;\nhex,00;"), ("hello", "hi"))
    #expect(other.contradictions == [])
    #expect(other.text.contains("AAEC;\nhex,00;\n") && other.text.contains("hi"))
  }
}
