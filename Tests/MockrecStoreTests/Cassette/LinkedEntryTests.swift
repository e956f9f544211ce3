import Testing

@testable import MockrecStore

@Suite("A cassette's files that are links")
struct LinkedEntryTests {
  @Test(
    "are not followed, whatever they lead to, and the refusal names them", arguments: ["a.hurl", "/etc/passwd", "none"])
  func entry(target: String) throws {
    let folder = try TemporaryFolder()
    try folder.write("a.hurl", "# mockrec 1\n")
    try folder.link("b.hurl", to: target)
    let cassette = try CassetteFolder(reading: folder.path)
    let refused = StoreError(
      .outside, "cannot open", folder.path("b.hurl"), "it is a symbolic link, which is not followed")
    #expect(throws: refused) { try cassette.load() }
    #expect(throws: refused) { try cassette.read("b.hurl") }
    #expect(throws: refused) { try cassette.digest() }
    #expect(throws: refused) {
      try cassette.reduceFiles(threads: 2, into: { _ in 0 }, { count, _, _, _ in count += 1 }, finish: { _ in })
    }
  }

  @Test("a cassette that is a link itself is that which it leads to")
  func folder() throws {
    let folder = try TemporaryFolder()
    try folder.write("real/a.hurl", "# mockrec 1\n")
    try folder.link("linked", to: "real")
    #expect(try CassetteFolder(reading: folder.path("linked")).load().map(\.name) == ["a.hurl"])
  }
}
