import Foundation

/// The interpreter that has the packages of the real clients and servers.
enum Python {
  static var interpreter: String {
    get throws {
      let path =
        ProcessInfo.processInfo.environment["MOCKREC_PYTHON"] ?? "\(Mockrec.package)/.build/venv/bin/python"
      guard FileManager.default.isExecutableFile(atPath: path) else {
        throw Failed(what: "no \(path): make it with `scripts/test`, or by hand: \(byHand)")
      }
      return path
    }
  }

  private static let byHand =
    "python3 -m venv .build/venv && .build/venv/bin/pip install -r scripts/requirements.txt"

  /// A script of `Tests/EndToEndTests`.
  static func script(_ relative: String) -> String { "\(Mockrec.package)/Tests/EndToEndTests/\(relative)" }

  /// Runs one of the client scripts against a base URL and reads what it saw.
  static func client(_ name: String, _ url: String, _ more: [String] = []) async throws -> Transcript {
    let child = try Child(interpreter, ["-B", script("Clients/\(name).py"), url] + more)
    guard try await child.end(within: .seconds(120)) == .exit(0) else { throw Failed(what: child.transcript) }
    return try JSONDecoder().decode(Transcript.self, from: Data(child.stdout.utf8))
  }
}
