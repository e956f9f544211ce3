extension Database {
  /// When the key at `place` expires, or nil.
  func expiry(at place: Int) -> Int64? {
    let expiry = self.entries[place: place].expiry
    // The last moment there is is kept as the one before, as its number stands for none.
    return expiry == Database.never ? nil : expiry == Database.never - 1 ? .max : expiry
  }

  /// When `key` expires, in milliseconds since 1970; nil when never or when it is not there.
  package func expiry(_ key: RedisBytes) -> Int64? { self.find(key).flatMap(self.expiry(at:)) }

  /// Sets or takes away the expiry of the key at `place`.
  func setExpiry(_ moment: Int64?, at place: Int) {
    let had = self.entries[place: place].expiry != Database.never
    self.entries[place: place].expiry = moment.map { min($0, Database.never - 1) } ?? Database.never
    self.volatileCount += (moment != nil ? 1 : 0) - (had ? 1 : 0)
    guard let moment else { return }
    if self.expiries.count > 2 * self.volatileCount + 64 { self.rebuildExpiries() }
    // A key that was over before it came is found by Redis when it looks for such keys, ten times a second.
    self.expiries.insert(moment <= self.fake.now ? self.fake.now + 100 : moment, self.entries.key(at: place))
  }

  package func setExpiry(_ moment: Int64?, of key: RedisBytes) {
    if let place = self.find(key) { self.setExpiry(moment, at: place) }
  }

  /// Removes the key at `place`, whose time is up.
  func expire(_ key: RedisBytes, at place: Int) {
    self.remove(at: place)
    self.fake.statistics.expired += 1
    if !self.watchers.isEmpty { self.spoilWatches(of: key) }
  }

  /// Removes every key whose time is up.
  func removeDue() {
    guard self.volatileCount > 0 else { return }
    while let (moment, key) = self.expiries.first, moment <= self.fake.now {
      self.expiries.removeFirst()
      guard let place = self.entries.find(key), self.entries[place: place].expiry <= self.fake.now else { continue }
      self.expire(key, at: place)
    }
  }

  /// When the next key is due, or nil.
  var nextExpiry: Int64? {
    while self.volatileCount > 0, let (moment, key) = self.expiries.first {
      if let place = self.entries.find(key), self.entries[place: place].expiry <= moment { return moment }
      self.expiries.removeFirst()
    }
    return nil
  }

  private func rebuildExpiries() {
    var fresh = ExpiryQueue()
    self.entries.visit { key, entry in
      if entry.expiry != Database.never { fresh.insert(entry.expiry, key) }
    }
    self.expiries = fresh
  }
}

/// Moments and keys, the earliest first: a binary heap. What it holds may be stale, so its user looks at the key.
struct ExpiryQueue {
  private var heap: [(moment: Int64, key: RedisBytes)] = []

  var count: Int { self.heap.count }
  var first: (moment: Int64, key: RedisBytes)? { self.heap.first }

  mutating func insert(_ moment: Int64, _ key: RedisBytes) {
    self.heap.append((moment, key))
    var child = self.heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard self.heap[child].moment < self.heap[parent].moment else { return }
      self.heap.swapAt(child, parent)
      child = parent
    }
  }

  /// Drops the earliest. The queue is not empty.
  mutating func removeFirst() {
    self.heap.swapAt(0, self.heap.count - 1)
    self.heap.removeLast()
    var parent = 0
    while true {
      var child = 2 * parent + 1
      guard child < self.heap.count else { return }
      if child + 1 < self.heap.count, self.heap[child + 1].moment < self.heap[child].moment { child += 1 }
      guard self.heap[child].moment < self.heap[parent].moment else { return }
      self.heap.swapAt(child, parent)
      parent = child
    }
  }
}
