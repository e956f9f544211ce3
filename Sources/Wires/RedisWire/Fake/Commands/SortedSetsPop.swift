extension SortedSetCommands {
  static let popCommands: [Command] = [
    Command("zpopmin", -2, [.write, .fast], .one) { (call, out) throws(RedisError) in
      try Self.pop(call, &out, isMaximum: false)
    },
    Command("zpopmax", -2, [.write, .fast], .one) { (call, out) throws(RedisError) in
      try Self.pop(call, &out, isMaximum: true)
    },
    Command("bzpopmin", -3, [.write, .noscript, .blocking, .fast], .range(1, -2, 1)) { (call, out) throws(RedisError) in
      try Self.blockingPop(call, &out, isMaximum: false)
    },
    Command("bzpopmax", -3, [.write, .noscript, .blocking, .fast], .range(1, -2, 1)) { (call, out) throws(RedisError) in
      try Self.blockingPop(call, &out, isMaximum: true)
    },
    Command("zmpop", -4, [.write, .movableKeys], .counted(1)) { (call, out) throws(RedisError) in
      let query = try MultiplePop(call, count: 1)
      guard try Self.pop(call, query, &out) else { return out.nullArray() }
    },
    Command("bzmpop", -5, [.write, .blocking, .movableKeys], .counted(2)) { (call, out) throws(RedisError) in
      let query = try MultiplePop(call, count: 2)
      let deadline = try call.timeout(1)
      guard try Self.pop(call, query, &out) else {
        return call.block(on: Array(call.arguments[query.keys]), for: .sortedSet, until: deadline, into: &out)
      }
    },
  ]

  private static func pop(_ call: RedisCall, _ out: inout RESPWriter, isMaximum: Bool) throws(RedisError) {
    guard call.count <= 3 else { throw .syntax }
    let count = call.count == 3 ? try call.positive(2) : 1
    guard let set = try call.sortedSet(call[1]), count > 0 else { return out.array(0) }
    let ranks = Self.ends(set, count, isMaximum: isMaximum)
    let isNested = out.version == 3 && call.count == 3
    out.array(isNested ? ranks.count : 2 * ranks.count)
    Self.remove(call, call[1], set, ranks, isMaximum: isMaximum) { entry in
      if isNested { out.array(2) }
      out.bulk(entry.member)
      out.double(entry.score)
    }
  }

  private static func ends(_ set: SortedSetValue, _ count: Int, isMaximum: Bool) -> Range<Int> {
    let count = min(count, set.count)
    return isMaximum ? (set.count - count)..<set.count : 0..<count
  }

  private static func remove(
    _ call: RedisCall, _ key: RedisBytes, _ set: SortedSetValue, _ ranks: Range<Int>, isMaximum: Bool,
    _ body: (SortedSetOrder.Entry) -> Void
  ) {
    set.order.visit(in: ranks, isReversed: isMaximum, body)
    set.remove(ranks)
    Self.settle(call, key, set, removed: ranks.count)
  }

  /// The first of the keys that holds a sorted set; while a waiting client is served only the key that is ready counts.
  private static func firstSet(
    _ call: RedisCall, _ keys: Range<Int>
  ) throws(RedisError) -> (key: RedisBytes, set: SortedSetValue)? {
    if let key = call.readyKey { return try call.sortedSet(key).map { (key, $0) } }
    for index in keys {
      if let set = try call.sortedSet(call[index]) { return (call[index], set) }
    }
    return nil
  }

  private static func blockingPop(
    _ call: RedisCall, _ out: inout RESPWriter, isMaximum: Bool
  ) throws(RedisError) {
    let keys = 1..<(call.count - 1)
    let deadline = try call.timeout(call.count - 1)
    guard let (key, set) = try Self.firstSet(call, keys) else {
      return call.block(on: Array(call.arguments[keys]), for: .sortedSet, until: deadline, into: &out)
    }
    out.array(3)
    out.bulk(key)
    Self.remove(call, key, set, Self.ends(set, 1, isMaximum: isMaximum), isMaximum: isMaximum) { entry in
      out.bulk(entry.member)
      out.double(entry.score)
    }
  }

  /// The arguments of ZMPOP and BZMPOP from the count of keys on.
  private struct MultiplePop {
    let keys: Range<Int>
    let isMaximum: Bool
    let count: Int

    init(_ call: RedisCall, count index: Int) throws(RedisError) {
      guard let number = call[index].int64, number > 0 else {
        throw RedisError("ERR numkeys should be greater than 0")
      }
      guard number < call.count - index - 1 else { throw .syntax }
      let end = index + 1 + Int(number)
      self.keys = (index + 1)..<end
      if call[end].equals("min") {
        self.isMaximum = false
      } else if call[end].equals("max") {
        self.isMaximum = true
      } else {
        throw .syntax
      }
      guard call.count > end + 1 else {
        self.count = 1
        return
      }
      guard call[end + 1].equals("count"), call.count > end + 2 else { throw .syntax }
      guard let count = call[end + 2].int64, count > 0 else { throw RedisError("ERR count should be greater than 0") }
      guard call.count == end + 3 else { throw .syntax }
      self.count = Int(count)
    }
  }

  /// Pops from the first key that has something. Returns false when none has.
  private static func pop(
    _ call: RedisCall, _ query: MultiplePop, _ out: inout RESPWriter
  ) throws(RedisError) -> Bool {
    guard let (key, set) = try Self.firstSet(call, query.keys) else { return false }
    let ranks = Self.ends(set, query.count, isMaximum: query.isMaximum)
    out.array(2)
    out.bulk(key)
    out.array(ranks.count)
    Self.remove(call, key, set, ranks, isMaximum: query.isMaximum) { entry in
      out.array(2)
      out.bulk(entry.member)
      out.double(entry.score)
    }
    return true
  }
}
