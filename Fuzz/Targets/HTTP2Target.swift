import GRPCWire
import HTTPWire
import MockrecCore
import MockrecWire
import NIOCore
import NIOEmbedded

extension FuzzTarget {
  /// Frames of a client or of a service, to the two wires that run over HTTP/2; also where HTTP/2 is asked for in HTTP/1.1.
  package static let http2 = FuzzTarget(name: "http2") { input in
    var settings = FuzzSettings(input.bytes)
    let kind = settings.below(5)
    let seed = settings.byte()
    let witness = try HTTP2Witness()
    let before = input.heap?() ?? 0
    switch kind {
    case 0: try HTTP2Serving(HTTPWire(), seed, &settings).check()
    case 1: try HTTP2Serving(GRPCWire(), seed, &settings).check()
    case 2: try HTTP2Asking(HTTPWire(), "h2c", "h2", seed, &settings).check()
    case 3: try HTTP2Asking(HTTPWire(), "h2c", "h2c", seed, &settings).check()
    default: try HTTP2Asking(GRPCWire(), "grpc", nil, seed, &settings).check()
    }
    let growth = (input.heap?() ?? 0) - before
    try hold(growth < 1 << 20, "\(growth) bytes are left of \(input.bytes.count) that came")
    try witness.check()
  }
}

extension FuzzSettings {
  /// What is left: as it is, or as frames whose lengths are right. A frame is type, flags, stream, length and so many bytes.
  mutating func frames() -> [UInt8] {
    guard self.byte() & 1 != 0 else { return Array(self.rest) }
    var bytes: [UInt8] = []
    while !self.rest.isEmpty {
      let (type, flags, stream, length) = (self.byte() % 11, self.byte(), self.byte() % 8, Int(self.byte()))
      bytes += [0, 0, UInt8(min(length, self.rest.count)), type, flags, 0, 0, 0, stream]
      for _ in 0..<min(length, self.rest.count) { bytes.append(self.byte()) }
    }
    return bytes
  }
}

private enum HTTP2Bytes {
  static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)
  static let settings: [UInt8] = [0, 0, 0, 4, 0, 0, 0, 0, 0]
  static let address = Result { try SocketAddress(ipAddress: "127.0.0.1", port: 1) }

  /// `GET /` without a body, all of it from the table that every connection begins with.
  static func request(_ stream: UInt8) -> [UInt8] { [0, 0, 4, 1, 5, 0, 0, 0, stream, 0x82, 0x86, 0x84, 0x81] }
}

extension EmbeddedChannel {
  /// Gives bytes in pieces, and has everybody act upon each; what is said meanwhile is counted and dropped.
  fileprivate func feed(_ bytes: [UInt8], seed: UInt8, after: () -> Void = {}) throws -> Int {
    var said = 0
    for piece in Pieces.cut(bytes, seed: seed) {
      guard self.isActive else { break }
      // What is wrong is answered; the pipeline reports it all the same.
      _ = try? self.writeInbound(ByteBuffer(bytes: piece))
      self.embeddedEventLoop.run()
      after()
      self.embeddedEventLoop.run()
      while let data = try self.readOutbound(as: IOData.self) { said += data.readableBytes }
    }
    return said
  }
}

/// A connection that does nothing wrong, whatever others do.
private struct HTTP2Witness {
  private let channel = EmbeddedChannel()
  private let log = HTTP2Log()

  init() throws {
    let log = self.log
    let wire = HTTPWire()
    let reply = HTTP2Log.reply(wire)
    try wire.serve(on: self.channel, limits: WireLimits()) { HTTP2Listener($0, reply, log, isLate: false) }
    try self.channel.connect(to: HTTP2Bytes.address.get()).wait()
    _ = try self.channel.feed(HTTP2Bytes.preface + HTTP2Bytes.settings, seed: 255)
  }

