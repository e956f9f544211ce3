import Foundation
import Testing

@Suite("git merges recordings by mockrec merge-driver", .wholePrograms)
struct MergeDriverTests {
  private static let entry = """
    # mockrec 1
    GET {{api}}/users/42

    # @layout compact
    HTTP 200
    Content-Type: application/json
    {
      "id": 42,
      "name": "Ada",
      "city": "London"
    }

    """
  private static let name = "cassettes/api/get-users-42-5f1c0000.hurl"

  @Test("two branches that recorded different fields merge; without the driver they do not")
  func different() async throws {
    for hasDriver in [true, false] {
      let folder = try await self.repository(hasDriver: hasDriver)
      let status = try await self.merge(
        folder, ours: ("\"Ada\"", "\"Grace\""), theirs: ("\"London\"\n}", "\"Paris\"\n}\n# by hand"))
      let text = try String(contentsOfFile: folder(Self.name), encoding: .utf8)
      #expect((status == 0) == hasDriver, "\(text)")
      let merged = Self.entry.replacing("Ada", with: "Grace").replacing(
        "\"London\"\n}", with: "\"Paris\"\n}\n# by hand")
      #expect((text == merged) == hasDriver, "\(text)")
    }
  }

  @Test("what contradicts is a conflict of git's, with markers around it alone")
  func contradiction() async throws {
    let folder = try await self.repository(hasDriver: true)
    let status = try await self.merge(folder, ours: ("\"Ada\"", "\"Grace\""), theirs: ("\"Ada\"", "\"Hedy\""))
    let text = try String(contentsOfFile: folder(Self.name), encoding: .utf8)
    #expect(status == 1)
    #expect(
      text.contains("<<<<<<< ours\n  \"name\": \"Grace\",\n=======\n  \"name\": \"Hedy\",\n>>>>>>> theirs\n"), "\(text)"
    )
    let unmerged = try Child("git", ["diff", "--name-only", "--diff-filter=U"], in: folder.path)
    #expect(try await unmerged.end() == .exit(0) && unmerged.stdout == "\(Self.name)\n")
  }

  private func repository(hasDriver: Bool) async throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write(Self.name, Self.entry)
    try folder.write(".gitattributes", "*.hurl merge=mockrec\n")
    try await self.git(folder, "init", "-q", "-b", "main")
    if hasDriver {
      try await self.git(folder, "config", "merge.mockrec.driver", "'\(try Mockrec.binary)' merge-driver %O %A %B %P")
    }
    try await self.commit(folder)
    return folder
  }

  /// The status of `git merge`.
  private func merge(
    _ folder: TemporaryFolder, ours: (String, String), theirs: (String, String)
  ) async throws -> Int32 {
    try await self.git(folder, "checkout", "-q", "-b", "other")
    try folder.write(Self.name, Self.entry.replacing(theirs.0, with: theirs.1))
    try await self.commit(folder)
    try await self.git(folder, "checkout", "-q", "main")
    try folder.write(Self.name, Self.entry.replacing(ours.0, with: ours.1))
    try await self.commit(folder)
    let merge = try Child("git", Self.identity + ["merge", "-q", "--no-edit", "other"], in: folder.path)
    guard case .exit(let status) = try await merge.end() else { return -1 }
    return status
  }

  private static let identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com"]

  private func commit(_ folder: TemporaryFolder) async throws {
    try await self.git(folder, "add", "-A")
    try await self.git(folder, "commit", "-q", "-m", "recorded")
  }

  private func git(_ folder: TemporaryFolder, _ arguments: String...) async throws {
    let child = try Child("git", Self.identity + arguments, in: folder.path)
    #expect(try await child.end() == .exit(0), "\(child.transcript)")
  }
}
