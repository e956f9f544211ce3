extension RedisFake {
  /// A key, and what it is to hold while commands are rehearsed.
  struct Rehearsed {
    var database: Database
    var key: RedisBytes
    var entry: Database.Entry?
  }

  /// Carries `body` out on these keys alone, and leaves everything as it was: no client that watches or waits is told.
  func rehearse<Outcome>(_ keys: [Rehearsed], _ body: () -> Outcome) -> Outcome {
    let kept = self.databases.map { ($0.entries, $0.volatileCount, $0.expiries) }
    let (random, changes, statistics) = (self.random, self.changes, self.statistics)
    self.isRehearsing = true
    for database in self.databases {
      (database.entries, database.volatileCount, database.expiries) = (OrderedTable(), 0, ExpiryQueue())
    }
    for rehearsed in keys { rehearsed.database.put(rehearsed.key, rehearsed.entry) }
    let outcome = body()
    for (database, (entries, volatileCount, expiries)) in zip(self.databases, kept) {
      (database.entries, database.volatileCount, database.expiries) = (entries, volatileCount, expiries)
    }
    (self.random, self.changes, self.statistics) = (random, changes, statistics)
    self.isRehearsing = false
    return outcome
  }
}

extension Database {
  /// What `key` holds, as a copy of its own; nil when it is not there or its time is up.
  func entryCopy(_ key: RedisBytes) -> Entry? {
    guard let place = self.entries.find(key), self.entries[place: place].expiry > self.fake.now else { return nil }
    var entry = self.entries[place: place]
    entry.value = entry.value.copy()
    return entry
  }

  /// Adds a key that is not there, with its expiry.
  fileprivate func put(_ key: RedisBytes, _ entry: Entry?) {
    guard let entry, self.entries.find(key) == nil else { return }
    var fresh = entry
    fresh.value = entry.value.copy()
    fresh.expiry = Database.never
    let place = self.entries.append(key, fresh)
    if entry.expiry != Database.never { self.setExpiry(entry.expiry, at: place) }
  }
}
