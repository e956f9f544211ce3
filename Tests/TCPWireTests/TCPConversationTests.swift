import MockrecCore
import MockrecWire
import NIOCore
import Testing

@testable import TCPWire

/// A conversation as a transcript: what is said, and what the machine makes of it.
private struct Said: Sendable {
  enum Step: Sendable {
    case client(String)
    case server(String)
    case silence, clientEnds, serverEnds
  }

  var framing: Framing
  var steps: [Step]
  /// `request > reply`, a `!` behind it where the server closed.
  var expected: [String]
}

private let cases: [Said] = [
  Said(
    framing: .line, steps: [.client("a\n"), .server("1\n"), .client("b\r\n"), .server("2\n"), .serverEnds],
    expected: ["@connect > ", "a\n > 1\n", "b\r\n > 2\n!"]),
  Said(
    framing: .line, steps: [.server("hi\r\n"), .client("a\nb\n"), .server("12"), .clientEnds, .serverEnds],
    expected: ["@connect > hi\r\n", "a\n > ", "b\n > 12"]),
  Said(
    framing: .line, steps: [.client("half"), .clientEnds, .server("1"), .serverEnds],
    expected: ["@connect > ", "half > 1"]),
  Said(
    framing: .delimiter(Array("\r\n.\r\n".utf8)),
    steps: [.client("a\r\n\r\n.\r\nb\r\n.\r\n"), .server("x"), .clientEnds, .serverEnds],
    expected: ["@connect > ", "a\r\n\r\n.\r\n > ", "b\r\n.\r\n > x"]),
  Said(
    framing: .length(.init(offset: 2, size: 2, endian: .big, adjust: 1)),
    steps: [.client("xx\0\u{2}abcyy\0\0z"), .server("1"), .clientEnds, .serverEnds],
    expected: ["@connect > ", "xx\0\u{2}abc > ", "yy\0\0z > 1"]),
  Said(
    framing: .length(.init(offset: 0, size: 4, endian: .little, adjust: -4)),
    steps: [.client("\u{6}\0\0\0ab\u{4}\0\0\0"), .clientEnds, .serverEnds],
    expected: ["@connect > ", "\u{6}\0\0\0ab > ", "\u{4}\0\0\0 > "]),
  Said(
    framing: .idle(.milliseconds(50)),
    steps: [.client("ab"), .server("1"), .client("c"), .silence, .server("2"), .clientEnds, .serverEnds],
    expected: ["@connect > ", "ab > 1", "c > 2"]),
  Said(
    framing: .connection, steps: [.client("ab"), .client("cd"), .clientEnds, .server("1"), .server("2"), .serverEnds],
    expected: ["@connect > ", "abcd > 12"]),
  Said(
    framing: .line,
    steps: [.client("a\n"), .server("1"), .silence, .server("2"), .silence, .server("3"), .client("b\n"), .clientEnds],
    expected: ["@connect > ", "a\n > 1", "@later 1 a\n > 2", "@later 2 a\n > 3"]),
]

struct TCPConversationTests {
  /// Runs a transcript, each party's words cut after `cut` bytes of them.
  private func run(_ said: Said, cut: Int) throws -> [String] {
    var machine = TCPConversation(wire: TCPWire(framing: said.framing), limit: 1 << 20)
    var events: [StreamEvent] = []
    machine.begin(into: &events)
    for step in said.steps {
      switch step {
      case .client(let text): try self.say(text, .client, cut, &machine, &events)
      case .server(let text): try self.say(text, .server, cut, &machine, &events)
      case .silence: machine.fellSilent(into: &events)
      case .clientEnds: try machine.end(of: .client, into: &events)
      case .serverEnds: try machine.end(of: .server, into: &events)
      }
    }
    var lines: [String] = []
    var open: [(String, String)] = []
    for event in events {
      switch event {
      case .request(let request):
        let message = request.message
        let frame = String(decoding: message.body.bytes ?? [], as: UTF8.self)
        open.append(([message.start[1], frame].filter { !$0.isEmpty }.joined(separator: " "), ""))
      case .reply(let bytes): open[0].1 += String(buffer: bytes)
      case .done(let head, _):
        let (request, reply) = open.removeFirst()
        lines.append("\(request) > \(reply)" + (head.closesConnection ? "!" : ""))
      }
    }
    return lines
  }

  private func say(
    _ text: String, _ party: WireError.Party, _ cut: Int, _ machine: inout TCPConversation,
    _ events: inout [StreamEvent]
  ) throws {
    let bytes = Array(text.utf8)
    for piece in [bytes.prefix(cut), bytes.dropFirst(cut)] {
      try machine.receive(ByteBuffer(bytes: piece), from: party, into: &events)
    }
  }

