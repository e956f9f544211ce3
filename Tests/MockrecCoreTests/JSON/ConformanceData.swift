import Foundation
import MockrecCore

/// The suites of others that stand beside the project, where they do.
enum ConformanceData {
  /// The suite of that name; nil, with a line that says so, when it is not there.
  static func load(_ name: String, from file: String = #filePath) -> JSON? {
    var root = URL(fileURLWithPath: file)
    // Tests/MockrecCoreTests/<folder>/<file>
    for _ in 0..<4 { root.deleteLastPathComponent() }
    let suite = root.deletingLastPathComponent().appendingPathComponent("shared/conformance/\(name)")
    guard let data = try? Data(contentsOf: suite) else {
      print("not run: \(suite.path) is not there; the project passes its other tests without it")
      return nil
    }
    return try? JSON.parse([UInt8](data))
  }
}
