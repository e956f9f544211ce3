import Foundation
import MockrecKit

/// Files that a command line names.
enum Files {
  /// The path itself, or every `.hurl` file below a folder, sorted.
  static func hurl(_ path: String) throws -> [String] {
    if path == "-" { return [path] }
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw Failure(ExitStatus.usage, "error: there is no \(path)")
    }
    guard isFolder.boolValue else { return [path] }
    let below = FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []
    let base = path.hasSuffix("/") ? String(path.dropLast()) : path
    return below.filter { $0.hasSuffix(".hurl") && !$0.split(separator: "/").contains { $0.hasPrefix(".") } }
      .sorted().map { "\(base)/\($0)" }
  }
}
