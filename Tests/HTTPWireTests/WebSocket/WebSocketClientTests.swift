import MockrecCore
import MockrecWire
import NIOCore
import NIOEmbedded
import Testing

@testable import HTTPWire

enum OriginAddressSample {
  static let local = OriginAddress(scheme: "http", host: "127.0.0.1", port: 80)
}

/// Asks a real service for a WebSocket, without a network, and notes what it hears.
private final class SocketClient: ReplyReceiver {
  let channel = EmbeddedChannel()
  let link: any OriginLink
  private(set) var asked = ""
  private(set) var log: [String] = []
  private var records = WebSocketRecords(limit: 1 << 24)

  init(_ fields: [(String, String)] = []) throws {
    self.link = try HTTPWire().dial(
      on: self.channel, to: OriginAddressSample.local, applicationProtocol: nil, limits: WireLimits())
    try self.channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    self.link.receiver = self
    let head = Message(
      start: ["GET", "/ws", "HTTP/1.1"],
      fields: Fields(
        [("Connection", "Upgrade"), ("Upgrade", "websocket"), ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")]
          + fields))
    self.link.begin(HTTPWire().outgoing(head, to: OriginAddressSample.local))
    self.asked = String(decoding: try self.heard(), as: UTF8.self)
  }

  var key: String {
    let line = self.asked.split(separator: "\r\n").first { $0.hasPrefix("Sec-WebSocket-Key: ") }
    return String(line?.split(separator: " ").last ?? "")
  }

  /// What the service has to answer to the key.
  func granted(_ more: String = "") throws -> String {
    let head = try #require(
      WebSocketHandshake(
        .init(
          version: .http1_1, method: .GET, uri: "/",
          headers: [
            "Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Key": self.key,
            "Sec-WebSocket-Version": "13",
          ])))
    let reply = try #require(head.accept(Message(start: ["HTTP/1.1", "101", "OK"]), on: self.channel)).reply
    return "HTTP/1.1 101 OK\r\n" + reply.fields.map { "\($0.name): \($0.value)\r\n" }.joined() + more + "\r\n"
  }

  func hear(_ bytes: [UInt8]) throws {
    _ = try? self.channel.writeInbound(ByteBuffer(bytes: bytes))
    self.channel.embeddedEventLoop.run()
  }

  func say(_ message: WebSocketMessage) throws -> [String] {
    self.link.body(WebSocketRecords.bytes(of: message))
    return try Reading(try self.heard(), of: .client, deflate: WebSocketDeflate()).lines
  }

  func heard() throws -> [UInt8] {
    self.channel.embeddedEventLoop.run()
    var bytes: [UInt8] = []
    while let data = try self.channel.readOutbound(as: IOData.self) {
      if case .byteBuffer(let buffer) = data { bytes += buffer.readableBytesView }
    }
    return bytes
  }

  func interim(_ head: Message) { self.log.append("interim \(head.status)") }
  func replyBegan(_ head: Message) { self.log.append("began \(head.status)") }

  func replyBody(_ bytes: ByteBuffer) {
    self.records.append(bytes)
    while let message = try? self.records.next() { self.log.append(line(message)) }
  }

  func replyEnded(_ trailers: Fields, reusable: Bool) { self.log.append("ended\(reusable ? ", reusable" : "")") }
  func originPaused() {}
  func originFailed(_ failure: OriginFailure) { self.log.append("failed \(failure.kind)") }
  func originWritabilityChanged(_ writable: Bool) {}
}

@Suite("The asking side of WebSockets")
struct WebSocketClientTests {
  @Test("a WebSocket is asked for with a key of its own, and messages go both ways")
  func echo() throws {
    let client = try SocketClient([("Sec-WebSocket-Protocol", "a, chat")])
    #expect(client.key.utf8.count == 24)
    #expect(client.asked.contains("Upgrade: websocket\r\n") && client.asked.contains("Connection: Upgrade\r\n"))
    // Frames may come right behind the head.
    try client.hear(
      Array(try client.granted("Sec-WebSocket-Protocol: chat\r\n").utf8) + frame(0x81, "hi", isMasked: false))
    #expect(client.log == ["began 101", "text hi"])
    #expect(try client.say(WebSocketMessage(.text, ByteBuffer(string: "you"))) == ["text you"])
    try client.hear(
      frame(0x02, "a", isMasked: false) + frame(0x8A, isMasked: false) + frame(0x80, "b", isMasked: false))
    #expect(client.log.suffix(2) == ["pong ", "binary ab"])
    #expect(try client.say(.close(1000, "bye")) == ["close 1000 bye"])
    client.link.end(Fields())
    #expect(client.channel.isActive)
    try client.hear(frame(0x88, [0x03, 0xE8], isMasked: false))
    #expect(client.log.suffix(2) == ["close 1000 ", "ended"])
  }

