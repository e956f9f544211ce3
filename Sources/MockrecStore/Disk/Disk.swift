#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The system calls that the store needs, with errors that name the path.
enum Disk {
  static func failure(_ action: String, _ path: String, errno code: Int32 = errno) -> StoreError {
    let reason: StoreError.Reason =
      switch code {
      case ENOSPC, EDQUOT: .full
      case EROFS: .readOnly
      case EACCES, EPERM: .denied
      case ENOENT, ENOTDIR: .missing
      case ELOOP, EISDIR: .unusable
      case EFBIG: .tooLarge
      default: .other
      }
    return StoreError(reason, action, path, String(cString: strerror(code)))
  }

  /// Repeats a call that a signal interrupted.
  static func retrying<Result: SignedInteger>(_ call: () -> Result) -> Result {
    while true {
      let result = call()
      if result != -1 || errno != EINTR { return result }
    }
  }

  /// Makes a folder and those above it.
  static func makeFolder(_ path: String) throws(StoreError) {
    if mkdir(path, 0o777) == 0 { return }
    switch errno {
    case EEXIST where Self.isFolder(path): return
    case ENOENT:
      let parent = Self.parent(of: path)
      guard parent != path, !parent.isEmpty else { throw Self.failure("cannot make folder", path) }
      try Self.makeFolder(parent)
      guard mkdir(path, 0o777) == 0 || errno == EEXIST else { throw Self.failure("cannot make folder", path) }
    default: throw Self.failure("cannot make folder", path)
    }
  }

  static func parent(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// Writes all of it, however often the system takes a part only.
  static func write(_ bytes: UnsafeRawBufferPointer, to file: Int32, path: String) throws(StoreError) {
    var rest = bytes
    while !rest.isEmpty {
      let count = Self.retrying { systemWrite(file, rest.baseAddress, rest.count) }
      guard count > 0 else { throw Self.failure("cannot write", path) }
      rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    }
  }

  /// The names in an open folder, those of folders aside; in no order.
  ///
  /// - Parameter isWanted: Is given each name's bytes.
  static func names(
    in folder: Int32, path: String, where isWanted: (UnsafeRawBufferPointer) -> Bool = { _ in true }
  ) throws(StoreError) -> FileNames {
    // A descriptor of its own: closedir closes it, and the position of a shared one would be shared.
    let copy = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard copy >= 0, let stream = fdopendir(copy) else { throw Self.failure("cannot read folder", path) }
    defer { closedir(stream) }
    var names = FileNames()
    while true {
      errno = 0
      guard let entry = readdir(stream) else { break }
      guard entry.pointee.d_type != DT_DIR else { continue }
      withUnsafeBytes(of: &entry.pointee.d_name) { field in
        let name = UnsafeRawBufferPointer(rebasing: field.prefix { $0 != 0 })
        if isWanted(name) { names.append(name) }
      }
    }
    guard errno == 0 else { throw Self.failure("cannot read folder", path) }
    return names
  }

  /// Whether something of that name stands in the folder, itself or as a link.
  static func exists(_ name: String, in folder: Int32) -> Bool {
    var status = stat()
    return fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0
  }
}

private func systemWrite(_ file: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int { write(file, bytes, count) }

extension Disk {
  /// Waits on this thread.
  static func pause(milliseconds: Int) { usleep(UInt32(milliseconds) * 1000) }
}
