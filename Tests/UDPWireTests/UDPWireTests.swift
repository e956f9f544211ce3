import MockrecCore
import MockrecWire
import NIOCore
import Testing

@testable import UDPWire

struct UDPWireTests {
  private func echoing() -> UDPWire {
    var rules = ByteRules()
    rules.masks = [.init(offset: 0, length: 1)]
    rules.echoes = [.init(from: 0, to: 0, length: 1)]
    return UDPWire(rules: rules)
  }

  private func lines(_ events: [StreamEvent]) -> [String] {
    var lines: [String] = []
    var open: [(String, [UInt8])] = []
    for event in events {
      switch event {
      case .request(let request):
        open.append((String(decoding: request.message.body.bytes ?? [], as: UTF8.self), []))
      case .reply(let bytes): open[0].1 += Array(bytes.readableBytesView)
      case .done:
        let (request, reply) = open.removeFirst()
        let pieces = Datagrams.unpack(reply).map { String(decoding: $0, as: UTF8.self) }
        lines.append("\(request) > \(pieces.joined(separator: "|"))")
      }
    }
    return lines
  }

  @Test("without an echo, what comes answers the last datagram of the client")
  func plain() throws {
    var machine = UDPConversation(wire: UDPWire(), limit: 1 << 20)
    var events: [StreamEvent] = []
    func say(_ text: String, _ party: WireError.Party) throws {
      try machine.receive(ByteBuffer(string: text), from: party, into: &events)
    }
    try say("stray", .server)
    try say("a", .client)
    try say("1", .server)
    try say("2", .server)
    try say("b", .client)
    try say("c", .client)
    try say("", .server)
    machine.fellSilent(into: &events)
    #expect(self.lines(events) == ["a > 1|2", "b > ", "c > "])
  }

  @Test("with an echo, replies find their requests in whatever order they come")
  func outOfOrder() throws {
    var machine = UDPConversation(wire: self.echoing(), limit: 1 << 20)
    var events: [StreamEvent] = []
    for (text, party) in [
      ("a?", WireError.Party.client), ("b?", .client), ("b1", .server), ("x0", .server), ("a1", .server),
      ("b2", .server),
    ] {
      try machine.receive(ByteBuffer(string: text), from: party, into: &events)
    }
    machine.end(of: .client, into: &events)
    #expect(self.lines(events) == ["a? > a1", "b? > b1|b2"])
  }

  @Test("a service that never falls silent is stopped at the limit")
  func endless() throws {
    var machine = UDPConversation(wire: UDPWire(), limit: 1000)
    var events: [StreamEvent] = []
    try machine.receive(ByteBuffer(string: "a"), from: .client, into: &events)
    let error = #expect(throws: WireError.self) {
      for _ in 0..<100 { try machine.receive(ByteBuffer(repeating: 1, count: 100), from: .server, into: &events) }
    }
    #expect(
      error?.party == .server && error?.message == "a reply of more than 1000 bytes", "\(String(describing: error))")
    #expect((0..<1000).contains(error?.offset ?? -1))
  }

  @Test("datagrams of a reply are kept apart, empty ones too, over all bytes")
  func roundTrip() throws {
    let wire = UDPWire()
    let all: [[UInt8]] = (0...255).map { [UInt8($0)] }
    for pieces in [[], [[]], [[], []], [[1]], [[1], []], [Array(0...255), [7]], [Array("text\n".utf8)], all] {
      for request in [[], [0, 255], Array("gorets:1|c".utf8), Array(0...255)] as [[UInt8]] {
        let exchange = Exchange(
          request: Message(start: ["UDP", ""], body: Body(request)),
          replies: [.init(.reply("UDP", Body(Datagrams.pack(pieces))))])
        var kept: [UInt8]?
        let entry = try wire.entry(for: exchange, service: "s", times: 1, digest: nil, volatile: []) { bytes, _ in
          kept = bytes
          return "bodies/x"
        }
        let text = NotationPrinter.print(ConversationFile(entries: [entry]))
        let source = SourceText(name: "x.hurl", bytes: Array(text.utf8))
        let file = try NotationParser.parse(source, dialect: UDPWire().dialect)
        let read = try wire.exchange(from: file.entries[0], in: source).exchange
        #expect(read.request.body.bytes == request, "\(text)")
        #expect(kept == nil, "datagrams never lie in files: their lengths could not be kept")
        #expect(Datagrams.unpack(read.reply?.body.bytes ?? []) == pieces, "\(text)")
      }
    }
  }

  @Test("each datagram of a recorded reply takes over what it repeats of the request")
  func echo() {
    var reply = ByteBuffer(bytes: Datagrams.pack([[0, 1], [0, 2], []]))
    self.echoing().request(ByteBuffer(bytes: [9, 3])).patch(&reply)
    #expect(Datagrams.unpack(Array(reply.readableBytesView)) == [[9, 1], [9, 2], []])
  }
}