  @Test("what is cut out does not depend on where the bytes were cut", arguments: 0..<cases.count)
  func everyCut(_ index: Int) throws {
    for cut in 0...16 { #expect(try self.run(cases[index], cut: cut) == cases[index].expected, "cut at \(cut)") }
  }

  @Test("a frame that has no end, or a length no honest client sends, is refused with its place")
  func tooLong() throws {
    var machine = TCPConversation(wire: TCPWire(framing: .line), limit: 100)
    var events: [StreamEvent] = []
    try machine.receive(ByteBuffer(string: "ok\n"), from: .client, into: &events)
    #expect(throws: WireError(.client, .tooLarge, "a message of more than 100 bytes", offset: 3)) {
      try machine.receive(ByteBuffer(repeating: 65, count: 101), from: .client, into: &events)
    }
    var lengths = TCPConversation(wire: TCPWire(framing: .length(.init(size: 8))), limit: 100)
    #expect(throws: WireError.self) {
      try lengths.receive(ByteBuffer(repeating: 255, count: 8), from: .client, into: &events)
    }
    var short = TCPConversation(wire: TCPWire(framing: .length(.init(size: 2, adjust: -4))), limit: 100)
    #expect(throws: WireError.self) {
      try short.receive(ByteBuffer(bytes: [0, 1]), from: .client, into: &events)
    }
  }

  @Test("a message or a reply may be as long as the limit, wherever it is cut, and no byte longer", arguments: 1...102)
  func limit(chunk: Int) throws {
    func play(_ bytes: [UInt8], _ party: WireError.Party) -> WireError? {
      var machine = TCPConversation(wire: TCPWire(framing: .delimiter([13, 10])), limit: 100)
      var events: [StreamEvent] = []
      machine.begin(into: &events)
      do throws(WireError) {
        var rest = bytes[...]
        while !rest.isEmpty {
          try machine.receive(ByteBuffer(bytes: rest.prefix(chunk)), from: party, into: &events)
          rest = rest.dropFirst(chunk)
        }
        return nil
      } catch {
        return error
      }
    }
    let line = [UInt8](repeating: 65, count: 98) + [13, 10]
    #expect(play(line + line, .client) == nil)
    let tooLong = WireError(.client, .tooLarge, "a message of more than 100 bytes", offset: 100)
    #expect(play(line + [65] + line, .client) == tooLong)
    #expect(play(line, .server) == nil)
    #expect(play(line + [65], .server) == WireError(.server, .tooLarge, "a reply of more than 100 bytes", offset: 100))
  }

  @Test("half a message and then silence is the client's fault, a silence between two is not")
  func stalled() throws {
    var machine = TCPConversation(wire: TCPWire(framing: .line), limit: 100)
    var events: [StreamEvent] = []
    try machine.receive(ByteBuffer(string: "ok\n"), from: .client, into: &events)
    #expect(machine.stalled() == nil)
    try machine.receive(ByteBuffer(string: "half"), from: .client, into: &events)
    #expect(machine.stalled() == WireError(.client, .truncated, "half a message and then nothing more", offset: 7))
  }

  @Test(
    "a message that its client does not end is no request, and what was asked before has its reply", arguments: 0...8)
  func truncated(cut: Int) throws {
    var machine = TCPConversation(wire: TCPWire(framing: .length(.init(size: 1))), limit: 100)
    var events: [StreamEvent] = []
    machine.begin(into: &events)
    try self.say("\u{1}a\u{4}bc", .client, cut, &machine, &events)
    try machine.end(of: .client, into: &events)
    try self.say("reply", .server, cut, &machine, &events)
    #expect(throws: WireError(.client, .truncated, "half a message and then nothing more", offset: 5)) {
      try machine.end(of: .server, into: &events)
    }
    let requests = events.compactMap { event in
      if case .request(let request) = event { request.message.body.bytes ?? [] } else { nil }
    }
    #expect(requests == [[], [1, 97]])
    if case .done = events.last {} else { Issue.record("the reply has not ended: \(events)") }
  }

  @Test("a server that tires of a silent client answers nothing by closing")
  func tired() throws {
    let said = Said(
      framing: .line, steps: [.client("a\n"), .server("1"), .silence, .serverEnds],
      expected: ["@connect > ", "a\n > 1", "@later 1 a\n > "])
    #expect(try self.run(said, cut: 0) == said.expected)
  }

  @Test(
    "the answers to a server that asks who its client is are secrets, wherever its words are cut", arguments: 1...12)
  func login(chunk: Int) throws {
    var machine = TCPConversation(wire: TCPWire(framing: .line), limit: 100)
    var events: [StreamEvent] = []
    for (party, text) in [
      (WireError.Party.client, "a\r\n"), (.server, "334 no login\r\n"), (.client, "AUTH LOGIN\r\n"),
      (.server, "334 VXNlcm5hbWU6\r\n"), (.client, "YWxpY2U=\r\n"), (.server, "334 UGFzc3dvcmQ6\r\n"),
      (.client, "aHVudGVyMg==\r\n"), (.server, "235 welcome\r\n"), (.client, "NOOP\r\n"), (.server, "334 ?\r\n"),
      (.client, "b\r\n"),
    ] {
      var rest = ByteBuffer(string: text)
      while let piece = rest.readSlice(length: min(chunk, rest.readableBytes)), piece.readableBytes > 0 {
        try machine.receive(piece, from: party, into: &events)
      }
    }
    let secrets = events.compactMap { event in
      if case .request(let request as ByteRequest) = event, request.isSecret {
        String(buffer: request.frame)
      } else {
        nil
      }
    }
    #expect(secrets == ["YWxpY2U=\r\n", "aHVudGVyMg==\r\n"])
  }
}
