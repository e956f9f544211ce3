#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A file that takes a text piece by piece, and is there whole when the text has ended, or never was.
///
/// What is there and is no plain file, such as `/dev/stdout`, is written as it comes.
package final class TextFile: TextOutputStream {
  private let path: String
  /// Where the file gets its name when it is whole; nil where it is written in its place.
  private var draft: TemporaryFile?
  private let name: String
  private let place: Int32
  private var buffer: [UInt8] = []
  private var problem: (any Error)?

  private static let bufferLength = 64 << 10

  package init(_ path: String) throws(StoreError) {
    // A link is followed: what it leads to is written, and it stays.
    let resolved = realpath(path, nil)
    defer { free(resolved) }
    let path = resolved.map { String(cString: $0) } ?? path
    self.path = path
    self.name = path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
    var status = stat()
    if stat(self.path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
      self.place = open(self.path, O_WRONLY | O_CLOEXEC)
      guard self.place >= 0 else { throw Disk.failure("cannot write", self.path) }
    } else {
      self.place = -1
      self.draft = try TemporaryFile(in: OpenFolder(Disk.parent(of: self.path)))
    }
    self.buffer.reserveCapacity(Self.bufferLength)
  }

  deinit { if self.place >= 0 { close(self.place) } }

  /// An error is told at the end.
  package func write(_ text: String) {
    self.buffer += text.utf8
    if self.buffer.count >= Self.bufferLength { self.flush() }
  }

  /// Puts the file in its place.
  package func end() throws {
    self.flush()
    if let problem = self.problem { throw problem }
    try self.draft?.rename(to: self.name)
  }

  private func flush() {
    guard self.problem == nil else { return self.buffer.removeAll() }
    do {
      if self.place >= 0 {
        try self.buffer.withUnsafeBytes { try Disk.write($0, to: self.place, path: self.path) }
      } else {
        try self.buffer.withUnsafeBytes { try self.draft?.write($0) }
      }
    } catch { self.problem = error }
    self.buffer.removeAll(keepingCapacity: true)
  }
}
