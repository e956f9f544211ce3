import MockrecCore
import MockrecWire
import NIOCore
import TCPWire
import UDPWire

extension FuzzTarget {
  /// Both parties of a connection of any protocol, in every framing, cut anywhere.
  package static let tcp = FuzzTarget(name: "tcp") { input in
    var settings = FuzzSettings(input.bytes)
    let seed = settings.byte()
    var limits = WireLimits()
    limits.bodyBytes = settings.one(of: [nil, 100, 4096, 2048])
    let framing = settings.framing()
    let wire = TCPWire(framing: framing, rules: settings.rules())
    let trial = StreamTrial(wire: wire, limits: limits, input: settings.rest)
    let whole = try trial.play(seed: nil)
    let cut = try trial.play(seed: seed)
    try hold(whole == cut, "cut otherwise, it means something else:\n\(whole)\n\(cut)")
    try Self.checkBytes(whole, trial.script, isWhole: !trial.script.hasEnds)
    try trial.checkMemory(input.heap)
    try Self.checkExchanges(whole, trial)
  }

  /// Datagrams of a client and the service.
  package static let udp = FuzzTarget(name: "udp") { input in
    var settings = FuzzSettings(input.bytes)
    var limits = WireLimits()
    limits.bodyBytes = settings.one(of: [nil, 100, 4096, 2048])
    let wire = UDPWire(rules: settings.rules())
    let trial = StreamTrial(wire: wire, limits: limits, input: settings.rest)
    let outcome = try trial.play(seed: nil)
    let requests = outcome.events.filter { if case .request = $0 { true } else { false } }.count
    let datagrams = trial.script.steps.reduce(0) { sum, step in
      guard case .says(.client, let bytes, let turn) = step else { return sum }
      return sum + (bytes.count + turn - 1) / turn
    }
    if outcome.fault == nil { try hold(requests == datagrams, "\(datagrams) datagrams are \(requests) requests") }
    try trial.checkMemory(input.heap)
    try Self.checkExchanges(outcome, trial)
  }

  /// Nothing of what either party said is lost, made up, or given in another order.
  private static func checkBytes(_ outcome: StreamTrial.Outcome, _ script: StreamScript, isWhole: Bool) throws {
    var asked: [UInt8] = []
    var replied: [UInt8] = []
    for event in outcome.events {
      switch event {
      case .request(let message, _): if message.start.last == "" { asked += message.body.bytes ?? [] }
      case .reply(let bytes): replied += bytes
      case .done: continue
      }
    }
    try hold(script.bytes(.client).starts(with: asked), "requests are not what the client said: \(asked)")
    try hold(script.bytes(.server).starts(with: replied), "replies are not what the server said: \(replied)")
    guard isWhole, outcome.fault == nil else { return }
    try hold(replied.count == script.count(.server), "\(replied.count) of \(script.count(.server)) bytes are passed on")
  }

  private static func checkExchanges(_ outcome: StreamTrial.Outcome, _ trial: StreamTrial) throws {
    let notation = NotationTrial(wire: trial.wire, rules: trial.rules)
    for (asked, exchange) in outcome.exchanges.prefix(16) {
      try notation.check(asked, exchange)
      var reply = ByteBuffer(bytes: exchange.reply?.body.bytes ?? [])
      let length = reply.readableBytes
      asked.patch(&reply)
      try hold(reply.readableBytes == length, "a reply of \(length) bytes has \(reply.readableBytes) with its echoes")
    }
  }
}

extension StreamScript {
  fileprivate var hasEnds: Bool { self.steps.contains { if case .ends = $0 { true } else { false } } }
}

extension FuzzSettings {
  fileprivate mutating func framing() -> Framing {
    switch self.below(6) {
    case 0: return .line
    case 1: return .delimiter([13, 10, 46, 13, 10])
    case 2:
      let count = 1 + self.below(3)
      return .delimiter((0..<count).map { _ in self.byte() })
    case 3:
      return .length(
        Framing.LengthField(
          offset: self.below(5), size: self.one(of: Framing.LengthField.sizes),
          endian: self.one(of: Framing.LengthField.Endian.allCases), adjust: self.below(16) - 8))
    case 4: return .idle(.milliseconds(50))
    default: return .connection
    }
  }

  fileprivate mutating func rules() -> ByteRules {
    var rules = ByteRules()
    let kinds = self.byte()
    if kinds & 1 != 0 { rules.masks.append(.init(offset: self.below(8), length: 1 + self.below(8))) }
    if kinds & 2 != 0 { rules.echoes.append(.init(from: self.below(8), to: self.below(8), length: 1 + self.below(8))) }
    return rules
  }
}
