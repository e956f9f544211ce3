import GRDB

/// The history of a project: every run and what it found, in `.mockrec/history.sqlite`.
///
/// Several processes may write the same file.
package final class History: Sendable {
  package let path: String
  private let database: DatabaseQueue

  /// Opens the history, or makes it.
  ///
  /// - Throws: `StoreError` for a file that cannot be used. A run can do without its history.
  package init(path: String) throws {
    self.path = path
    self.database = try StoreDatabase.open(path, HistorySchema.migrator)
  }

  /// Adds a run with its findings, all or nothing.
  ///
  /// - Parameter checked: The scopes that the run asked of (`HistoryFinding.scope`), each once.
  /// - Returns: The run's number.
  @discardableResult
  package func add(
    _ run: HistoryRun, findings: some Sequence<HistoryFinding> = EmptyCollection(),
    checked: some Sequence<String> = EmptyCollection()
  ) throws -> Int64 {
    do {
      return try self.database.write { db in
        try db.execute(
          sql: """
            INSERT INTO runs (mode, started, duration_ms, version, seed, exit_status, counts, verdicts, command)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
          arguments: [
            run.mode, run.started, run.milliseconds, run.version, run.seed.map { "\($0)" }, run.exitStatus, run.counts,
            run.verdicts, run.command,
          ])
        let id = db.lastInsertedRowID
        let statement = try db.cachedStatement(
          sql: """
            INSERT INTO findings
              (run, service, contract, verdict, severity, path, kind, expected, fake, real, scope, request)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """)
        for finding in findings {
          try statement.execute(arguments: [
            id, finding.service, finding.contract, finding.verdict, finding.severity, finding.path, finding.kind,
            finding.expected, finding.fake, finding.real, finding.scope, finding.request,
          ])
        }
        for scope in checked {
          try db.execute(sql: "INSERT INTO checked (run, scope) VALUES (?, ?)", arguments: [id, scope])
        }
        return id
      }
    } catch {
      throw StoreDatabase.failure("cannot write", self.path, error)
    }
  }

  /// The latest runs, the newest first.
  package func runs(limit: Int) throws -> [(id: Int64, run: HistoryRun)] {
    try self.read { db in
      try Row.fetchAll(db, sql: "SELECT * FROM runs ORDER BY id DESC LIMIT ?", arguments: [limit]).map { row in
        let seed: String? = row["seed"]
        let run = HistoryRun(
          mode: row["mode"], started: row["started"], milliseconds: row["duration_ms"], version: row["version"],
          seed: seed.flatMap { UInt64($0) }, exitStatus: row["exit_status"], counts: row["counts"],
          verdicts: row["verdicts"], command: row["command"])
        return (row["id"], run)
      }
    }
  }

  /// The findings of a run, in the order in which they were added.
  package func findings(of run: Int64) throws -> [HistoryFinding] {
    try self.read { db in
      try Row.fetchAll(db, sql: "SELECT * FROM findings WHERE run = ? ORDER BY rowid", arguments: [run]).map { row in
        HistoryFinding(
          service: row["service"], contract: row["contract"], verdict: row["verdict"], severity: row["severity"],
          path: row["path"], kind: row["kind"], expected: row["expected"], fake: row["fake"], real: row["real"],
          scope: row["scope"], request: row["request"])
      }
    }
  }

  package func close() throws { try self.database.close() }

  func read<Result>(_ read: (Database) throws -> Result) throws -> Result {
    do { return try self.database.read(read) } catch { throw StoreDatabase.failure("cannot read", self.path, error) }
  }
}
