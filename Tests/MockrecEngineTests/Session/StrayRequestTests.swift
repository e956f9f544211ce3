import GRPCWire
import HTTPWire
import MockrecCore
import MockrecWire
import NIOCore
import NIOEmbedded
import Synchronization
import Testing

@testable import MockrecEngine

@Suite("Requests of sessions that are not there")
struct StrayRequestTests {
  /// Counts what is written, and keeps what is told.
  private final class Told: JournalSink {
    let events = Mutex<[String]>([])
    let lines = Mutex<[String]>([])
    func write(_ events: [JournalEvent]) {
      self.events.withLock { $0 += events.map { "\($0.outcome) \($0.note ?? "")" } }
    }
    func served(_ batch: [ServedEvent], service: String) {}
  }

  /// What a connection says to requests, and what is told of them.
  private struct Asked {
    let told = Told()
    let tally = Tally()
    let writer: SaidWriter
    let conversation: ScopedConversation

    init(_ wire: any Wire, _ fixed: Session? = nil) {
      let channel = EmbeddedChannel()
      let service = Service(name: "users", wire: wire, rules: MatchRules(redactor: Redactor()))
      let (told, strays) = (self.told, StrayRequests(service, tally: self.tally))
      strays.serve(journal: told) { line in told.lines.withLock { $0.append(line) } }
      self.writer = SaidWriter(channel.eventLoop)
      self.conversation = ScopedConversation(
        SessionTable(), service: service, fixed: fixed, strays: strays, writer: self.writer, channel: channel)
    }

    /// - Returns: How many replies were begun before the request's end, and behind it.
    func ask(_ wire: any Wire, _ session: String?) -> [Int] {
      let fields = Fields(session.map { [(SessionMark.field, $0)] } ?? [])
      self.conversation.requestBegan(
        wire.request(from: Message(start: ["POST", "/a.B/C", "HTTP/1.1"], fields: fields)))
      self.conversation.requestBody(ByteBuffer(string: "{}"))
      let early = self.replies
      self.conversation.requestEnded(Fields())
      return [early, self.replies]
    }

    private var replies: Int { self.writer.said.count { $0 == "head" } }
  }

  @Test("each fails and is counted, and a name is told once, with nothing in it that commands a terminal")
  func counted() {
    let asked = Asked(HTTPWire())
    #expect(asked.ask(HTTPWire(), "a") == [0, 1])
    #expect(asked.ask(HTTPWire(), "a") == [1, 2])
    #expect(asked.ask(HTTPWire(), "b\u{1B}[2J") == [2, 3])
    #expect(asked.tally.counts.failed == 3)
    #expect(asked.tally.troubles == ["there is no session 'a'", "there is no session 'b?[2J'"])
    #expect(asked.told.events.withLock { $0.count { $0 == "failed there is no session 'a'" } } == 2)
    #expect(
      asked.told.lines.withLock { $0 } == [
        "users: there is no session 'a': POST /a.B/C\n", "users: there is no session 'b?[2J': POST /a.B/C\n",
      ])
  }

  @Test("a call that may wait for an answer before it says all gets it at once")
  func calls() {
    let asked = Asked(GRPCWire())
    #expect(asked.ask(GRPCWire(), "a") == [1, 1])
    #expect(asked.tally.counts.failed == 1)
  }

  @Test("what comes to a port of a session that is closed is told of that session")
  func closed() {
    let session = Session("mine")
    session.end()
    let asked = Asked(HTTPWire(), session)
    #expect(asked.ask(HTTPWire(), nil) == [0, 1])
    #expect(asked.tally.troubles == ["session 'mine' is closed"])
  }

  @Test(
    "a session's name stands percent-encoded in baggage, between members and before properties",
    arguments: [
      ("mockrec-session=a", "a"), ("x=y, mockrec-session=%7A", "z"), ("x=y\t,\tmockrec-session = a b ;p=q", "a b"),
      ("mockrec-session=50%25%3Bq", "50%;q"), ("mockrec-session=a%", "a%"), ("mockrec-session=%FF", "%FF"),
      ("x=y;mockrec-session=a", nil), ("mockrec-session", nil), ("Mockrec-session=a", nil),
    ])
  func baggage(value: String, name: String?) {
    let mark = SessionMark(field: nil) { $0 == SessionMark.baggage ? [value] : [] }
    #expect(mark == name.map { SessionMark($0, isCertain: true) })
  }
}
