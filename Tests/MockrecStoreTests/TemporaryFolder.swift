import Foundation

/// A folder of a test's own, gone with it.
final class TemporaryFolder: Sendable {
  let path: String

  init() throws {
    let url = FileManager.default.temporaryDirectory.appending(path: "mockrec-store-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    self.path = url.path
  }

  deinit { try? FileManager.default.removeItem(atPath: self.path) }

  func path(_ name: String) -> String { "\(self.path)/\(name)" }

  func write(_ name: String, _ text: String) throws {
    let path = self.path(name)
    try FileManager.default.createDirectory(
      atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    try Data(text.utf8).write(to: URL(filePath: path))
  }

  func text(_ name: String) throws -> String { try String(contentsOfFile: self.path(name), encoding: .utf8) }

  func link(_ name: String, to target: String) throws {
    try FileManager.default.createSymbolicLink(atPath: self.path(name), withDestinationPath: target)
  }

  /// Everything in the folder, hidden or not, folders aside.
  func names() throws -> [String] {
    let enumerator = FileManager.default.enumerator(atPath: self.path)
    return (enumerator?.compactMap { $0 as? String } ?? []).filter {
      var isFolder: ObjCBool = false
      return FileManager.default.fileExists(atPath: self.path($0), isDirectory: &isFolder) && !isFolder.boolValue
    }.sorted()
  }

  /// Runs on a disk of 512 KiB, where the system lets us have one.
  func withTinyDisk(_ body: (String) throws -> Void) throws {
    let path = self.path("tiny")
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    guard mount("tmpfs", path, "tmpfs", 0, "size=512k") == 0 else { return }
    defer { umount2(path, Int32(MNT_DETACH)) }
    try body(path)
  }

  /// Makes the tiny disk read-only.
  static func makeReadOnly(_ path: String) -> Bool {
    mount("tmpfs", path, "tmpfs", UInt(MS_REMOUNT | MS_RDONLY), "size=512k") == 0
  }
}
