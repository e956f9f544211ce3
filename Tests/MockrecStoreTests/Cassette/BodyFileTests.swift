import MockrecCore
import Testing

@testable import MockrecStore

@Suite("Body files of a cassette")
struct BodyFileTests {
  private let temporary: TemporaryFolder
  private let folder: CassetteFolder

  init() throws {
    self.temporary = try TemporaryFolder()
    self.folder = try CassetteFolder(writing: self.temporary.path("c"))
  }

  @Test("a body is named by its bytes, once, however it comes")
  func spool() throws {
    let expected = "bodies/ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad.txt"
    for chunks in [["abc"], ["a", "", "bc"], ["a", "b", "c"]] {
      let spool = try self.folder.spool(fileExtension: "TXT")
      for chunk in chunks { try spool.append(Array(chunk.utf8)) }
      let (name, length, replaced) = try spool.finish()
      #expect(name == expected)
      #expect(length == 3)
      #expect(replaced == 0)
      #expect(throws: StoreError.self) { try spool.append([1]) }
    }
    #expect(try self.temporary.names() == ["c/\(expected)"])
    #expect(try self.folder.open(bodyFile: expected).contents(limit: 3) == Array("abc".utf8))
    #expect(throws: StoreError.self) { try self.folder.open(bodyFile: expected).contents(limit: 2) }
  }

  @Test("a strange extension is none", arguments: ["", "a/b", "..", "tar.gz", "verylongone", "é"])
  func strangeExtension(text: String) throws {
    #expect(try self.folder.spool(fileExtension: text).finish().name.hasSuffix(".bin"))
  }

  @Test("secrets never reach the file")
  func redacted() throws {
    let spool = try self.folder.spool(fileExtension: "json", redactor: Redactor().streaming(.json))
    for byte in #"{"password":"hunter2","a":1}"#.utf8 { try spool.append([byte]) }
    let (name, length, replaced) = try spool.finish()
    let text = try self.temporary.text("c/\(name)")
    #expect(text == #"{"password":"\#(Pseudonym.text(of: "hunter2"))","a":1}"#)
    #expect(length == text.utf8.count)
    #expect(replaced == 1)
  }

  @Test("an abandoned or forgotten body leaves nothing, nor one that is too large")
  func abandoned() throws {
    let spool = try self.folder.spool(fileExtension: "bin")
    try spool.append([1])
    spool.abandon()
    #expect(throws: StoreError.self) { try spool.finish() }
    do {
      let forgotten = try self.folder.spool(fileExtension: "bin")
      try forgotten.append([1])
    }
    let limited = try self.folder.spool(fileExtension: "bin", limit: 4)
    try limited.append([1, 2, 3])
    let error = #expect(throws: StoreError.self) { try limited.append([4, 5]) }
    #expect(error?.reason == .tooLarge)
    #expect(error?.detail == "the body exceeds 4 bytes")
    #expect(try self.temporary.names() == [])
  }

  @Test(
    "a name that leads outside the folder is refused",
    arguments: [
      "", "/etc/passwd", "../secret", "bodies/../../secret", "bodies/./x", "bodies//x", "link", "linked/secret",
      "bodies/", "bodies", "inner", "order\0x",
    ])
  func outside(name: String) throws {
    try self.temporary.write("secret", "s")
    try self.temporary.write("c/bodies/x", "x")
    try self.temporary.link("c/link", to: "../secret")
    try self.temporary.link("c/linked", to: "..")
    try self.temporary.link("c/inner", to: "bodies/x")
    let error = #expect(throws: StoreError.self) { try self.folder.open(bodyFile: name) }
    #expect(error?.reason == .outside || error?.reason == .unusable)
    #expect(try self.folder.open(bodyFile: "bodies/x").contents(limit: 10) == Array("x".utf8))
  }

  @Test("a body file that is missing is told by its path")
  func missing() throws {
    let error = #expect(throws: StoreError.self) { try self.folder.open(bodyFile: "bodies/none.bin") }
    #expect(error?.reason == .missing)
    #expect(error?.path.hasSuffix("c/bodies/none.bin") == true)
  }

  @Test("a large body is read in pieces")
  func pieces() throws {
    let spool = try self.folder.spool(fileExtension: "bin")
    for index in 0..<100 { try spool.append([UInt8](repeating: UInt8(index), count: 10_000)) }
    let file = try self.folder.open(bodyFile: spool.finish().name)
    #expect(file.length == 1_000_000)
    var buffer = [UInt8](repeating: 0, count: 30_000)
    let count = try buffer.withUnsafeMutableBytes { try file.read(at: 995_000, into: $0) }
    #expect(count == 5_000)
    #expect(buffer[0] == 99)
  }
}
