import MockrecCore
import NIOCore

/// Finds where messages end in a body that is a sequence of messages, as it comes.
package protocol MessageCutter: Sendable {
  /// Reads on.
  ///
  /// - Parameter ended: Told how long the body was when each message was whole. Bytes.
  mutating func feed(_ bytes: ByteBuffer, ended: (Int) -> Void)
}

/// Counts the messages of a body as it comes, or its pieces where it is no sequence of messages, down to the last that is
/// wanted.
package struct PieceCounter: Sendable {
  /// How many are still to come.
  package private(set) var left: Int
  private var cutter: (any MessageCutter)?
  private var position = 0

  /// - Parameter cutter: Finds where messages end; nil where pieces are counted.
  package init(_ count: Int, _ cutter: (any MessageCutter)?) {
    self.left = count
    self.cutter = cutter
  }

  /// - Returns: How many of these bytes belong to what is counted; all of them where more of it is to come.
  package mutating func pass(_ bytes: ByteBuffer) -> Int {
    guard self.left > 0 else { return 0 }
    guard var cutter = self.cutter else {
      self.left -= 1
      return bytes.readableBytes
    }
    var (left, length) = (self.left, bytes.readableBytes)
    let position = self.position
    cutter.feed(bytes) { end in
      guard left > 0 else { return }
      left -= 1
      if left == 0 { length = end - position }
    }
    (self.left, self.cutter, self.position) = (left, cutter, position + bytes.readableBytes)
    return length
  }
}

/// How much of a request a key builder has read.
package struct KeyProgress: Sendable, Hashable {
  /// How many messages came whole.
  package var messages: Int
  /// Of these messages.
  package var digest: UInt64

  package init(messages: Int, digest: UInt64) {
    self.messages = messages
    self.digest = digest
  }
}

/// Answers a call of a service that every server of the protocol may have, message by message. Used on one event loop.
package protocol StandIn: AnyObject {
  /// What the reply begins with.
  var head: Message { get }
  /// What is answered to the next bytes of the request; empty for nothing yet.
  func hear(_ bytes: ByteBuffer) -> ByteBuffer
  /// Whether it has nothing more to say, whatever the client goes on with.
  var isOver: Bool { get }
  /// The client has said all: the reply's end, or nil where the reply goes on until the client leaves.
  func end() -> (rest: ByteBuffer, trailers: Fields)?
}
