import GRPCWire
import MockrecCore
import MockrecWire

/// A kind of fault that a sweep tries on every exchange: a column of its matrix.
struct SweepFault: Sendable, Hashable {
  /// As the user writes it, and as it stands above the column.
  var name: String
  /// The line of a rule that makes it.
  var rule: String
  /// The wire whose word it is; nil for a word that every wire may have.
  var wire: String?

  /// Words that need no value.
  private static let plain: [Fault.Word] = [
    .hang, .reset, .refuse, .empty, .garbage, .truncate, .corrupt, .closeEarly, .malformedChunk,
  ]
  private static let usualLatency = "1s"
  static let usual = ["500", "503", "error", "UNAVAILABLE", "hang", "latency", "reset", "empty", "truncate", "garbage"]

  /// - Throws: `Failure` with exit status 64 and the nearest word.
  init(_ name: String) throws {
    self.name = name
    let parts = name.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    if let status = Int(name), (200...999).contains(status) {
      (self.rule, self.wire) = ("fault: {status: \(status)}", "http")
    } else if GRPCWire.statusNames.contains(name), name != "OK" {
      (self.rule, self.wire) = ("fault: {status: \(name)}", "grpc")
    } else if let recipe = Recipes.all[name] {
      (self.rule, self.wire) = ("recipe: \(name)", recipe.wire)
    } else if name == "error" {
      (self.rule, self.wire) = ("fault: {error: \"ERR an error on purpose\"}", "redis")
    } else if parts[0] == "latency", Duration(parsing: parts.count > 1 ? parts[1] : Self.usualLatency) != nil {
      self.rule = "fault: {latency: \(parts.count > 1 ? parts[1] : Self.usualLatency)}"
    } else if Self.plain.contains(where: { $0.rawValue == name }) {
      self.rule = "fault: {\(name): }"
    } else {
      let words = Self.plain.map(\.rawValue) + ["error", "latency"] + GRPCWire.statusNames + Recipes.all.keys
      throw Failure.usage(
        Diagnostic(
          "--faults: there is no fault '\(name)'", nearest: nearestWord(to: name, among: words),
          fix: "use a status such as 503 or UNAVAILABLE, a recipe's name, latency=2s, error, or one of "
            + Self.plain.map(\.rawValue).joined(separator: ", ")))
    }
  }

  /// Whether it means something to a wire.
  func suits(_ wire: any Wire) -> Bool {
    if let own = self.wire { return own == wire.name }
    return !wire.impossibleFaults.map(\.rawValue).contains(self.name)
  }
}
