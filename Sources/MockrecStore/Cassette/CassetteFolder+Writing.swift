extension CassetteFolder {
  /// What writing a file came to.
  package enum Written: Sendable, Hashable {
    case created, replaced
    /// The file held the same bytes and was not touched.
    case unchanged
  }

  /// Writes a file, whole or not at all.
  ///
  /// - Throws: `StoreError`, with the system's word for it; what stood there before still stands.
  @discardableResult
  package func write(_ name: String, _ bytes: [UInt8]) throws -> Written {
    guard !name.contains("/"), !name.hasPrefix("."), !name.isEmpty else {
      throw StoreError(.outside, "cannot write", self.folder.path(of: name), "not the name of a file of the cassette")
    }
    return try self.put(name, bytes)
  }

  /// Removes an exchange's file, if it is there.
  package func remove(_ name: String) throws {
    guard !name.contains("/"), !name.hasPrefix(".") else {
      throw StoreError(.outside, "cannot remove", self.folder.path(of: name), "not the name of a file of the cassette")
    }
    try self.folder.remove(name)
  }

  /// Removes the body files that no exchange's file names.
  package func removeUnusedBodies() throws {
    let unused = try self.unusedBodies()
    guard !unused.isEmpty else { return }
    let bodies = try OpenFolder(self.folder.path(of: Self.bodiesName))
    for name in unused { try bodies.remove(String(name.dropFirst(Self.bodiesName.count + 1))) }
  }

  /// The body files that no exchange's file names, relative to the cassette's folder, sorted.
  package func unusedBodies() throws -> [String] {
    let path = self.folder.path(of: Self.bodiesName)
    guard Disk.isFolder(path) else { return [] }
    var unused = Set(try OpenFolder(path).names().filter { !$0.hasPrefix(".") }.map { "\(Self.bodiesName)/\($0)" })
    for file in try self.load() where !unused.isEmpty {
      let text = String(decoding: file.bytes, as: UTF8.self)
      unused = unused.filter { !text.contains($0) }
    }
    return unused.sorted()
  }

  func put(_ name: String, _ bytes: [UInt8]) throws -> Written {
    let old = try? self.folder.contents(name, limit: bytes.count + 1)
    if old == bytes { return .unchanged }
    do {
      try self.replace(name, bytes)
    } catch let error as StoreError where error.reason == .missing {
      // Another process took the file for a leftover in the moment before it was locked.
      try self.replace(name, bytes)
    }
    return old == nil ? .created : .replaced
  }

  private func replace(_ name: String, _ bytes: [UInt8]) throws {
    var file = try TemporaryFile(in: self.folder)
    try bytes.withUnsafeBytes { try file.write($0) }
    try file.rename(to: name)
  }
}
