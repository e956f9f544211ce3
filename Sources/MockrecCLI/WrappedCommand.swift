/// The command behind `--`, which is another program's command line and no business of the argument parser.
enum WrappedCommand {
  /// The words behind the first `--` of a subcommand that wraps commands.
  static let words = Self.parts(of: CommandLine.arguments).command
  /// mockrec's own arguments.
  static let own = Self.parts(of: CommandLine.arguments).own

  private static let wrapping: Set = ["record", "replay", "proxy", "sweep"]

  static func parts(of arguments: [String]) -> (own: [String], command: [String]) {
    let own = Array(arguments.dropFirst())
    guard let name = own.first, self.wrapping.contains(name), let mark = own.firstIndex(of: "--") else {
      return (own, [])
    }
    return (Array(own[..<mark]), Array(own[(mark + 1)...]))
  }
}
