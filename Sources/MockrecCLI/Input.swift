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
    return try UserFile.read(path)
  }
}
