import Foundation
import Testing

@Suite("diff and lint: cassettes without a service", .wholePrograms)
struct DiffLintTests {
  private static func entry(_ path: String, _ body: String, head: String = "") -> String {
    "# mockrec 1\nGET {{api}}\(path)\n\n# @layout compact\nHTTP 200\nContent-Type: application/json\n\(head)\(body)\n"
  }

  private func run(_ folder: TemporaryFolder, _ arguments: String...) async throws -> Mockrec.Finished {
    try await Mockrec.run(arguments, in: folder.path)
  }

  @Test("diff tells what one side has alone and how answers differ, and nothing of layout, names and comments")
  func diff() async throws {
    let folder = try TemporaryFolder()
    try folder.write("a/x.hurl", Self.entry("/users/42", "{\n  \"id\": 42,\n  \"name\": \"Ada\"\n}"))
    try folder.write("b/y.hurl", Self.entry("/users/42", "# by hand\n{ \"name\": \"Ada\", \"id\": 42.0 }"))
    var told = try await self.run(folder, "diff", "a", "b")
    #expect(told.status == 0 && told.stdout == "equal by meaning: 1 entry\n", "\(told)")

    try folder.write("b/y.hurl", Self.entry("/users/42", "{\"id\": \"42\"}"))
    try folder.write("b/z.hurl", Self.entry("/users/43", "{}"))
    told = try await self.run(folder, "diff", "a", "b")
    #expect(told.status == 1)
    let lines = [
      "only in b: z.hurl  GET /users/43", "x.hurl  GET /users/42", "  breaking, type  $.id", "    - 42", "    + \"42\"",
      "  breaking, field removed  $.name", "    - \"Ada\"", "    + nothing",
      "1 entry on one side only, 1 of 1 equal request answered differently",
    ]
    #expect(told.stdout == lines.map { $0 + "\n" }.joined(), "\(told)")

    #expect(try await self.run(folder, "diff", "a", "none").status == 64)
    #expect(try await self.run(folder, "diff", "a", "b", "--wire", "htp").status == 64)
    try folder.write("b/z.hurl", "nonsense\n")
    told = try await self.run(folder, "diff", "a", "b")
    #expect(told.status == 65 && told.stderr.contains("b/z.hurl:1:1"), "\(told)")
  }

  @Test("lint finds each thing at its place, and nothing in a clean cassette")
  func lint() async throws {
    let folder = try TemporaryFolder()
    try folder.write("cassettes/api/get-a-00000001.hurl", Self.entry("/a", "{\n  \"id\": 42\n}"))
    try folder.write("contracts/a.hurl", "GET http://a/\nHTTP 200\n")
    var told = try await self.run(folder, "lint")
    #expect(told.status == 0 && told.stdout == "0 findings in 2 files\n", "\(told)")

    try folder.write("cassettes/api/get-a-00000002.hurl", Self.entry("/a", "{\n  \"id\": 43\n}"))
    try folder.write("cassettes/api/get-b-00000003.hurl", Self.entry("/b", "{\n  \"password\": \"hunter2\"\n}"))
    try folder.write(
      "cassettes/api/get-d-00000005.hurl", Self.entry("/d", "{}", head: "[Asserts]\njsonpath \"$.id\" exists\n"))
    try folder.write("cassettes/api/bodies/0123.bin", "x")
    try folder.write("contracts/b.hurl", "GET http://a/\nHTTP *\n")
    told = try await self.run(folder, "lint")
    let expected = [
      "get-a-00000002.hurl:2:1", "get-b-00000003.hurl:8:16", "get-d-00000005.hurl:8:1",
      "bodies/0123.bin", "contracts/b.hurl:2:1", "expects nothing", "holds a secret",
      "as its answer number 1", "no run has evaluated",
    ]
    for text in expected { #expect(told.stdout.contains(text), "\(text) in \(told)") }
    #expect(told.status == 1 && told.stdout.hasSuffix("5 findings in 6 files\n") && !told.stdout.contains("hunter2"))

    // What is secret to a service says its own `redact`.
    let kept = try TemporaryFolder()
    try kept.write("mockrec.yaml", "services:\n  api:\n    real: http://127.0.0.1:9\n    redact: {keep: [password]}\n")
    try kept.write("contracts/a.hurl", "GET {{api}}/?password=hunter2\nHTTP 200\n")
    told = try await self.run(kept, "lint")
    #expect(told.status == 0, "\(told)")
    try kept.write("contracts/a.hurl", "GET {{other}}/?password=hunter2\nHTTP 200\n")
    told = try await self.run(kept, "lint")
    #expect(told.status == 1 && told.stdout.contains("holds a secret"), "\(told)")

    told = try await self.run(folder, "lint", "contracts/a.hurl")
    #expect(told.status == 0, "\(told)")
    try folder.write("contracts/b.hurl", "nonsense\n")
    told = try await self.run(folder, "lint")
    #expect(told.status == 65 && told.stderr.contains("contracts/b.hurl:1:1"), "\(told)")
    let empty = try TemporaryFolder()
    told = try await self.run(empty, "lint")
    #expect(told.status == 64, "\(told)")
    told = try await self.run(empty, "lint", ".")
    #expect(told.status == 64 && told.stderr.contains("no .hurl file below ."), "\(told)")
    told = try await self.run(folder, "lint", "/dev/null")
    #expect(told.status == 0 && told.stdout == "0 findings in 1 file\n", "\(told)")
  }
}
