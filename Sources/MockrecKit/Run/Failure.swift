import MockrecCore

/// Why a command came to no result, and the exit status that says so.
public struct Failure: Error, Sendable, CustomStringConvertible {
  public var exitStatus: Int32
  public var description: String

  public init(_ exitStatus: Int32, _ description: String) {
    self.exitStatus = exitStatus
    self.description = description
  }

  /// What the user asked for cannot be done as asked.
  static func usage(_ diagnostic: Diagnostic) -> Failure { Failure(ExitStatus.usage, diagnostic.description) }

  /// A file does not parse.
  static func data(_ diagnostics: Diagnostics) -> Failure { Failure(ExitStatus.data, diagnostics.description) }
}

/// The promised exit statuses.
public enum ExitStatus {
  /// All is well.
  public static let fine: Int32 = 0
  /// Drift, a broken contract, a miss, a loss, or a run that checked nothing.
  public static let finding: Int32 = 1
  /// Bad usage.
  public static let usage: Int32 = 64
  /// A file that does not parse.
  public static let data: Int32 = 65
  /// A real service that cannot be reached.
  public static let unavailable: Int32 = 69
  /// A fault of mockrec's own.
  public static let software: Int32 = 70
}
