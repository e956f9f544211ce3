import MockrecCore
import MockrecWire
import NIOCore
import RedisWire

extension FuzzTarget {
  /// Both parties of a connection in RESP, cut anywhere.
  package static let redis = FuzzTarget(name: "redis") { input in
    var settings = FuzzSettings(input.bytes)
    let seed = settings.byte()
    var limits = WireLimits()
    limits.bodyBytes = settings.one(of: [nil, 256, 4096, 2048])
    let wire = RedisWire()
    let trial = StreamTrial(wire: wire, limits: limits, input: settings.rest)
    let whole = try trial.play(seed: nil)
    let cut = try trial.play(seed: seed)
    try hold(whole == cut, "cut otherwise, it means something else:\n\(whole)\n\(cut)")
    try Self.checkReplies(whole, trial.script)
    try trial.checkMemory(input.heap)
    let notation = NotationTrial(wire: wire, rules: trial.rules)
    for (asked, exchange) in whole.exchanges.prefix(16) { try notation.check(asked, exchange) }
    try Self.checkServed(trial.script, wire, limits)
    try Self.checkAnswered(whole.exchanges.prefix(64).map { $0 }, wire, limits)
  }

  /// What is passed on of replies is what the server said, from its first byte on and in its order.
  private static func checkReplies(_ outcome: StreamTrial.Outcome, _ script: StreamScript) throws {
    let passed = outcome.events.flatMap { event in if case .reply(let bytes) = event { bytes } else { [UInt8]() } }
    try hold(script.bytes(.server).starts(with: passed), "replies are not what the server said: \(passed)")
  }

  /// What is offered to be answered where its bytes lie is what would have been asked, and offering changes nothing.
  private static func checkServed(_ script: StreamScript, _ wire: RedisWire, _ limits: WireLimits) throws {
    guard case .says(.client, let bytes, _)? = script.steps.first else { return }
    func requests(_ answerer: Answerer?) -> [Message] {
      var machine = wire.conversation(limits: limits)
      var events: [StreamEvent] = []
      do throws(WireError) {
        if let answerer {
          try machine.serve(ByteBuffer(bytes: bytes), by: answerer, into: &events)
        } else {
          try machine.receive(ByteBuffer(bytes: bytes), from: .client, into: &events)
        }
      } catch {
        // What came before the fault counts.
      }
      return events.compactMap { if case .request(let request) = $0 { request.message } else { nil } }
    }
    let received = requests(nil)
    try hold(requests(Answerer(takesAll: false)) == received, "what is offered and declined is asked otherwise")
    let answerer = Answerer(takesAll: true)
    _ = requests(answerer)
    // With a limit, what waits unanswered is a fault before what was answered would have been.
    if limits.bodyBytes == nil {
      try hold(answerer.offered.count <= received.count, "what is no command is offered: \(answerer.offered)")
    }
    let offered = answerer.offered.prefix(received.count)
    try hold(
      received.prefix(offered.count).map(\.body.bytes) == Array(offered),
      "\(answerer.offered) is offered where \(received) is asked")
  }

  private final class Answerer: StreamAnswerer {
    let takesAll: Bool
    var offered: [[UInt8]?] = []

    init(takesAll: Bool) { self.takesAll = takesAll }

    func answer(_ frame: UnsafeRawBufferPointer) -> Bool {
      self.offered.append(Array(frame))
      return self.takesAll
    }
  }

  /// A reply that the answering side wrote itself makes of the connection what the same from a server does.
  private static func checkAnswered(
    _ exchanges: [(asked: any WireRequest, exchange: Exchange)], _ wire: RedisWire, _ limits: WireLimits
  ) throws {
    var told = wire.conversation(limits: limits)
    var heard = wire.conversation(limits: limits)
    for (asked, exchange) in exchanges {
      // What a server says unasked is no command.
      if case .silence = asked.unrecorded { continue }
      let command = ByteBuffer(bytes: exchange.request.body.bytes ?? [])
      let reply = ByteBuffer(bytes: exchange.reply?.body.bytes ?? [])
      var ours: [StreamEvent] = []
      var theirs: [StreamEvent] = []
      do throws(WireError) {
        try told.receive(command, from: .client, into: &ours)
        if reply.readableBytes > 0 { try told.answered(reply, into: &ours) }
        try heard.receive(command, from: .client, into: &theirs)
        try heard.receive(reply, from: .server, into: &theirs)
      } catch {
        // Pushes that came between other replies make no sense in another order.
        return
      }
      func requests(_ events: [StreamEvent]) -> [Message] {
        events.compactMap { if case .request(let request) = $0 { request.message } else { nil } }
      }
      try hold(requests(ours) == requests(theirs), "another request: \(requests(ours)) \(requests(theirs))")
    }
  }
}
