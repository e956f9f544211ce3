import Dispatch
import GRDB

/// Opens the SQLite files of a project, and says in plain words why one cannot be used.
enum StoreDatabase {
  /// How long a process waits for another one's write.
  static let busyTimeout = 10.0
  private static let attempts = 20

  /// Opens or makes a database in WAL mode and brings its tables up to date.
  ///
  /// - Throws: `StoreError`: `.unusable` for a file that is no database or that a later version wrote.
  static func open(_ path: String, _ migrator: DatabaseMigrator) throws(StoreError) -> DatabaseQueue {
    try Disk.makeFolder(Disk.parent(of: path))
    var attempt = 1
    while true {
      do {
        return try Self.openOnce(path, migrator)
      } catch let error as StoreError {
        throw error
      } catch {
        // Processes that start at once may meet while the file changes to WAL or gets its tables. Whoever comes second
        // finds it done.
        let code = (error as? DatabaseError)?.resultCode
        guard code == .SQLITE_BUSY || code == .SQLITE_LOCKED || code == .SQLITE_ERROR, attempt < Self.attempts else {
          throw Self.failure("cannot open", path, error)
        }
        attempt += 1
        Disk.pause(milliseconds: 10 * attempt)
      }
    }
  }

  private static func openOnce(_ path: String, _ migrator: DatabaseMigrator) throws -> DatabaseQueue {
    var configuration = Configuration()
    configuration.journalMode = .wal
    configuration.busyMode = .timeout(Self.busyTimeout)
    configuration.prepareDatabase { try $0.execute(sql: "PRAGMA synchronous = NORMAL") }
    let queue = try DatabaseQueue(path: path, configuration: configuration)
    let isCurrent = try queue.read { db in
      guard try !migrator.hasBeenSuperseded(db) else {
        throw StoreError(.unusable, "cannot open", path, "a later version of mockrec wrote it; move it away")
      }
      return try migrator.hasCompletedMigrations(db)
    }
    if !isCurrent { try migrator.migrate(queue) }
    return queue
  }

  static func failure(_ action: String, _ path: String, _ error: any Error) -> StoreError {
    if let error = error as? StoreError { return error }
    guard let error = error as? DatabaseError else { return StoreError(.other, action, path, "\(error)") }
    let message = error.message ?? "SQLite error \(error.resultCode.rawValue)"
    return switch error.resultCode {
    case .SQLITE_FULL: StoreError(.full, action, path, message)
    case .SQLITE_READONLY: StoreError(.readOnly, action, path, message)
    case .SQLITE_PERM, .SQLITE_AUTH: StoreError(.denied, action, path, message)
    case .SQLITE_CANTOPEN: StoreError(.denied, action, path, message)
    case .SQLITE_NOTADB, .SQLITE_CORRUPT:
      StoreError(.unusable, action, path, "\(message); remove it, and a new one is made")
    default: StoreError(.other, action, path, message)
    }
  }
}
