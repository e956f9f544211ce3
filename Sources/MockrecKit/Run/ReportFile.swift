import Foundation
import MockrecCore
import MockrecStore

/// The formats of a verification's report.
public enum ReportKind: String, Sendable, CaseIterable { case json, junit, sarif, markdown, html }

/// A report that is to be written, and where.
public struct ReportFile: Sendable, Hashable {
  public var kind: ReportKind
  public var path: String

  public init(_ kind: ReportKind, path: String) {
    self.kind = kind
    self.path = path
  }

  /// Reads `kind=path` words.
  ///
  /// - Throws: `Failure` with exit status 64 for a kind that there is not, with the nearest one, and for two reports that
  ///   would overwrite each other.
  public static func parse(_ words: [String]) throws -> [ReportFile] {
    let kinds = ReportKind.allCases.map(\.rawValue)
    let form = "write it as KIND=FILE, with a kind of \(kinds.joined(separator: ", "))"
    var files: [ReportFile] = []
    for word in words {
      let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard let kind = ReportKind(rawValue: parts[0]) else {
        throw Failure.usage(
          Diagnostic(
            "--report \(word): there is no report '\(parts[0])'", nearest: nearestWord(to: parts[0], among: kinds),
            fix: form))
      }
      guard parts.count == 2, !parts[1].isEmpty else {
        throw Failure.usage(Diagnostic("--report \(word): it names no file", fix: form))
      }
      let file = ReportFile(kind, path: parts[1])
      if let other = files.first(where: { $0.path == file.path }) {
        throw Failure.usage(
          Diagnostic("--report \(word): \(other.kind) is written to the same file", fix: "give each report its own"))
      }
      files.append(file)
    }
    return files
  }

  /// Finds a folder that is not there before a long run, and not after it.
  func check() throws {
    let folder = (self.path as NSString).deletingLastPathComponent
    var isFolder: ObjCBool = false
    let exists = FileManager.default.fileExists(atPath: folder.isEmpty ? "." : folder, isDirectory: &isFolder)
    guard !FileManager.default.fileExists(atPath: self.path + "/") else {
      throw Failure.usage(Diagnostic("the report \(self.path) cannot be written: it is a folder", fix: "name a file"))
    }
    guard exists, isFolder.boolValue else {
      throw Failure.usage(
        Diagnostic("the report \(self.path) cannot be written: there is no folder \(folder)", fix: "make it first"))
    }
  }

  /// Writes a sweep's report, whole or not at all.
  ///
  /// - Returns: Why it could not be written; nil where it was.
  func write(_ report: SweepReport) -> String? {
    self.write { output in
      output.write(self.kind == .json ? SweepJSON(report).text : SweepHTML(report, version: Mockrec.version).text)
    }
  }

  /// Writes the report, whole or not at all.
  ///
  /// - Returns: Why it could not be written; nil where it was.
  func write(
    _ report: VerifyReport, trend: [TrendPoint], redact: @escaping ReportRedaction.Hide
  ) -> String? {
    self.write { output in
      switch self.kind {
      case .json: JSONReport(report, redact: redact).write(to: &output)
      case .junit: JUnitReport(report, redact: redact).write(to: &output)
      case .sarif: output.write(SARIFReport(report, version: Mockrec.version, redact: redact).text)
      case .markdown: output.write(MarkdownReport(report, redact: redact).text)
      case .html: output.write(HTMLReport(report, version: Mockrec.version, trend: trend, redact: redact).text)
      }
    }
  }

  private func write(_ render: (inout TextFile) -> Void) -> String? {
    do {
      var file = try TextFile(self.path)
      render(&file)
      try file.end()
      return nil
    } catch {
      return "the report cannot be written to \(self.path): \(error)"
    }
  }
}
