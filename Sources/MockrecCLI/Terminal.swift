import Foundation
import MockrecKit

/// The process's own console.
enum Terminal {
  static let console = Console(
    output: { text in Self.write(text, to: STDOUT_FILENO) }, message: { text in Self.write(text, to: STDERR_FILENO) },
    isColoured: isatty(STDERR_FILENO) == 1 && (ProcessInfo.processInfo.environment["NO_COLOR"] ?? "").isEmpty,
    isTerminal: isatty(STDERR_FILENO) == 1)

  /// Writes all of it, unbuffered. A reader that is gone is no reason to fail.
  private static func write(_ text: String, to descriptor: Int32) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 {
        if errno == EINTR || errno == EAGAIN { continue }
        return
      }
      bytes = bytes.dropFirst(count)
    }
  }
}