  func check() throws {
    let said = try self.channel.feed(HTTP2Bytes.request(1), seed: 255)
    let more = try self.channel.feed(HTTP2Bytes.request(3), seed: 255)
    let isWhole = self.channel.isActive && self.log.requests.count == 2 && self.log.fault == nil
    try hold(isWhole && said > 0 && more > 0, "another connection is disturbed: \(self.log.requests)")
    _ = try? self.channel.finish(acceptAlreadyClosed: true)
  }
}

/// A client says what it likes to the answering side.
private struct HTTP2Serving {
  let wire: any Wire
  let bytes: [UInt8]
  let seed: UInt8
  let limits: WireLimits
  let isLate: Bool

  init(_ wire: any Wire, _ seed: UInt8, _ settings: inout FuzzSettings) {
    self.wire = wire
    self.seed = seed
    self.limits = settings.limits()
    self.isLate = settings.byte() & 1 != 0
    self.bytes = HTTP2Bytes.preface + HTTP2Bytes.settings + settings.frames()
  }

  func check() throws {
    let (whole, cut) = (try self.serve(255), try self.serve(self.seed))
    try hold(whole.ended <= whole.requests.count, "\(whole.ended) ends of \(whole.requests.count) requests")
    // Who is answered later has more requests under way, and so may have too many.
    if self.isLate, whole.requests.count > 100 { return }
    if whole.fault != nil || cut.fault != nil {
      // Who closes first does not hear what is wrong behind it.
      if whole.isCutShort || cut.isCutShort { return }
      return try hold(
        (whole.fault == nil) == (cut.fault == nil), "refused in one piece or in many, not in both:\n\(whole)\n\(cut)")
    }
    try hold(whole.isSame(as: cut), "cut otherwise, it means something else:\n\(whole)\n\(cut)")
  }

  private func serve(_ seed: UInt8) throws -> HTTP2Log {
    let (channel, log, reply) = (EmbeddedChannel(), HTTP2Log(), HTTP2Log.reply(self.wire))
    var listeners: [HTTP2Listener] = []
    try self.wire.serve(on: channel, limits: self.limits) { writer in
      let made = HTTP2Listener(writer, reply, log, isLate: self.isLate)
      listeners.append(made)
      return made
    }
    try channel.connect(to: HTTP2Bytes.address.get()).wait()
    let said = try channel.feed(self.bytes, seed: seed) { for listener in listeners { listener.answer() } }
    log.isCutShort = log.fault == nil && !channel.isActive
    try hold(said <= (64 << 10) + 64 * self.bytes.count, "\(said) bytes are said to \(self.bytes.count)")
    _ = try? channel.finish(acceptAlreadyClosed: true)
    try hold(listeners.allSatisfy(\.isClosed), "somebody is not told that the connection has ended")
    return log
  }
}

/// What all requests of a connection were, in the order in which they came.
private final class HTTP2Log: CustomStringConvertible {
  var requests: [(summary: String, body: [UInt8])] = []
  var ended = 0
  var fault: WireError?
  /// The connection was closed, and nothing wrong was heard before.
  var isCutShort = false

  var description: String { "\(self.requests), \(self.ended) ended, \(String(describing: self.fault))" }

  func isSame(as other: HTTP2Log) -> Bool {
    self.ended == other.ended && self.requests.elementsEqual(other.requests) { $0 == $1 }
  }

  static func reply(_ wire: any Wire) -> PreparedReply {
    wire.prepare(
      Message(
        start: ["HTTP/2", "200", ""], fields: Fields([("x-a", "b")]), trailers: Fields([("grpc-status", "0")])),
      to: Message(start: ["GET", "/", "HTTP/2"]), body: .bytes(Array("hello".utf8)), allocator: ByteBufferAllocator())
  }
}

private final class HTTP2Listener: Conversation {
  private let writer: any ReplyWriter
  private let reply: PreparedReply
  private let log: HTTP2Log
  private let isLate: Bool
  private var index = 0
  private var isDue = false
  private(set) var isClosed = false

  init(_ writer: any ReplyWriter, _ reply: PreparedReply, _ log: HTTP2Log, isLate: Bool) {
    self.writer = writer
    self.reply = reply
    self.log = log
    self.isLate = isLate
  }

