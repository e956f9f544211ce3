import MockrecCore
import MockrecWire
import NIOCore
import Testing

@testable import HTTPWire

@Suite("WebSockets as contracts")
struct WebSocketContractTests {
  private let wire = HTTPWire()

  private func entry(_ frames: String) throws -> (entry: Entry, source: SourceText) {
    let text = "GET {{svc}}/s?a=1\nUpgrade: websocket\n\nHTTP 101\nX-Own: 1\n```\n\(frames)```\n"
    let source = SourceText(name: "x.hurl", text: text)
    return (try #require(try NotationParser.parse(source).entries.first), source)
  }

  private func request(_ frames: String) throws -> ContractRequest {
    let (entry, source) = try self.entry(frames)
    return try self.wire.contractRequest(for: entry, scope: ContractScope(["svc": .text("http://a:1")]), file: source)
  }

  private func dialogue(_ frames: String) throws -> ContractDialogue {
    try #require(try self.request(frames).dialogue)
  }

  @Test("the client's messages know what of the service came before them")
  func order() throws {
    let request = try self.request(
      "< \"hello\"\n> \"a\"\n> \"b\"\n< ping\n< @20 \"A\"\n< @5 \"B\"\n> close 1000\n< close 1000\n")
    #expect(request.message.start == ["GET", "http://a:1/s?a=1"])
    #expect(request.message.fields[first: "Connection"] == "Upgrade")
    let dialogue = try #require(request.dialogue)
    #expect(dialogue.lines.map(\.heard) == [1, 1, 3])
    #expect(dialogue.lines.map(\.bytes.last) == [UInt8(ascii: "a"), UInt8(ascii: "b"), 0xE8])
    #expect(dialogue.end == 3 && dialogue.messages == 4 && !dialogue.isOpen && dialogue.beginsWithReply)
    #expect(dialogue.longestPause == .milliseconds(20) && dialogue.duration == .milliseconds(25))
  }

  @Test("who ends it, and what is said behind that")
  func ends() throws {
    let served = try self.dialogue("< \"x\"\n< close 4001\n> \"late\"\n> close 4001\n")
    #expect(served.lines.isEmpty && served.end == nil && served.messages == 2 && !served.isOpen)
    let dropped = try self.dialogue("< \"x\"\n< end\n> end\n")
    #expect(dropped.end == nil && dropped.messages == 1 && !dropped.isOpen)
    let left = try self.dialogue("< \"x\"\n> end\n< \"y\"\n")
    #expect(left.end == 1 && left.messages == 2 && left.isOpen)
    let endless = try self.dialogue("> \"a\"\n< \"x\"\n")
    #expect(endless.end == nil && endless.messages == 1 && endless.isOpen)
  }

  @Test("any other entry is no dialogue")
  func others() throws {
    for text in ["GET {{svc}}/\n\nHTTP 200\n", "GET {{svc}}/\nUpgrade: websocket\n\nHTTP 403\n"] {
      let source = SourceText(name: "x.hurl", text: text)
      let entry = try #require(try NotationParser.parse(source).entries.first)
      let scope = ContractScope(["svc": .text("http://a:1")])
      #expect(try self.wire.contractRequest(for: entry, scope: scope, file: source).dialogue == nil)
      #expect(self.wire.expected(of: entry, in: source) == entry.response)
    }
  }

  @Test("recorded and real messages have the same shape, and that is what is expected")
  func shapes() throws {
    let frames =
      "> \"go\"\n< {\"a\": 1.50}\n< \"5\"\n< ping\n< \"{no\"\n< base64,AAEC;\n< \"\"\n< close 4001 \"so long\"\n"
    let wanted = #"[{"a":1.50},"5","{no",{"base64":"AAEC"},"",{"close":4001,"reason":"so long"}]"#
    let (entry, source) = try self.entry(frames)
    let exchange = try self.wire.exchange(from: entry, in: source).exchange
    let reply = try #require(exchange.reply)
    let recorded = try #require(self.wire.answer(recorded: reply, to: exchange.request))
    #expect(String(decoding: recorded.body, as: UTF8.self) == wanted && recorded.status == 101)
    let came = Answer(
      version: "HTTP/1.1", status: 101,
      fields: Fields([
        ("Upgrade", "websocket"), ("X-Own", "1"), ("Connection", "Upgrade"), ("Sec-WebSocket-Accept", "x"),
      ]), body: reply.body.bytes ?? [])
    let real = try self.wire.answer(received: came, to: try self.request(frames))
    #expect(real.body == recorded.body && real.fields == recorded.fields)
    let expected = try #require(self.wire.expected(of: entry, in: source))
    guard case .messages(let messages)? = expected.body else { throw Failed() }
    let bodies = messages.compactMap { if case .json(let template) = $0.body { template } else { nil } }
    #expect("[\(bodies.map(\.spelling).joined(separator: ","))]" == wanted)
    let places = bodies.map { source.position(of: $0.offset) }
    #expect(places.map(\.line) == [8, 9, 11, 12, 13, 14] && places.allSatisfy { $0.column == 3 })
  }

  private struct Failed: Error {}

  @Test("what is asked of messages that are not waited for is told before the run")
  func unheard() throws {
    func problems(_ frames: String) throws -> [Diagnostic] {
      let text =
        "GET {{svc}}/s\nUpgrade: websocket\n\nHTTP 101\n[Asserts]\njsonpath \"$[0]\" exists\n```\n\(frames)```\n"
      let source = SourceText(name: "x.hurl", text: text)
      let entry = try #require(try NotationParser.parse(source).entries.first)
      return self.wire.problems(of: entry, in: source)
    }
    #expect(try problems("> \"a\"\n").map { $0.place?.position.line } == [6])
    #expect(try problems("> \"a\"\n< \"b\"\n").isEmpty)
  }

  @Test("of a service that would go on, as many messages are compared as were recorded")
  func endless() throws {
    let said = try self.entry("< \"x\"\n< \"y\"\n< \"z\"\n")
    let body = try self.wire.exchange(from: said.entry, in: said.source).exchange.reply?.body.bytes ?? []
    let came = Answer(version: "HTTP/1.1", status: 101, body: body)
    let real = try self.wire.answer(received: came, to: try self.request("< \"x\"\n< \"y\"\n> close 1000\n"))
    #expect(String(decoding: real.body, as: UTF8.self) == #"["x","y"]"#)
  }

  @Test("a ping is answered by a pong, a close frame by another")
  func reflexes() {
    func reflex(_ message: WebSocketMessage) -> (bytes: ByteBuffer, isEnd: Bool) {
      self.wire.reflex(to: WebSocketRecords.bytes(of: message))
    }
    let text = reflex(WebSocketMessage(.text, ByteBuffer(string: "x")))
    #expect(text.bytes.readableBytes == 0 && !text.isEnd)
    let pong = reflex(WebSocketMessage(.ping, ByteBuffer(string: "x")))
    #expect(pong.bytes == WebSocketRecords.bytes(of: WebSocketMessage(.pong, ByteBuffer(string: "x"))) && !pong.isEnd)
    let close = reflex(.close(4001, "so long"))
    #expect(close.bytes == WebSocketRecords.bytes(of: .close(4001)) && close.isEnd)
  }
}
