import MockrecCore
import MockrecWire
import NIOCore

/// Keeps what is said through it, as a transcript.
final class SaidWriter: ReplyWriter {
  let eventLoop: any EventLoop
  /// Heads, bodies as hexadecimal digits without what separates their pieces, trailers, and what breaks them off.
  private(set) var said: [String] = []

  init(_ eventLoop: any EventLoop) { self.eventLoop = eventLoop }

  var isWritable: Bool { true }
  var awaitsLeave: Bool { false }
  func wantBody() {}
  func interim(_ head: Message) {}
  func begin(_ head: Message) { self.said.append("head") }

  func body(_ bytes: ByteBuffer) {
    let digits = bytes.readableBytesView.map { String($0, radix: 16) }.joined()
    guard !digits.isEmpty else { return }
    if self.said.last?.hasPrefix("body ") == true {
      self.said[self.said.count - 1] += digits
    } else {
      self.said.append("body \(digits)")
    }
  }

  func end(_ trailers: Fields) {
    self.said.append("end " + trailers.map { "\($0.name)=\($0.value)" }.joined(separator: " "))
  }

  func send(_ reply: PreparedReply) { self.said.append("whole \(reply.bodyLength)") }

  func breakStream(_ kind: StreamBreak.Kind) -> Bool {
    self.said.append("\(kind)")
    return true
  }

  func flush() {}
  func settle() {}
  func push(_ bytes: ByteBuffer) {}
  func endConversation() {}
  func abort() { self.said.append("abort") }
  func setReading(_ reading: Bool) {}
}
