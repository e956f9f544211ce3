/// A set: sorted integers while all members are and they are few, else a table.
package final class SetValue {
  /// The members while they are all integers, ascending.
  package private(set) var integers: [Int64] = []
  /// The members once they are not.
  package private(set) var table: OrderedTable<Void>?

  package init() {}

  package init(adding members: some Sequence<RedisBytes>, limits: EncodingLimits) {
    for member in members { self.add(member, limits: limits) }
  }

  package var count: Int { self.table?.count ?? self.integers.count }

  package var encoding: StaticString { self.table == nil ? "intset" : "hashtable" }

  package func contains(_ member: RedisBytes) -> Bool {
    if let table = self.table { return table.contains(member) }
    guard let number = member.int64 else { return false }
    let place = self.place(of: number)
    return place < self.integers.count && self.integers[place] == number
  }

  /// Returns whether the member is new.
  @discardableResult
  package func add(_ member: RedisBytes, limits: EncodingLimits) -> Bool {
    if let table = self.table { return table.set(member, ()) }
    guard let number = member.int64 else {
      return self.makeTable().set(member, ())
    }
    let place = self.place(of: number)
    if place < self.integers.count, self.integers[place] == number { return false }
    self.integers.insert(number, at: place)
    if self.integers.count > limits.setIntegers { _ = self.makeTable() }
    return true
  }

  /// Returns whether the member was there.
  @discardableResult
  package func remove(_ member: RedisBytes) -> Bool {
    if let table = self.table { return table.remove(member) != nil }
    guard let number = member.int64 else { return false }
    let place = self.place(of: number)
    guard place < self.integers.count, self.integers[place] == number else { return false }
    self.integers.remove(at: place)
    return true
  }

  /// Runs `body` on each member. `body` must not change the set.
  @inline(__always)
  package func visit(_ body: (RedisBytes) -> Void) {
    if let table = self.table {
      table.visit { member, _ in body(member) }
    } else {
      for number in self.integers { body(RedisBytes(number)) }
    }
  }

  package var members: [RedisBytes] {
    var members: [RedisBytes] = []
    members.reserveCapacity(self.count)
    self.visit { members.append($0) }
    return members
  }

  /// A member chosen evenly. The set is not empty.
  package func randomMember(_ random: inout SplitMix) -> RedisBytes {
    if let table = self.table { return table.key(at: table.randomPlace(&random)) }
    return RedisBytes(self.integers[random.below(self.integers.count)])
  }

  package func copy() -> SetValue {
    let copy = SetValue()
    copy.integers = self.integers
    copy.table = self.table?.copy()
    return copy
  }

  private func place(of number: Int64) -> Int {
    var low = 0
    var high = self.integers.count
    while low < high {
      let middle = (low + high) / 2
      if self.integers[middle] < number { low = middle + 1 } else { high = middle }
    }
    return low
  }

  private func makeTable() -> OrderedTable<Void> {
    let table = OrderedTable<Void>(capacity: self.integers.count + 4)
    for number in self.integers { table.append(RedisBytes(number), ()) }
    self.integers = []
    self.table = table
    return table
  }
}
