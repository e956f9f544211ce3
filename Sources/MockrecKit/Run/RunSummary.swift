/// What a run came to.
public struct RunSummary: Sendable {
  /// The run's own exit status, before that of a wrapped command.
  public var exitStatus: Int32
  /// For people: several lines.
  public var text: String
  /// The exit status of the wrapped command; 0 without one.
  public var commandStatus: Int32 = 0

  public init(exitStatus: Int32, text: String) {
    self.exitStatus = exitStatus
    self.text = text
  }

  /// The worse of both.
  public var worst: Int32 { self.commandStatus != 0 ? self.commandStatus : self.exitStatus }
}
