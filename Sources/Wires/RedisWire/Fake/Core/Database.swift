/// One of the sixteen tables of keys.
package final class Database {
  struct Entry {
    var value: RedisValue
    /// In milliseconds since 1970; `never` when the key has no expiry.
    var expiry: Int64
    var lastUse: Int64
  }

  static let never = Int64.max

  package let index: Int
  /// Not counted, as every lookup asks it for the time: a database is used by its fake only, which is then alive.
  unowned(unsafe) let fake: RedisFake
  @exclusivity(unchecked) var entries = OrderedTable<Entry>()
  /// How many keys have an expiry.
  var volatileCount = 0
  var expiries = ExpiryQueue()
  /// Clients that watch a key.
  var watchers: [RedisBytes: [RedisClient]] = [:]
  /// Clients that wait for a key, first come first.
  var waiting: [RedisBytes: [RedisClient]] = [:]

  init(index: Int, fake: RedisFake) {
    self.index = index
    self.fake = fake
  }

  /// The number of keys, those that are due included.
  var count: Int { self.entries.count }

  /// What `key` holds; nil when it is not there or its time is up.
  @inline(__always)
  package func value(_ key: RedisBytes) -> RedisValue? {
    guard let place = self.find(key) else { return nil }
    return self.entries[place: place].value
  }

  package func contains(_ key: RedisBytes) -> Bool { self.find(key) != nil }

  /// Where `key` stands in `entries`. A key whose time is up is removed on the way.
  @inline(__always)
  func find(_ key: RedisBytes, isUse: Bool = true) -> Int? {
    guard let place = self.entries.find(key) else { return nil }
    if self.entries[place: place].expiry <= self.fake.now {
      self.expire(key, at: place)
      return nil
    }
    if isUse { self.entries[place: place].lastUse = self.fake.now }
    return place
  }

  /// Sets what `key` holds, with no expiry unless `keepingExpiry`.
  package func set(_ key: RedisBytes, _ value: RedisValue, keepingExpiry: Bool = false) {
    if let place = self.find(key) {
      if !self.waiting.isEmpty { self.announce(key, self.entries[place: place].value.kind) }
      self.entries[place: place].value = value
      if !keepingExpiry, self.entries[place: place].expiry != Database.never { self.setExpiry(nil, at: place) }
      if !self.waiting.isEmpty { self.announce(key, value.kind) }
    } else {
      self.insert(key, value)
    }
  }

  /// Adds `key`, which must not be there. Returns its place.
  @discardableResult
  func insert(_ key: RedisBytes, _ value: RedisValue) -> Int {
    if !self.waiting.isEmpty { self.announce(key, value.kind) }
    return self.entries.append(key, Entry(value: value, expiry: Database.never, lastUse: self.fake.now))
  }

  /// Removes `key`. Returns whether it was there.
  @discardableResult
  package func remove(_ key: RedisBytes) -> Bool {
    guard let place = self.find(key) else { return false }
    self.remove(at: place)
    return true
  }

  func remove(at place: Int) {
    if !self.waiting.isEmpty { self.announce(self.entries.key(at: place), self.entries[place: place].value.kind) }
    if self.entries[place: place].expiry != Database.never { self.volatileCount -= 1 }
    self.entries.remove(at: place)
  }

  func removeAll() {
    self.spoilAllWatches()
    if !self.waiting.isEmpty { self.entries.visit { key, entry in self.announce(key, entry.value.kind) } }
    self.entries = OrderedTable()
    self.volatileCount = 0
    self.expiries = ExpiryQueue()
  }

  // MARK: Watching and waiting

  func spoilWatches(of key: RedisBytes) {
    guard !self.fake.isRehearsing else { return }
    for client in self.watchers[key] ?? [] { client.isWatchSpoiled = true }
  }

  /// Spoils the watches of every key that is there.
  func spoilAllWatches() {
    guard !self.fake.isRehearsing else { return }
    for (key, clients) in self.watchers where self.entries.contains(key) {
      for client in clients { client.isWatchSpoiled = true }
    }
  }

  /// Notes that `key` has come to hold something clients may wait for.
  package func announce(_ key: RedisBytes, _ kind: RedisValue.Kind) {
    guard kind == .list || kind == .sortedSet || kind == .stream, self.waiting[key] != nil, !self.fake.isRehearsing
    else { return }
    self.fake.noteReady(self, key)
  }
}
