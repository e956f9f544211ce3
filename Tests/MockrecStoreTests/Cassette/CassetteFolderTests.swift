import Foundation
import Testing

@testable import MockrecStore

@Suite("The files of a cassette")
struct CassetteFolderTests {
  private let temporary: TemporaryFolder
  private let folder: CassetteFolder

  init() throws {
    self.temporary = try TemporaryFolder()
    self.folder = try CassetteFolder(writing: self.temporary.path("cassettes/users"))
  }

  private func names() throws -> [String] {
    try self.temporary.names().map { String($0.dropFirst("cassettes/users/".count)) }
  }

  @Test("only exchanges are read, sorted by name", arguments: [1, 3])
  func load(threads: Int) throws {
    for name in ["b.hurl", "a.hurl", ".hidden.hurl", ".tmp-1-1", "order", "readme.md", "sub/c.hurl"] {
      try self.temporary.write("cassettes/users/\(name)", name)
    }
    let files = try self.folder.load(threads: threads)
    #expect(files.map(\.name) == ["a.hurl", "b.hurl"])
    #expect(files.map { String(decoding: $0.bytes, as: UTF8.self) } == ["a.hurl", "b.hurl"])
  }

  @Test("many files and large files, on several threads")
  func manyFiles() throws {
    for index in 0..<500 {
      try self.folder.write("e-\(index).hurl", [UInt8](repeating: UInt8(index & 0xFF), count: index * 97))
    }
    try self.folder.write("large.hurl", [UInt8](repeating: 7, count: 1_000_003))
    let files = try self.folder.mapFiles(self.folder.entryNames(), threads: 4) { name, bytes in
      (name, bytes.count, bytes.last)
    }
    #expect(files.count == 501)
    for (name, count, last) in files where name != "large.hurl" {
      let index = try #require(Int(name.dropFirst(2).dropLast(5)))
      #expect(count == index * 97)
      #expect(last == (index == 0 ? nil : UInt8(index & 0xFF)))
    }
    #expect(files.last?.1 == 1_000_003)
  }

  @Test("the first file by name with an error names it", arguments: [1, 4])
  func errorOfFile(threads: Int) throws {
    for index in 100..<400 { try self.folder.write("\(index).hurl", []) }
    let error = #expect(throws: StoreError.self) {
      try self.folder.mapFiles(self.folder.entryNames(), threads: threads) { name, _ in
        if name >= "250.hurl" { throw StoreError(.unusable, "cannot parse", name, "") }
      }
    }
    #expect(error?.path == "250.hurl")
  }

  @Test("a file is created, replaced, and left alone when nothing changed")
  func write() throws {
    #expect(try self.folder.write("a.hurl", Array("one".utf8)) == .created)
    let path = self.temporary.path("cassettes/users/a.hurl")
    let before = try FileManager.default.attributesOfItem(atPath: path)[.systemFileNumber] as? Int
    #expect(try self.folder.write("a.hurl", Array("one".utf8)) == .unchanged)
    let after = try FileManager.default.attributesOfItem(atPath: path)[.systemFileNumber] as? Int
    #expect(before == after)
    #expect(try self.folder.write("a.hurl", Array("on".utf8)) == .replaced)
    #expect(try self.folder.write("a.hurl", []) == .replaced)
    #expect(try self.names() == ["a.hurl"])
    try self.folder.remove("a.hurl")
    try self.folder.remove("a.hurl")
    #expect(try self.names() == [])
  }

  @Test("names that are none of the cassette's are refused", arguments: ["../a.hurl", "/a.hurl", ".a.hurl", ""])
  func refusedNames(name: String) {
    let error = #expect(throws: StoreError.self) { try self.folder.write(name, []) }
    #expect(error?.reason == .outside)
  }

  @Test("a reader sees one whole version or another while two write the same file")
  func twoWriters() async throws {
    let other = try CassetteFolder(writing: self.folder.path)
    let (a, b) = ([UInt8](repeating: 1, count: 300_000), [UInt8](repeating: 2, count: 200_000))
    try self.folder.write("x.hurl", a)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { [folder] in for round in 0..<50 { try folder.write("x.hurl", round % 2 == 0 ? b : a) } }
      group.addTask { for round in 0..<50 { try other.write("x.hurl", round % 2 == 0 ? a : b) } }
      group.addTask { [folder] in
        for _ in 0..<100 {
          let bytes = try folder.load()[0].bytes
          #expect(bytes == a || bytes == b)
        }
      }
      try await group.waitForAll()
    }
    #expect(try self.names() == ["x.hurl"])
  }

  @Test("what a killed process left is removed, what a living one writes is not")
  func leftovers() throws {
    let spool = try self.folder.spool(fileExtension: "bin")
    try spool.append([1, 2, 3])
    try self.temporary.write("cassettes/users/.tmp-1-1", "half")
    try self.temporary.write("cassettes/users/bodies/.tmp-99999-1", "half")
    _ = try CassetteFolder(reading: self.folder.path)
    #expect(try self.names().count == 3, "reading changes nothing")
    _ = try CassetteFolder(writing: self.folder.path)
    #expect(try self.names().count == 1)
    let (name, _, _) = try spool.finish()
    #expect(try self.names() == [name])
  }

  @Test("a folder that is missing, or none")
  func missing() throws {
    let missing = #expect(throws: StoreError.self) {
      try CassetteFolder(reading: self.temporary.path("nowhere"))
    }
    #expect(missing?.reason == .missing)
    #expect(missing?.description.contains("nowhere: No such file or directory") == true)
    try self.temporary.write("file", "")
    #expect(throws: StoreError.self) { try CassetteFolder(writing: self.temporary.path("file")) }
    #expect(throws: StoreError.self) { try CassetteFolder(writing: self.temporary.path("file/below")) }
  }

  @Test("a folder that takes no files says why")
  func denied() throws {
    // Denied even to the super-user.
    let folder = try CassetteFolder(writing: "/proc/self")
    let error = #expect(throws: StoreError.self) { try folder.write("a.hurl", [1]) }
    #expect(error?.path.hasPrefix("/proc/self") == true)
    #expect(error?.detail.isEmpty == false)
  }

  @Test("a full disk is told as such, and leaves nothing half")
  func full() throws {
    let device = open("/dev/full", O_WRONLY)
    defer { close(device) }
    let error = #expect(throws: StoreError.self) {
      try [UInt8](repeating: 0, count: 100).withUnsafeBytes { try Disk.write($0, to: device, path: "/dev/full") }
    }
    #expect(error?.reason == .full)
    #expect(error?.description == "cannot write /dev/full: No space left on device")
    try self.temporary.withTinyDisk { path in
      let folder = try CassetteFolder(writing: path)
      try folder.write("a.hurl", [1, 2, 3])
      let big = [UInt8](repeating: 7, count: 1 << 20)
      for name in ["a.hurl", "b.hurl"] {
        let error = #expect(throws: StoreError.self) { try folder.write(name, big) }
        #expect(error?.reason == .full)
      }
      let spool = try folder.spool(fileExtension: "bin")
      #expect(throws: StoreError.self) { try spool.append(big) }
      #expect(throws: StoreError.self) { try spool.finish() }
      #expect(try folder.load().map(\.bytes) == [[1, 2, 3]])
      #expect(try FileManager.default.contentsOfDirectory(atPath: path).sorted() == ["a.hurl", "bodies"])
      #expect(try FileManager.default.contentsOfDirectory(atPath: "\(path)/bodies") == [])
    }
  }
}
