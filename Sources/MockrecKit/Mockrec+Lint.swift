import Foundation
import MockrecCore
import MockrecStore
import MockrecWire

extension Mockrec {
  /// What is wrong with cassettes and contracts although they parse.
  ///
  /// - Parameters:
  ///   - paths: Files and folders; a folder below `cassettes`, or with mocks, files of recorders' names, or `order`, is a cassette. Without any, the cassettes of the nearest
  ///     mockrec.yaml and contracts/, or without that file cassettes/ and contracts/.
  ///   - files: The `.hurl` files that a path stands for.
  /// - Returns: Exit status 1 where something was found.
  /// - Throws: `Failure` with exit status 65 for files that do not parse, 64 where there is nothing to look at.
  public static func lint(
    _ paths: [String], config: String? = nil, environment: [String: String] = [:],
    files: (String) throws -> [String]
  ) throws -> RunSummary {
    let options = try Self.lintOptions(config, environment)
    let paths =
      paths.isEmpty ? Self.lintPaths(options).filter { FileManager.default.fileExists(atPath: $0) } : paths
    guard !paths.isEmpty else {
      throw Failure.usage(
        Diagnostic("there is nothing to look at: no cassettes/ and no contracts/", fix: "name files or folders"))
    }
    var byFolder: [String: [LintedFile]] = [:]
    var problems: [Diagnostic] = []
    var count = 0
    let names = try Set(paths.flatMap(files)).sorted()
    guard !names.isEmpty else {
      throw Failure.usage(
        Diagnostic("there is nothing to look at: no .hurl file below \(paths.joined(separator: ", "))"))
    }
    for path in names {
      let source = try UserFile.read(path)
      do throws(Diagnostic) {
        let file = try NotationParser.parse(source, dialect: Wires.dialect)
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        byFolder[folder, default: []].append(LintedFile(path: path, source: source, file: file))
        count += 1
      } catch {
        problems.append(error)
      }
    }
    guard problems.isEmpty else { throw Failure.data(Diagnostics(problems)) }
    var found: [Diagnostic] = []
    let redactors = try Dictionary(
      (options?.services ?? []).map { ($0.name, try ServiceBinding.rules($0).redactor) }, uniquingKeysWith: { $1 })
    for (folder, files) in byFolder.sorted(by: { $0.key < $1.key }) {
      let known = options?.services.first { Self.isSame($0.cassette, folder) }
      found += try FolderLint(folder: folder, files: files, settings: known, redactors: redactors).findings()
    }
    let total = "\(counted(found.count, "finding")) in \(counted(count, "file"))\n"
    return RunSummary(
      exitStatus: found.isEmpty ? ExitStatus.fine : ExitStatus.finding,
      text: found.map { "\($0)\n" }.joined() + total)
  }

  private static func lintOptions(_ config: String?, _ environment: [String: String]) throws -> RunOptions? {
    if config == nil, (try? ConfigFile.find()) == nil { return nil }
    return try self.options(config: config, environment: environment)
  }

  private static func lintPaths(_ options: RunOptions?) -> [String] {
    (options?.services.filter { $0.fake == nil }.map(\.cassette) ?? ["cassettes"]) + ["contracts"]
  }

  private static func isSame(_ a: String, _ b: String) -> Bool {
    URL(fileURLWithPath: a).standardizedFileURL.path == URL(fileURLWithPath: b).standardizedFileURL.path
  }
}

struct LintedFile {
  var path: String
  var source: SourceText
  var file: ConversationFile
}

/// The files of one folder: recordings where it is a cassette, else contracts.
struct FolderLint {
  let folder: String
  let files: [LintedFile]
  let settings: ServiceSettings?
  /// What is secret to each service of mockrec.yaml.
  let redactors: [String: Redactor]

  func findings() throws -> [Diagnostic] {
    let binding = try self.settings.map { try ServiceBinding($0, needsOrigin: false) }
    let isCassette = self.isCassette
    var found: [Diagnostic] = []
    for file in self.files {
      for entry in file.file.entries {
        let redactor =
          binding?.service.rules.redactor
          ?? entry.request.target.placeholders.first.flatMap { self.redactors[$0] } ?? Redactor()
        let lint = EntryLint(entry, in: file.source, redactor: redactor)
        found += lint.secrets + [lint.unevaluated].compactMap { $0 }
        if !isCassette { found += [lint.noExpectation].compactMap { $0 } }
      }
    }
    guard isCassette else { return found }
    return try found + self.marks + self.foreign
      + self.cassette(binding ?? CassetteLibrary.binding(self.folder, wire: nil))
  }

  /// One of mockrec.yaml, one below `cassettes`, or a folder with what only recorders write, or with mocks.
  private var isCassette: Bool {
    self.settings != nil || self.folder.split(separator: "/").contains("cassettes")
      || FileManager.default.fileExists(atPath: "\(self.folder)/order")
      || self.files.contains { file in
        file.file.entries.contains { EntryLint($0, in: file.source, redactor: Redactor()).isMock }
      }
      || self.files.contains { $0.path.split(separator: "/").last.flatMap { CassetteName(parsing: String($0)) } != nil }
  }

