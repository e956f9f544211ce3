import NIOCore

/// What one connection was answered of the bytes that came together: they are one moment, and cost two looks at the
/// clock.
struct ServedTurn {
  private var entries: [Int32] = []
  private var started: Int64 = 0

  static var now: Int64 { Int64(NIODeadline.now().uptimeNanoseconds) }

  mutating func add(_ entry: Int32) {
    if self.entries.isEmpty { self.started = Self.now }
    self.entries.append(entry)
  }

  mutating func end(into served: ServedBuffer, connection: Int32) {
    guard !self.entries.isEmpty else { return }
    let nanoseconds = Self.now - self.started
    for entry in self.entries {
      served.append(
        ServedEvent(entry: entry, connection: connection, started: self.started, nanoseconds: nanoseconds))
    }
    self.entries.removeAll(keepingCapacity: true)
  }
}
