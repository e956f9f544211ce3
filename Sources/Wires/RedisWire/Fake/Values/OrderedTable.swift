/// A hash table that keeps the order of insertion, and lets a scan go on after changes.
///
/// Entries stand in one array; removing leaves a hole, and holes are closed when the array is full. Each entry has a
/// sequence number that never changes, so a cursor made of it survives every change. Up to eight entries there is no
/// index at all. A place found by `find` is valid until the next insertion or removal.
///
/// Storage is by pointers, so that neither a lookup nor a change in place copies, retains or checks more than it must;
/// places 0..<`end` of `keys` are initialized, and those of `values` that are no holes.
package final class OrderedTable<Value> {
  private struct Key {
    var bytes: RedisBytes
    /// 0 marks a hole.
    var sequence: UInt64
    var hash: UInt32
  }

  private var keys: UnsafeMutablePointer<Key>
  private var values: UnsafeMutablePointer<Value>
  private var capacity: Int
  /// How many places are used, holes among them.
  private(set) var end = 0
  private(set) var count = 0
  private var nextSequence: UInt64 = 1
  /// Place + 1 by hash, 0 for none. One entry of 0 while the table is small.
  private var index: UnsafeMutablePointer<UInt32>
  private var mask = 0

  private static var smallCapacity: Int { 8 }

  package init(capacity: Int = 4) {
    self.capacity = max(1, capacity)
    self.keys = .allocate(capacity: self.capacity)
    self.values = .allocate(capacity: self.capacity)
    self.index = .allocate(capacity: 1)
    self.index.initialize(to: 0)
    if self.capacity > Self.smallCapacity { self.rebuildIndex() }
  }

  private init(_ other: OrderedTable<Value>, _ duplicate: (Value) -> Value) {
    (self.capacity, self.end, self.count) = (other.capacity, other.end, other.count)
    (self.nextSequence, self.mask) = (other.nextSequence, other.mask)
    self.keys = .allocate(capacity: self.capacity)
    self.values = .allocate(capacity: self.capacity)
    self.index = .allocate(capacity: self.mask + 1)
    self.keys.initialize(from: other.keys, count: self.end)
    self.index.initialize(from: other.index, count: self.mask + 1)
    for place in 0..<self.end where other.isEntry(place) {
      (self.values + place).initialize(to: duplicate(other.values[place]))
    }
  }

  /// A table of the same entries at the same places: scans go on in it, and choices by chance are the same.
  package func copy(_ duplicate: (Value) -> Value = { $0 }) -> OrderedTable<Value> {
    OrderedTable(self, duplicate)
  }

  deinit {
    for place in 0..<self.end where self.keys[place].sequence != 0 { (self.values + place).deinitialize(count: 1) }
    self.keys.deinitialize(count: self.end)
    self.keys.deallocate()
    self.values.deallocate()
    self.index.deallocate()
  }

  package var isEmpty: Bool { self.count == 0 }

  /// Where `key` stands, or nil.
  package func find(_ key: RedisBytes) -> Int? {
    let hash = UInt32(truncatingIfNeeded: key.digest)
    return self.find(key, hash: hash)
  }

  @inline(__always)
  private func find(_ key: RedisBytes, hash: UInt32) -> Int? {
    if self.mask == 0 {
      var place = 0
      while place < self.end {
        if self.keys[place].hash == hash, self.keys[place].bytes == key, self.keys[place].sequence != 0 {
          return place
        }
        place += 1
      }
      return nil
    }
    var slot = Int(hash) & self.mask
    while true {
      let place = Int(self.index[slot]) - 1
      if place < 0 { return nil }
      if self.keys[place].hash == hash, self.keys[place].bytes == key { return place }
      slot = (slot + 1) & self.mask
    }
  }

  package func contains(_ key: RedisBytes) -> Bool { self.find(key) != nil }

  /// The key at a place that is no hole.
  package func key(at place: Int) -> RedisBytes { self.keys[place].bytes }

  /// The value at a place that is no hole, to read or to change in place.
  package subscript(place place: Int) -> Value {
    @inline(__always) unsafeAddress { UnsafePointer(self.values + place) }
    @inline(__always) unsafeMutableAddress { self.values + place }
  }

  package subscript(key: RedisBytes) -> Value? {
    guard let place = self.find(key) else { return nil }
    return self.values[place]
  }

  /// Sets the value of `key`, appending it when it is new. Returns whether it was new.
  @discardableResult
  package func set(_ key: RedisBytes, _ value: Value) -> Bool {
    let hash = UInt32(truncatingIfNeeded: key.digest)
    if let place = self.find(key, hash: hash) {
      self.values[place] = value
      return false
    }
    self.append(key, hash: hash, value)
    return true
  }

  /// Appends `key`, which is not in the table. Returns its place.
  @discardableResult
  package func append(_ key: RedisBytes, _ value: Value) -> Int {
    self.append(key, hash: UInt32(truncatingIfNeeded: key.digest), value)
  }

  @discardableResult
  private func append(_ key: RedisBytes, hash: UInt32, _ value: Value) -> Int {
    if self.end == self.capacity { self.makeRoom() }
    let place = self.end
    (self.keys + place).initialize(to: Key(bytes: key, sequence: self.nextSequence, hash: hash))
    (self.values + place).initialize(to: value)
    self.nextSequence += 1
    self.end += 1
    self.count += 1
    if self.mask != 0 { self.enter(place, hash) }
    return place
  }

  /// Removes `key` and returns its value.
  @discardableResult
  package func remove(_ key: RedisBytes) -> Value? {
    guard let place = self.find(key) else { return nil }
    return self.remove(at: place)
  }

  /// Removes the entry at a place that is no hole.
  @discardableResult
  package func remove(at place: Int) -> Value {
    if self.mask != 0 { self.leave(place) }
    let value = (self.values + place).move()
    self.keys[place].bytes = RedisBytes()
    self.keys[place].sequence = 0
    self.count -= 1
    if self.count == 0 {
      self.keys.deinitialize(count: self.end)
      self.end = 0
    } else if place == self.end - 1 {
      (self.keys + place).deinitialize(count: 1)
      self.end = place
    }
    return value
  }

  /// Whether there is an entry at `place`, which is below `end`.
  @inline(__always)
  package func isEntry(_ place: Int) -> Bool { self.keys[place].sequence != 0 }

  /// Runs `body` on each entry, oldest first. `body` must not change the table.
  @inline(__always)
  package func visit(_ body: (RedisBytes, Value) -> Void) {
    for place in 0..<self.end where self.keys[place].sequence != 0 { body(self.keys[place].bytes, self.values[place]) }
  }

  /// A place chosen evenly. The table is not empty.
  package func randomPlace(_ random: inout SplitMix) -> Int {
    if self.count * 4 < self.end { self.compact(capacity: self.capacity) }
    while true {
      let place = random.below(self.end)
      if self.keys[place].sequence != 0 { return place }
    }
  }

  /// The places of up to `limit` entries from `cursor` on, and the cursor to go on from, 0 at the end.
  package func scan(from cursor: UInt64, limit: Int) -> (places: Range<Int>, next: UInt64) {
    var low = 0
    var high = self.end
    while low < high {
      var middle = (low + high) / 2
      let start = middle
      while middle < high, self.keys[middle].sequence == 0 { middle += 1 }
      if middle == high || self.keys[middle].sequence >= cursor { high = start } else { low = middle + 1 }
    }
    let start = low
    var found = 0
    while low < self.end, found < limit {
      if self.keys[low].sequence != 0 { found += 1 }
      low += 1
    }
    while low < self.end, self.keys[low].sequence == 0 { low += 1 }
    return (start..<low, low < self.end ? self.keys[low].sequence : 0)
  }

  private func makeRoom() {
    self.compact(capacity: self.count * 4 > self.capacity * 3 ? self.capacity * 2 : self.capacity)
  }

  /// Closes the holes and moves everything to storage of `capacity` places.
  private func compact(capacity: Int) {
    let keys = UnsafeMutablePointer<Key>.allocate(capacity: capacity)
    let values = UnsafeMutablePointer<Value>.allocate(capacity: capacity)
    var target = 0
    for place in 0..<self.end {
      guard self.keys[place].sequence != 0 else {
        (self.keys + place).deinitialize(count: 1)
        continue
      }
      (keys + target).moveInitialize(from: self.keys + place, count: 1)
      (values + target).moveInitialize(from: self.values + place, count: 1)
      target += 1
    }
    self.keys.deallocate()
    self.values.deallocate()
    self.keys = keys
    self.values = values
    self.capacity = capacity
    self.end = target
    if capacity > Self.smallCapacity { self.rebuildIndex() }
  }

  private func rebuildIndex() {
    var size = 16
    while size < self.capacity * 2 { size *= 2 }
    if size - 1 != self.mask {
      self.index.deallocate()
      self.index = .allocate(capacity: size)
      self.mask = size - 1
    }
    self.index.initialize(repeating: 0, count: size)
    for place in 0..<self.end { self.enter(place, self.keys[place].hash) }
  }

  @inline(__always)
  private func enter(_ place: Int, _ hash: UInt32) {
    var slot = Int(hash) & self.mask
    while self.index[slot] != 0 { slot = (slot + 1) & self.mask }
    self.index[slot] = UInt32(truncatingIfNeeded: place + 1)
  }

  /// Takes `place` out of the index, moving back what follows it in its run.
  private func leave(_ place: Int) {
    var slot = Int(self.keys[place].hash) & self.mask
    while self.index[slot] != UInt32(truncatingIfNeeded: place + 1) { slot = (slot + 1) & self.mask }
    var next = (slot + 1) & self.mask
    while self.index[next] != 0 {
      let home = Int(self.keys[Int(self.index[next]) - 1].hash) & self.mask
      if (next &- home) & self.mask >= (next &- slot) & self.mask {
        self.index[slot] = self.index[next]
        slot = next
      }
      next = (next + 1) & self.mask
    }
    self.index[slot] = 0
  }
}
