import Foundation
import MockrecCore
import Testing

@testable import MockrecKit

/// A folder that is gone when the test is over.
private func withFolder(_ body: (String) throws -> Void) throws {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent("mockrec-config-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  try body(folder.path)
}

private func write(_ bytes: some Sequence<UInt8>, to path: String) throws {
  try FileManager.default.createDirectory(
    atPath: ConfigFile.directory(of: path), withIntermediateDirectories: true)
  try Data(bytes).write(to: URL(fileURLWithPath: path))
}

struct ConfigOnDiskTests {
  @Test("the file is found in a parent, and a repository ends the search")
  func find() throws {
    try withFolder { folder in
      try write("services:\n  a:\n".utf8, to: folder + "/mockrec.yaml")
      try write([], to: folder + "/repo/deep/x")
      let found = try ConfigFile.find(from: folder + "/repo/deep")
      #expect(found == folder + "/repo/deep/../../mockrec.yaml")
      let file = try ConfigFile.load(found, ConfigFileTests.context())
      #expect(file.services.first?.cassette == folder + "/repo/deep/../../cassettes/a")
      try write([], to: folder + "/repo/.git")
      #expect { try ConfigFile.find(from: folder + "/repo/deep") } throws: { "\($0)".contains("fix: mockrec init") }
    }
  }

  @Test("a file that is absent, too long or no text is refused")
  func unreadable() throws {
    try withFolder { folder in
      let path = folder + "/mockrec.yaml"
      func problem() -> Diagnostic? {
        let outcome = Result { try ConfigFile.load(path, ConfigFileTests.context()) }
        guard case .failure(let error as Diagnostics) = outcome else { return nil }
        return error.list.first
      }
      #expect(problem()?.notes.last?.text == "mockrec init")
      try write(repeatElement(UInt8(ascii: "#"), count: ConfigFile.maximumBytes), to: path)
      #expect(problem() == nil)
      try write(repeatElement(UInt8(ascii: "#"), count: ConfigFile.maximumBytes + 1), to: path)
      #expect(problem()?.message.contains("longer than 1MiB") == true)
      try write(Array("a: é\nb: ".utf8) + [0xFF], to: path)
      #expect(problem()?.place?.position.line == 2 && problem()?.place?.position.column == 4)
    }
  }

  @Test("init writes a file that parses, also with every line switched on, and never overwrites")
  func initTemplate() throws {
    try withFolder { folder in
      try write([], to: folder + "/.git")
      try write("build".utf8, to: folder + "/.gitignore")
      #expect(try InitTemplate.write(in: folder) == [folder + "/mockrec.yaml", folder + "/.gitignore"])
      let ignored = try String(contentsOfFile: folder + "/.gitignore", encoding: .utf8)
      #expect(ignored == "build\n.mockrec/\n")
      let file = try ConfigFile.load(folder + "/mockrec.yaml", ConfigFileTests.context())
      #expect(file.services.map(\.name) == ["example"])
      #expect(throws: Diagnostic.self) { try InitTemplate.write(in: folder) }

      try FileManager.default.removeItem(atPath: folder + "/mockrec.yaml")
      #expect(try InitTemplate.write(in: folder) == [folder + "/mockrec.yaml"])
    }
    let lines = InitTemplate.text.split(separator: "\n", omittingEmptySubsequences: false)
    let switchedOn = lines.map { line in
      let indent = line.prefix { $0 == " " }
      let rest = line.dropFirst(indent.count)
      return rest.hasPrefix("#") && rest.dropFirst().first?.isLetter == true ? indent + rest.dropFirst() : line
    }
    let file = try ConfigFileTests.parse(switchedOn.joined(separator: "\n"))
    let service = try #require(file.services.first)
    #expect(service.match.ignoredJSON == ["$.nonce"] && service.redaction.names == ["pin"])
    #expect(service.limits.body?.bytes == 1_000_000_000 && service.environmentName == "EXAMPLE_URL")
    let defaults = ServiceSettings(name: "example")
    #expect(service.wire == defaults.wire && service.listen == defaults.listen && service.cassette == defaults.cassette)
    #expect(service.timeout == defaults.timeout && service.sequence == defaults.sequence)
  }
}
