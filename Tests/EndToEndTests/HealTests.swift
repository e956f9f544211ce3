import Foundation
import Testing

@Suite("heal: the fake agrees again, by the smallest edit", .wholePrograms)
struct HealTests {
  private static let assert = "[Asserts]\n# a name is a text\njsonpath \"$.name\" isString\n"

  @Test("a diff that git applies, or --apply; then verify agrees and all else is as it was")
  func heals() async throws {
    let (nginx, folder) = try await recorded(["data.json", "hello.txt", "lines.txt"])
    let entry = try #require(try FileTree(folder("cassette")).entries.first { $0.contains("data") })
    // A person added a comment, and an assert that takes the place of the name.
    let text = try read(folder, entry).replacingOccurrences(of: "\n{\n", with: "\n\(Self.assert){\n")
      .replacingOccurrences(of: "\nHTTP 200\n", with: "\n# from the people desk\nHTTP 200\n")
    try folder.write("cassette/\(entry)", text)
    let before = try FileTree(folder("cassette"))
    #expect(try await verify(nginx.url, in: folder).status == 0)
    var heal = try await Mockrec.run(["heal"], in: folder.path)
    #expect(heal.status == 0 && heal.stdout.isEmpty && heal.stderr.contains("nothing to heal"), "\(heal)")

    try nginx.folder.write(
      "www/data.json", #"{"id": "42", "name": "bob", "tags": ["a", "b", "c"], "token": "s3cr3t-token-of-bob"}"#)
    try nginx.folder.write("www/hello.txt", "hello, world\nand all the others\n")
    try FileManager.default.removeItem(atPath: nginx.folder("www/lines.txt"))
    #expect(try await verify(nginx.url, in: folder).status == 1)

    heal = try await Mockrec.run(["heal"], in: folder.path)
    #expect(heal.status == 0, "\(heal)")
    #expect(!heal.stdout.contains("s3cr3t") && !heal.stdout.contains("bob"), "\(heal)")
    #expect(try !read(folder, "../.mockrec/heal.json").contains("s3cr3t"))
    #expect(try FileTree(folder("cassette")).changes(to: before).filter { $0 != "verified.json" } == [])
    try folder.write("heal.patch", heal.stdout)
    try await git(["apply", "--check", "heal.patch"], in: folder)
    let applied = try await Mockrec.run(["heal", "--apply"], in: folder.path)
    #expect(applied.status == 0 && applied.stdout.contains("healed cassette/\(entry)\n"), "\(applied)")

    let healed = try read(folder, entry)
    for line in [
      "# from the people desk", "jsonpath \"$.name\" isString", "  \"name\": \"alice\",", "  \"id\": \"42\",",
    ] {
      #expect(healed.contains(line), "\(healed)")
    }
    #expect(!healed.contains("\"pi\""), "\(healed)")
    let kept = Set(text.components(separatedBy: "\n")).subtracting(healed.components(separatedBy: "\n"))
    let gone = ["ETag", "Last-Modified", "Content-Length", "  \"id\"", "  \"pi\"", "    \"b\"", "  ]"]
    #expect(kept.allSatisfy { line in gone.contains { line.hasPrefix($0) } }, "\(kept)")
    let finished = try await verify(nginx.url, in: folder, ["--fail-on", "any"])
    #expect(finished.status == 0, "\(finished)")
    heal = try await Mockrec.run(["heal"], in: folder.path)
    #expect(heal.status == 0 && heal.stdout.isEmpty, "\(heal)")

    // git writes the same files.
    let after = try FileTree(folder("cassette"))
    for (name, bytes) in before.files where name.hasSuffix(".hurl") { try folder.write("cassette/\(name)", bytes) }
    try await git(["apply", "heal.patch"], in: folder)
    #expect(try FileTree(folder("cassette")).changes(to: after) == [])
    try await nginx.stop()
  }

  @Test("a body in a file is replaced by another; the old one goes")
  func bodyFile() async throws {
    let (nginx, folder) = try await recorded(["bytes.bin"])
    let old = try FileTree(folder("cassette")).names.filter { $0.hasPrefix("bodies/") }
    try nginx.folder.write("www/bytes.bin", Data((0..<80_000).map { UInt8(truncatingIfNeeded: $0 &* 17) }))
    #expect(try await verify(nginx.url, in: folder, ["--fail-on", "any"]).status == 1)
    let shown = try await Mockrec.run(["heal"], in: folder.path)
    #expect(shown.status == 0 && shown.stderr.contains("is no text and not in the diff"), "\(shown)")
    #expect(try await Mockrec.run(["heal", "--apply"], in: folder.path).status == 0)
    let bodies = try FileTree(folder("cassette")).names.filter { $0.hasPrefix("bodies/") }
    #expect(bodies.count == 1 && old.count == 1 && bodies != old)
    let finished = try await verify(nginx.url, in: folder, ["--fail-on", "any"])
    #expect(finished.status == 0, "\(finished)")
    try await nginx.stop()
  }

  @Test("what changed since is refused, contracts are left to people, and no report is bad usage")
  func refused() async throws {
    let (nginx, folder) = try await recorded(["data.json"])
    let empty = try TemporaryFolder()
    var heal = try await Mockrec.run(["heal", "--apply"], in: empty.path)
    #expect(heal.status == 64 && heal.stderr.contains("run `mockrec verify`"), "\(heal)")
    try nginx.folder.write("www/data.json", #"{"id": null}"#)
    try folder.write("contract.hurl", "GET {{cassette}}/data.json\n\nHTTP 200\n")
    try folder.write(
      "mockrec.yaml", "services:\n  cassette:\n    wire: http\n    real: \(nginx.url)\n    cassette: cassette\n")
    #expect(try await Mockrec.run(["verify", "cassette", "contract.hurl"], in: folder.path).status == 1)
    let entry = try #require(try FileTree(folder("cassette")).entries.first)
    let text = try read(folder, entry)
    try folder.write("cassette/\(entry)", text + "\n")
    heal = try await Mockrec.run(["heal", "--apply"], in: folder.path)
    #expect(heal.status == 1 && heal.stderr.contains("it has changed since it was verified"), "\(heal)")
    #expect(heal.stderr.contains("contract.hurl:1:1: a contract is not healed"), "\(heal)")
    #expect(try read(folder, entry) == text + "\n")
    try folder.write("cassette/\(entry)", text)
    heal = try await Mockrec.run(["heal", "--apply"], in: folder.path)
    #expect(heal.status == 1 && heal.stdout.contains("healed cassette/\(entry)"), "\(heal)")
    try folder.write(".mockrec/heal.json", "{}")
    heal = try await Mockrec.run(["heal"], in: folder.path)
    #expect(heal.status == 65 && heal.stderr.contains("heal.json:1:1"), "\(heal)")
    try await nginx.stop()
  }

  private func git(_ arguments: [String], in folder: TemporaryFolder) async throws {
    let child = try Child("git", arguments, in: folder.path)
    #expect(try await child.end() == .exit(0), "\(child.transcript)")
  }

  private func read(_ folder: TemporaryFolder, _ entry: String) throws -> String {
    try String(contentsOfFile: folder("cassette/\(entry)"), encoding: .utf8)
  }

  private func recorded(_ paths: [String]) async throws -> (RealServer, TemporaryFolder) {
    let nginx = try await RealServer.nginx()
    let folder = try TemporaryFolder()
    let recorder = try await Mockrec.record(nginx.url, in: folder.path)
    for path in paths {
      let connection = try RawConnection(port: recorder.port)
      try await connection.send("GET /\(path) HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
      try await connection.readToEnd()
    }
    #expect(try await recorder.stop().status == 0)
    return (nginx, folder)
  }

  private func verify(_ real: String, in folder: TemporaryFolder, _ more: [String] = []) async throws
    -> Mockrec.Finished
  {
    try await Mockrec.run(
      ["verify", "--wire", "http", "--cassette", "cassette", "--real", real] + more, in: folder.path)
  }
}
