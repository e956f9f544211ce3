import MockrecCore

/// A service that answers from a state of its own instead of from a cassette. Shared by all its connections.
package protocol ServiceModel: Sendable {
  /// The kinds of requests it can tell apart, for the journal: for Redis the names of the commands.
  var kinds: [String] { get }
  /// What stands behind the wire on one connection. Called on the connection's event loop.
  func connect(_ writer: any ReplyWriter) -> any ModelConversation
  /// Silent faults may answer as it answered so many answers ago, and before the last write. What it answered before this
  /// was said is none of it.
  func lookBack(_ answers: Int)
  /// Nothing was answered and changed so far that a silent fault could go back to.
  func forget()
  /// What it was asked for and does not know, and how often; by name.
  var unsupported: [(name: String, count: Int)] { get }
  /// Another one in the first state of this one, which shares nothing with it that changes.
  ///
  /// - Parameter time: The only time that it looks at.
  func another(_ time: ModelTime) -> any ServiceModel
  /// The time that it looks at.
  var time: ModelTime { get }
  /// What it holds, for people, without secrets; `seed` reads the same.
  func contents() -> JSON
  /// Adds values, named as mockrec.yaml names them: all or, where one is refused, none.
  ///
  /// - Parameter replacing: Whether they take the place of all that it holds.
  func seed(_ values: JSONObject, replacing: Bool) throws(Diagnostic)
  /// All that it holds at this moment, but for its connections.
  func snapshot() -> any ModelSnapshot
  /// Holds again what it held. Those who are connected stay so.
  ///
  /// - Parameter snapshot: Of this model, or of another of the same service.
  func restore(_ snapshot: any ModelSnapshot)
}

extension ServiceModel {
  /// Is in its first state again, by the time that it is now.
  package func reset() {
    self.restore(self.another(self.time).snapshot())
    self.forget()
  }
}

/// What a model held at one moment. Nothing changes it.
package protocol ModelSnapshot: Sendable {}

/// One connection to a model.
package protocol ModelConversation: Conversation {
  /// The kind of the request that was asked last; nil for one of no known kind.
  var kind: Int? { get }
}

/// What a model starts from.
package enum ModelState: Sendable {
  case empty
  /// Values by name, as mockrec.yaml has them.
  case values(JSONObject)
  /// What a recording shows of the service as it was when the recording began: its exchanges in recorded order.
  case recorded([Exchange])
}

/// What a model is made from.
package struct ModelSetup: Sendable {
  package var state: ModelState
  /// What mockrec.yaml says beside its name and state, a mapping of what `Wire.options(of:)` names; nil for nothing.
  package var options: OverlayNode?
  /// Every random choice is made from it.
  package var seed: UInt64
  /// The only time that it looks at.
  package var time: ModelTime
  package var files: PrivateFiles
  /// Whether its clients speak TLS.
  package var usesTLS: Bool

  package init(
    state: ModelState = .empty, options: OverlayNode? = nil, seed: UInt64, time: ModelTime, files: PrivateFiles = .none,
    usesTLS: Bool = false
  ) {
    self.state = state
    self.options = options
    self.seed = seed
    self.time = time
    self.files = files
    self.usesTLS = usesTLS
  }
}
