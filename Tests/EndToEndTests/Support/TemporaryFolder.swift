import Foundation

/// A folder that goes when its last owner does.
final class TemporaryFolder: Sendable {
  let path: String

  init() throws {
    var template = Array((NSTemporaryDirectory() + "/mockrec-e2e-XXXXXX").utf8CString)
    guard mkdtemp(&template) != nil else { throw SystemFailure("mkdtemp") }
    path = template.withUnsafeBufferPointer {
      String(decoding: $0.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func callAsFunction(_ relative: String) -> String { "\(path)/\(relative)" }

  /// Makes a folder inside and gives its path.
  @discardableResult
  func folder(_ relative: String) throws -> String {
    try FileManager.default.createDirectory(atPath: self(relative), withIntermediateDirectories: true)
    return self(relative)
  }

  /// Writes a file inside, its folders with it, and gives its path.
  @discardableResult
  func write(_ relative: String, _ text: String) throws -> String {
    try write(relative, Data(text.utf8))
  }

  @discardableResult
  func write(_ relative: String, _ bytes: Data) throws -> String {
    let file = self(relative)
    try FileManager.default.createDirectory(
      atPath: (file as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    try bytes.write(to: URL(fileURLWithPath: file))
    return file
  }
}

/// Every file under a folder with its bytes; two that are equal are two equal trees.
struct FileTree: Equatable {
  let files: [String: Data]

  /// - Parameter isWanted: Which files are read, by their path.
  init(_ root: String, where isWanted: (String) -> Bool = { _ in true }) throws {
    var files: [String: Data] = [:]
    for case let relative as String in FileManager.default.enumerator(atPath: root) ?? .init()
    where isWanted(relative) {
      let file = "\(root)/\(relative)"
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: file, isDirectory: &isFolder), !isFolder.boolValue else { continue }
      files[relative] = try Data(contentsOf: URL(fileURLWithPath: file))
    }
    self.files = files
  }

  var names: [String] { files.keys.sorted() }

  /// The files of an exchange each: not the order of the run, nor body files.
  var entries: [String] { names.filter { $0.hasSuffix(".hurl") } }

  /// The first file whose name begins so.
  func text(prefix: String) -> String? {
    names.first { $0.hasPrefix(prefix) }.flatMap { files[$0] }.map { String(decoding: $0, as: UTF8.self) }
  }

  /// The files that are not the same in `other`, by name: what a reader wants to see of a difference.
  func changes(to other: FileTree) -> [String] {
    Set(files.keys).union(other.files.keys).filter { files[$0] != other.files[$0] }.sorted()
  }

  /// The files in which these bytes stand.
  func files(containing text: String) -> [String] {
    let needle = Data(text.utf8)
    return names.filter { files[$0]?.range(of: needle) != nil }
  }
}

/// A call of the system that failed, by its name and its errno.
struct SystemFailure: Error, CustomStringConvertible {
  let description: String

  init(_ call: String, _ code: Int32 = errno) { description = "\(call): \(String(cString: strerror(code)))" }
}
