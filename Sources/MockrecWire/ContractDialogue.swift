import MockrecCore

/// A client's part of a recorded dialogue: what it says, and what of the service came before.
package struct ContractDialogue: Sendable, Hashable {
  package struct Line: Sendable, Hashable {
    /// In the form of the wire's bodies.
    package var bytes: [UInt8]
    /// How many of the service's messages came before.
    package var heard: Int

    package init(_ bytes: [UInt8], heard: Int) {
      self.bytes = bytes
      self.heard = heard
    }
  }

  package var lines: [Line]
  /// How many of the service's messages came before the client's end; nil where that ended nothing.
  package var end: Int?
  /// How many messages the service said.
  package var messages: Int
  /// Whether the service would have gone on.
  package var isOpen: Bool
  /// Whether the client says nothing before it has the reply's head.
  package var beginsWithReply: Bool

  /// How long it took when it was recorded, and the longest time between two of the service's messages.
  package var duration = Duration.zero
  package var longestPause = Duration.zero

  package init(lines: [Line], end: Int?, messages: Int, isOpen: Bool, beginsWithReply: Bool) {
    self.lines = lines
    self.end = end
    self.messages = messages
    self.isOpen = isOpen
    self.beginsWithReply = beginsWithReply
  }

  /// The service took so long for what it said next.
  package mutating func paused(for pause: Duration) {
    self.duration += pause
    self.longestPause = max(self.longestPause, pause)
  }
}
