import Foundation
import MockrecCore

/// Where a command may be found.
///
/// Source: POSIX.1-2024, Base Definitions, 8.3, `PATH`.
struct CommandSearch: Sendable {
  private let folders: [String]

  /// - Parameter path: The value of PATH; nil where it is not set.
  init(path: String?) {
    let path = path ?? "/usr/local/bin:/usr/bin:/bin"
    self.folders = path.split(separator: ":", omittingEmptySubsequences: false).map { $0.isEmpty ? "." : String($0) }
  }

  /// The files to try, in order. A name with a slash is a path already.
  func candidates(for program: String) -> [String] {
    program.contains("/") ? [program] : self.folders.map { joinPath($0, program) }
  }

  /// The program in one of the folders whose name is nearest: what a typing error meant.
  func nearest(to program: String) -> String? {
    guard !program.contains("/") else { return nil }
    var names: [String] = []
    for folder in self.folders.prefix(64) {
      guard let directory = opendir(folder) else { continue }
      defer { closedir(directory) }
      while names.count < 20_000, let entry = readdir(directory) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
          pointer.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: pointer.pointee)) {
            String(cString: $0)
          }
        }
        if abs(name.utf8.count - program.utf8.count) <= 2 { names.append(name) }
      }
    }
    return nearestWord(to: program, among: names)
  }
}
