/// Values that are forgotten when their time has come, or when there are too many: then the oldest.
struct ExpiringTable<Value: Sendable>: Sendable {
  private var entries: [String: (value: Value, end: Int64)] = [:]
  /// Keys as they came, those included that were removed since.
  private var order: [String] = []
  private var first = 0
  private let limit: Int

  init(limit: Int) { self.limit = limit }

  var count: Int { self.entries.count }
  /// Those that are known at a moment, in the order in which they came.
  func all(now: Int64) -> [(value: Value, end: Int64)] {
    var seen: Set<String> = []
    return self.order[self.first...].compactMap { key in
      guard let entry = self.entries[key], entry.end > now, seen.insert(key).inserted else { return nil }
      return entry
    }
  }

  /// Keys that take up memory.
  var remembered: Int { self.order.count }

  /// - Parameters:
  ///   - end: The first moment at which it is not known any more, in milliseconds since 1970.
  ///   - now: Of the same clock.
  mutating func insert(_ key: String, _ value: Value, until end: Int64, now: Int64) {
    while self.first < self.order.count {
      let oldest = self.order[self.first]
      if let entry = self.entries[oldest], entry.end > now, self.entries.count < self.limit { break }
      self.entries[oldest] = nil
      self.first += 1
    }
    self.entries[key] = (value, end)
    self.order.append(key)
    guard self.order.count > 2 * self.limit else { return }
    self.order = self.order[self.first...].filter { self.entries[$0] != nil }
    self.first = 0
  }

  func value(_ key: String, now: Int64) -> Value? {
    guard let entry = self.entries[key], entry.end > now else { return nil }
    return entry.value
  }

  mutating func update(_ key: String, _ change: (inout Value) -> Void) {
    guard var entry = self.entries[key] else { return }
    change(&entry.value)
    self.entries[key] = entry
  }

  mutating func remove(_ key: String) { self.entries[key] = nil }

  mutating func removeAll(where isGone: (Value) -> Bool) {
    self.entries = self.entries.filter { !isGone($0.value.value) }
  }
}
