import HTTPWire
import MockrecCore
import MockrecWire
import NIOCore
import NIOEmbedded

/// A client says what it likes to the answering side.
struct HTTPServing {
  let bytes: [UInt8]
  let seed: UInt8
  let limits: WireLimits
  let reply: PreparedReply
  let isLate: Bool

  init(_ seed: UInt8, _ settings: inout FuzzSettings) {
    self.seed = seed
    self.limits = settings.limits()
    self.isLate = settings.byte() & 1 != 0
    let wire = HTTPWire()
    self.reply = wire.prepare(
      Message(start: ["HTTP/1.1", settings.one(of: ["200", "204", "404"]), "OK"], fields: Fields([("X-A", "b")])),
      to: Message(start: ["GET", "/", "HTTP/1.1"]), body: .bytes(Array("hello".utf8)), allocator: ByteBufferAllocator())
    self.bytes = Array(settings.rest)
  }

  func check() throws {
    let whole = try self.serve(255)
    let cut = try self.serve(self.seed)
    // A fault may show itself a request earlier or later; what was answered before it may not differ.
    if whole.fault != nil || cut.fault != nil {
      return try hold(
        (whole.fault == nil) == (cut.fault == nil), "refused in one piece or in many, not in both:\n\(whole)\n\(cut)")
    }
    try hold(whole == cut, "cut otherwise, it means something else:\n\(whole)\n\(cut)")
  }

  private func serve(_ seed: UInt8) throws -> HTTPListener.Heard {
    let channel = EmbeddedChannel()
    // Of HTTP/1.1 one, of HTTP/2 as many as requests at once.
    var listeners: [HTTPListener] = []
    try HTTPWire().serve(on: channel, limits: self.limits) { writer in
      let made = HTTPListener(writer, self.reply, isLate: self.isLate)
      listeners.append(made)
      return made
    }
    try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    for piece in Pieces.cut(self.bytes, seed: seed) {
      guard channel.isActive else { break }
      // What the decoder finds wrong is answered; the pipeline reports it all the same.
      _ = try? channel.writeInbound(ByteBuffer(bytes: piece))
      channel.embeddedEventLoop.run()
      for listener in listeners { listener.answer() }
      channel.embeddedEventLoop.run()
    }
    var heard = listeners.reduce(into: HTTPListener.Heard()) { $0.add($1.heard) }
    while let data = try channel.readOutbound(as: IOData.self) {
      if case .byteBuffer(let buffer) = data { heard.said += buffer.readableBytesView }
    }
    _ = try? channel.finish(acceptAlreadyClosed: true)
    return heard
  }
}

/// Notes what it is told, and answers at once or later.
private final class HTTPListener: Conversation {
  struct Heard: Equatable {
    var requests: [String] = []
    var bodies: [[UInt8]] = []
    var ended = 0
    var said: [UInt8] = []
    var fault: WireError?

    mutating func add(_ other: Heard) {
      self.requests += other.requests
      self.bodies += other.bodies
      self.ended += other.ended
      self.fault = self.fault ?? other.fault
    }
  }

  private let writer: any ReplyWriter
  private let reply: PreparedReply
  private let isLate: Bool
  private var due = 0
  var heard = Heard()

  init(_ writer: any ReplyWriter, _ reply: PreparedReply, isLate: Bool) {
    self.writer = writer
    self.reply = reply
    self.isLate = isLate
  }

  func requestBegan(_ request: any WireRequest) {
    self.heard.requests.append(request.summary)
    self.heard.bodies.append([])
    self.writer.wantBody()
  }

  func requestBody(_ bytes: ByteBuffer) {
    guard !self.heard.bodies.isEmpty else { return }
    self.heard.bodies[self.heard.bodies.count - 1] += bytes.readableBytesView
  }

  func requestEnded(_ trailers: Fields) {
    self.heard.ended += 1
    self.due += 1
    if !self.isLate { self.answer() }
  }

  func answer() {
    while self.due > 0 {
      self.due -= 1
      self.writer.send(self.reply)
    }
  }

  func refused(_ error: WireError) { self.heard.fault = error }
  func writabilityChanged(_ writable: Bool) {}
  func closed() {}
}

/// A real service says what it likes to the asking side.
struct HTTPAsking {
  let bytes: [UInt8]
  let seed: UInt8
  let method: String

  init(_ seed: UInt8, _ settings: inout FuzzSettings) {
    self.seed = seed
    self.method = settings.one(of: ["GET", "HEAD", "POST"])
    self.bytes = Array(settings.rest)
  }

  func check() throws {
    let whole = try self.ask(255)
    let cut = try self.ask(self.seed)
    if whole.failure != nil || cut.failure != nil {
      return try hold(
        (whole.failure == nil) == (cut.failure == nil),
        "it fails in one piece or in many, not in both:\n\(whole)\n\(cut)")
    }
    try hold(whole == cut, "cut otherwise, it means something else:\n\(whole)\n\(cut)")
  }

  private func ask(_ seed: UInt8) throws -> HTTPAnswer.Heard {
    let channel = EmbeddedChannel()
    let link = try HTTPWire().dial(
      on: channel, to: OriginAddress(scheme: "http", host: "127.0.0.1", port: 1), applicationProtocol: nil,
      limits: WireLimits())
    let answer = HTTPAnswer()
    link.receiver = answer
    try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    link.begin(Message(start: [self.method, "/", "HTTP/1.1"], fields: Fields([("Host", "a")])))
    link.end(Fields())
    channel.embeddedEventLoop.run()
    for piece in Pieces.cut(self.bytes, seed: seed) {
      guard channel.isActive else { break }
      _ = try? channel.writeInbound(ByteBuffer(bytes: piece))
      channel.embeddedEventLoop.run()
    }
    _ = try? channel.finish(acceptAlreadyClosed: true)
    return answer.heard
  }
}

private final class HTTPAnswer: ReplyReceiver {
  struct Heard: Equatable {
    var heads: [Message] = []
    var body: [UInt8] = []
    var ends: [Bool] = []
    var failure: OriginFailure.Kind?
  }

  var heard = Heard()

  func interim(_ head: Message) { self.heard.heads.append(head) }
  func replyBegan(_ head: Message) { self.heard.heads.append(head) }
  func replyBody(_ bytes: ByteBuffer) { self.heard.body += bytes.readableBytesView }
  func replyEnded(_ trailers: Fields, reusable: Bool) { self.heard.ends.append(reusable) }
  func originPaused() {}
  // What comes behind the whole reply is nobody's.
  func originFailed(_ failure: OriginFailure) { if self.heard.ends.isEmpty { self.heard.failure = failure.kind } }
  func originWritabilityChanged(_ writable: Bool) {}
}