  func requestBegan(_ request: any WireRequest) {
    self.index = self.log.requests.count
    self.log.requests.append((request.summary, []))
    self.isDue = false
    self.writer.wantBody()
  }

  func requestBody(_ bytes: ByteBuffer) { self.log.requests[self.index].body += bytes.readableBytesView }

  func requestEnded(_ trailers: Fields) {
    self.log.ended += 1
    self.isDue = true
    if !self.isLate { self.answer() }
  }

  func answer() {
    guard self.isDue else { return }
    self.isDue = false
    self.writer.send(self.reply)
  }

  func refused(_ error: WireError) { self.log.fault = self.log.fault ?? error }
  func writabilityChanged(_ writable: Bool) {}

  func closed() {
    self.isDue = false
    self.isClosed = true
  }
}

/// A real service says what it likes to the asking side, which has three requests under way.
private struct HTTP2Asking {
  let wire: any Wire
  let origin: OriginAddress
  let offer: String?
  let bytes: [UInt8]
  let seed: UInt8

  init(_ wire: any Wire, _ scheme: String, _ offer: String?, _ seed: UInt8, _ settings: inout FuzzSettings) {
    self.wire = wire
    self.origin = OriginAddress(scheme: scheme, host: "127.0.0.1", port: 1)
    self.offer = offer
    self.seed = seed
    let agreed = "HTTP/1.1 101 \r\n\r\n".utf8
    self.bytes =
      (offer == "h2c" && settings.byte() & 1 != 0 ? Array(agreed) : [])
      + (settings.byte() & 1 != 0 ? HTTP2Bytes.settings : []) + settings.frames()
  }

  func check() throws {
    let (whole, cut) = (try self.ask(255), try self.ask(self.seed))
    try hold(whole == cut, "cut otherwise, it means something else:\n\(whole)\n\(cut)")
  }

  private func ask(_ seed: UInt8) throws -> [HTTP2Answer.Heard] {
    let channel = EmbeddedChannel()
    try channel.connect(to: HTTP2Bytes.address.get()).wait()
    let first = try self.wire.dial(
      on: channel, to: self.origin, applicationProtocol: self.offer, limits: WireLimits())
    let links = [first] + (0..<2).compactMap { _ in first.connection?.link() }
    let answers = links.map { _ in HTTP2Answer() }
    for (index, link) in links.enumerated() {
      link.receiver = answers[index]
      answers[index].link = link
      link.begin(Message(start: ["POST", "/\(index)", "HTTP/1.1"], fields: Fields([("Host", "a")])))
      if index > 0 { link.body(ByteBuffer(string: "hello")) }
      if index < 2 { link.end(Fields()) }
    }
    channel.embeddedEventLoop.run()
    _ = try channel.feed(self.bytes, seed: seed)
    _ = try? channel.finish(acceptAlreadyClosed: true)
    channel.embeddedEventLoop.run()
    for answer in answers {
      try hold(answer.ends == 1, "an exchange has ended \(answer.ends) times: \(answer.heard)")
      answer.link = nil
    }
    return answers.map(\.heard)
  }
}

private final class HTTP2Answer: ReplyReceiver {
  struct Heard: Equatable {
    var interim = 0
    var head: Message?
    var body: [UInt8] = []
    var trailers: Fields?
    var failure: OriginFailure.Kind?
  }

  var heard = Heard()
  var ends = 0
  var link: (any OriginLink)?

  func interim(_ head: Message) { self.heard.interim += 1 }
  func replyBegan(_ head: Message) { self.heard.head = head }
  func replyBody(_ bytes: ByteBuffer) { self.heard.body += bytes.readableBytesView }

  func replyEnded(_ trailers: Fields, reusable: Bool) {
    self.heard.trailers = trailers
    self.end()
  }

  func originPaused() {}

  func originFailed(_ failure: OriginFailure) {
    self.heard.failure = failure.kind
    self.end()
  }

  private func end() {
    self.ends += 1
    self.link?.receiver = nil
    self.link?.close()
  }

  func originWritabilityChanged(_ writable: Bool) {}
}
