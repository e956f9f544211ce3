import Foundation
import MockrecCore
import MockrecKit

/// Files that commands read.
enum Input {
  /// A file, or standard input for nil and `-`.
  static func read(_ path: String?) throws -> SourceText {
    guard let path, path != "-" else {
      let data = try FileHandle.standardInput.readToEnd() ?? Data()
      return SourceText(name: "<stdin>", bytes: Array(data))
    }
    do {
      return SourceText(name: path, bytes: Array(try Data(contentsOf: URL(fileURLWithPath: path))))
    } catch {
      throw Failure(ExitStatus.usage, "error: cannot read \(path): \((error as NSError).localizedDescription)")
    }
  }
}
