import GRDB

/// The tables of the journal, and how they came to be.
enum JournalSchema {
  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1") { db in
      try db.execute(
        sql: """
          CREATE TABLE runs (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            mode TEXT NOT NULL,
            started_us INTEGER NOT NULL,  -- since 1970
            ended INTEGER NOT NULL DEFAULT 0,
            lost INTEGER NOT NULL DEFAULT 0,
            command TEXT NOT NULL);
          -- The entries that a run served, each once.
          CREATE TABLE entries (
            id INTEGER PRIMARY KEY,
            run INTEGER NOT NULL REFERENCES runs (id),
            service TEXT NOT NULL,
            name TEXT NOT NULL,
            summary TEXT NOT NULL,
            status TEXT NOT NULL);
          -- Many rows in one, as a JSON array of [entry, connection, started_us, duration_us]: a tenth of the work of
          -- a row each. The view takes them apart.
          CREATE TABLE served (
            run INTEGER NOT NULL REFERENCES runs (id),
            count INTEGER NOT NULL,
            rows TEXT NOT NULL);
          CREATE TABLE calls (
            run INTEGER NOT NULL REFERENCES runs (id),
            service TEXT NOT NULL,
            outcome TEXT NOT NULL,
            connection INTEGER NOT NULL,
            started_us INTEGER NOT NULL,
            duration_us INTEGER NOT NULL,
            entry TEXT,
            summary TEXT NOT NULL,
            status TEXT NOT NULL,
            request_bytes INTEGER NOT NULL,
            reply_bytes INTEGER NOT NULL,
            note TEXT);
          CREATE VIEW exchanges AS
            SELECT e.run, e.service, 'served' AS outcome, json_extract(r.value, '$[1]') AS connection,
              json_extract(r.value, '$[2]') AS started_us, json_extract(r.value, '$[3]') AS duration_us,
              e.name AS entry, e.summary, e.status, NULL AS request_bytes, NULL AS reply_bytes, NULL AS note
            FROM served s JOIN json_each(s.rows) r JOIN entries e ON e.id = json_extract(r.value, '$[0]')
            UNION ALL
            SELECT run, service, outcome, connection, started_us, duration_us, entry, summary, status, request_bytes,
              reply_bytes, note
            FROM calls;
          """)
    }
    return migrator
  }
}
