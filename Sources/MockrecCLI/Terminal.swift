import Foundation
import MockrecKit

/// The process's own console.
enum Terminal {
  static let console = Console(
    output: { text in Self.write(text, to: STDOUT_FILENO) }, message: { text in Self.write(text, to: STDERR_FILENO) },
    isColoured: isatty(STDOUT_FILENO) == 1 && (ProcessInfo.processInfo.environment["NO_COLOR"] ?? "").isEmpty,
    columns: Self.columns(of: STDOUT_FILENO), isTerminal: isatty(STDERR_FILENO) == 1)

  private static func columns(of descriptor: Int32) -> Int? {
    var size = winsize()
    guard isatty(descriptor) == 1, ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }

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
