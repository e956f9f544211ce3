extension SortedSetCommands {
  static let combiningCommands: [Command] = [
    Self.combining("zunion", .union), Self.combining("zinter", .intersection), Self.combining("zdiff", .difference),
    Self.combiningStore("zunionstore", .union), Self.combiningStore("zinterstore", .intersection),
    Self.combiningStore("zdiffstore", .difference),
    Command("zintercard", -3, [.readonly, .movableKeys], .counted(1)) { (call, out) throws(RedisError) in
      let query = try Combination(call, .intersection, count: 1, use: .count)
      out.integer(query.intersectionCount)
    },
  ]

  private static func combining(_ name: String, _ operation: Combination.Operation) -> Command {
    Command(name, -3, [.readonly, .movableKeys], .counted(1)) { (call, out) throws(RedisError) in
      let query = try Combination(call, operation, count: 1, use: .read)
      let result = query.result(limits: call.limits)
      out.array(query.hasScores && out.version == 2 ? 2 * result.count : result.count)
      result.visit { Self.write($0, hasScores: query.hasScores, &out) }
    }
  }

  private static func combiningStore(_ name: String, _ operation: Combination.Operation) -> Command {
    Command(name, -4, [.write, .denyoom, .movableKeys], .destinationAndCounted(2)) { (call, out) throws(RedisError) in
      let query = try Combination(call, operation, count: 2, use: .store)
      Self.store(call, query.result(limits: call.limits), &out)
    }
  }
}

/// Several sets and sorted sets made one.
private struct Combination {
  enum Operation { case union, intersection, difference }
  /// What the command does with the result: its options differ.
  enum Use { case read, store, count }
  enum Aggregate { case sum, minimum, maximum }

  enum Source {
    case missing
    case set(SetValue)
    case sortedSet(SortedSetValue)

    var count: Int {
      switch self {
      case .missing: 0
      case .set(let set): set.count
      case .sortedSet(let set): set.count
      }
    }

    /// A member's score; every member of a set has 1.
    func score(of member: RedisBytes) -> Double? {
      switch self {
      case .missing: nil
      case .set(let set): set.contains(member) ? 1 : nil
      case .sortedSet(let set): set.score(of: member)
      }
    }

    func visit(_ body: (RedisBytes, Double) -> Void) {
      switch self {
      case .missing: break
      case .set(let set): set.visit { body($0, 1) }
      case .sortedSet(let set): set.visit { body($0.member, $0.score) }
      }
    }
  }

  let operation: Operation
  private let use: Use
  private var sources: [(source: Source, weight: Double)] = []
  private var aggregate = Aggregate.sum
  private(set) var hasScores = false
  /// How far ZINTERCARD counts; 0 for all.
  private var limit = 0

  /// - Parameter index: Where the count of keys stands.
  init(_ call: RedisCall, _ operation: Operation, count index: Int, use: Use) throws(RedisError) {
    self.operation = operation
    self.use = use
    let number = try call.int(index)
    guard number >= 1 else {
      let name = call[0].lowercased.string
      throw RedisError("ERR at least 1 input key is needed for '\(name)' command")
    }
    guard number <= call.count - index - 1 else { throw .syntax }
    let end = index + 1 + number
    for key in call.arguments[(index + 1)..<end] {
      switch call.value(key) {
      case nil: self.sources.append((.missing, 1))
      case .set(let set): self.sources.append((.set(set), 1))
      case .sortedSet(let set): self.sources.append((.sortedSet(set), 1))
      default: throw .wrongType
      }
    }
    try self.readOptions(call, from: end, use)
    // The smallest first: that is the order in which Redis adds scores up.
    if operation != .difference {
      let order = self.sources.indices.sorted { left, right in
        let counts = (self.sources[left].source.count, self.sources[right].source.count)
        return counts.0 == counts.1 ? left < right : counts.0 < counts.1
      }
      self.sources = order.map { self.sources[$0] }
    }
  }

  private mutating func readOptions(_ call: RedisCall, from start: Int, _ use: Use) throws(RedisError) {
    var index = start
    while index < call.count {
      let left = call.count - index
      let word = call[index]
      if self.operation != .difference, use != .count, left > self.sources.count, word.equals("weights") {
        for place in self.sources.indices {
          self.sources[place].weight = try call.double(
            index + 1 + place, or: RedisError("ERR weight value is not a float"))
        }
        index += 1 + self.sources.count
      } else if self.operation != .difference, use != .count, left >= 2, word.equals("aggregate") {
        self.aggregate = try Self.aggregate(call[index + 1])
        index += 2
      } else if use == .read, word.equals("withscores") {
        self.hasScores = true
        index += 1
      } else if use == .count, left >= 2, word.equals("limit") {
        guard let limit = call[index + 1].int64, limit >= 0 else { throw RedisError("ERR LIMIT can't be negative") }
        self.limit = Int(limit)
        index += 2
      } else {
        throw .syntax
      }
    }
  }

  private static func aggregate(_ word: RedisBytes) throws(RedisError) -> Aggregate {
    if word.equals("sum") { return .sum }
    if word.equals("min") { return .minimum }
    if word.equals("max") { return .maximum }
    throw .syntax
  }

  func result(limits: EncodingLimits) -> SortedSetValue {
    let scores = OrderedTable<Double>()
    switch self.operation {
    case .union: self.unite(into: scores)
    case .intersection: self.intersect { member, score in scores.append(member, score) }
    case .difference:
      self.sources[0].source.visit { member, score in
        if !self.sources.dropFirst().contains(where: { $0.source.score(of: member) != nil }) {
          scores.append(member, score)
        }
      }
    }
    let result = SortedSetValue()
    result.makeLarge()
    var longest = 0
    scores.visit { member, score in
      result.append(member, score, limits: limits)
      longest = max(longest, member.count)
    }
    if self.use == .store { result.settle(longest: longest, limits: limits) }
    return result
  }

  var intersectionCount: Int {
    guard let first = self.sources.first else { return 0 }
    var count = 0
    first.source.visit { member, _ in
      if self.limit > 0, count == self.limit { return }
      if self.sources.dropFirst().allSatisfy({ $0.source.score(of: member) != nil }) { count += 1 }
    }
    return count
  }

  private func unite(into scores: OrderedTable<Double>) {
    for (source, weight) in self.sources {
      source.visit { member, score in
        let weighted = Self.defined(score * weight)
        if let place = scores.find(member) {
          scores[place: place] = self.combined(scores[place: place], weighted)
        } else {
          scores.append(member, weighted)
        }
      }
    }
  }

  private func intersect(_ body: (RedisBytes, Double) -> Void) {
    let first = self.sources[0]
    first.source.visit { member, score in
      var total = Self.defined(score * first.weight)
      for (source, weight) in self.sources.dropFirst() {
        guard let score = source.score(of: member) else { return }
        total = self.combined(total, score * weight)
      }
      body(member, total)
    }
  }

  private func combined(_ total: Double, _ score: Double) -> Double {
    switch self.aggregate {
    case .sum: Self.defined(total + score)
    case .minimum: score < total ? score : total
    case .maximum: score > total ? score : total
    }
  }

  /// Infinity times zero, or infinity less infinity, counts as 0.
  private static func defined(_ score: Double) -> Double { score.isNaN ? 0 : score }
}
