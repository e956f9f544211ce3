/// Where a run speaks: lines for machines, and messages for people.
public struct Console: Sendable {
  /// Writes to standard output and flushes.
  public var output: @Sendable (_ text: String) -> Void
  /// Writes to standard error.
  public var message: @Sendable (_ text: String) -> Void
  /// Whether what goes to standard output may be coloured: a terminal without NO_COLOR.
  public var isColoured: Bool
  /// How many columns standard output has; nil where it is no terminal.
  public var columns: Int?
  /// Whether messages go to a terminal: progress is shown only there.
  public var isTerminal: Bool

  public init(
    output: @escaping @Sendable (_ text: String) -> Void, message: @escaping @Sendable (_ text: String) -> Void,
    isColoured: Bool = false, columns: Int? = nil, isTerminal: Bool = false
  ) {
    self.output = output
    self.message = message
    self.isColoured = isColoured
    self.columns = columns
    self.isTerminal = isTerminal
  }

  /// Says nothing: for runs inside a test.
  public static let silent = Console(output: { _ in }, message: { _ in })
}
