import MockrecCore

/// Finds out what messages mean before they are recorded.
package protocol SchemaLearning: Sendable {
  /// Whether there is nothing to find out. Called on event loops.
  func knows(_ request: Message) -> Bool
  /// Finds it out. Called on the recorder's queue, which waits for it.
  func learn(_ request: Message)
}
