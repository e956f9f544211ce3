import Foundation
import Testing

@Suite("Cassettes and settings that cannot be used", .wholePrograms)
struct CassetteErrorTests {
  private static let good = "# mockrec 1\nGET {{cassette}}/fixed\n\nHTTP 200\n```\nfrom the cassette\n```\n"

  @Test("a cassette that does not parse ends the run with 65, the place, the line and a caret")
  func unparsable() async throws {
    let folder = try TemporaryFolder()
    try folder.write("cassette/get-a-1111.hurl", Self.good)
    try folder.write("cassette/get-b-2222.hurl", "# mockrec 1\nGET {{cassette}}/b\n\nHTTP 2x0\n")
    let before = try FileTree(folder.path)
    let finished = try await Mockrec.run(
      ["replay", "--wire", "http", "--cassette", "cassette", "--listen", "127.0.0.1:0"], in: folder.path)
    #expect(finished.status == 65, "\(finished)")
    #expect(finished.stderr.contains("get-b-2222.hurl:4:6"), "\(finished)")
    #expect(finished.stderr.contains("HTTP 2x0"), "\(finished)")
    #expect(finished.stderr.contains("^"), "\(finished)")
    #expect(!finished.stdout.contains("ready"))
    #expect(before.changes(to: try FileTree(folder.path)).filter { !$0.hasPrefix(".mockrec/") } == [])
  }

  @Test(
    "an entry that names a body file outside its folder is refused",
    arguments: ["../secret.txt", "/etc/hostname", "a/../../secret.txt"])
  func bodyOutside(path: String) async throws {
    let folder = try TemporaryFolder()
    try folder.write("secret.txt", "not for clients\n")
    try folder.write("cassette/get-a-1111.hurl", "# mockrec 1\nGET {{cassette}}/a\n\nHTTP 200\nfile,\(path);\n")
    let finished = try await Mockrec.run(
      ["replay", "--wire", "http", "--cassette", "cassette", "--listen", "127.0.0.1:0"], in: folder.path)
    #expect(finished.status == 65, "\(finished)")
    #expect(finished.stderr.contains("get-a-1111.hurl:5"), "\(finished)")
    #expect(!finished.stderr.contains("not for clients"))
  }

  @Test("an entry whose body file is a link to the outside is refused")
  func bodyLinkedOutside() async throws {
    let folder = try TemporaryFolder()
    try folder.write("secret.txt", "not for clients\n")
    try folder.write("cassette/get-a-1111.hurl", "# mockrec 1\nGET {{cassette}}/a\n\nHTTP 200\nfile,link.txt;\n")
    #expect(symlink(folder("secret.txt"), folder("cassette/link.txt")) == 0)
    let finished = try await Mockrec.run(
      ["replay", "--wire", "http", "--cassette", "cassette", "--listen", "127.0.0.1:0"], in: folder.path)
    #expect(finished.status == 65, "\(finished)")
  }

  @Test("a mockrec.yaml with a misspelt word says where, and which word was meant")
  func unparsableSettings() async throws {
    let folder = try TemporaryFolder()
    try folder.write(
      "mockrec.yaml", "services:\n  users:\n    wire: http\n    lisen: 127.0.0.1:0\n    real: http://127.0.0.1:9\n")
    let finished = try await Mockrec.run(["record", "--", "true"], in: folder.path)
    #expect(finished.status == 65, "\(finished)")
    #expect(finished.stderr.contains("mockrec.yaml:4:5"), "\(finished)")
    #expect(finished.stderr.contains("listen"), "\(finished)")
    #expect(finished.stderr.contains("^"), "\(finished)")
  }

  @Test("a hand-written entry is served")
  func handWritten() async throws {
    let folder = try TemporaryFolder()
    try folder.write("cassette/get-fixed-1111.hurl", Self.good)
    let replayer = try await Mockrec.replay(in: folder.path)
    let connection = try RawConnection(port: replayer.port)
    try await connection.send("GET /fixed HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    #expect(try await connection.readToEnd().hasSuffix("\r\n\r\nfrom the cassette\n"))
    #expect(try await replayer.stop().status == 0)
  }
}
