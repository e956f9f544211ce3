/// One request and what came back: nothing, a reply, or several (informational replies, pushes, stream messages).
public struct Exchange: Sendable, Hashable {
  /// How the exchange came to its end.
  public enum Ending: String, Sendable, Hashable {
    case complete, reset, timedOut
    /// The client went away before the reply was whole.
    case left
  }

  /// A message of the answering side, with its place in time.
  public struct Reply: Sendable, Hashable {
    public var message: Message
    /// When its first byte came, counted from the request's first byte.
    public var at: Duration

    public init(_ message: Message, at: Duration = .zero) {
      self.message = message
      self.at = at
    }
  }

  public var request: Message
  public var replies: [Reply]
  public var ending: Ending
  /// From the request's first byte to the last reply's last byte.
  public var duration: Duration

  public init(
    request: Message, replies: [Reply] = [], ending: Ending = .complete, duration: Duration = .zero
  ) {
    self.request = request
    self.replies = replies
    self.ending = ending
    self.duration = duration
  }

  /// The last reply: the final one where informational replies came before it.
  public var reply: Message? { self.replies.last?.message }
}
