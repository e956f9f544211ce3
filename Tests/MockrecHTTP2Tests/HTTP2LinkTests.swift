import MockrecCore
import MockrecWire
import NIOCore
import NIOEmbedded
import NIOHPACK
import NIOHTTP2
import Testing

@testable import MockrecHTTP2

@Suite("Requests on one HTTP/2 connection to a service")
struct HTTP2LinkTests {
  @Test("a request whose connection ends before it has a stream there is one that nobody heard")
  func lost() throws {
    let pair = try EmbeddedPair()
    let (lost, dialogue) = (Receiver(), Receiver())
    let (link, other) = (try pair.link(lost), try pair.link(dialogue))
    link.begin(Self.head)
    other.begin(Self.head)
    other.body(ByteBuffer(string: "first"))
    pair.client.close(promise: nil)
    #expect(lost.log == [])
    // What had its stream by then may have been heard, for all that is known.
    #expect(dialogue.log == ["failed"])
    link.body(ByteBuffer(string: "second"))
    link.end(Fields())
    pair.client.embeddedEventLoop.run()
    #expect(lost.log == ["failed, unheard"])
    #expect(pair.handler.unopened == 0 && pair.handler.isIdle)
  }

  @Test("a service that takes no more requests has not heard those that had no stream")
  func left() throws {
    let pair = try EmbeddedPair()
    let receiver = Receiver()
    try pair.link(receiver).begin(Self.head)
    try pair.say(.goAway(lastStreamID: 0, errorCode: .noError, opaqueData: nil), on: 0)
    try pair.exchange()
    #expect(receiver.log == ["failed, unheard"])
    #expect(pair.heard.isEmpty)
  }

  @Test("a request that the service answers before it has ended is closed, and leaves room")
  func answeredEarly() throws {
    let pair = try EmbeddedPair()
    let receiver = Receiver()
    let link = try pair.link(receiver)
    link.begin(Self.head)
    try pair.exchange()
    try pair.say(.headers(.init(headers: [":status": "200"], endStream: true)), on: 1)
    try pair.exchange()
    #expect(receiver.log == ["began 200", "ended, not reusable"])
    link.close()
    try pair.exchange()
    #expect(pair.heard == ["headers 1", "reset 1"])
    #expect(pair.handler.isIdle)
  }

  @Test("no more requests begin on a connection than the service takes at once")
  func crowded() throws {
    let pair = try EmbeddedPair()
    try pair.say(.settings(.settings([HTTP2Setting(parameter: .maxConcurrentStreams, value: 2)])), on: 0)
    try pair.exchange()
    let links = try (0..<2).map { _ in try pair.link(Receiver()) }
    for link in links { link.begin(Self.head) }
    #expect(pair.handler.link() == nil)
    links[0].close()
    #expect(pair.handler.link() != nil)
    try pair.exchange()
    #expect(pair.heard == ["headers 1"])
  }

  @Test("what is said while a turn ends goes out with it")
  func saidLast() throws {
    let pair = try EmbeddedPair()
    let (first, second) = (Receiver(), Receiver())
    let (link, other) = (try pair.link(first), try pair.link(second))
    // A head that is too long fails when the turn ends, and who asked turns to something else.
    first.failed = { other.begin(Self.head) }
    var head = Self.head
    head.fields.append("x-long", String(repeating: "|", count: 20_000))
    link.begin(head)
    try pair.exchange()
    #expect(first.log == ["failed"])
    #expect(pair.heard == ["headers 3"])
  }

  private static let head = Message(start: ["POST", "/", "HTTP/2"], fields: Fields([("Host", "x")]))
}

/// The asking side, and swift-nio's codec in the place of a service.
private final class EmbeddedPair {
  let client = EmbeddedChannel()
  let server = EmbeddedChannel()
  let handler: HTTP2ClientHandler
  private let ear = Ear()

  /// What the service heard of streams.
  var heard: [String] { self.ear.heard }

  init() throws {
    let link = try HTTP2ClientHandler.dial(on: self.client, limits: WireLimits(), scheme: "http")
    self.handler = try #require(link.connection as? HTTP2ClientHandler)
    try self.server.pipeline.syncOperations.addHandlers([NIOHTTP2Handler(mode: .server), self.ear])
    let address = try SocketAddress(ipAddress: "127.0.0.1", port: 80)
    try self.client.connect(to: address).wait()
    try self.server.connect(to: address).wait()
    try self.exchange()
  }

  func link(_ receiver: Receiver) throws -> any OriginLink {
    let link = try #require(self.handler.link())
    link.receiver = receiver
    return link
  }

  /// The service says a frame, which the other side hears with the next exchange.
  func say(_ payload: HTTP2Frame.FramePayload, on stream: HTTP2StreamID) throws {
    self.server.pipeline.writeAndFlush(HTTP2Frame(streamID: stream, payload: payload), promise: nil)
    while let bytes = try self.server.readOutbound(as: ByteBuffer.self) { try self.client.writeInbound(bytes) }
  }

  /// Turns end, and both sides hear what was said.
  func exchange() throws {
    for _ in 0..<4 {
      self.client.embeddedEventLoop.run()
      self.server.embeddedEventLoop.run()
      while let bytes = try self.client.readOutbound(as: ByteBuffer.self) { try self.server.writeInbound(bytes) }
      while let bytes = try self.server.readOutbound(as: ByteBuffer.self) { try self.client.writeInbound(bytes) }
    }
  }

  deinit {
    _ = try? self.client.finish(acceptAlreadyClosed: true)
    _ = try? self.server.finish(acceptAlreadyClosed: true)
  }
}

private final class Ear: ChannelInboundHandler {
  typealias InboundIn = HTTP2Frame
  private(set) var heard: [String] = []

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let frame = self.unwrapInboundIn(data)
    switch frame.payload {
    case .headers: self.heard.append("headers \(Int(frame.streamID))")
    case .data: self.heard.append("data \(Int(frame.streamID))")
    case .rstStream: self.heard.append("reset \(Int(frame.streamID))")
    default: return
    }
  }
}

private final class Receiver: ReplyReceiver {
  private(set) var log: [String] = []
  var failed: (() -> Void)?

  func interim(_ head: Message) {}
  func replyBegan(_ head: Message) { self.log.append("began \(head.start[1])") }
  func replyBody(_ bytes: ByteBuffer) { self.log.append("body \(bytes.readableBytes)") }

  func replyEnded(_ trailers: Fields, reusable: Bool) { self.log.append(reusable ? "ended" : "ended, not reusable") }

  func originPaused() {}

  func originFailed(_ failure: OriginFailure) {
    self.log.append(failure.isUnheard ? "failed, unheard" : "failed")
    self.failed?()
  }

  func originWritabilityChanged(_ writable: Bool) {}
}