  @Test("what a service says before it leaves is heard, also where all of it comes in one piece")
  func lastWords() throws {
    let client = try SocketClient()
    let bytes = Array(try client.granted().utf8) + frame(0x81, "hi", isMasked: false)
    _ = try? client.channel.writeInbound(ByteBuffer(bytes: bytes))
    client.channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
    client.channel.embeddedEventLoop.run()
    #expect(client.log == ["began 101", "text hi", "ended"])
  }

  @Test("a service that closes first has ended when its close frame is answered")
  func closing() throws {
    let client = try SocketClient()
    try client.hear(Array(try client.granted().utf8) + frame(0x88, [0x03, 0xE8], isMasked: false))
    #expect(client.log == ["began 101", "close 1000 "])
    #expect(try client.say(.close(1000)) == ["close 1000 "])
    #expect(client.log == ["began 101", "close 1000 "])
    client.link.end(Fields())
    #expect(client.log == ["began 101", "close 1000 ", "ended"])
  }

  @Test("a service that never answers a close frame is left in the end")
  func deaf() throws {
    let client = try SocketClient()
    try client.hear(Array(try client.granted().utf8))
    _ = try client.say(.close(1000))
    client.link.end(Fields())
    client.channel.embeddedEventLoop.advanceTime(by: .seconds(10))
    #expect(client.log.prefix(2) == ["began 101", "ended"])
    #expect(!client.channel.isActive)
  }

  @Test(
    "a reply that grants what was not asked for is a failure",
    arguments: [
      "Sec-WebSocket-Protocol: other\r\n", "Sec-WebSocket-Extensions: permessage-deflate\r\n",
      "Sec-WebSocket-Extensions: ,\r\n", "Sec-WebSocket-Accept: more\r\n",
    ])
  func ungranted(more: String) throws {
    let client = try SocketClient()
    try client.hear(Array(try client.granted(more).utf8))
    #expect(client.log == ["failed malformed"])
    #expect(!client.channel.isActive)
  }

  @Test("a reply that switches to something else is a failure")
  func other() throws {
    let client = try SocketClient()
    try client.hear(
      Array("HTTP/1.1 101 OK\r\nConnection: Upgrade\r\nUpgrade: foo\r\nSec-WebSocket-Accept: x\r\n\r\n".utf8))
    #expect(client.log == ["failed malformed"])
  }

  @Test("another reply is passed on, and the connection is used again")
  func declined() throws {
    let client = try SocketClient()
    client.link.end(Fields())
    try client.hear(Array("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".utf8))
    #expect(client.log == ["began 404", "ended, reusable"])
  }

  @Test("a service that breaks the protocol is told, and fails")
  func fault() throws {
    let client = try SocketClient()
    try client.hear(Array(try client.granted().utf8) + frame(0x81, [0xFF], isMasked: false))
    #expect(client.log == ["began 101", "failed malformed"])
    #expect(try Reading(try client.heard()).lines == ["close 1007 "])
    #expect(!client.channel.isActive)
  }

  @Test("a service that leaves without a close frame has ended its reply")
  func leaving() throws {
    let client = try SocketClient()
    try client.hear(Array(try client.granted().utf8))
    client.channel.pipeline.fireChannelInactive()
    #expect(client.log.prefix(2) == ["began 101", "ended"])
  }

  @Test("who leaves without a close frame closes the connection")
  func left() throws {
    let client = try SocketClient()
    try client.hear(Array(try client.granted().utf8))
    client.link.end(Fields())
    #expect(!client.channel.isActive)
    #expect(client.log.prefix(2) == ["began 101", "ended"])
  }
}
