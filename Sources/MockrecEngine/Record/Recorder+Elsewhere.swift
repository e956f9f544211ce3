import MockrecCore
import NIOCore

extension Recorder {
  /// Keeps a complete exchange that was had elsewhere, bodies in memory, as if it had just been heard. Waits while the disk
  /// is behind.
  package func keep(_ exchange: Exchange) {
    guard var head = exchange.reply else { return }
    let body = head.body.bytes ?? []
    head.body = Body()
    let tape = Tape(exchange.request, recorder: self)
    tape.replyBegan(head)
    tape.replyBody(ByteBuffer(bytes: body))
    _ = tape.finish(head.trailers, connection: 0) {}
    if self.isCongested { self.settle() }
  }
}
