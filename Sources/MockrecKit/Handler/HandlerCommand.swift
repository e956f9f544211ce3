/// A program that answers what no entry of a service does: a line of JSON for each request, and one for each answer.
public struct HandlerCommand: Sendable, Hashable {
  /// The program, a path or a name looked up in PATH, and its arguments.
  public var words: [String]
  /// How long it may take for an answer.
  public var timeout: Duration = .seconds(5)
  /// Where it is run; the working directory when empty.
  public var directory = ""

  public init(_ words: [String]) { self.words = words }
}

/// What answers what no entry of a service does.
public enum Handler: Sendable {
  case command(HandlerCommand)
  case closure(Closure)

  /// A request's answer; nil where the request is none of its own, and a miss. What it throws is told to the client, as
  /// a fault of the mock's.
  public typealias Closure = @Sendable (HandlerRequest) async throws -> HandlerReply?
}
