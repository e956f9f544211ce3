import Synchronization

/// Bytes that many may hold together.
final class ByteBudget: Sendable {
  let most: Int
  private let held = Atomic<Int>(0)

  init(_ most: Int) { self.most = most }

  /// - Returns: False, and nothing is taken, where not so many are left.
  func take(_ count: Int) -> Bool {
    guard self.held.wrappingAdd(count, ordering: .relaxed).newValue <= self.most else {
      self.give(back: count)
      return false
    }
    return true
  }

  func give(back count: Int) { self.held.wrappingSubtract(count, ordering: .relaxed) }
}
