import MockrecCore
import MockrecWire
import NIOCore
import NIOEmbedded
import Testing

@testable import HTTPWire

/// Grants a WebSocket, notes what it hears, and says it again.
private final class Echo: Conversation {
  let writer: any ReplyWriter
  private let extensions: String?
  private let status: String
  var log: [String] = []
  private var records = WebSocketRecords(limit: 1 << 24)

  init(_ writer: any ReplyWriter, status: String, extensions: String?) {
    self.writer = writer
    self.status = status
    self.extensions = extensions
  }

  func requestBegan(_ request: any WireRequest) {
    self.log.append("began \(request.summary)\(request.isDialogue ? ", a dialogue" : "")")
    guard request.isDialogue else { return }
    var head = Message(start: ["HTTP/1.1", self.status, "Switching Protocols"], fields: Fields([("X-A", "b")]))
    if let extensions { head.fields.append("Sec-WebSocket-Extensions", extensions) }
    self.writer.begin(head)
    if self.status != "101" { self.writer.end(Fields()) }
  }

  func requestBody(_ bytes: ByteBuffer) {
    self.records.append(bytes)
    while let message = try? self.records.next() {
      self.log.append(line(message))
      if message == WebSocketMessage(.text, ByteBuffer(string: "leave")) { return self.writer.end(Fields()) }
      self.writer.body(WebSocketRecords.bytes(of: message))
    }
    self.writer.flush()
  }

  func requestEnded(_ trailers: Fields) {
    self.log.append("ended")
    if self.status == "101" { self.writer.end(Fields()) }
  }

  func refused(_ error: WireError) { self.log.append("refused \(error.kind.rawValue)") }
  func inputEnded() { self.log.append("input ended") }
  func writabilityChanged(_ writable: Bool) {}
  func closed() { self.log.append("closed") }
}

/// A connection without a network, on which a client asks for a WebSocket.
private final class SocketServer {
  static let key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
  static let ask =
    "GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n" + key

  let channel = EmbeddedChannel()
  private(set) var echo: Echo?

  init(status: String = "101", extensions: String? = nil, limits: WireLimits = WireLimits()) throws {
    try HTTPWire().serve(on: self.channel, limits: limits) { writer in
      let echo = Echo(writer, status: status, extensions: extensions)
      self.echo = echo
      return echo
    }
    try self.channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
  }

  var log: [String] { self.echo?.log ?? [] }

  @discardableResult
  func say(_ bytes: [UInt8]) throws -> [UInt8] {
    _ = try? self.channel.writeInbound(ByteBuffer(bytes: bytes))
    return try self.heard()
  }

  @discardableResult
  func say(_ text: String) throws -> String { String(decoding: try self.say(Array(text.utf8)), as: UTF8.self) }

  func heard() throws -> [UInt8] {
    self.channel.embeddedEventLoop.run()
    var bytes: [UInt8] = []
    while let data = try self.channel.readOutbound(as: IOData.self) {
      if case .byteBuffer(let buffer) = data { bytes += buffer.readableBytesView }
    }
    return bytes
  }
}

@Suite("The answering side of WebSockets")
struct WebSocketServerTests {
  private let granted =
    "HTTP/1.1 101 Switching Protocols\r\nX-A: b\r\nUpgrade: websocket\r\n"
    + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nConnection: upgrade\r\n\r\n"

  @Test("a WebSocket is granted, its messages are a body, and both close")
  func echo() throws {
    let server = try SocketServer()
    #expect(try server.say(SocketServer.ask + "\r\n") == self.granted)
    #expect(server.log == ["began GET /ws, a dialogue"])
    #expect(try server.say(frame(0x81, "hello")) == frame(0x81, "hello", isMasked: false))
    #expect(try server.say(frame(0x89, "p")) == frame(0x89, "p", isMasked: false))
    let close: [UInt8] = [0x03, 0xE8]
    #expect(try server.say(frame(0x88, close)) == frame(0x88, close, isMasked: false))
    #expect(server.log.dropFirst() == ["text hello", "ping p", "close 1000 ", "ended", "closed"])
    #expect(!server.channel.isActive)
  }

  @Test("frames that come with the request, and byte by byte")
  func early() throws {
    let server = try SocketServer()
    let heard = try server.say(Array((SocketServer.ask + "\r\n").utf8) + frame(0x01, "he") + frame(0x80, "llo"))
    #expect(heard == Array(self.granted.utf8) + frame(0x81, "hello", isMasked: false))
    var rest: [UInt8] = []
    for byte in frame(0x82, "more") { rest += try server.say([byte]) }
    #expect(rest == frame(0x82, "more", isMasked: false))
  }

  @Test("compression is agreed where the client has offered it, and left out where not")
  func compression() throws {
    let offer = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n\r\n"
    let answer = "permessage-deflate; server_no_context_takeover; client_max_window_bits=12"
    let server = try SocketServer(extensions: answer)
    #expect(try server.say(SocketServer.ask + offer).contains("\r\nSec-WebSocket-Extensions: \(answer)\r\n"))
    let hello: [UInt8] = [0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00]
    #expect(try server.say(frame(0xC1, hello)) == frame(0xC1, hello, isMasked: false))
    #expect(try server.say(frame(0xC1, [0xF2, 0x00, 0x11, 0x00, 0x00])) == frame(0xC1, hello, isMasked: false))
    let without = try SocketServer(extensions: answer)
    #expect(try without.say(SocketServer.ask + "\r\n") == self.granted)
    #expect(try without.say(frame(0xC1, hello)) == frame(0x88, [0x03, 0xEA], isMasked: false))
  }

