import Foundation
import MockrecFuzzing
import Testing

/// An input that the fuzzer began with, or that once failed.
struct SavedInput: CustomTestStringConvertible {
  let target: FuzzTarget
  let file: URL

  var testDescription: String { "\(target.name)/\(file.lastPathComponent)" }

  /// All files of `Fuzz/Corpus/TARGET` and `Fuzz/Failures/TARGET`.
  static let all: [SavedInput] = {
    let fuzz = URL(fileURLWithPath: #filePath.components(separatedBy: "/Tests/")[0]).appendingPathComponent("Fuzz")
    return FuzzTarget.all.flatMap { target in
      ["Corpus", "Failures"].flatMap { kind in
        let folder = fuzz.appendingPathComponent("\(kind)/\(target.name)")
        let files = (try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)) ?? []
        return files.map { SavedInput(target: target, file: $0) }
      }
    }.sorted { $0.testDescription < $1.testDescription }
  }()
}

@Suite("What the fuzzer found, and where it began")
struct SavedInputTests {
  @Test("breaks no law any more", arguments: SavedInput.all)
  func holds(input: SavedInput) throws {
    try input.target.run(FuzzInput(Array(Data(contentsOf: input.file))))
  }

  @Test("there is something to begin with for each target", arguments: FuzzTarget.all.map(\.name))
  func seeds(name: String) {
    #expect(SavedInput.all.contains { $0.target.name == name })
  }
}
