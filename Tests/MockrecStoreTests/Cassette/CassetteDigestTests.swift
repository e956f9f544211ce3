import Testing

@testable import MockrecStore

@Suite("The digest of a cassette")
struct CassetteDigestTests {
  private let temporary: TemporaryFolder

  init() throws {
    self.temporary = try TemporaryFolder()
    try self.temporary.write("c/get-a-1.hurl", "abc")
    try self.temporary.write("c/get-b-2.hurl", "")
    try self.temporary.write("c/bodies/x.bin", "body")
    try self.temporary.write("c/order", "get-a-1.hurl\n")
  }

  private func digest(threads: Int = 1) throws -> String {
    try CassetteFolder(reading: self.temporary.path("c")).digest(threads: threads)
  }

  @Test("it is what coreutils make of the files, on any number of threads")
  func known() throws {
    // printf of abc, nothing and body into those files, then: sha256sum bodies/x.bin get-*.hurl | sha256sum
    let expected = "942f46b058fc328203c71d2c9311c460d2c9649144b3a96ad67cab65246b0af7"
    #expect(try self.digest() == expected)
    #expect(try self.digest(threads: 4) == expected)
  }

  @Test("what changes no answer changes nothing", arguments: ["order", "verified.json", ".gitattributes", "notes.md"])
  func unchanged(name: String) throws {
    let before = try self.digest()
    try self.temporary.write("c/\(name)", "other")
    #expect(try self.digest() == before)
  }

  @Test(
    "every byte and every name that the fake answers from counts",
    arguments: [("get-a-1.hurl", "abd"), ("bodies/x.bin", "bodi"), ("bodies/y.bin", ""), ("get-c-3.hurl", "")])
  func changed(name: String, text: String) throws {
    let before = try self.digest()
    try self.temporary.write("c/\(name)", text)
    #expect(try self.digest() != before)
  }
}
