import Foundation
import MockrecCore
import MockrecEngine
import MockrecIdentity
import MockrecWire

/// The runs of a sweep.
struct SweepPlan: Sendable {
  struct Cell: Sendable {
    /// Where it stands in the matrix.
    var row: Int
    var column: Int
    var service: String
    /// Its overlay, and the folder that its run keeps its journal and output in.
    var overlay: String
    var state: String
    var text: String
  }

  var faults: [SweepFault]
  /// All cells that can be run have the outcome `notRun`.
  var rows: [SweepReport.Row]
  var cells: [Cell]
  /// The cassettes, read once.
  var indexes: [String: CassetteIndex] = [:]

  /// What the files of runs are called.
  private var names: Set<String> = []

  private static let mostCells = 10_000

  /// - Throws: `Failure` with exit status 64 where nothing is to be swept, or too much.
  init(_ options: RunOptions, _ sweep: SweepOptions, folder: String) throws {
    var columns = try (sweep.faults.isEmpty ? SweepFault.usual : sweep.faults).map { try SweepFault($0) }
    let swept = options.services.filter { sweep.services.isEmpty || sweep.services.contains($0.name) }
    let keys = try SigningKeys(options)
    let bindings = try swept.map { try ServiceBinding($0, needsOrigin: false).signing(with: keys) }
    for column in columns where !bindings.contains(where: { column.suits($0.service.wire) }) {
      if sweep.faults.isEmpty {
        columns.removeAll { $0 == column }
        continue
      }
      throw Failure.usage(
        Diagnostic(
          "--faults \(column.name): it has no meaning for the wire "
            + Set(bindings.map(\.service.wire.name)).sorted().joined(separator: ", "),
          fix: "leave it out"))
    }
    guard Set(columns).count == columns.count else {
      throw Failure.usage(Diagnostic("--faults: a fault is named twice", fix: "name each once"))
    }
    (self.faults, self.rows, self.cells) = (columns, [], [])
    for binding in bindings { try self.add(binding, sweep, folder: folder) }
    guard !self.cells.isEmpty else {
      throw Failure.usage(
        Diagnostic(
          "there is no recorded exchange to be swept", fix: sweep.only == nil ? "record one" : "loosen --only"))
    }
    guard self.cells.count <= Self.mostCells else {
      throw Failure.usage(
        Diagnostic(
          "\(self.cells.count) runs are more than \(Self.mostCells)", fix: "choose exchanges by --only, or --faults"))
    }
  }

  private mutating func add(_ binding: ServiceBinding, _ sweep: SweepOptions, folder: String) throws {
    let (name, wire) = (binding.settings.name, binding.service.wire)
    let cassette = try CassetteLibrary.open(binding)
    let only = sweep.only.map { TextPattern($0) }
    var known: Set<MatchKey> = []
    for entry in try CassetteLibrary.entries(binding, in: cassette) {
      let request = entry.recorded.exchange.request
      // What every client of the protocol says, and what a server says unasked, has no fault of its own.
      guard case .miss = wire.request(from: request).unrecorded else { continue }
      let key = CassetteLibrary.key(of: entry.recorded, binding, in: cassette)
      let summary = wire.summary(of: request, with: binding.service.rules.redactor).printable()
      guard known.insert(key).inserted, only?.matches(entry.name) ?? true || only?.matches(summary) ?? true else {
        continue
      }
      var cells: [SweepReport.Cell] = []
      for (column, fault) in self.faults.enumerated() {
        guard fault.suits(wire) else {
          cells.append(.init(fault: fault.name, outcome: .impossible))
          continue
        }
        let base = "\(folder)/" + self.fileName([name, String(entry.name.prefix { $0 != "." }), fault.name])
        cells.append(.init(fault: fault.name, outcome: .notRun, overlay: "\(base).yaml"))
        self.cells.append(
          Cell(
            row: self.rows.count, column: column, service: name, overlay: "\(base).yaml", state: base,
            text: Self.overlay(name, entry.name, fault, always: sweep.always)))
      }
      self.rows.append(.init(service: name, entry: entry.name, request: summary, cells: cells))
    }
    if binding.settings.fake == nil { self.indexes[name] = try CassetteLibrary.index(binding) }
  }

  /// A name for files that no other run has, however alike their words are.
  private mutating func fileName(_ words: [String]) -> String {
    let plain = String(
      words.joined(separator: "-").map { $0.isLetter || $0.isNumber || "-_".contains($0) ? $0 : "_" })
    var (name, number) = (plain, 1)
    while !self.names.insert(name).inserted {
      number += 1
      name = "\(plain)-\(number)"
    }
    return name
  }

  private static func overlay(_ service: String, _ entry: String, _ fault: SweepFault, always: Bool) -> String {
    func quoted(_ text: String) -> String { JSON.string(text).description }
    return """
      overlay: \(quoted("sweep \(service) \(entry) \(fault.name)"))
      rules:
        - service: \(quoted(service))
          match: {entry: \(quoted(entry))}
          when: \(always ? "always" : "{first: 1}")
          \(fault.rule)

      """
  }
}
