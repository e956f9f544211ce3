import MockrecCore
import MockrecWire
import NIOCore

/// Plays a script on the machine of a wire, which is the same for recorder, replayer and verifier, and holds it to what
/// every machine promises.
struct StreamTrial {
  let wire: any StreamWire
  let limits: WireLimits
  let input: ArraySlice<UInt8>
  let script: StreamScript
  /// Whether each turn of the script is a datagram, which nobody cuts.
  var isDatagram: Bool { self.wire is any DatagramWire }

  /// What a machine made of a script.
  struct Outcome: Equatable {
    enum Event: Equatable {
      case request(Message, MatchKey)
      /// Bytes of replies in a row: where they were cut means nothing.
      case reply([UInt8])
      case done([String], fields: Fields, failed: Bool)
    }

    var events: [Event] = []
    var fault: WireError?
    /// Requests with their replies, as a recorder keeps them.
    var exchanges: [(asked: any WireRequest, exchange: Exchange)] = []
    fileprivate var open = CircularBuffer<(request: any WireRequest, reply: [UInt8])>()

    static func == (a: Outcome, b: Outcome) -> Bool {
      guard a.fault == b.fault else { return false }
      // How much of a reply was passed on before the fault in it depends on how it came.
      return a.fault == nil ? a.events == b.events : a.settled == b.settled
    }

    private var settled: ArraySlice<Event> {
      if case .reply? = self.events.last { self.events.dropLast() } else { self.events[...] }
    }
  }

  let rules = MatchRules(redactor: Redactor())

  init(wire: any StreamWire, limits: WireLimits, input: ArraySlice<UInt8>) {
    self.wire = wire
    self.limits = limits
    self.input = input
    self.script = StreamScript(input)
  }

  /// - Parameter seed: Where to cut what is said; nil to cut it at the turns of the script only.
  func play(seed: UInt8?) throws -> Outcome {
    var machine = self.wire.conversation(limits: self.limits)
    var outcome = Outcome()
    var said: [WireError.Party: Int] = [:]
    var requests = 0
    func drive(
      _ blamed: WireError.Party?, _ step: (inout [StreamEvent]) throws(WireError) -> Void
    ) throws -> Bool {
      var events: [StreamEvent] = []
      do throws(WireError) { try step(&events) } catch { outcome.fault = error }
      for event in events { try self.take(event, into: &outcome, &requests) }
      guard let fault = outcome.fault else { return true }
      try self.check(fault, blamed, said)
      return false
    }
    guard try drive(nil, { events throws(WireError) in try machine.begin(into: &events) }) else { return outcome }
    for step in self.script.steps {
      switch step {
      case .says(let party, let bytes, let turn):
        for piece in self.pieces(bytes, turn, seed) {
          said[party, default: 0] += piece.count
          let goesOn = try drive(party) { events throws(WireError) in
            try machine.receive(ByteBuffer(bytes: piece), from: party, into: &events)
          }
          guard goesOn else { return outcome }
        }
      case .ends(let party):
        // With the server's end it may be told that the client broke off within a message.
        let blamed = party == .server ? nil : party
        let goesOn = try drive(blamed) { events throws(WireError) in try machine.end(of: party, into: &events) }
        guard goesOn else { return outcome }
      case .silence:
        let goesOn = try drive(nil) { events throws(WireError) in try machine.fellSilent(into: &events) }
        guard goesOn else { return outcome }
      }
    }
    return outcome
  }

  private func pieces(_ bytes: [UInt8], _ turn: Int, _ seed: UInt8?) -> [ArraySlice<UInt8>] {
    if let seed, !self.isDatagram { return Pieces.cut(bytes, seed: seed) }
    return stride(from: 0, to: bytes.count, by: turn).map { bytes[$0..<min($0 + turn, bytes.count)] }
  }

  /// A fault blames the party that was heard last, and names a byte that it has sent.
  private func check(_ fault: WireError, _ party: WireError.Party?, _ said: [WireError.Party: Int]) throws {
    if let party { try hold(fault.party == party, "\(party) spoke, and \(fault.party) is blamed: \(fault)") }
    guard let offset = fault.offset else { throw FuzzFailure("no byte is named: \(fault)") }
    let count = said[fault.party] ?? 0
    try hold((0...count).contains(offset), "of \(count) bytes the byte \(offset) is blamed: \(fault)")
    try hold(!fault.message.isEmpty, "a fault without a word")
  }

  private func take(_ event: StreamEvent, into outcome: inout Outcome, _ requests: inout Int) throws {
    switch event {
    case .request(let request):
      requests += 1
      outcome.events.append(.request(request.message, request.key(self.rules)))
      outcome.open.append((request, []))
    case .reply(let bytes):
      let bytes = Array(bytes.readableBytesView)
      if !outcome.open.isEmpty { outcome.open[outcome.open.startIndex].reply += bytes }
      if case .reply(var before)? = outcome.events.last {
        // Taken out first, so that it is not copied for each piece.
        outcome.events.removeLast()
        before += bytes
        outcome.events.append(.reply(before))
      } else {
        outcome.events.append(.reply(bytes))
      }
    case .done(let head, let failed):
      outcome.events.append(.done(head.start, fields: head.fields, failed: failed))
      guard let done = outcome.open.popFirst() else { throw FuzzFailure("a reply is done that nobody waits for") }
      var reply = head
      reply.body = Body(done.reply)
      outcome.exchanges.append((done.request, Exchange(request: done.request.message, replies: [.init(reply)])))
    }
  }

  /// What the machine itself keeps stays near its limits, however much passes through it.
  func checkMemory(_ heap: (() -> Int)?) throws {
    guard let heap, let limit = self.limits.bodyBytes else { return }
    let allowed = 8 * limit + (96 << 10)
    let script = StreamScript(self.input, most: 256 << 10)
    // A datagram is as long as it is, and several are open at a time.
    let isFit =
      !self.isDatagram || script.steps.allSatisfy { if case .says(_, _, let turn) = $0 { turn <= 512 } else { true } }
    guard isFit, script.count(.client) + script.count(.server) > 2 * allowed else { return }
    let before = heap()
    var machine = self.wire.conversation(limits: self.limits)
    do throws(WireError) {
      var events: [StreamEvent] = []
      try machine.begin(into: &events)
      for step in script.steps {
        switch step {
        case .says(let party, let bytes, let turn):
          for piece in self.pieces(bytes, self.isDatagram ? turn : max(turn, 1024), nil) {
            try machine.receive(ByteBuffer(bytes: piece), from: party, into: &events)
            events = []
          }
        case .ends(let party): try machine.end(of: party, into: &events)
        case .silence: try machine.fellSilent(into: &events)
        }
        events = []
      }
    } catch {
      // A machine that gave up holds no less.
    }
    let held = heap() - before
    withExtendedLifetime((machine, script)) {}
    try hold(held <= allowed, "\(held) bytes are held where \(allowed) may be")
  }
}
