extension SortedSetCommands {
  static let rangeCommands: [Command] = [
    Self.range("zrange", .automatic, .automatic),
    Self.range("zrevrange", .rank, .backward),
    Self.range("zrangebyscore", .score, .forward),
    Self.range("zrevrangebyscore", .score, .backward),
    Self.range("zrangebylex", .member, .forward),
    Self.range("zrevrangebylex", .member, .backward),
    Command("zrangestore", -5, [.write, .denyoom], .two) { (call, out) throws(RedisError) in
      try Self.storeRange(call, &out)
    },
    Command("zcount", 4, [.readonly, .fast], .one) { (call, out) throws(RedisError) in
      let range = try ScoreRange(low: call[2], high: call[3])
      out.integer(try call.sortedSet(call[1]).map { range.ranks(in: $0).count } ?? 0)
    },
    Command("zlexcount", 4, [.readonly, .fast], .one) { (call, out) throws(RedisError) in
      let range = try MemberRange(low: call[2], high: call[3])
      out.integer(try call.sortedSet(call[1]).map { range.ranks(in: $0).count } ?? 0)
    },
  ]

  static let removalCommands: [Command] = [
    Command("zremrangebyrank", 4, [.write], .one) { (call, out) throws(RedisError) in
      let start = try call.int(2)
      let end = try call.int(3)
      try Self.removeRange(call, &out) { rankRange(start, end, count: $0.count) }
    },
    Command("zremrangebyscore", 4, [.write], .one) { (call, out) throws(RedisError) in
      let range = try ScoreRange(low: call[2], high: call[3])
      try Self.removeRange(call, &out) { range.ranks(in: $0) }
    },
    Command("zremrangebylex", 4, [.write], .one) { (call, out) throws(RedisError) in
      let range = try MemberRange(low: call[2], high: call[3])
      try Self.removeRange(call, &out) { range.ranks(in: $0) }
    },
  ]

  /// By what a range's bounds are meant, as far as the command's name says.
  fileprivate enum RangeKind { case automatic, rank, score, member }
  fileprivate enum Direction { case automatic, forward, backward }

  /// The arguments of a command that reads a range.
  private struct RangeQuery {
    enum Bounds {
      case ranks(Int, Int)
      case scores(ScoreRange)
      case members(MemberRange)
    }

    var bounds: Bounds
    var isReversed: Bool
    var offset = 0
    var limit = -1
    var hasScores = false

    /// - Parameter key: The index of the source's key, which the two bounds follow.
    init(
      _ call: RedisCall, key: Int, _ kind: RangeKind, _ direction: Direction, isStored: Bool
    ) throws(RedisError) {
      var kind = kind
      var direction = direction
      var index = key + 3
      while index < call.count {
        let left = call.count - index - 1
        if !isStored, call[index].equals("withscores") {
          self.hasScores = true
        } else if call[index].equals("limit"), left >= 2 {
          self.offset = try call.int(index + 1)
          self.limit = try call.int(index + 2)
          index += 2
        } else if direction == .automatic, call[index].equals("rev") {
          direction = .backward
        } else if kind == .automatic, call[index].equals("bylex") {
          kind = .member
        } else if kind == .automatic, call[index].equals("byscore") {
          kind = .score
        } else {
          throw .syntax
        }
        index += 1
      }
      let isRank = kind == .automatic || kind == .rank
      if self.limit != -1, isRank {
        throw RedisError(
          "ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX")
      }
      if self.hasScores, kind == .member {
        throw RedisError("ERR syntax error, WITHSCORES not supported in combination with BYLEX")
      }
      self.isReversed = direction == .backward
      let low = self.isReversed && !isRank ? key + 2 : key + 1
      let high = self.isReversed && !isRank ? key + 1 : key + 2
      switch kind {
      case .score: self.bounds = .scores(try ScoreRange(low: call[low], high: call[high]))
      case .member: self.bounds = .members(try MemberRange(low: call[low], high: call[high]))
      case .automatic, .rank: self.bounds = .ranks(try call.int(low), try call.int(high))
      }
    }

    /// The ranks that are asked for, counted from the lowest score.
    func ranks(in set: SortedSetValue) -> Range<Int> {
      let ranks: Range<Int>
      var offset = self.offset
      switch self.bounds {
      case .scores(let range): ranks = range.ranks(in: set)
      case .members(let range):
        ranks = range.ranks(in: set, isReversed: self.isReversed, offset: self.offset)
        offset = 0
      case .ranks(let start, let end):
        ranks = rankRange(start, end, count: set.count)
        return self.isReversed ? (set.count - ranks.upperBound)..<(set.count - ranks.lowerBound) : ranks
      }
      guard offset >= 0, offset < ranks.count else { return 0..<0 }
      let left = ranks.count - offset
      let count = self.limit < 0 ? left : min(left, self.limit)
      let start = self.isReversed ? ranks.upperBound - offset - count : ranks.lowerBound + offset
      return start..<(start + count)
    }
  }

  private static func range(_ name: String, _ kind: RangeKind, _ direction: Direction) -> Command {
    Command(name, -4, .readonly, .one) { (call, out) throws(RedisError) in
      let query = try RangeQuery(call, key: 1, kind, direction, isStored: false)
      guard let set = try call.sortedSet(call[1]) else { return out.array(0) }
      let ranks = query.ranks(in: set)
      out.array(query.hasScores && out.version == 2 ? 2 * ranks.count : ranks.count)
      set.order.visit(in: ranks, isReversed: query.isReversed) { entry in
        Self.write(entry, hasScores: query.hasScores, &out)
      }
    }
  }

  /// A member, with its score after it: in RESP3 the two are an array of their own.
  @inline(__always)
  static func write(_ entry: SortedSetOrder.Entry, hasScores: Bool, _ out: inout RESPWriter) {
    if hasScores, out.version == 3 { out.array(2) }
    out.bulk(entry.member)
    if hasScores { out.double(entry.score) }
  }

  private static func storeRange(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    let query = try RangeQuery(call, key: 2, .automatic, .automatic, isStored: true)
    let result = SortedSetValue()
    if let set = try call.sortedSet(call[2]) {
      set.order.visit(in: query.ranks(in: set)) { entry in
        result.append(entry.member, entry.score, limits: call.limits)
      }
    }
    Self.store(call, result, &out)
  }

  /// Stores a result under the first key, or removes the key when the result is empty; answers with its size.
  static func store(_ call: RedisCall, _ result: SortedSetValue, _ out: inout RESPWriter) {
    if result.count == 0 { call.remove(call[1]) } else { call.store(call[1], .sortedSet(result)) }
    out.integer(result.count)
  }

  private static func removeRange(
    _ call: RedisCall, _ out: inout RESPWriter, _ ranks: (SortedSetValue) -> Range<Int>
  ) throws(RedisError) {
    guard let set = try call.sortedSet(call[1]) else { return out.integer(0) }
    let ranks = ranks(set)
    set.remove(ranks)
    Self.settle(call, call[1], set, removed: ranks.count)
    out.integer(ranks.count)
  }
}
