import GRPCWire
import HTTPWire
import MockrecCore
import MockrecWire
import NIOCore
import NIOEmbedded
import Testing

@testable import MockrecEngine

@Suite("A reply that a fault stops or changes, message by message")
struct FaultWriterTests {
  /// Three messages of two bytes each: 11, 22 and 33, twice.
  private static let body: [UInt8] = (1...3).flatMap { [0, 0, 0, 0, 2, 0x11 * $0, 0x11 * $0] }
  private static let request = Message(start: ["POST", "/a.B/C", "HTTP/2"])
  private static let unavailable = Fields([("grpc-status", "14")])
  private static let one = "000021111", two = "000022222", three = "000023333"

  /// What is said of the three messages, sent in pieces of so many bytes, or prepared where that is none.
  private func said(
    pieces: Int?, _ stop: StreamBreak? = nil, change: ReplyChange? = nil
  ) -> (said: [String], idle: Int) {
    let loop = EmbeddedEventLoop()
    let (inner, wire, count) = (SaidWriter(loop), GRPCWire(), FaultCount())
    let writer = FaultWriter(inner, wire: wire, channel: nil)
    writer.requestBegan(wire.request(from: Self.request), cutter: wire.cutter(for: Self.request))
    writer.count = count
    if let stop { writer.breakStream(stop) }
    writer.change = change
    let reply = Message(start: ["HTTP/2", "200", ""], trailers: Fields([("grpc-status", "0")]))
    if let pieces {
      writer.begin(reply)
      for start in stride(from: 0, to: Self.body.count, by: pieces) {
        writer.body(ByteBuffer(bytes: Self.body[start..<min(start + pieces, Self.body.count)]))
      }
      writer.end(reply.trailers)
    } else {
      var whole = reply
      whole.body = Body(Self.body)
      writer.send(wire.prepare(whole, to: Self.request, body: .bytes(Self.body), allocator: ByteBufferAllocator()))
    }
    return (inner.said, count.idle)
  }

  static let cuts: [Int?] = [nil] + (1...22).map { $0 }

  @Test("it ends behind the message that is named, however it is cut into pieces", arguments: cuts)
  func stops(pieces: Int?) {
    let bodies = [
      [], ["body \(Self.one)"], ["body \(Self.one)\(Self.two)"], ["body \(Self.one)\(Self.two)\(Self.three)"],
    ]
    for (after, heard) in bodies.enumerated() {
      let (trailers, _) = self.said(pieces: pieces, StreamBreak(.trailers(Self.unavailable), after: after))
      #expect(trailers == ["head"] + heard + ["end grpc-status=14"])
      let (reset, _) = self.said(pieces: pieces, StreamBreak(.reset(.cancel), after: after))
      #expect(reset == ["head"] + heard + ["\(StreamBreak.Kind.reset(.cancel))"])
      let (stalled, _) = self.said(pieces: pieces, StreamBreak(.stall, after: after))
      #expect(stalled == ["head"] + heard)
    }
  }

  @Test("a connection that takes no more requests is told so between messages, and the reply goes on", arguments: cuts)
  func goesOn(pieces: Int?) {
    let (said, idle) = self.said(pieces: pieces, StreamBreak(.goAway, after: 1))
    #expect(said == ["head", "body \(Self.one)", "goAway", "body \(Self.two)\(Self.three)", "end grpc-status=0"])
    #expect(idle == 0)
  }

  @Test("a reply that has fewer messages is whole, and the fault had nothing to act on", arguments: cuts)
  func fewer(pieces: Int?) {
    let (said, idle) = self.said(pieces: pieces, StreamBreak(.trailers(Self.unavailable), after: 4))
    #expect(said == ["head", "body \(Self.one)\(Self.two)\(Self.three)", "end grpc-status=0"])
    #expect(idle == 1)
  }

  @Test("messages that lie in a file are not counted; in their place a reply can end all the same")
  func file() {
    for (after, said) in [(0, ["head", "end grpc-status=14"]), (1, ["whole 2000000"])] {
      let (inner, wire, count) = (SaidWriter(EmbeddedEventLoop()), GRPCWire(), FaultCount())
      let writer = FaultWriter(inner, wire: wire, channel: nil)
      writer.requestBegan(wire.request(from: Self.request), cutter: wire.cutter(for: Self.request))
      writer.count = count
      writer.breakStream(StreamBreak(.trailers(Self.unavailable), after: after))
      writer.send(
        wire.prepare(
          Message(start: ["HTTP/2", "200", ""]), to: Self.request, body: .file(path: "bodies/x", length: 2_000_000),
          allocator: ByteBufferAllocator()))
      #expect(inner.said == said && count.idle == after)
    }
  }

  @Test("the first message is cut or changed, and those behind it are not waited for", arguments: cuts)
  func changes(pieces: Int?) {
    let (cut, _) = self.said(pieces: pieces, change: .truncate(1))
    #expect(cut == ["head", "body 0000111\(Self.two)\(Self.three)", "end grpc-status=0"])
    let (same, idle) = self.said(pieces: pieces, change: .truncate(2))
    #expect(same == ["head", "body \(Self.one)\(Self.two)\(Self.three)", "end grpc-status=0"] && idle == 1)
    let draw = FaultDraw(seed: 1, overlay: "o", rule: 1)
    let (changed, _) = self.said(pieces: pieces, change: .corrupt(2, draw))
    #expect(changed.count == 3 && changed[1].hasPrefix("body 00002"))
    #expect(changed[1].hasSuffix("\(Self.two)\(Self.three)") && !changed[1].hasPrefix("body \(Self.one)"))
    #expect(self.said(pieces: 1, change: .corrupt(2, draw)).said == changed)
  }

  @Test("of a reply that is no sequence of messages, pieces are counted")
  func pieces() {
    let inner = SaidWriter(EmbeddedEventLoop())
    let writer = FaultWriter(inner, wire: HTTPWire(), channel: nil)
    let request = Message(start: ["GET", "/", "HTTP/1.1"])
    writer.requestBegan(HTTPWire().request(from: request), cutter: nil)
    writer.breakStream(StreamBreak(.stall, after: 2))
    writer.begin(Message(start: ["HTTP/1.1", "200", "OK"]))
    for byte in Self.body { writer.body(ByteBuffer(bytes: [byte])) }
    #expect(inner.said == ["head", "body 00"])
  }
}