  private func cassette(_ binding: ServiceBinding) throws -> [Diagnostic] {
    let folder = try CassetteFolder(reading: self.folder)
    return try self.ambiguous(binding, folder) + self.shadowed(binding, folder) + self.unverified(folder)
      + folder.unusedBodies().map { name in
        Diagnostic(
          "no entry names the body file \(self.folder)/\(name)", severity: .warning, fix: "rm \(self.folder)/\(name)")
      }
  }

  /// Delays that are none, and what somebody wrote that would do nothing.
  private var marks: [Diagnostic] {
    self.files.flatMap { file in
      let isRecorded = file.path.split(separator: "/").last.flatMap { CassetteName(parsing: String($0)) } != nil
      return file.file.entries.compactMap { entry in
        do throws(Diagnostic) {
          _ = try ReplyDelay(entry, in: file.source)
          if !isRecorded { try MockMarks.check(entry, in: file.source, isMock: false) }
        } catch { return error }
        return nil
      }
    }
  }

  /// Mocks whose request line names no service of mockrec.yaml. They are served all the same: a service may be renamed.
  private var foreign: [Diagnostic] {
    guard let settings, self.redactors[settings.name] != nil else { return [] }
    return self.files.flatMap { file in
      file.file.entries.compactMap { entry in
        let target = entry.request.target
        guard target.beginsWithPlaceholder, let name = target.placeholders.first, self.redactors[name] == nil,
          file.path.split(separator: "/").last.flatMap({ CassetteName(parsing: String($0)) }) == nil
        else { return nil }
        return Diagnostic(
          "there is no service `\(name)`, and `\(settings.name)` answers this", severity: .warning,
          at: Diagnostic.Place(file.source, at: target.offset),
          nearest: nearestWord(to: name, among: self.redactors.keys.sorted()).map { "{{\($0)}}" },
          fix: "write {{\(settings.name)}}, or put the mock into the folder of the service that is meant")
      }
    }
  }

  /// Entries of equal requests that claim the same turn: which is served first is for their names to say.
  private func ambiguous(_ binding: ServiceBinding, _ folder: CassetteFolder) throws -> [Diagnostic] {
    var first: [Turn: LibraryEntry] = [:]
    var found: [Diagnostic] = []
    for entry in try CassetteLibrary.entries(binding, in: folder).sorted(by: { $0.name < $1.name })
    where entry.entry.response != nil {
      let turn = Turn(
        key: CassetteLibrary.key(of: entry.recorded, binding, in: folder), occurrence: entry.occurrence)
      guard let other = first[turn] else {
        first[turn] = entry
        continue
      }
      let isLast = entry.entry.response.map(Self.answer) == other.entry.response.map(Self.answer)
      let line = other.source.position(of: other.entry.span.lowerBound).line
      found.append(
        Diagnostic(
          isLast
            ? "this entry asks and answers what another one does"
            : "this entry and another one answer the same request as its answer number \(entry.occurrence)",
          severity: .warning, at: .init(entry.source, at: entry.entry.span.lowerBound),
          fix: isLast ? "take one of them out" : "take one of them out, or name the second NAME-HASH-2.hurl"
        ).noting("other", "\(other.source.name):\(line)"))
    }
    return found
  }

  /// Mocks that never answer, as another one takes all that they could.
  private func shadowed(_ binding: ServiceBinding, _ folder: CassetteFolder) throws -> [Diagnostic] {
    let mocks = try CassetteLibrary.mocks(binding, in: folder).sorted { a, b in
      guard let ours = a.mock?.specificity, let theirs = b.mock?.specificity, ours != theirs else {
        return (a.name, a.entry.span.lowerBound) < (b.name, b.entry.span.lowerBound)
      }
      return theirs.lexicographicallyPrecedes(ours)
    }
    var found: [Diagnostic] = []
    for (index, entry) in mocks.enumerated() {
      guard let mock = entry.mock,
        let other = mocks[..<index].first(where: { $0.mock.map { $0.takesAll(of: mock) } ?? false })
      else { continue }
      let line = other.source.position(of: other.entry.span.lowerBound).line
      found.append(
        Diagnostic(
          "this mock never answers: another one takes every request that it could", severity: .warning,
          at: .init(entry.source, at: entry.entry.span.lowerBound),
          fix: "take one of them out, or give the other one rules ([Asserts] above its response line, or # @state)"
        ).noting("other", "\(other.source.name):\(line)"))
    }
    return found
  }

  private struct Turn: Hashable {
    var key: MatchKey
    var occurrence: Int
  }

  private static func answer(_ response: Response) -> String {
    var bare = response
    (bare.leading, bare.comment) = ([], nil)
    return NotationPrinter.print(
      ConversationFile(entries: [Entry(request: Request(verb: "GET", target: Template("x")), response: bare)]))
  }

  /// Asserts in a cassette that no passing verification has left a receipt for.
  private func unverified(_ folder: CassetteFolder) throws -> [Diagnostic] {
    guard try folder.ownFile(Receipt.fileName) == nil else { return [] }
    return self.files.flatMap { file in
      file.file.entries.compactMap { entry in
        EntryLint(entry, in: file.source, redactor: Redactor()).asserts.map { offset in
          Diagnostic(
            "no run has evaluated these asserts: \(self.folder) has no \(Receipt.fileName)", severity: .warning,
            at: .init(file.source, at: offset), fix: "mockrec verify \(self.folder)")
        }
      }
    }
  }
}
