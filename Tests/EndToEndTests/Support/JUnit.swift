import Foundation

/// JUnit 5 of Debian: its jars, and the compiler that builds tests against them.
enum JUnit {
  private static let jars = [
    "junit-jupiter-api", "junit-jupiter-engine", "junit-platform-commons", "junit-platform-console",
    "junit-platform-engine", "junit-platform-launcher", "junit-platform-reporting", "opentest4j",
    "opentest4j-reporting-events", "opentest4j-reporting-schema", "apiguardian-api", "picocli",
  ]

  private static var path: String {
    get throws {
      let files = jars.map { "/usr/share/java/\($0).jar" }
      for file in files where !FileManager.default.fileExists(atPath: file) {
        throw Failed(what: "no \(file): apt-get install junit5")
      }
      return files.joined(separator: ":")
    }
  }

  /// Compiles sources for Java 17 into `classes` of a folder. A warning is an error.
  static func compile(_ sources: [String], in folder: TemporaryFolder) async throws {
    // The jars of Debian name others that are not installed.
    let javac = try Child(
      "javac", ["-Xlint:all,-path", "-Werror", "--release", "17", "-d", folder("classes"), "-cp", self.path] + sources)
    guard try await javac.end(within: .seconds(120)) == .exit(0) else { throw Failed(what: javac.transcript) }
  }

  /// The command that runs a class of tests in a folder, eight at a time.
  static func command(_ name: String, in folder: TemporaryFolder) throws -> [String] {
    let parallel = ["enabled=true", "mode.default=concurrent", "config.strategy=fixed", "config.fixed.parallelism=8"]
    return ["java", "-cp", "\(folder("classes")):\(try self.path)", "org.junit.platform.console.ConsoleLauncher"]
      + parallel.flatMap { ["--config", "junit.jupiter.execution.parallel.\($0)"] }
      + ["--disable-banner", "--disable-ansi-colors", "--select-class", name]
  }
}
