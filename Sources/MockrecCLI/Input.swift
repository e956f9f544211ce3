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
    // Also what is no plain file: a pipe, /dev/stdin.
    guard let file = FileHandle(forReadingAtPath: path) else {
      throw Failure(ExitStatus.usage, "error: cannot read \(path): \(String(cString: strerror(errno)))")
    }
    do {
      return SourceText(name: path, bytes: Array(try file.readToEnd() ?? Data()))
    } catch {
      throw Failure(ExitStatus.usage, "error: cannot read \(path): \((error as NSError).localizedDescription)")
    }
  }
}
