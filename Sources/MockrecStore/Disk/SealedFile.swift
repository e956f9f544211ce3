import Crypto
import Foundation
import Synchronization

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A file for what a run sets aside and nobody else is to read: it has no name, and what lies in it is sealed with a key
/// that this process alone has. It is gone with the process.
package final class SealedFile: Sendable {
  /// Where something lies in the file.
  package struct Place: Sendable, Hashable {
    var offset: UInt64
    var length: UInt32
  }

  private let file: Int32
  private let folder: String
  private let key = SymmetricKey(size: .bits256)
  private let end = Mutex<UInt64>(0)

  /// - Parameter folder: Where there is room for it.
  package init(in folder: String) throws(StoreError) {
    let name = "\(folder)/\(TemporaryFile.prefix)\(UUID().uuidString)"
    self.folder = folder
    self.file = Disk.retrying { open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600) }
    guard self.file >= 0 else { throw Disk.failure("cannot write in", folder) }
    unlink(name)
  }

  deinit { close(self.file) }

  /// - Complexity: One system call.
  package func append(_ bytes: [UInt8]) throws(StoreError) -> Place {
    let sealed: Data
    do { sealed = try ChaChaPoly.seal(bytes, using: self.key).combined } catch {
      throw StoreError(.other, "cannot seal what goes to", self.folder, "\(error)")
    }
    let offset = self.end.withLock { end in
      defer { end += UInt64(sealed.count) }
      return end
    }
    var done = 0
    while done < sealed.count {
      let count = sealed.withUnsafeBytes { bytes in
        let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
        return Disk.retrying { pwrite(self.file, rest.baseAddress, rest.count, off_t(offset) + off_t(done)) }
      }
      guard count > 0 else { throw Disk.failure("cannot write in", self.folder) }
      done += count
    }
    return Place(offset: offset, length: UInt32(sealed.count))
  }

  /// - Complexity: One system call.
  package func read(_ place: Place) throws(StoreError) -> [UInt8] {
    var sealed = Data(count: Int(place.length))
    let count = sealed.withUnsafeMutableBytes { bytes in
      Disk.retrying { pread(self.file, bytes.baseAddress, bytes.count, off_t(place.offset)) }
    }
    guard count >= 0 else { throw Disk.failure("cannot read what was set aside in", self.folder) }
    do { return try Array(ChaChaPoly.open(ChaChaPoly.SealedBox(combined: sealed), using: self.key)) } catch {
      throw StoreError(.unusable, "cannot read what was set aside in", self.folder, "it has changed")
    }
  }
}
