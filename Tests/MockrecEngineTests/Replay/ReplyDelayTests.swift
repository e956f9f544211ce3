import HTTPWire
import MockrecCore
import MockrecWire
import NIOCore
import NIOEmbedded
import Testing

@testable import MockrecEngine

@Suite("Replies that are held back")
struct ReplyDelayTests {
  private struct Unheard: JournalSink {
    func write(_ events: [JournalEvent]) {}
    func served(_ batch: [ServedEvent], service: String) {}
  }

  /// One connection to a cassette of one text.
  private final class Case {
    let loop = EmbeddedEventLoop()
    let writer: SaidWriter
    let replayer: Replayer
    var conversation: ReplayConversation?

    init(_ text: String, seed: UInt64 = 1, waits: Bool = true, added: String? = nil) throws {
      let service = Service(name: "svc", wire: HTTPWire(), rules: MatchRules(redactor: Redactor()))
      var builder = CassetteBuilder(service: service, files: 1, bodies: { _ in ("", 0) }, readFile: { _, _ in })
      builder.add(SourceText(name: "x.hurl", text: "# mockrec 1\n\(text)"), name: "x.hurl", occurrence: 1)
      builder.seal()
      let index = try CassetteBuilder.finish([builder])
      let layer = EntryLayer(service: service, scenarios: ScenarioStates())
      if let added { _ = try layer.add([added]) }
      self.replayer = Replayer(
        service: service, index: index, journal: Unheard(), nearMisses: NearMisses(folder: "x") { _ in nil },
        layer: layer, seed: seed, waits: waits, report: { _ in }, offload: { $0() })
      self.writer = SaidWriter(self.loop)
      self.conversation = ReplayConversation(
        replayer: self.replayer, writer: self.writer,
        served: ServedBuffer(service: "svc", sink: Unheard(), eventLoop: self.loop), connection: 1, origin: nil)
    }

    func ask(_ path: String) {
      let request = HTTPWire().request(from: Message(start: ["GET", path, "HTTP/1.1"]))
      self.conversation?.requestBegan(request)
      self.conversation?.requestEnded(Fields())
    }

    /// After how many milliseconds the next answer comes.
    func wait(for path: String) -> Int? {
      let before = self.writer.said.count
      self.ask(path)
      for time in 0...2000 {
        if self.writer.said.count > before { return time }
        self.loop.advanceTime(by: .milliseconds(1))
      }
      return nil
    }
  }

  private static let entries = """
    GET {{svc}}/recorded

    # @delay 250ms
    HTTP 200
    `a`

    GET {{svc}}/users/{id}

    # @delay 250ms
    HTTP 200
    `a`

    GET {{svc}}/made/{id}

    # @delay 250ms
    HTTP 200
    `{{request.path.id}}`

    GET {{svc}}/at-once

    HTTP 200
    `a`

    """

  @Test("each kind of entry waits as it says", arguments: ["/recorded", "/users/1", "/made/1", "/added", "/added/1"])
  func fixed(path: String) throws {
    let one = "GET {{svc}}/added\n\n# @delay 250ms\nHTTP 200\n`a`\n\n"
    let any = "GET {{svc}}/added/{id}\n\n# @delay 250ms\nHTTP 200\n`{{uuid}}`\n"
    let asked = try Case(Self.entries, added: one + any)
    #expect(asked.wait(for: path) == 250)
    #expect(asked.wait(for: "/at-once") == 0)
    #expect(asked.wait(for: path) == 250)
  }

  @Test("what is random in an entry that was added differs, whatever the cassette has")
  func added() throws {
    let asked = try Case(
      "GET {{svc}}/a\n\nHTTP 200\n`a`\n", added: "GET {{svc}}/added\n\n# @delay 5ms\nHTTP 200\n`{{uuid}}`\n")
    #expect(asked.wait(for: "/added") == 5 && asked.wait(for: "/added") == 5)
    #expect(Set(asked.writer.said.filter { $0.hasPrefix("body") }).count == 2, "\(asked.writer.said)")
  }

  @Test("who does not wait is answered at once", arguments: ["/recorded", "/users/1", "/made/1"])
  func waitsNot(path: String) throws {
    #expect(try Case(Self.entries, waits: false).wait(for: path) == 0)
  }

  @Test("a client that leaves is not answered, and nothing is kept for it", arguments: ["/recorded", "/made/1"])
  func leaves(path: String) throws {
    let asked = try Case(Self.entries)
    asked.ask(path)
    weak let conversation = asked.conversation
    asked.conversation?.closed()
    asked.conversation = nil
    #expect(conversation == nil)
    asked.loop.advanceTime(by: .seconds(1))
    #expect(asked.writer.said.isEmpty)
  }

  @Test("times of a distribution are in it, differ, and come of the seed", arguments: ["/x", "/x/1"])
  func random(path: String) throws {
    let text = "GET {{svc}}\(path == "/x" ? "/x" : "/x/{id}")\n\n# @delay uniform: [100ms, 300ms]\nHTTP 200\n`a`\n"
    func times(_ seed: UInt64) throws -> [Int] {
      let asked = try Case(text, seed: seed)
      return (0..<20).compactMap { _ in asked.wait(for: path) }
    }
    let first = try times(7)
    #expect(first.count == 20 && first.allSatisfy { (100...301).contains($0) } && Set(first).count > 5)
    #expect(try times(7) == first)
    #expect(try times(8) != first)
  }

  @Test(
    "a mark that is no time is an error with its place",
    arguments: [
      ("GET {{svc}}/x\n\n# @delay soon\nHTTP 200\n", 4, 10),
      ("GET {{svc}}/x/{id}\n\n# @delay uniform: [2s, 1s]\nHTTP 200\n", 4, 19),
      ("# @delay 1s\nGET {{svc}}/x\n\nHTTP 200\n", 2, 1),
    ])
  func wrong(text: String, line: Int, column: Int) {
    #expect {
      _ = try Case(text)
    } throws: { error in
      let place = (error as? Diagnostics)?.list.first?.place
      return place?.position.line == line && place?.position.column == column
    }
  }
}
