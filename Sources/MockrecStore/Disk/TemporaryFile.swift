import Synchronization

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A file that is written under a name of its own, and then takes its real name at once and whole, or never was.
///
/// It is locked while its process lives, so that others can tell what a killed process left behind.
struct TemporaryFile: ~Copyable {
  /// Files that begin so are not part of a folder's contents.
  static let prefix = ".tmp-"

  private static let counter = Atomic<UInt64>(0)

  private let folder: OpenFolder
  private let name: String
  private let file: Int32
  private var isNamed = false

  init(in folder: OpenFolder) throws(StoreError) {
    self.folder = folder
    let number = Self.counter.wrappingAdd(1, ordering: .relaxed).newValue
    self.name = "\(Self.prefix)\(getpid())-\(number)"
    let name = self.name
    self.file = Disk.retrying {
      openat(folder.descriptor, name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o666)
    }
    guard self.file >= 0 else { throw Disk.failure("cannot write in", folder.path) }
    _ = flock(self.file, LOCK_EX | LOCK_NB)
  }

  deinit {
    close(self.file)
    if !self.isNamed { unlinkat(self.folder.descriptor, self.name, 0) }
  }

  func write(_ bytes: UnsafeRawBufferPointer) throws(StoreError) {
    try Disk.write(bytes, to: self.file, path: self.folder.path(of: self.name))
  }

  /// Puts the file in its place; what stood there is gone.
  mutating func rename(to name: String) throws(StoreError) {
    guard renameat(self.folder.descriptor, self.name, self.folder.descriptor, name) == 0 else {
      throw Disk.failure("cannot write", self.folder.path(of: name))
    }
    self.isNamed = true
  }

  /// Removes what processes left that are no more.
  static func removeLeftovers(in folder: OpenFolder) throws(StoreError) {
    for name in try folder.names() where name.hasPrefix(Self.prefix) {
      let file = openat(folder.descriptor, name, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
      guard file >= 0 else { continue }
      defer { close(file) }
      if flock(file, LOCK_EX | LOCK_NB) == 0 { unlinkat(folder.descriptor, name, 0) }
    }
  }
}
