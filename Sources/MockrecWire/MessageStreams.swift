import MockrecCore
import NIOCore

/// Finds where messages end in a body that is a sequence of messages, as it comes.
package protocol MessageCutter: Sendable {
  /// Reads on.
  ///
  /// - Parameter ended: Told how long the body was when each message was whole. Bytes.
  mutating func feed(_ bytes: ByteBuffer, ended: (Int) -> Void)
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
  /// The client has said all: the reply's end, or nil where the reply goes on until the client leaves.
  func end() -> (rest: ByteBuffer, trailers: Fields)?
}
