import Foundation
import MockrecCore

/// A mockrec.yaml with every default filled in: what runs are made of.
public struct ConfigFile: Sendable {
  /// As it was given or found, relative to the working directory or absolute.
  public let path: String
  /// Of `mockrec record`, where the file says so.
  public let mode: RecordMode?
  /// In the order of the file.
  public let services: [ServiceSettings]

  /// The folder of the file; empty for the working directory.
  public var directory: String { Self.directory(of: self.path) }

  public static let name = "mockrec.yaml"
  /// The longest file that is read, in bytes.
  public static let maximumBytes = 1 << 20
  private static let maximumProblems = 100

  /// Reads a file and finds all that is wrong with it in one pass.
  ///
  /// - Throws: Every problem, in the order of the file, each with its line and a fix.
  package static func load(_ path: String, _ context: ConfigContext) throws(Diagnostics) -> ConfigFile {
    let text: String
    do throws(Diagnostic) {
      text = try Self.read(path)
    } catch {
      throw Diagnostics([error])
    }
    return try Self.parse(text, path: path, context)
  }

  /// Reads a text that is, or would be, the file at `path`.
  package static func parse(
    _ text: String, path: String, _ context: ConfigContext
  ) throws(Diagnostics) -> ConfigFile {
    var source = ConfigText(name: path, text: text)
    var problems = Self.versionProblem(source)
    do throws(Diagnostic) {
      let root = try source.compose(problems: &problems)
      var reader = ConfigReader(source)
      let written = reader.read(root)
      var resolver = ConfigResolver(text: source, directory: Self.directory(of: path), context: context)
      let mode = resolver.mode(written.mode)
      let services = written.services.map { resolver.service($0) }
      problems += reader.problems + resolver.problems
      if problems.isEmpty { return ConfigFile(path: path, mode: mode, services: services) }
    } catch {
      problems.append(error)
    }
    let sorted = problems.enumerated().sorted { a, b in
      let (first, second) = (a.element.place?.position, b.element.place?.position)
      return (first?.line ?? 0, first?.column ?? 0, a.offset) < (second?.line ?? 0, second?.column ?? 0, b.offset)
    }
    throw Diagnostics(sorted.prefix(Self.maximumProblems).map(\.element))
  }

  /// The mockrec.yaml of a directory, or of the nearest parent that has one; a `.git` ends the search.
  ///
  /// - Throws: That there is none, and how to make one.
  public static func find(from directory: String = ".") throws(Diagnostic) -> String {
    var prefix = directory == "." || directory.isEmpty ? "" : directory.hasSuffix("/") ? directory : directory + "/"
    for _ in 0..<64 {
      if access(prefix + Self.name, F_OK) == 0 { return prefix + Self.name }
      if access(prefix + ".git", F_OK) == 0 || isSameDirectory(prefix + ".", prefix + "..") { break }
      prefix += "../"
    }
    let searched = directory == "." || directory.isEmpty ? "this folder" : directory
    throw Diagnostic(
      "there is no mockrec.yaml in \(searched) or above it",
      fix: DiscoveredServices.recorded().isEmpty
        ? "mockrec init, or name the service on the command line: --wire http --cassette DIR --real URL"
        : "mockrec init --from-cassettes makes one of what was recorded in \(DiscoveredServices.folder)/")
  }

  private static func read(_ path: String) throws(Diagnostic) -> String {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      let reason = String(cString: strerror(errno))
      throw Diagnostic("\(path) cannot be read: \(reason)", fix: errno == ENOENT ? "mockrec init" : "check the path")
    }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    while bytes.count <= Self.maximumBytes {
      let had = bytes.count
      let room = min(64 * 1024, Self.maximumBytes + 1 - had)
      bytes.append(contentsOf: repeatElement(0, count: room))
      let count = bytes.withUnsafeMutableBytes { buffer in
        Foundation.read(descriptor, UnsafeMutableRawBufferPointer(rebasing: buffer[had...]).baseAddress, room)
      }
      bytes.removeLast(room - max(count, 0))
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else {
        throw Diagnostic("\(path) cannot be read: \(String(cString: strerror(errno)))", fix: "name a mockrec.yaml")
      }
      if count == 0 { break }
    }
    guard bytes.count <= Self.maximumBytes else {
      throw Diagnostic("\(path) is longer than \(ByteSize(Self.maximumBytes))", fix: "is this a mockrec.yaml?")
    }
    if let text = String(validating: bytes, as: UTF8.self) { return text }
    throw Diagnostic(
      "\(path) is not UTF-8",
      at: Diagnostic.Place(SourceText(name: path, bytes: bytes), at: firstInvalidByte(of: bytes)),
      fix: "save it as UTF-8")
  }

  /// A file may begin with `# mockrec 1`; any other number is from a version that this one does not know.
  private static func versionProblem(_ source: ConfigText) -> [Diagnostic] {
    guard let line = source.text.split(whereSeparator: \.isNewline).first, line.hasPrefix("# mockrec ") else {
      return []
    }
    let version = line.dropFirst(10).prefix { $0 != " " }
    guard Int(version) != nil, version != "1" else { return [] }
    return [
      Diagnostic(
        "written for version \(version) of the format", at: source.place(Spot(line: 1, column: 11)),
        fix: "use a newer mockrec, or write `# mockrec 1`")
    ]
  }

  static func directory(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "" }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }
}

/// Whether two paths lead to the same directory: only at the root are `.` and `..` one.
func isSameDirectory(_ a: String, _ b: String) -> Bool {
  var (first, second) = (stat(), stat())
  guard stat(a, &first) == 0, stat(b, &second) == 0 else { return true }
  return first.st_dev == second.st_dev && first.st_ino == second.st_ino
}

/// Where a text that is not UTF-8 first goes wrong. O(`bytes.count`), only asked when something is wrong.
private func firstInvalidByte(of bytes: [UInt8]) -> Int {
  var decoder = UTF8()
  var iterator = bytes.makeIterator()
  var offset = 0
  while case .scalarValue(let scalar) = decoder.decode(&iterator) { offset += UTF8.width(scalar) }
  return min(offset, bytes.count)
}
