import Testing

@testable import MockrecStore

@Suite("Names of files")
struct FileNamesTests {
  private static let names = ["b.hurl", "", "a.hurl", "ä.hurl", "b", "a.hurl-1", "\u{1F600}"]

  @Test("are those that were added, in their order")
  func roundTrip() {
    let names = FileNames(Self.names)
    #expect(Array(names) == Self.names)
    #expect(names.count == Self.names.count && names[3] == "ä.hurl" && Array(names[2..<4]) == ["a.hurl", "ä.hurl"])
    #expect(FileNames().isEmpty && FileNames() != [""])
  }

  @Test("are sorted by their bytes, and found so")
  func sorted() {
    let sorted = FileNames(Self.names).sortedByBytes()
    #expect(sorted == ["", "a.hurl", "a.hurl-1", "b", "b.hurl", "ä.hurl", "\u{1F600}"])
    for (index, name) in sorted.enumerated() { #expect(sorted.sortedIndex(of: name.utf8) == index) }
    for name in ["a", "a.hurl-", "c", "\u{1F601}"] { #expect(sorted.sortedIndex(of: name.utf8) == nil, "\(name)") }
    #expect(FileNames().sortedIndex(of: "a".utf8) == nil)
  }
}
