import Foundation
import MockrecCore

/// A file that is there whole or not at all, with its mode from the first byte on.
package enum PrivateFile {
  package static func write(_ bytes: [UInt8], to path: String, mode: mode_t) throws {
    let temporary = "\(path).\(getpid())"
    unlink(temporary)
    let file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
    guard file >= 0 else { throw self.failure(path) }
    let isWritten = bytes.withUnsafeBytes { Foundation.write(file, $0.baseAddress, $0.count) } == bytes.count
    let isClosed = close(file) == 0
    guard isWritten, isClosed, rename(temporary, path) == 0 else {
      let failure = self.failure(path)
      unlink(temporary)
      throw failure
    }
  }

  /// - Throws: A `Diagnostic` where others than its owner can read it.
  package static func checkPrivacy(of path: String) throws {
    let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int ?? 0o600
    guard mode & 0o077 != 0 else { return }
    throw Diagnostic(
      "its key can be read by others than its owner (mode \(String(mode, radix: 8))); if nobody has: chmod 600 \(path)")
  }

  fileprivate static func failure(_ path: String) -> Diagnostic {
    Diagnostic("\(path) cannot be written: \(String(cString: strerror(errno)))")
  }
}

/// Held by one process at a time; given up when the process ends.
package struct FileLock {
  private let file: Int32

  /// Waits for it.
  package init(_ path: String) throws {
    self.file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard self.file >= 0 else { throw PrivateFile.failure(path) }
    while flock(self.file, LOCK_EX) != 0 {
      guard errno == EINTR else {
        let failure = PrivateFile.failure(path)
        close(self.file)
        throw failure
      }
    }
  }

  package func release() { close(self.file) }
}
