import GRPCWire
import MockrecCore
import MockrecWire
import NIOCore
import NIOEmbedded
import Testing

@testable import MockrecEngine

@Suite("When it is decided what becomes of a call")
struct FaultOpeningTests {
  /// What stands behind the overlay: keeps what it is told.
  private final class Told: Conversation {
    var told: [String] = []
    var speaksFirst: Bool?

    init(speaksFirst: Bool?) { self.speaksFirst = speaksFirst }

    func speaksFirst(_ request: any WireRequest) -> Bool? { self.speaksFirst }

    func requestBegan(_ request: any WireRequest) { self.told.append("began") }
    func requestBody(_ bytes: ByteBuffer) { self.told.append("body \(bytes.readableBytes)") }
    func requestEnded(_ trailers: Fields) { self.told.append("ended") }
    func fault(_ silent: SilentFault?) { self.told.append("fault") }
    func refused(_ error: WireError) {}
    func writabilityChanged(_ writable: Bool) {}
    func closed() { self.told.append("closed") }
  }

  private struct Unheard: JournalSink {
    func write(_ events: [JournalEvent]) {}
    func served(_ batch: [ServedEvent], service: String) {}
  }

  /// Any call.
  private struct EveryCall: RequestPattern {
    var readsBody: Bool { false }
    var changes: Bool? { nil }
    var ofSubject: any RequestPattern { self }
    func matches(_ request: any WireRequest) -> Bool { true }
    func matches(body: [UInt8], of request: any WireRequest) -> Bool { true }
    func covers(_ other: any RequestPattern) -> Bool { true }
  }

  private static let request = GRPCWire().request(from: Message(start: ["POST", "/a.B/C", "HTTP/2"]))

  private static func message(_ byte: UInt8) -> [UInt8] { [0, 0, 0, 0, 1, byte] }

  /// A conversation under a rule for every call.
  private final class Case {
    let loop = EmbeddedEventLoop()
    let inner: Told
    let writer: SaidWriter
    let conversation: any Conversation

    init(
      _ effect: Fault.Effect, _ when: FaultWhen = FaultWhen(), seed: UInt64 = 1, speaksFirst: Bool? = nil
    ) {
      let inner = Told(speaksFirst: speaksFirst)
      self.inner = inner
      var fault = Fault()
      fault.effect = effect
      let rule = FaultRule(
        overlay: "o", number: 1, pattern: EveryCall(), occurrences: [], connections: [], when: when, fault: fault,
        recorded: nil, changes: nil, count: FaultCount())
      let service = Service(name: "s", wire: GRPCWire(), rules: MatchRules(redactor: Redactor()))
      let faults = LaidFaults(service: service, isFixed: true)
      faults.put(ServiceFaults(service: service, rules: [rule], seed: seed, journal: Unheard()))
      self.writer = SaidWriter(self.loop)
      self.conversation = FaultConversation.over(faults, self.writer, EmbeddedChannel(loop: self.loop), connection: 1) {
        _ in inner
      }
      self.conversation.requestBegan(FaultOpeningTests.request)
    }

    /// Says these bytes in pieces of so many.
    func say(_ bytes: [UInt8], by count: Int) {
      for start in stride(from: 0, to: bytes.count, by: count) {
        self.conversation.requestBody(ByteBuffer(bytes: bytes[start..<min(start + count, bytes.count)]))
      }
    }
  }

  private static let denied = Fault.Effect.reply(
    Message(start: ["HTTP/2", "200", ""], fields: Fields([("grpc-status", "7")])))

  @Test("at the end of the first message, and not before", arguments: 1...13)
  func first(pieces: Int) {
    let it = Case(Self.denied)
    it.say(Array(Self.message(1).dropLast()), by: pieces)
    #expect(it.writer.said == [])
    it.say([1] + Self.message(2), by: pieces)
    #expect(it.writer.said == ["head", "end "])
    #expect(it.inner.told == [])
  }

  @Test("at its end where it has no message, and by its head where its client waits")
  func none() {
    let ended = Case(Self.denied)
    ended.conversation.requestEnded(Fields())
    #expect(ended.writer.said == ["head", "end "])
    let waiting = Case(Self.denied)
    waiting.loop.advanceTime(by: .milliseconds(249))
    #expect(waiting.writer.said == [])
    waiting.loop.advanceTime(by: .milliseconds(1))
    #expect(waiting.writer.said == ["head", "end "])
    let speaking = Case(Self.denied)
    speaking.say([0], by: 1)
    speaking.loop.advanceTime(by: .seconds(1))
    #expect(speaking.writer.said == [], "it has begun to speak")
    #expect(Case(Self.denied, speaksFirst: true).writer.said == ["head", "end "], "the service speaks first")
    let known = Case(Self.denied, speaksFirst: false)
    known.loop.advanceTime(by: .seconds(60))
    #expect(known.writer.said == [], "the client speaks first, however late")
  }

  @Test("what comes behind the decision is passed on as it comes")
  func passes() {
    var never = FaultWhen()
    never.calls = [2]
    let it = Case(Self.denied, never)
    it.say(Self.message(1), by: 4)
    #expect(it.inner.told == ["began", "body 4", "body 2"])
    it.say(Self.message(2), by: 6)
    it.conversation.requestEnded(Fields())
    #expect(it.inner.told == ["began", "body 4", "body 2", "body 6", "ended"])
  }

  @Test("the same seed decides the same, however many messages come at once", arguments: UInt64(0)..<50)
  func same(seed: UInt64) {
    var half = FaultWhen()
    half.probability = 0.5
    let said = (1...13).map { pieces in
      let it = Case(Self.denied, half, seed: seed)
      it.say(Self.message(1) + Self.message(2), by: pieces)
      return it.writer.said
    }
    #expect(Set(said).count == 1, "seed \(seed): \(said)")
  }
}
