import Foundation
import MockrecCore
import MockrecStore

extension Mockrec {
  /// Edits the cassettes so that the fakes agree with what the last verification was answered, or shows how it would.
  ///
  /// - Parameters:
  ///   - apply: Writes the files; else the summary's text is a unified diff of them, which `git apply` takes.
  ///   - directory: What paths in the diff are relative to.
  /// - Returns: Exit status 1 where drift is left that cannot be healed, each told in a message.
  /// - Throws: `Failure` with exit status 64 where no verification was run, 65 where what it left does not parse.
  public static func heal(
    apply: Bool, config: String? = nil, environment: [String: String],
    directory: String = FileManager.default.currentDirectoryPath, console: Console
  ) throws -> RunSummary {
    let path = try "\(self.stateDirectory(config: config, environment: environment))/\(HealFile.name)"
    guard let bytes = FileManager.default.contents(atPath: path) else {
      throw Failure.usage(
        Diagnostic("there is no report to heal from: \(path)", fix: "run `mockrec verify` against the real service"))
    }
    let file: HealFile
    do throws(Diagnostic) { file = try HealFile(parsing: SourceText(name: path, bytes: Array(bytes))) } catch {
      throw Failure.data(Diagnostics([error]))
    }
    var text = ""
    var left = 0
    func refuse(_ place: String, _ reason: String) {
      left += 1
      console.message("not healed: \(place): \(reason)\n")
    }
    for entry in file.entries {
      let shown = Self.relative(entry.path, to: directory)
      do {
        guard let healed = try Healed(entry) else { continue }
        if apply {
          try healed.write()
          text += "healed \(shown)\n"
        } else {
          text += healed.diff(shown) { console.message("warning: \($0)\n") }
        }
      } catch {
        refuse(shown, "\(error)")
      }
    }
    for refused in file.refused { refuse(refused.place, refused.reason) }
    if text.isEmpty, left == 0 {
      let reason = file.entries.isEmpty ? "found no drift" : "found what is healed now"
      console.message("nothing to heal: the verification of \(file.verified) \(reason)\n")
    }
    return RunSummary(exitStatus: left > 0 ? ExitStatus.finding : ExitStatus.fine, text: text)
  }

  private static func relative(_ path: String, to directory: String) -> String {
    let base = URL(fileURLWithPath: directory).standardizedFileURL.path
    return path.hasPrefix(base + "/") ? String(path.dropFirst(base.utf8.count + 1)) : path
  }
}

/// A file of a cassette and what it is to become.
private struct Healed {
  private let folder: CassetteFolder
  private let name: String
  private let entry: HealFile.Entry
  private let old: [UInt8]
  private let new: [UInt8]

  private struct Problem: Error, CustomStringConvertible {
    var description: String
  }

  /// - Returns: nil where the file is healed already.
  /// - Throws: Where the file is not the one that was verified.
  init?(_ entry: HealFile.Entry) throws {
    let path = URL(fileURLWithPath: entry.path)
    let folder = try CassetteFolder(reading: path.deletingLastPathComponent().path)
    let old = try folder.read(path.lastPathComponent)
    let digest = HealWriter.digest(old)
    guard digest != entry.healedDigest else { return nil }
    guard digest == entry.digest, let new = entry.edits.applied(to: old) else {
      throw Problem(description: "it has changed since it was verified: run `mockrec verify` again")
    }
    (self.folder, self.name, self.entry, self.old, self.new) = (folder, path.lastPathComponent, entry, old, new)
  }

  /// The body files first: an entry never names one that is not there.
  func write() throws {
    for body in self.entry.bodies {
      let suffix = body.name.split(separator: ".").last.map(String.init) ?? "bin"
      let name = try FolderStorage(folder: self.folder).keep(body: body.bytes, extension: suffix)
      guard name == body.name else {
        throw Problem(description: "the report names a body file \(body.name), not \(name)")
      }
    }
    try self.folder.write(self.name, self.new)
    let removed = self.entry.edits.flatMap { self.old[$0.range] }
    if String(decoding: removed, as: UTF8.self).contains("file,bodies/") { try self.folder.removeUnusedBodies() }
  }

  func diff(_ path: String, warn: (String) -> Void) -> String {
    var text = UnifiedDiff.text(self.old, self.new, path: path)
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    for body in self.entry.bodies where (try? self.folder.open(bodyFile: body.name)) == nil {
      if String(validating: body.bytes, as: UTF8.self) != nil, !body.bytes.contains(0) {
        text += UnifiedDiff.text(nil, body.bytes, path: folder + body.name)
      } else {
        warn("\(folder)\(body.name) is no text and not in the diff: --apply writes it")
      }
    }
    return text
  }
}
