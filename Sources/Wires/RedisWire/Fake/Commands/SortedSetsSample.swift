extension SortedSetCommands {
  static let sampleCommands: [Command] = [
    Command("zrandmember", -2, .readonly, .one, zrandmember),
    Command("zscan", -3, .readonly, .one, zscan),
  ]

  private static func zrandmember(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    guard call.count > 2 else {
      guard let set = try call.sortedSet(call[1]) else { return out.null() }
      return out.bulk(set.scores.key(at: set.scores.randomPlace(&call.fake.random)))
    }
    let count = try call.int(2)
    guard count > Int.min else {
      throw RedisError("ERR value is out of range, value must between \(-Int.max) and \(Int.max)")
    }
    let hasScores = call.count == 4
    guard call.count < 4 || (hasScores && call[3].equals("withscores")) else { throw .syntax }
    if hasScores, count.magnitude > UInt(Int.max) / 2 { throw .outOfRange }
    guard let set = try call.sortedSet(call[1]), count != 0 else { return out.array(0) }

    let picked: [SortedSetOrder.Entry]
    if count < 0 {
      out.array(hasScores && out.version == 2 ? -2 * count : -count)
      return try call.writeSample(count.magnitude, into: &out) {
        Self.write(Self.random(call, set), hasScores: hasScores, &$0)
      }
    } else if count >= set.count {
      var all: [SortedSetOrder.Entry] = []
      set.visit { all.append($0) }
      picked = all
    } else {
      let chosen = OrderedTable<Double>()
      while chosen.count < count {
        let entry = Self.random(call, set)
        chosen.set(entry.member, entry.score)
      }
      var some: [SortedSetOrder.Entry] = []
      chosen.visit { some.append(SortedSetOrder.Entry(score: $1, member: $0)) }
      picked = some
    }
    out.array(hasScores && out.version == 2 ? 2 * picked.count : picked.count)
    for entry in picked { Self.write(entry, hasScores: hasScores, &out) }
  }

  private static func random(_ call: RedisCall, _ set: SortedSetValue) -> SortedSetOrder.Entry {
    let place = set.scores.randomPlace(&call.fake.random)
    return SortedSetOrder.Entry(score: set.scores[place: place], member: set.scores.key(at: place))
  }

  /// A small set comes whole and in order, whatever COUNT asks for.
  private static func zscan(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    let cursor = try ScanCommands.cursor(call, 2)
    let set = try call.sortedSet(call[1])
    let arguments = try set.map { (_) throws(RedisError) in try ScanCommands.ScanArguments(call, from: 3) }
    guard let set, let arguments else { return ScanCommands.writeHead(0, 0, &out) }
    var found: [SortedSetOrder.Entry] = []
    var next: UInt64 = 0
    if set.isSmall {
      set.visit { if arguments.matches($0.member) { found.append($0) } }
    } else {
      let (places, following) = set.scores.scan(from: cursor, limit: arguments.count)
      next = following
      for place in places where set.scores.isEntry(place) && arguments.matches(set.scores.key(at: place)) {
        found.append(SortedSetOrder.Entry(score: set.scores[place: place], member: set.scores.key(at: place)))
      }
    }
    ScanCommands.writeHead(next, 2 * found.count, &out)
    for entry in found {
      out.bulk(entry.member)
      out.bulk(redisText(of: entry.score))
    }
  }
}
