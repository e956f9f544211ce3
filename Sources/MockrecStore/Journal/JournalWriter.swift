import GRDB
import GRDBSQLite
import Synchronization

/// The journal's side of the disk. Used on the journal's queue only.
final class JournalWriter: Sendable {
  /// What the rows of a run refer to.
  private struct Runs {
    /// When each run began, in nanoseconds on its rows' clock.
    var clockStarts: [RunID: Int64] = [:]
    /// For each table of entries the number of each entry's row; 0 where it has none yet.
    var entryRows: [ObjectIdentifier: (entries: ServedEntries, run: RunID, rows: [Int64])] = [:]
  }

  private let path: String
  private let maximumBytes: Int
  private let database: DatabaseQueue
  private let runs = Mutex(Runs())

  init(path: String, maximumBytes: Int) throws(StoreError) {
    self.path = path
    self.maximumBytes = maximumBytes
    self.database = try StoreDatabase.open(path, JournalSchema.migrator)
  }

  func begin(_ run: JournalRun) throws(StoreError) -> RunID {
    do {
      let id = try self.database.write { db in
        try db.execute(
          sql: "INSERT INTO runs (mode, started_us, command) VALUES (?, ?, ?)",
          arguments: [run.mode, run.startedAt, run.command])
        return RunID(value: db.lastInsertedRowID)
      }
      self.runs.withLock { $0.clockStarts[id] = run.clockStart }
      return id
    } catch {
      throw StoreDatabase.failure("cannot write", self.path, error)
    }
  }

  /// Writes all of it in one transaction, or nothing.
  func write(_ jobs: [Journal.Job]) -> StoreError? {
    self.runs.withLock { runs in
      let before = runs.entryRows
      do {
        try self.database.writeWithoutTransaction { db in
          try db.inTransaction(.immediate) {
            for job in jobs {
              switch job {
              case .rows(let rows, let run):
                try Self.insert(rows, run: run, start: runs.clockStarts[run] ?? 0, db)
              case .served(let rows, let run, let entries): try Self.insert(rows, run, entries, &runs, db)
              }
            }
            return .commit
          }
        }
        return nil
      } catch {
        // The rows of entries that this transaction made are gone with it.
        runs.entryRows = before
        return StoreDatabase.failure("cannot write", self.path, error)
      }
    }
  }

  /// Drops the oldest rows while the file holds more than it may: a little at a time, so that other processes get in
  /// between. Free pages are used again; the file does not shrink.
  func makeRoom() {
    let isFull = { (db: Database) in
      let used = try Int.fetchOne(
        db,
        sql:
          "SELECT (page_count - freelist_count) * page_size FROM pragma_page_count, pragma_freelist_count, pragma_page_size"
      )
      return used ?? 0 > self.maximumBytes
    }
    for (table, count) in [("served", 32), ("calls", 50_000)] {
      var isDone = false
      while !isDone {
        do {
          isDone = try self.database.write { db in
            guard try isFull(db) else { return true }
            try db.execute(
              sql: "DELETE FROM \(table) WHERE rowid IN (SELECT rowid FROM \(table) ORDER BY rowid LIMIT \(count))")
            return db.changesCount == 0
          }
        } catch {
          // Room is a matter of tidiness; the rows that matter report their own failure.
          return
        }
      }
    }
  }

  /// Notes how many rows each run lost, and closes the file.
  func close(lost: [RunID: Int]) -> StoreError? {
    do {
      let begun = self.runs.withLock { Set($0.clockStarts.keys) }
      try self.database.write { db in
        for run in begun {
          try db.execute(
            sql: "UPDATE runs SET ended = 1, lost = lost + ? WHERE id = ?", arguments: [lost[run] ?? 0, run.value])
        }
      }
      try self.database.close()
      return nil
    } catch {
      return StoreDatabase.failure("cannot write", self.path, error)
    }
  }

