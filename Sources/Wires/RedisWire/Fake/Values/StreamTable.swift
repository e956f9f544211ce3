/// Values by stream ID, in order of the IDs.
///
/// Appending and removing at the front are O(1), amortized; finding is O(log n); changes in the middle move what
/// follows.
package struct StreamTable<Value> {
  private var ids: [StreamID] = []
  private var values: [Value] = []
  /// How many places at the front are removed already.
  private var head = 0

  package init() {}

  package var count: Int { self.ids.count - self.head }

  package var isEmpty: Bool { self.ids.count == self.head }

  /// The ID and value at a place from 0 to `count` - 1.
  package subscript(place: Int) -> (id: StreamID, value: Value) {
    (self.ids[self.head + place], self.values[self.head + place])
  }

  package func id(at place: Int) -> StreamID { self.ids[self.head + place] }

  /// How many IDs are below `id`.
  package func place(of id: StreamID) -> Int {
    guard let last = self.ids.last, !self.isEmpty else { return 0 }
    if last < id { return self.count }
    var low = self.head
    var high = self.ids.count
    while low < high {
      let middle = (low + high) / 2
      if self.ids[middle] < id { low = middle + 1 } else { high = middle }
    }
    return low - self.head
  }

  /// How many IDs are at or below `id`.
  package func place(after id: StreamID) -> Int { id.next.map { self.place(of: $0) } ?? self.count }

  /// The place of `id` itself, or nil.
  package func find(_ id: StreamID) -> Int? {
    let place = self.place(of: id)
    return place < self.count && self.id(at: place) == id ? place : nil
  }

  package subscript(id: StreamID) -> Value? { self.find(id).map { self.values[self.head + $0] } }

  /// Sets the value of `id`.
  package mutating func set(_ id: StreamID, _ value: Value) {
    let place = self.head + self.place(of: id)
    if place == self.ids.count {
      self.ids.append(id)
      self.values.append(value)
    } else if self.ids[place] == id {
      self.values[place] = value
    } else {
      self.ids.insert(id, at: place)
      self.values.insert(value, at: place)
    }
  }

  /// Removes `id` and returns its value.
  @discardableResult
  package mutating func remove(_ id: StreamID) -> Value? {
    guard let place = self.find(id) else { return nil }
    let value = self.values[self.head + place]
    self.remove(at: place)
    return value
  }

  package mutating func remove(at place: Int) {
    if place == 0 { return self.removeFirst(1) }
    self.ids.remove(at: self.head + place)
    self.values.remove(at: self.head + place)
  }

  /// Removes the first `count` entries.
  package mutating func removeFirst(_ count: Int) {
    self.head += count
    guard self.head * 2 >= self.ids.count, self.head >= 32 || self.head == self.ids.count else { return }
    self.ids.removeFirst(self.head)
    self.values.removeFirst(self.head)
    self.head = 0
  }
}
