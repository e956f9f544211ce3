#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A body file of a cassette, open for reading.
package final class BodyFile: Sendable {
  package let path: String
  /// In bytes, when it was opened.
  package let length: Int
  /// Valid as long as this object lives.
  package let descriptor: Int32

  fileprivate init(owning descriptor: Int32, path: String) throws(StoreError) {
    self.path = path
    self.descriptor = descriptor
    var status = stat()
    let isRead = fstat(descriptor, &status) == 0
    self.length = isRead ? Int(status.st_size) : 0
    guard isRead else { throw Disk.failure("cannot open", path) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw StoreError(.unusable, "cannot open", path, "not a plain file")
    }
  }

  deinit { close(self.descriptor) }

  /// Reads up to `buffer.count` bytes from `offset`; gives how many there were, 0 at the end.
  package func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(StoreError) -> Int {
    let count = Disk.retrying { pread(self.descriptor, buffer.baseAddress, buffer.count, off_t(offset)) }
    guard count >= 0 else { throw Disk.failure("cannot read", self.path) }
    return count
  }

  /// All of it.
  ///
  /// - Throws: `StoreError` when it is larger than `limit`.
  package func contents(limit: Int) throws(StoreError) -> [UInt8] {
    guard self.length <= limit else {
      throw StoreError(.tooLarge, "cannot read", self.path, "larger than \(limit) bytes")
    }
    var bytes = [UInt8](repeating: 0, count: self.length)
    var count = 0
    while count < bytes.count {
      let got = Disk.retrying {
        bytes.withUnsafeMutableBytes {
          pread(self.descriptor, $0.baseAddress?.advanced(by: count), $0.count - count, off_t(count))
        }
      }
      guard got > 0 else { throw Disk.failure("cannot read", self.path, errno: got == 0 ? EIO : errno) }
      count += got
    }
    return bytes
  }
}

extension CassetteFolder {
  /// Opens a file that an entry names.
  ///
  /// - Parameter name: Relative to the cassette's folder. A name that leads outside it, by `..`, as an absolute path or
  ///   through a symbolic link, is refused: a cassette may come from a stranger.
  package func open(bodyFile name: String) throws -> BodyFile {
    let path = self.folder.path(of: name)
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    guard !name.isEmpty, !name.utf8.contains(0), parts.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." }) else {
      throw StoreError(.outside, "cannot open", path, "the name leads outside the cassette's folder")
    }
    var current = self.folder.descriptor
    defer { if current != self.folder.descriptor { close(current) } }
    // Step by step, so that no link is followed, not even one that is put there meanwhile.
    for part in parts.dropLast() {
      let next = openat(current, String(part), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
      guard next >= 0 else { throw Self.refusal(path) }
      if current != self.folder.descriptor { close(current) }
      current = next
    }
    let file = openat(current, String(parts[parts.count - 1]), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard file >= 0 else { throw Self.refusal(path) }
    return try BodyFile(owning: file, path: path)
  }

  private static func refusal(_ path: String) -> StoreError {
    let code = errno
    guard code == ELOOP || code == ENOTDIR else { return Disk.failure("cannot open", path, errno: code) }
    return StoreError(.outside, "cannot open", path, "a symbolic link, or no folder, is on the way to it")
  }
}
