import Foundation
import MockrecCore

extension Mockrec {
  /// Makes contracts of a Postman collection (format 2.1): a file a request.
  ///
  /// Nothing is written where the collection does not parse, or where another text stands in one of the files.
  ///
  /// - Parameter folder: Where the contracts go; made where it is missing.
  /// - Returns: What was made and what could not be translated. Exit status 1 where nothing was made.
  /// - Throws: A `Diagnostic` for a file that is no such collection; `Failure` with exit status 64 for files in the way.
  public static func importPostman(_ source: SourceText, contracts folder: String) throws -> RunSummary {
    let collection = try PostmanCollection(source)
    var files = collection.contracts.map { (path: "\(folder)/\($0.path)", text: $0.text) }
    if !collection.variables.isEmpty {
      let lines = collection.variables.map { "\($0.name)=\($0.value)\n" }.joined()
      files.append(("\(folder)/\(PostmanCollection.slug(collection.name)).variables", lines))
    }
    let present = files.map { FileManager.default.contents(atPath: $0.path) }
    let inTheWay = zip(files, present).filter { $1 != nil && $1 != Data($0.text.utf8) }.map(\.0.path)
    guard inTheWay.isEmpty else {
      throw Failure.usage(
        Diagnostic(
          "\(counted(inTheWay.count, "file")) of another text would be overwritten, such as \(inTheWay[0])",
          fix: "move them away, or name another folder with --contracts"))
    }
    do {
      for (file, before) in zip(files, present) where before == nil {
        let url = URL(fileURLWithPath: file.path)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(file.text.utf8).write(to: url, options: .atomic)
      }
    } catch {
      throw Failure(ExitStatus.finding, "error: the contracts are not whole: \(error.localizedDescription)")
    }
    var text = "import: \(counted(collection.contracts.count, "contract")) of \(source.name)\n"
    text += listed(files.map(\.path))
    if !collection.variables.isEmpty, let file = files.last {
      text += "  run them with: mockrec verify \(folder) --variables-file \(file.path)\n"
    }
    text += collection.notes.text("not as it was")
    return RunSummary(
      exitStatus: collection.contracts.isEmpty ? ExitStatus.finding : ExitStatus.fine, text: text)
  }
}
