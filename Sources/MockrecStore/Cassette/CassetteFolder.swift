import Dispatch
import Synchronization

/// The files of one service's cassette: a folder with a file an exchange, `bodies/` and `order`.
///
/// Safe to use from several threads, and by several processes at once: a file is there whole or not at all.
package final class CassetteFolder: Sendable {
  /// What a file of the cassette may be; larger bodies stand in body files.
  package static let maximumEntryLength = 64 << 20

  static let bodiesName = "bodies"

  package let path: String
  let folder: OpenFolder
  let listed: Mutex<ListedNames>

  /// Opens the folder to read it; changes nothing.
  package init(reading path: String) throws {
    self.path = path
    self.folder = try OpenFolder(path)
    self.listed = Mutex(ListedNames())
  }

  /// Opens the folder to write in it: makes it where it is missing, and removes what a killed process left behind.
  package init(writing path: String) throws {
    self.path = path
    try Disk.makeFolder(path)
    self.folder = try OpenFolder(path)
    self.listed = Mutex(ListedNames())
    try TemporaryFile.removeLeftovers(in: self.folder)
    if Disk.isFolder("\(path)/\(Self.bodiesName)") {
      try TemporaryFile.removeLeftovers(in: OpenFolder("\(path)/\(Self.bodiesName)"))
    }
  }

  /// The names of the exchanges' files, sorted.
  package func entryNames() throws -> [String] { try self.unsortedNames().sorted() }

  /// How many exchanges' files there are.
  package func entryCount() throws -> Int { try self.unsortedNames().count }

  func unsortedNames() throws -> FileNames {
    let suffix = Array(CassetteName.suffix.utf8)
    // Byte by byte: a folder may hold a hundred thousand names.
    return try self.folder.names { $0.first != UInt8(ascii: ".") && $0.suffix(suffix.count).elementsEqual(suffix) }
  }

  /// Every exchange's file, sorted by name.
  package func load(threads: Int = 1) throws -> [CassetteFile] {
    try self.mapFiles(self.entryNames(), threads: threads) { CassetteFile(name: $0, bytes: Array($1)) }
  }

  /// What `transform` makes of each exchange's file, sorted by name. The bytes are valid during the call only.
  ///
  /// - Parameter names: These files alone, in this order.
  /// - Throws: The error of the first file that has one.
  /// - Complexity: One reading of the folder, three system calls a file.
  package func mapFiles<Result: Sendable>(
    _ names: some RandomAccessCollection<String> & Sendable, threads: Int = 1,
    _ transform: @Sendable (_ name: String, _ bytes: UnsafeRawBufferPointer) throws -> Result
  ) throws -> [Result] {
    // Small enough that the threads end together, large enough that taking one costs nothing.
    let size = 64
    let chunks = (names.count + size - 1) / size
    let workers = max(1, min(threads, chunks))
    let next = Atomic(0)
    let done = Mutex<[Int: Swift.Result<[Result], any Error>]>([:])
    DispatchQueue.concurrentPerform(iterations: workers) { _ in
      var buffer = ReadBuffer()
      while true {
        let chunk = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard chunk < chunks else { return }
        var results: [Result] = []
        results.reserveCapacity(size)
        do {
          for name in names.dropFirst(chunk * size).prefix(size) {
            let count = try self.folder.read(name, into: &buffer, limit: Self.maximumEntryLength)
            results.append(try transform(name, UnsafeRawBufferPointer(rebasing: buffer.bytes[..<count])))
          }
          done.withLock { [results] in $0[chunk] = .success(results) }
        } catch {
          done.withLock { $0[chunk] = .failure(error) }
        }
      }
    }
    let parts = done.withLock { $0 }
    var all: [Result] = []
    all.reserveCapacity(names.count)
    for chunk in 0..<chunks {
      if let part = parts[chunk] { all += try part.get() }
    }
    return all
  }
}

/// A file of a cassette: its name in the folder and its contents.
package struct CassetteFile: Sendable, Hashable {
  package var name: String
  package var bytes: [UInt8]

  package init(name: String, bytes: [UInt8]) {
    self.name = name
    self.bytes = bytes
  }
}
