import Foundation
import MockrecCore

/// Files that a user names.
public enum UserFile {
  /// The whole file; also what is no plain one: a pipe, /dev/stdin.
  ///
  /// - Throws: `Failure` with exit status 64 that says why it cannot be read.
  public static func read(_ path: String) throws -> SourceText {
    guard let file = FileHandle(forReadingAtPath: path) else {
      throw self.failure(path, String(cString: strerror(errno)))
    }
    do {
      return SourceText(name: path, bytes: Array(try file.readToEnd() ?? Data()))
    } catch {
      var isFolder: ObjCBool = false
      let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
      throw self.failure(
        path, exists && isFolder.boolValue ? "it is a folder" : (error as NSError).localizedDescription)
    }
  }

  private static func failure(_ path: String, _ reason: String) -> Failure {
    Failure(ExitStatus.usage, "error: cannot read \(path): \(reason)")
  }
}
