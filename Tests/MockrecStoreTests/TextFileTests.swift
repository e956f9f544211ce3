import Foundation
import Testing

@testable import MockrecStore

@Suite("A text that is written to a file")
struct TextFileTests {
  private let folder: TemporaryFolder

  init() throws {
    self.folder = try TemporaryFolder()
    try self.folder.write("a.txt", "old")
  }

  private func write(_ pieces: String..., to path: String) throws {
    let file = try TextFile(path)
    for piece in pieces { file.write(piece) }
    try file.end()
  }

  @Test("is there when it has ended, and not before")
  func whole() throws {
    let long = String(repeating: "ü", count: 100_000)
    let file = try TextFile(self.folder.path("a.txt"))
    file.write(long)
    file.write("end")
    #expect(try self.folder.text("a.txt") == "old")
    try file.end()
    #expect(try self.folder.text("a.txt") == long + "end")
  }

  @Test("that does not end leaves nothing")
  func dropped() throws {
    do {
      let file = try TextFile(self.folder.path("a.txt"))
      file.write("new")
    }
    #expect(try self.folder.text("a.txt") == "old")
    #expect(try self.folder.names() == ["a.txt"])
  }

  @Test("goes where a link leads, and leaves the link; what is no plain file is written in its place")
  func places() throws {
    try self.folder.link("link", to: "a.txt")
    try self.write("new", " text", to: self.folder.path("link"))
    #expect(try self.folder.text("a.txt") == "new text")
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: self.folder.path("link")) == "a.txt")
    try self.write("x", to: "/dev/null")
    #expect(throws: (any Error).self) { try self.write("x", to: "/dev/full") }
    #expect(throws: StoreError.self) { try TextFile(self.folder.path("none/a.txt")) }
  }
}
