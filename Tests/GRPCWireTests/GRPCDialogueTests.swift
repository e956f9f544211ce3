import GRPCWire
import MockrecCore
import MockrecWire
import Testing

@Suite("gRPC calls whose sides answer each other, as contracts")
struct GRPCDialogueTests {
  private func dialogue(_ heard: String, _ messages: [String] = ["base64,CgE=;", "base64,CgI=;"]) throws
    -> ContractDialogue?
  {
    let wire = GRPCWire()
    let text =
      "GRPC {{svc}} chat.Chat/Talk\n" + messages.map { $0 + "\n" }.joined()
      + "\n\(heard)GRPC OK\nbase64,CgM=;\nbase64,CgQ=;\n"
    let source = SourceText(name: "x.hurl", text: text)
    let entry = try #require(try NotationParser.parse(source, dialect: wire.dialect).entries.first)
    let scope = ContractScope(["svc": .text("grpc://a:1")])
    return try wire.contractRequest(for: entry, scope: scope, file: source).dialogue
  }

  @Test("each message waits for what was heard before it, and so does the end")
  func order() throws {
    let dialogue = try #require(try self.dialogue("# @heard 1@5 2@30 end@1\n"))
    #expect(dialogue.lines.map(\.heard) == [0, 1])
    #expect(dialogue.lines.map(\.bytes) == [[0, 0, 0, 0, 2, 10, 1], [0, 0, 0, 0, 2, 10, 2]])
    #expect(dialogue.end == 2 && dialogue.messages == 2 && !dialogue.isOpen && !dialogue.beginsWithReply)
    #expect(dialogue.longestPause == .milliseconds(30) && dialogue.duration == .milliseconds(36))
    let greeted = try #require(try self.dialogue("# @heard 0@0 2@0 end@0\n"))
    #expect(greeted.lines.map(\.heard) == [1, 1] && greeted.end == 2)
    // The service ended before its client did.
    let left = try #require(try self.dialogue("# @heard 1@0 1@0 1@0\n"))
    #expect(left.lines.map(\.heard) == [0, 2] && left.end == 2)
  }

  @Test("a call whose client had said all is asked at once")
  func atOnce() throws {
    #expect(try self.dialogue("") == nil)
    #expect(try self.dialogue("# @heard end@0 end@100 end@0\n") == nil)
  }
}
