import GRDB

/// The tables of the history, and how they came to be.
enum HistorySchema {
  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1") { db in
      try db.execute(
        sql: """
          CREATE TABLE runs (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            mode TEXT NOT NULL,
            started TEXT NOT NULL,
            duration_ms INTEGER NOT NULL,
            version TEXT NOT NULL,
            seed TEXT,
            exit_status INTEGER NOT NULL,
            counts TEXT NOT NULL,
            verdicts TEXT NOT NULL,
            command TEXT NOT NULL);
          CREATE TABLE findings (
            run INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
            service TEXT NOT NULL,
            contract TEXT NOT NULL,
            verdict TEXT NOT NULL,
            severity TEXT NOT NULL,
            path TEXT NOT NULL,
            kind TEXT NOT NULL,
            expected TEXT,
            fake TEXT,
            real TEXT);
          CREATE INDEX findings_run ON findings (run);
          """)
    }
    // What a run checked and did not find tells when a finding went, and how often it came back.
    migrator.registerMigration("2") { db in
      try db.execute(
        sql: """
          ALTER TABLE findings ADD COLUMN scope TEXT NOT NULL DEFAULT '';
          ALTER TABLE findings ADD COLUMN request TEXT NOT NULL DEFAULT '';
          UPDATE findings SET scope = rtrim(rtrim(contract, '0123456789'), ':');
          CREATE INDEX findings_same ON findings (request, path, kind, run);
          CREATE TABLE checked (
            run INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
            scope TEXT NOT NULL,
            PRIMARY KEY (scope, run)) WITHOUT ROWID;
          INSERT INTO checked (run, scope) SELECT DISTINCT run, scope FROM findings;
          """)
    }
    return migrator
  }
}
