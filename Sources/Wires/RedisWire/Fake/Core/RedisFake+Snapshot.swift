extension RedisFake {
  /// All that a fake holds but its clients, as copies that nobody changes.
  struct Snapshot {
    struct Keys {
      var entries: OrderedTable<Database.Entry>
      var volatileCount: Int
      var expiries: ExpiryQueue
    }

    var databases: [Keys]
    var random: SplitMix
    var changes: Int64
    var settings: ServerSettings
    var limits: EncodingLimits
    var statistics: Statistics
  }

  /// Cost: a copy of every value.
  func snapshot() -> Snapshot {
    Snapshot(
      databases: self.databases.map { database in
        Snapshot.Keys(
          entries: Self.copy(database.entries), volatileCount: database.volatileCount, expiries: database.expiries)
      }, random: self.random, changes: self.changes, settings: self.settings, limits: self.limits,
      statistics: self.statistics)
  }

  /// Holds what it held then, and nothing else. To its clients all keys have changed, and who waits for one is served.
  func restore(_ snapshot: Snapshot) {
    for (database, kept) in zip(self.databases, snapshot.databases) {
      database.removeAll()
      database.entries = Self.copy(kept.entries)
      (database.volatileCount, database.expiries) = (kept.volatileCount, kept.expiries)
      database.spoilAllWatches()
      for key in database.waiting.keys {
        if let place = database.entries.find(key) { database.announce(key, database.entries[place: place].value.kind) }
      }
    }
    (self.random, self.changes, self.statistics) = (snapshot.random, snapshot.changes, snapshot.statistics)
    (self.settings, self.limits) = (snapshot.settings, snapshot.limits)
    self.serveWaiting()
  }

  private static func copy(_ entries: OrderedTable<Database.Entry>) -> OrderedTable<Database.Entry> {
    entries.copy { entry in
      var entry = entry
      entry.value = entry.value.copy()
      return entry
    }
  }
}
