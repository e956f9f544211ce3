/// A list: a ring of byte strings, quick at both ends and by index.
package final class ListValue {
  private var ring: UnsafeMutablePointer<RedisBytes>
  /// A power of two.
  private var capacity: Int
  private var head = 0
  private(set) var count = 0

  package init(capacity: Int = 8) {
    var size = 8
    while size < capacity { size *= 2 }
    self.capacity = size
    self.ring = .allocate(capacity: size)
  }

  deinit {
    for index in 0..<self.count { (self.ring + self.place(index)).deinitialize(count: 1) }
    self.ring.deallocate()
  }

  package var isEmpty: Bool { self.count == 0 }

  @inline(__always)
  private func place(_ index: Int) -> Int { (self.head &+ index) & (self.capacity &- 1) }

  /// The element at `index`, which is in 0..<`count`.
  package subscript(index: Int) -> RedisBytes {
    get { self.ring[self.place(index)] }
    set { self.ring[self.place(index)] = newValue }
  }

  package func append(_ element: RedisBytes) {
    if self.count == self.capacity { self.grow() }
    (self.ring + self.place(self.count)).initialize(to: element)
    self.count += 1
  }

  package func prepend(_ element: RedisBytes) {
    if self.count == self.capacity { self.grow() }
    self.head = (self.head &- 1) & (self.capacity &- 1)
    (self.ring + self.head).initialize(to: element)
    self.count += 1
  }

  /// Takes the first element. The list is not empty.
  package func removeFirst() -> RedisBytes {
    let element = (self.ring + self.head).move()
    self.head = (self.head + 1) & (self.capacity - 1)
    self.count -= 1
    return element
  }

  /// Takes the last element. The list is not empty.
  package func removeLast() -> RedisBytes {
    self.count -= 1
    return (self.ring + self.place(self.count)).move()
  }

  package func push(_ element: RedisBytes, _ end: End) { end == .left ? self.prepend(element) : self.append(element) }

  package func pop(_ end: End) -> RedisBytes { end == .left ? self.removeFirst() : self.removeLast() }

  /// Inserts before the element at `index`, or at the end. O(`count`).
  package func insert(_ element: RedisBytes, at index: Int) {
    self.append(element)
    var place = self.count - 1
    while place > index {
      self[place] = self[place - 1]
      place -= 1
    }
    self[index] = element
  }

  /// Keeps the elements in `range` only.
  package func trim(to range: Range<Int>) {
    for _ in range.upperBound..<self.count { _ = self.removeLast() }
    for _ in 0..<range.lowerBound { _ = self.removeFirst() }
  }

  /// Removes up to `limit` elements equal to `element`, from the left or the right. Returns how many.
  package func remove(_ element: RedisBytes, limit: Int, from end: End) -> Int {
    var removed = 0
    if end == .left {
      var target = 0
      for index in 0..<self.count {
        if removed < limit, self[index] == element {
          removed += 1
        } else {
          if target != index { self[target] = self[index] }
          target += 1
        }
      }
      for _ in 0..<removed { _ = self.removeLast() }
    } else {
      var target = self.count - 1
      for index in stride(from: self.count - 1, through: 0, by: -1) {
        if removed < limit, self[index] == element {
          removed += 1
        } else {
          if target != index { self[target] = self[index] }
          target -= 1
        }
      }
      for _ in 0..<removed { _ = self.removeFirst() }
    }
    return removed
  }

  package func copy() -> ListValue {
    let copy = ListValue(capacity: self.count)
    for index in 0..<self.count { copy.append(self[index]) }
    return copy
  }

  package enum End { case left, right }

  private func grow() {
    let larger = UnsafeMutablePointer<RedisBytes>.allocate(capacity: self.capacity * 2)
    let first = min(self.count, self.capacity - self.head)
    larger.moveInitialize(from: self.ring + self.head, count: first)
    (larger + first).moveInitialize(from: self.ring, count: self.count - first)
    self.ring.deallocate()
    self.ring = larger
    self.capacity *= 2
    self.head = 0
  }
}
