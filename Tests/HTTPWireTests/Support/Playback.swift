import MockrecCore
import MockrecWire
import NIOCore
import NIOEmbedded

@testable import HTTPWire

/// A conversation that notes what it is told, and answers as the test says.
final class Playback: Conversation {
  enum Answer {
    case prepared(PreparedReply)
    case streamed(Message, [String], Fields)
    /// Answers when `release` is called.
    case later
  }

  let writer: any ReplyWriter
  var answer: Answer
  var log: [String] = []

  init(_ writer: any ReplyWriter, _ answer: Answer) {
    self.writer = writer
    self.answer = answer
  }

  func requestBegan(_ request: any WireRequest) {
    self.log.append("began \(request.summary)")
    self.writer.wantBody()
  }

  func requestBody(_ bytes: ByteBuffer) { self.log.append("body \(String(buffer: bytes))") }

  func requestEnded(_ trailers: Fields) {
    self.log.append("ended" + trailers.map { " \($0.name)=\($0.value)" }.joined())
    self.reply(self.answer)
  }

  func reply(_ answer: Answer) {
    switch answer {
    case .prepared(let reply): self.writer.send(reply)
    case .streamed(let head, let parts, let trailers):
      self.writer.begin(head)
      for part in parts { self.writer.body(ByteBuffer(string: part)) }
      self.writer.end(trailers)
    case .later: return
    }
  }

  func refused(_ error: WireError) { self.log.append("refused \(error.kind.rawValue)") }
  func writabilityChanged(_ writable: Bool) {}
  func closed() { self.log.append("closed") }
}

/// A connection without a network.
final class EmbeddedServer {
  let channel = EmbeddedChannel()
  private(set) var playback: Playback?
  private(set) var output = ""

  init(_ answer: Playback.Answer, limits: WireLimits = WireLimits()) throws {
    try HTTPWire().serve(on: self.channel, limits: limits) { writer in
      let playback = Playback(writer, answer)
      self.playback = playback
      return playback
    }
    try self.channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
  }

  /// What the client hears after it has said this.
  @discardableResult
  func say(_ text: String, pieces: Int = .max) throws -> String {
    let bytes = Array(text.utf8)
    for start in stride(from: 0, to: bytes.count, by: pieces == .max ? max(1, bytes.count) : pieces) {
      let end = pieces == .max ? bytes.count : min(bytes.count, start + pieces)
      // A refusal closes the connection: what is said after it is lost.
      guard self.channel.isActive else { break }
      _ = try? self.channel.writeInbound(ByteBuffer(bytes: bytes[start..<end]))
    }
    return try self.heard()
  }

  func heard() throws -> String {
    self.channel.embeddedEventLoop.run()
    var text = ""
    while let data = try self.channel.readOutbound(as: IOData.self) {
      if case .byteBuffer(let buffer) = data { text += String(buffer: buffer) }
    }
    self.output += text
    return text
  }
}

func prepared(
  _ body: String, status: String = "200", fields: [(String, String)] = [], method: String = "GET"
) -> PreparedReply {
  HTTPWire().prepare(
    Message(start: ["HTTP/1.1", status, "OK"], fields: Fields(fields)), to: Message(start: [method, "/", "HTTP/1.1"]),
    body: .bytes(Array(body.utf8)), allocator: ByteBufferAllocator())
}
