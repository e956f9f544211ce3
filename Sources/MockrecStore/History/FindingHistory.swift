import GRDB

/// What became of one finding from run to run.
///
/// A finding is the same one in another run where service, scope, file, request, path and kind are the same: its line may
/// move, its values may change.
package struct FindingHistory: Sendable, Hashable {
  /// As it was seen last.
  package var last: HistoryFinding
  /// When the runs began that saw it first and last.
  package var firstSeen: String
  package var lastSeen: String
  /// In how many runs it was seen.
  package var sightings: Int
  /// Whether it was found, for each run since its first sight that asked its scope, the latest last.
  package var outcomes: [Bool]

  package init(last: HistoryFinding, firstSeen: String, lastSeen: String, sightings: Int, outcomes: [Bool]) {
    self.last = last
    self.firstSeen = firstSeen
    self.lastSeen = lastSeen
    self.sightings = sightings
    self.outcomes = outcomes
  }

  package enum State: String, Sendable, Hashable, CaseIterable {
    /// The latest run that asked found it for the first time.
    case new
    /// It was there in every run since its first sight.
    case standing
    /// It went and came back at least once.
    case flaky
    /// The latest run that asked did not find it.
    case gone
  }

  package var state: State {
    if self.changes >= 2 { return .flaky }
    guard self.outcomes.last ?? false else { return .gone }
    return self.outcomes.count == 1 ? .new : .standing
  }

  /// How often it came or went from one run to the next.
  package var changes: Int { zip(self.outcomes, self.outcomes.dropFirst()).count { $0 != $1 } }

  /// The share of the runs from its first to its last sight that did not find it: 0 for what simply is there, or was
  /// repaired for good.
  package var flakeRate: Double {
    guard let last = self.outcomes.lastIndex(of: true) else { return 0 }
    let span = self.outcomes[...last]
    return Double(span.count { !$0 }) / Double(span.count)
  }
}

extension History {
  /// Of more runs than this, a finding's outcomes are not told.
  private static let maximumOutcomes = 200

  /// The findings that were seen latest, those of the latest run first, worst first. That a service could not be
  /// reached is none: it says nothing of the fake.
  ///
  /// - Parameter service: nil for every service.
  package func findingHistories(service: String? = nil, limit: Int) throws -> [FindingHistory] {
    let identity = "service, scope, rtrim(contract, '0123456789'), request, path, kind"
    return try self.read { db in
      let rows = try Row.fetchAll(
        db,
        sql: """
          SELECT *, rtrim(contract, '0123456789') AS file, max(run) AS latest, count(DISTINCT run) AS sightings
          FROM findings WHERE (?1 IS NULL OR service = ?1) AND verdict <> 'unreachable' GROUP BY \(identity)
          ORDER BY latest DESC, severity = 'breaking' DESC, service, contract, path LIMIT ?2
          """, arguments: [service, limit])
      return try rows.map { try Self.history($0, db) }
    }
  }

  /// How many findings there are in all.
  package func findingCount(service: String? = nil) throws -> Int {
    try self.read { db in
      try Int.fetchOne(
        db,
        sql: """
          SELECT count(*) FROM (SELECT 1 FROM findings WHERE (?1 IS NULL OR service = ?1) AND verdict <> 'unreachable'
            GROUP BY service, scope, rtrim(contract, '0123456789'), request, path, kind)
          """, arguments: [service]) ?? 0
    }
  }

  /// The latest verifications, the oldest first: when they began, and their verdicts as JSON.
  package func verifications(limit: Int) throws -> [(started: String, verdicts: String)] {
    try self.read { db in
      try Row.fetchAll(
        db, sql: "SELECT started, verdicts FROM runs WHERE mode = 'verify' ORDER BY id DESC LIMIT ?", arguments: [limit]
      ).reversed().map { ($0["started"], $0["verdicts"]) }
    }
  }

  private static func history(_ row: Row, _ db: Database) throws -> FindingHistory {
    let last = HistoryFinding(
      service: row["service"], contract: row["contract"], verdict: row["verdict"], severity: row["severity"],
      path: row["path"], kind: row["kind"], expected: row["expected"], fake: row["fake"], real: row["real"],
      scope: row["scope"], request: row["request"])
    // The row is that of the latest run: SQLite takes the other columns from the row that has the maximum.
    let same =
      "f.request = ? AND f.path = ? AND f.kind = ? AND f.scope = ? AND f.service = ? AND rtrim(f.contract, '0123456789') = ?"
    let key: StatementArguments = [
      last.request, last.path, last.kind, last.scope, last.service, row["file"] as String,
    ]
    let first = try Int64.fetchOne(db, sql: "SELECT min(run) FROM findings f WHERE \(same)", arguments: key) ?? 0
    let latest: Int64 = row["latest"]
    let outcomes = try Bool.fetchAll(
      db,
      sql: """
        SELECT EXISTS (SELECT 1 FROM findings f WHERE f.run = c.run AND \(same))
        FROM checked c WHERE c.scope = ? AND c.run >= ? ORDER BY c.run DESC LIMIT ?
        """, arguments: key + [last.scope, first, Self.maximumOutcomes])
    let began = { (run: Int64) in
      try String.fetchOne(db, sql: "SELECT started FROM runs WHERE id = ?", arguments: [run]) ?? ""
    }
    return FindingHistory(
      last: last, firstSeen: try began(first), lastSeen: try began(latest), sightings: row["sightings"],
      outcomes: outcomes.reversed())
  }
}
