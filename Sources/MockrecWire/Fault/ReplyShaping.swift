import NIOCore

/// Sends the replies that a fault concerns as their shape says: what is written between `begin` and `finish` is one reply.
/// Only used on its event loop.
package protocol ReplyShaping: AnyObject {
  /// More is not wanted until `hasRoom`.
  var isFull: Bool { get }
  var hasRoom: (() -> Void)? { get set }
  /// Whether a reply waits for the next one to go first.
  var isYielding: Bool { get }
  /// What is written from here on is a reply of this shape.
  func begin(_ shape: ReplyShape)
  /// The reply is whole. Does nothing where none was begun.
  func finish()
}
