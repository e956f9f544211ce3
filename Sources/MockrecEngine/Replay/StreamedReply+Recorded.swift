import MockrecCore
import MockrecWire
import NIOCore

extension StreamedReply {
  /// The reply of a recorded exchange whose pieces were kept; nil for any other, and where an edit has changed its length.
  convenience init?(_ exchange: Exchange, body: PreparedBody, wire: any Wire) {
    let isLeft = exchange.ending == .left
    guard case .bytes(let bytes) = body, let reply = exchange.reply, !reply.body.chunks.isEmpty || isLeft else {
      return nil
    }
    var pieces: [Piece] = []
    if reply.body.chunks.last?.end == bytes.count {
      let client = exchange.request.body.chunks
      // Where the client's side has no pieces it had ended before; but in a dialogue it has said nothing yet.
      let isAnswer = client.isEmpty && wire.cutter(for: exchange.request) == nil
      pieces = Self.pieces(bytes, reply.body.chunks, client: client, from: isAnswer ? .max : 0)
    } else if !isLeft {
      return nil
    } else if !bytes.isEmpty {
      pieces = [Piece(ByteBuffer(bytes: bytes), delay: .zero)]
    }
    var head = wire.ready(reply)
    let trailers = head.trailers
    head.body = Body()
    head.trailers = Fields()
    self.init(head: head, pieces: pieces, trailers: trailers, isOpenEnded: isLeft)
  }

  /// - Parameters:
  ///   - client: The pieces of the client's side, which came in between.
  ///   - heard: How many of the client's messages came before; `.max` where it had ended.
  private static func pieces(
    _ bytes: [UInt8], _ chunks: [Body.Chunk], client: [Body.Chunk], from heard: Int
  ) -> [Piece] {
    var (start, next, heard, said) = (0, 0, heard, 0)
    var before = Duration.zero
    return chunks.map { chunk in
      while next < client.count, client[next].order < chunk.order {
        heard = client[next].end > said ? heard + 1 : .max
        (said, before) = (client[next].end, max(before, client[next].at))
        next += 1
      }
      defer { (start, before) = (chunk.end, max(before, chunk.at)) }
      return Piece(
        ByteBuffer(bytes: bytes[start..<chunk.end]), heard: heard,
        delay: max(.zero, chunk.at - before))
    }
  }

  /// Whether any of it comes before the client has said all.
  var isEarly: Bool { self.pieces.contains { $0.heard != .max } }
}