  static let faults: [(bytes: [UInt8], code: UInt16)] = [
    (frame(0x81, "a", isMasked: false), 1002), (frame(0x83, "a"), 1002), (frame(0xC1, "a"), 1002),
    (frame(0x09, "a"), 1002), (frame(0x89, String(repeating: "a", count: 126)), 1002), (frame(0x80, "a"), 1002),
    (frame(0x88, [0x03]), 1002), (frame(0x88, [0x03, 0xED]), 1002), (frame(0x81, [0xFF]), 1007),
    (frame(0x88, [0x03, 0xE8, 0xFF]), 1007), (frame(0x82, String(repeating: "a", count: 201)), 1009),
    (frame(0x02, String(repeating: "a", count: 200)) + frame(0x80, "a"), 1009),
  ]

  @Test("who breaks the protocol is told with a code, and closed", arguments: faults)
  func broken(bytes: [UInt8], code: UInt16) throws {
    var limits = WireLimits()
    limits.bodyBytes = 200
    let server = try SocketServer(limits: limits)
    try server.say(SocketServer.ask + "\r\n")
    #expect(try server.say(bytes) == frame(0x88, [UInt8(code >> 8), UInt8(code & 0xFF)], isMasked: false))
    #expect(!server.channel.isActive)
    #expect(server.log.contains { $0.hasPrefix("refused") })
    #expect(server.log.filter { $0 == "ended" }.isEmpty)
  }

  @Test("the limit of a body is that of a message, not of all of them")
  func limit() throws {
    var limits = WireLimits()
    limits.bodyBytes = 200
    let server = try SocketServer(limits: limits)
    try server.say(SocketServer.ask + "\r\n")
    for _ in 0..<5 { try server.say(frame(0x82, String(repeating: "a", count: 200))) }
    #expect(server.log.count == 6)
    #expect(server.channel.isActive)
  }

  @Test("a client that leaves without a close frame ends its request")
  func leaving() throws {
    let server = try SocketServer()
    try server.say(SocketServer.ask + "\r\n")
    try server.say(frame(0x81, "a"))
    server.channel.pipeline.fireChannelInactive()
    #expect(server.log.suffix(3) == ["text a", "ended", "closed"])
    let half = try SocketServer()
    try half.say(SocketServer.ask + "\r\n")
    half.channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
    #expect(half.log.contains("ended"))
  }

  @Test("a service that leaves without a close frame takes its client's connection along")
  func left() throws {
    let server = try SocketServer()
    try server.say(SocketServer.ask + "\r\n")
    #expect(try server.say(frame(0x81, "leave")) == [])
    #expect(!server.channel.isActive)
    #expect(server.log.suffix(3) == ["text leave", "ended", "closed"])
  }

  @Test("a client that never answers a close frame is closed in the end")
  func deaf() throws {
    let server = try SocketServer()
    try server.say(SocketServer.ask + "\r\n")
    server.echo?.writer.body(WebSocketRecords.bytes(of: .close(1001)))
    server.echo?.writer.end(Fields())
    #expect(try server.heard() == frame(0x88, [0x03, 0xE9], isMasked: false))
    #expect(server.channel.isActive)
    server.channel.embeddedEventLoop.advanceTime(by: .seconds(10))
    #expect(!server.channel.isActive)
    #expect(server.log.suffix(2) == ["ended", "closed"])
  }

  @Test("a silent WebSocket is left open")
  func idle() throws {
    let server = try SocketServer()
    try server.say(SocketServer.ask + "\r\n")
    for _ in 0..<10 { server.channel.embeddedEventLoop.advanceTime(by: .seconds(120)) }
    #expect(server.channel.isActive)
    #expect(try server.say(frame(0x81, "a")) == frame(0x81, "a", isMasked: false))
  }

  @Test("where no WebSocket is granted, the reply is like any other, and the connection's last")
  func declined() throws {
    let server = try SocketServer(status: "403")
    let heard = try server.say(SocketServer.ask + "\r\n")
    #expect(heard.hasPrefix("HTTP/1.1 403 ") && heard.contains("\r\nConnection: close\r\n"))
    #expect(server.log == ["began GET /ws, a dialogue", "ended", "closed"])
    #expect(!server.channel.isActive)
  }

  @Test(
    "what asks for no WebSocket, or not as it has to, is a request like any other",
    arguments: [
      ("Upgrade: websocket", "Upgrade: foo"), ("Version: 13", "Version: 8"), ("GET", "PUT"), ("HTTP/1.1", "HTTP/1.0"),
      (SocketServer.key, ""), ("dGhl", "d"), (SocketServer.key, SocketServer.key + SocketServer.key),
    ])
  func ordinary(what: String, instead: String) throws {
    let server = try SocketServer()
    _ = try server.say(SocketServer.ask.replacing(what, with: instead) + "\r\n")
    #expect(server.log.first?.hasSuffix("/ws") == true, "\(server.log)")
    #expect(server.log.dropFirst() == ["ended"])
  }

  @Test("behind a request for another protocol, which was not granted, the connection is closed: nobody reads on")
  func otherProtocol() throws {
    let server = try EmbeddedServer(.prepared(prepared("hello")))
    let heard = try server.say(
      "POST /a HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: foo\r\nContent-Length: 1\r\n\r\na")
    #expect(heard == "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello")
    #expect(!server.channel.isActive)
  }

  @Test("what is to be said and is no message closes the connection")
  func noMessage() throws {
    let server = try SocketServer()
    try server.say(SocketServer.ask + "\r\n")
    server.echo?.writer.body(ByteBuffer(string: "not a record"))
    #expect(try server.heard() == [])
    #expect(!server.channel.isActive)
  }
}
