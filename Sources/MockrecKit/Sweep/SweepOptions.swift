import MockrecCore

/// What a sweep tries.
public struct SweepOptions: Sendable {
  /// The services whose exchanges are swept; all that are served when empty.
  public var services: [String] = []
  /// Kinds of faults, as `SweepFault` reads them; the usual ones of each wire when empty.
  public var faults: [String] = []
  /// Which recorded exchanges, by a pattern of their file's name or of their request; all when nil.
  public var only: String?
  /// Commands that run at once.
  public var jobs = 1
  /// How long each run may take.
  public var timeout = Duration.seconds(30)
  /// Whether each request of an exchange gets its fault, and not only the first of a run.
  public var always = false
  public var reports: [ReportFile] = []
  /// The words that name the services on the command line of `mockrec replay`.
  public var replayWords: [String] = []

  public init() {}

  /// The time that stands for.
  ///
  /// - Throws: `Failure` with exit status 64 for a text that is no time.
  public static func timeout(parsing text: String) throws -> Duration {
    guard let timeout = Duration(parsing: text), timeout > .zero else {
      throw Failure.usage(Diagnostic("--timeout \(text): this is no time", fix: "write it with its unit: 30s, 2m"))
    }
    return timeout
  }
}
