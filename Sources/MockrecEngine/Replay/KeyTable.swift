import MockrecCore
import MockrecWire

/// Match keys, each with its number, counted from 0 in the order in which they came. Filled once, then only asked.
///
/// Open addressing at no more than half full. A key is found by itself or by the bytes of its head, without making a
/// text of them. Nobody but the cassette chooses the keys: what a client asks for adds none.
struct KeyTable: Sendable {
  private struct Slot: Sendable {
    /// The upper half of the key's hash; the lower half says where to look.
    var tag: UInt32 = 0
    /// The key's number, and 1; 0 for none.
    var place: UInt32 = 0
  }

  private(set) var keys: [MatchKey] = []
  private var slots: [Slot]
  private var mask: Int

  init(capacity: Int = 0) {
    var size = 16
    while size < capacity * 2 { size *= 2 }
    self.slots = [Slot](repeating: Slot(), count: size)
    self.mask = size - 1
    self.keys.reserveCapacity(capacity)
  }

  /// The key's number; nil where the table does not hold it.
  func find(_ key: MatchKey) -> Int? {
    var head = key.head
    return head.withUTF8 { self.find(UnsafeRawBufferPointer($0), body: key.body) }
  }

  /// The number of the key with this head and without a body.
  func find(_ head: UnsafeRawBufferPointer) -> Int? { self.find(head, body: 0) }

  /// The key's number, a new one where the table does not hold it yet.
  mutating func insert(_ key: MatchKey) -> Int {
    if let known = self.find(key) { return known }
    if (self.keys.count + 1) * 2 > self.slots.count { self.grow() }
    self.enter(Self.hash(of: key), self.keys.count)
    self.keys.append(key)
    return self.keys.count - 1
  }

  @inline(__always)
  private func find(_ head: UnsafeRawBufferPointer, body: UInt64) -> Int? {
    let hash = Self.hash(head, body)
    let tag = UInt32(truncatingIfNeeded: hash >> 32)
    return self.slots.withUnsafeBufferPointer { slots in
      var at = Int(truncatingIfNeeded: hash) & self.mask
      while slots[at].place != 0 {
        let place = Int(slots[at].place) - 1
        if slots[at].tag == tag, self.isKey(place, head, body) { return place }
        at = (at + 1) & self.mask
      }
      return nil
    }
  }

  @inline(__always)
  private func isKey(_ place: Int, _ head: UnsafeRawBufferPointer, _ body: UInt64) -> Bool {
    guard self.keys[place].body == body else { return false }
    // A text of Swift's own lies in one piece.
    return self.keys[place].head.utf8.withContiguousStorageIfAvailable {
      FoldedHash.areEqual(UnsafeRawBufferPointer($0), head)
    } ?? self.keys[place].head.utf8.elementsEqual(head)
  }

  private static func hash(of key: MatchKey) -> UInt64 {
    var head = key.head
    return head.withUTF8 { self.hash(UnsafeRawBufferPointer($0), key.body) }
  }

  @inline(__always)
  private static func hash(_ head: UnsafeRawBufferPointer, _ body: UInt64) -> UInt64 {
    FoldedHash.fold(FoldedHash.of(head) ^ body, 0x9E37_79B9_7F4A_7C15)
  }

  private mutating func enter(_ hash: UInt64, _ number: Int) {
    var at = Int(truncatingIfNeeded: hash) & self.mask
    while self.slots[at].place != 0 { at = (at + 1) & self.mask }
    self.slots[at] = Slot(tag: UInt32(truncatingIfNeeded: hash >> 32), place: UInt32(number + 1))
  }

  private mutating func grow() {
    self.slots = [Slot](repeating: Slot(), count: self.slots.count * 2)
    self.mask = self.slots.count - 1
    for (number, key) in self.keys.enumerated() { self.enter(Self.hash(of: key), number) }
  }
}
