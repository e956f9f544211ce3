import MockrecCore
import MockrecWire

/// A miss as it is printed.
struct MissReport {
  var miss: Miss
  /// The cassette's folder, as the user would write it.
  var folder: String
  var entries: Int

  init(_ miss: Miss, folder: String, entries: Int) {
    self.miss = miss
    self.folder = folder
    self.entries = entries
  }

  var diagnostic: Diagnostic {
    let miss = self.miss
    var diagnostic =
      switch miss.reason {
      case .unknown: Diagnostic("no recorded exchange answers \(miss.summary)")
      case .exhausted(let entry):
        Diagnostic("every recorded answer to \(miss.summary) was given; the last was \(self.folder)/\(entry)")
      }
    diagnostic = diagnostic.noting(
      "service", "\(miss.service) (\(self.folder), \(self.entries) exchange\(self.entries == 1 ? "" : "s"))")
    if let near = miss.nearest.first {
      let lines = near.mismatches.map { mismatch in
        "  \(mismatch.part): recorded \(mismatch.recorded.map { "'\($0)'" } ?? "nothing"), "
          + "asked \(mismatch.asked.map { "'\($0)'" } ?? "nothing")"
      }
      diagnostic = diagnostic.noting(
        "nearest",
        (["\(near.isAdded ? "" : "\(self.folder)/")\(near.entry):\(near.line), which differs in"] + lines).joined(
          separator: "\n"))
    }
    return diagnostic.noting("fix", miss.fix)
  }
}
