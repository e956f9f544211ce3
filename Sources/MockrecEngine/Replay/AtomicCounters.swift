import Synchronization

/// A fixed number of counters that any thread may add to.
package final class AtomicCounters: @unchecked Sendable {
  // Proof of @unchecked Sendable: the pointer is set once in init and freed in deinit, and what it points to is only
  // touched by atomic operations.
  private let values: UnsafeMutablePointer<Atomic<Int>>
  package let count: Int

  package init(count: Int) {
    self.count = count
    self.values = .allocate(capacity: max(count, 1))
    for index in 0..<count { (self.values + index).initialize(to: Atomic(0)) }
  }

  deinit {
    self.values.deinitialize(count: self.count)
    self.values.deallocate()
  }

  @inline(__always)
  private func counter(_ index: Int) -> UnsafeMutablePointer<Atomic<Int>> {
    precondition(index >= 0 && index < self.count, "there is no such counter")
    return self.values + index
  }

  /// Adds one, and returns the value before.
  @inline(__always)
  package func next(_ index: Int) -> Int { self.counter(index).pointee.wrappingAdd(1, ordering: .relaxed).oldValue }

  /// Takes back one that was added.
  func giveBack(_ index: Int) { self.counter(index).pointee.wrappingSubtract(1, ordering: .relaxed) }

  var all: [Int] { (0..<self.count).map { self[$0] } }

  func set(_ values: [Int]) {
    for (index, value) in values.prefix(self.count).enumerated() { self.set(index, to: value) }
  }

  func set(_ index: Int, to value: Int) { self.counter(index).pointee.store(value, ordering: .relaxed) }

  package subscript(index: Int) -> Int { self.counter(index).pointee.load(ordering: .relaxed) }

  package func reset() {
    for index in 0..<self.count { self.values[index].store(0, ordering: .relaxed) }
  }
}
