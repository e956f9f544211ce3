#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A folder held open: what is done in it is done in that folder, even when its path comes to mean another one.
final class OpenFolder: Sendable {
  let path: String
  let descriptor: Int32

  init(_ path: String) throws(StoreError) {
    self.path = path
    self.descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard self.descriptor >= 0 else { throw Disk.failure("cannot open folder", path) }
  }

  deinit { close(self.descriptor) }

  func path(of name: String) -> String { "\(self.path)/\(name)" }

  func names(where isWanted: (UnsafeRawBufferPointer) -> Bool = { _ in true }) throws(StoreError) -> FileNames {
    try Disk.names(in: self.descriptor, path: self.path, where: isWanted)
  }

  /// Reads a file into the buffer and gives its length.
  ///
  /// Three system calls for a file that is smaller than the buffer, which grows where needed, up to `limit`. A link is
  /// not followed: what a folder holds is in it, here and wherever it is copied to.
  func read(_ name: String, into buffer: inout ReadBuffer, limit: Int) throws(StoreError) -> Int {
    // The name's own memory: passed as an argument it would be copied, a hundred thousand times.
    let file = name.withCString { name in
      Disk.retrying { openat(self.descriptor, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW) }
    }
    guard file >= 0 else {
      guard errno != ELOOP else {
        throw StoreError(.outside, "cannot open", self.path(of: name), "it is a symbolic link, which is not followed")
      }
      throw Disk.failure("cannot open", self.path(of: name))
    }
    defer { close(file) }
    var count = 0
    while true {
      let space = buffer.bytes[count...]
      let got = Disk.retrying { systemRead(file, UnsafeMutableRawBufferPointer(rebasing: space)) }
      guard got >= 0 else { throw Disk.failure("cannot read", self.path(of: name)) }
      count += got
      // A plain file gives less than was asked for at its end only.
      guard got == space.count else { return count }
      guard count < limit else {
        throw StoreError(.tooLarge, "cannot read", self.path(of: name), "larger than \(limit) bytes")
      }
      buffer.grow(limit: limit + 1)
    }
  }

  /// The whole file, or nil where there is none.
  func contents(_ name: String, limit: Int) throws(StoreError) -> [UInt8]? {
    var buffer = ReadBuffer()
    do throws(StoreError) {
      let count = try self.read(name, into: &buffer, limit: limit)
      return Array(buffer.bytes[..<count])
    } catch {
      if error.reason == .missing { return nil }
      throw error
    }
  }

  func remove(_ name: String) throws(StoreError) {
    guard unlinkat(self.descriptor, name, 0) == 0 || errno == ENOENT else {
      throw Disk.failure("cannot remove", self.path(of: name))
    }
  }

  /// Adds to the end of a file, in one piece: what several processes add at once does not mix.
  func append(_ bytes: [UInt8], to name: String) throws(StoreError) {
    let file = Disk.retrying { openat(self.descriptor, name, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o666) }
    guard file >= 0 else { throw Disk.failure("cannot write", self.path(of: name)) }
    defer { close(file) }
    let failure = bytes.withUnsafeBytes { raw -> StoreError? in
      do throws(StoreError) { try Disk.write(raw, to: file, path: self.path(of: name)) } catch { return error }
      return nil
    }
    if let failure { throw failure }
  }
}

/// Memory for reading files one after the other.
struct ReadBuffer: ~Copyable {
  private(set) var bytes: UnsafeMutableRawBufferPointer

  init(capacity: Int = 16 << 10) { self.bytes = .allocate(byteCount: capacity, alignment: 16) }

  deinit { self.bytes.deallocate() }

  mutating func grow(limit: Int) {
    let larger = UnsafeMutableRawBufferPointer.allocate(
      byteCount: max(self.bytes.count + 1, min(self.bytes.count * 4, limit)), alignment: 16)
    larger.copyMemory(from: UnsafeRawBufferPointer(self.bytes))
    self.bytes.deallocate()
    self.bytes = larger
  }
}

private func systemRead(_ file: Int32, _ buffer: UnsafeMutableRawBufferPointer) -> Int {
  read(file, buffer.baseAddress, buffer.count)
}
