import MockrecCore
import MockrecWire
import NIOCore

extension StreamedReply {
  /// A recorded reply whose pieces were kept; nil for any other, and where an edit has changed its length.
  convenience init?(_ reply: Message, body: PreparedBody, ending: Exchange.Ending) {
    guard case .bytes(let bytes) = body, !reply.body.chunks.isEmpty || ending == .left else { return nil }
    var pieces: [Piece] = []
    var start = 0
    if reply.body.chunks.last?.end == bytes.count {
      for chunk in reply.body.chunks where chunk.end > start {
        pieces.append(Piece(ByteBuffer(bytes: bytes[start..<chunk.end]), at: chunk.at))
        start = chunk.end
      }
    } else if ending != .left {
      return nil
    } else if !bytes.isEmpty {
      pieces = [Piece(ByteBuffer(bytes: bytes), at: .zero)]
    }
    var head = reply
    head.body = Body()
    head.trailers = Fields()
    self.init(head: head, pieces: pieces, trailers: reply.trailers, isOpenEnded: ending == .left)
  }
}
