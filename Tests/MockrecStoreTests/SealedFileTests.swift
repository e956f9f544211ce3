import Foundation
import Testing

@testable import MockrecStore

@Suite("A sealed file")
struct SealedFileTests {
  private let folder: TemporaryFolder

  init() throws { self.folder = try TemporaryFolder() }

  @Test("gives back what was put into it, and has no name")
  func roundTrip() throws {
    let file = try SealedFile(in: self.folder.path)
    let pieces: [[UInt8]] = [[], [1], Array("a secret".utf8), Array(repeating: 7, count: 1 << 20)]
    let places = try pieces.map { try file.append($0) }
    #expect(try places.reversed().map { try file.read($0) } == pieces.reversed())
    #expect(try self.folder.names().isEmpty)
  }

  @Test("holds nothing that could be read without its key")
  func sealed() throws {
    let before = Self.openFiles
    let file = try SealedFile(in: self.folder.path)
    let secret = Array("hunter2hunter2hunter2".utf8)
    let place = try file.append(secret)
    let path = try #require(Self.openFiles.subtracting(before).first { $0.value.hasPrefix(self.folder.path) }?.key)
    let raw = try Data(contentsOf: URL(fileURLWithPath: path))
    #expect(raw.count > secret.count && raw.range(of: Data("hunter2".utf8)) == nil)
    #expect(try file.read(place) == secret)
  }

  /// What is open in this process: `/proc/self/fd/7` and what it leads to.
  private static var openFiles: Set<OpenFile> {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
    return Set(
      names.compactMap { name in
        let path = "/proc/self/fd/\(name)"
        return (try? FileManager.default.destinationOfSymbolicLink(atPath: path)).map { OpenFile(key: path, value: $0) }
      })
  }

  private struct OpenFile: Hashable {
    var key: String
    var value: String
  }
}