  private static func insert(_ rows: [JournalRow], run: RunID, start: Int64, _ db: Database) throws {
    let statement = try db.cachedStatement(
      sql: "INSERT INTO calls VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
    // Bound by hand: a row goes in with every recorded exchange, and GRDB's arguments cost as much as SQLite itself.
    var columns = JournalColumns(statement: statement.sqliteStatement)
    for row in rows {
      columns.bind(run.value)
      columns.bind(row.service)
      columns.bind(row.outcome.rawValue)
      columns.bind(Int64(row.connection))
      columns.bind((row.started - start) / 1000)
      columns.bind(row.nanoseconds / 1000)
      columns.bind(row.entry)
      columns.bind(row.summary)
      columns.bind(row.status)
      columns.bind(Int64(row.requestBytes))
      columns.bind(Int64(row.replyBytes))
      columns.bind(row.note)
      try columns.insert()
    }
  }

  /// A batch is one row: what a row costs the server it shares the processor with is a few dozen nanoseconds.
  private static func insert(
    _ batch: [ServedRow], _ run: RunID, _ entries: ServedEntries, _ runs: inout Runs, _ db: Database
  ) throws {
    let start = runs.clockStarts[run] ?? 0
    let key = ObjectIdentifier(entries)
    var known = runs.entryRows.removeValue(forKey: key) ?? (entries, run, [])
    if known.run != run || known.rows.count != entries.count {
      known = (entries, run, [Int64](repeating: 0, count: entries.count))
    }
    defer { runs.entryRows[key] = known }
    var last: Int32 = -1
    for row in batch where row.entry != last && known.rows.indices.contains(Int(row.entry)) {
      last = row.entry
      if known.rows[Int(last)] == 0 { known.rows[Int(last)] = try Self.insert(entries, Int(last), run, db) }
    }
    let text = Self.text(of: batch, rows: known.rows, start: start)
    let statement = try db.cachedStatement(sql: "INSERT INTO served VALUES (?, ?, ?)")
    try statement.execute(arguments: [run.value, batch.count, text])
  }

  /// The batch as JSON: `[[entry,connection,started,duration],…]`.
  private static func text(of batch: [ServedRow], rows: [Int64], start: Int64) -> String {
    // Four numbers of at most 20 characters, and what stands between them.
    String(unsafeUninitializedCapacity: batch.count * 86 + 2) { buffer in
      var text = DecimalWriter(buffer: buffer)
      text.write(UInt8(ascii: "["))
      for row in batch where rows.indices.contains(Int(row.entry)) {
        if text.count > 1 { text.write(UInt8(ascii: ",")) }
        text.write(UInt8(ascii: "["))
        text.write(decimal: rows[Int(row.entry)])
        text.write(UInt8(ascii: ","))
        text.write(decimal: Int64(row.connection))
        text.write(UInt8(ascii: ","))
        text.write(decimal: (row.started - start) / 1000)
        text.write(UInt8(ascii: ","))
        text.write(decimal: row.nanoseconds / 1000)
        text.write(UInt8(ascii: "]"))
      }
      text.write(UInt8(ascii: "]"))
      return text.count
    }
  }

  private static func insert(_ entries: ServedEntries, _ index: Int, _ run: RunID, _ db: Database) throws -> Int64 {
    let entry = entries.entry(index)
    let statement = try db.cachedStatement(
      sql: "INSERT INTO entries (run, service, name, summary, status) VALUES (?, ?, ?, ?, ?)")
    try statement.execute(arguments: [run.value, entries.service, entry.name, entry.summary, entry.status])
    return db.lastInsertedRowID
  }
}

/// Writes numbers one behind the other into memory that is large enough for all of them.
private struct DecimalWriter {
  let buffer: UnsafeMutableBufferPointer<UInt8>
  var count = 0

  mutating func write(_ byte: UInt8) {
    self.buffer[self.count] = byte
    self.count += 1
  }

  mutating func write(decimal number: Int64) {
    if number < 0 { self.write(UInt8(ascii: "-")) }
    var rest = number.magnitude
    var digits = 1
    var bound: UInt64 = 10
    while digits < 19, rest >= bound {
      digits += 1
      bound *= 10
    }
    for index in stride(from: self.count + digits - 1, through: self.count, by: -1) {
      self.buffer[index] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    }
    self.count += digits
  }
}

/// Binds the columns of a row one after the other.
private struct JournalColumns {
  /// SQLite makes a copy of the text.
  private static let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

  let statement: SQLiteStatement
  private var column: Int32 = 0

  init(statement: SQLiteStatement) { self.statement = statement }

  mutating func bind(_ number: Int64) {
    self.column += 1
    sqlite3_bind_int64(self.statement, self.column, number)
  }

  mutating func bind(_ text: String?) {
    self.column += 1
    guard var text else {
      sqlite3_bind_null(self.statement, self.column)
      return
    }
    // SQLite takes no pointer for NULL, which an empty buffer may have.
    guard !text.isEmpty else {
      sqlite3_bind_text(self.statement, self.column, "", 0, Self.transient)
      return
    }
    text.withUTF8 { bytes in
      bytes.withMemoryRebound(to: CChar.self) { characters in
        _ = sqlite3_bind_text(
          self.statement, self.column, characters.baseAddress, Int32(characters.count), Self.transient)
      }
    }
  }

  /// Writes the row, and is ready for the next.
  mutating func insert() throws {
    self.column = 0
    let code = sqlite3_step(self.statement)
    sqlite3_reset(self.statement)
    guard code == SQLITE_DONE else { throw DatabaseError(resultCode: ResultCode(rawValue: code)) }
  }
}
