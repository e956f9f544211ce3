import Testing

@testable import MockrecStore

@Suite("The order of a cassette's exchanges")
struct CassetteOrderTests {
  private let temporary: TemporaryFolder
  private let folder: CassetteFolder

  init() throws {
    self.temporary = try TemporaryFolder()
    self.folder = try CassetteFolder(writing: self.temporary.path)
  }

  @Test("listed names come in their order, the others last, by name")
  func ordered() throws {
    try self.temporary.write("order", "c\r\nb\n\nb\ngone\nc\na")
    #expect(try self.folder.ordered(["z", "a", "b", "c", "y"]) == ["c", "b", "a", "y", "z"])
  }

  @Test("without a list the names are sorted")
  func unlisted() throws { #expect(try self.folder.ordered(["b", "a"]) == ["a", "b"]) }

  @Test("only new names are appended, and recording again changes nothing")
  func append() throws {
    try self.folder.appendToOrder(["b", "a", "b"])
    try self.folder.appendToOrder(["a", "c"])
    #expect(try self.temporary.text("order") == "b\na\nc\n")
    #expect(try self.temporary.text(".gitattributes") == "order merge=union\n")
    let again = try CassetteFolder(writing: self.temporary.path)
    try again.appendToOrder(["c", "b", "a"])
    #expect(try self.temporary.text("order") == "b\na\nc\n")
    #expect(try self.temporary.text(".gitattributes") == "order merge=union\n")
  }

  @Test("a last line without its end, and attributes of the project's own")
  func byHand() throws {
    try self.temporary.write("order", "a")
    try self.temporary.write(".gitattributes", "*.bin binary")
    try self.folder.appendToOrder(["b"])
    #expect(try self.temporary.text("order") == "a\nb\n")
    #expect(try self.temporary.text(".gitattributes") == "*.bin binary\norder merge=union\n")
  }

  @Test("two writers lose no name")
  func twoWriters() async throws {
    let other = try CassetteFolder(writing: self.temporary.path)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { [folder] in for index in 0..<200 { try folder.appendToOrder(["a\(index)", "s\(index)"]) } }
      group.addTask { for index in 0..<200 { try other.appendToOrder(["b\(index)", "s\(index)"]) } }
      try await group.waitForAll()
    }
    let names = (0..<200).flatMap { ["a\($0)", "b\($0)", "s\($0)"] }
    let lines = try self.temporary.text("order").split(separator: "\n").map(String.init)
    #expect(Set(lines) == Set(names))
    #expect(lines.filter { $0.hasPrefix("a") } == (0..<200).map { "a\($0)" })
  }

  @Test("a list is replaced")
  func replace() throws {
    try self.folder.appendToOrder(["a", "b"])
    try self.folder.replaceOrder(["b", "c"])
    try self.folder.appendToOrder(["c", "a"])
    #expect(try self.temporary.text("order") == "b\nc\na\n")
  }
}
