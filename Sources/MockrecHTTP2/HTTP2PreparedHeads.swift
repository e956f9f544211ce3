import MockrecWire
import NIOCore
import NIOHPACK

/// The heads of prepared replies as HTTP/2 has them, made once for each connection.
final class HTTP2PreparedHeads {
  private struct Known {
    /// Holds the memory whose address is the key: it stands for no other reply meanwhile.
    var bytes: ByteBuffer
    var headers: HPACKHeaders
  }

  private var known: [UnsafeRawPointer: Known] = [:]
  private static let most = 1024

  func headers(of reply: PreparedReply) -> HPACKHeaders {
    reply.bytes.withUnsafeReadableBytes { bytes in
      guard let address = bytes.baseAddress else { return HPACKHeaders() }
      if !reply.isUnique, let known = self.known[address], known.bytes.readableBytes == reply.headLength {
        return known.headers
      }
      guard let head = reply.bytes.getSlice(at: reply.bytes.readerIndex, length: reply.headLength) else {
        return HPACKHeaders()
      }
      let headers = HTTP2Heads.headers(prepared: head.readableBytesView)
      // To remember a head is to keep the memory of the whole reply.
      if reply.isUnique { return headers }
      if self.known.count >= Self.most { self.known.removeAll(keepingCapacity: true) }
      self.known[address] = Known(bytes: head, headers: headers)
      return headers
    }
  }
}
