/// Sorted sets: what is read and changed member by member.
enum SortedSetCommands {
  static let commands: [Command] =
    Self.memberCommands + Self.rangeCommands + Self.removalCommands + Self.popCommands + Self.combiningCommands
    + Self.sampleCommands

  private static let memberCommands: [Command] = [
    Command("zadd", -4, [.write, .denyoom, .fast], .one) { (call, out) throws(RedisError) in
      try Self.add(call, &out, isIncrement: false)
    },
    Command("zincrby", 4, [.write, .denyoom, .fast], .one) { (call, out) throws(RedisError) in
      try Self.add(call, &out, isIncrement: true)
    },
    Command("zrem", -3, [.write, .fast], .one, zrem),
    Command("zscore", 3, [.readonly, .fast], .one, zscore),
    Command("zmscore", -3, [.readonly, .fast], .one, zmscore),
    Command("zcard", 2, [.readonly, .fast], .one, zcard),
    Command("zrank", 3, [.readonly, .fast], .one) { (call, out) throws(RedisError) in
      try Self.rank(call, &out, isReversed: false)
    },
    Command("zrevrank", 3, [.readonly, .fast], .one) { (call, out) throws(RedisError) in
      try Self.rank(call, &out, isReversed: true)
    },
  ]

  /// What stands between a ZADD's key and its first score.
  private struct AddOptions: OptionSet {
    let rawValue: Int
    static let nx = AddOptions(rawValue: 1)
    static let xx = AddOptions(rawValue: 2)
    static let gt = AddOptions(rawValue: 4)
    static let lt = AddOptions(rawValue: 8)
    static let ch = AddOptions(rawValue: 16)
    static let incr = AddOptions(rawValue: 32)

    init(rawValue: Int) { self.rawValue = rawValue }

    init?(_ word: RedisBytes) {
      if word.count != 2, word.count != 4 { return nil }
      if word.equals("nx") {
        self = .nx
      } else if word.equals("xx") {
        self = .xx
      } else if word.equals("gt") {
        self = .gt
      } else if word.equals("lt") {
        self = .lt
      } else if word.equals("ch") {
        self = .ch
      } else if word.equals("incr") {
        self = .incr
      } else {
        return nil
      }
    }

    func check(pairs: Int) throws(RedisError) {
      if self.contains([.nx, .xx]) { throw RedisError("ERR XX and NX options at the same time are not compatible") }
      if self.intersection([.nx, .gt, .lt]).rawValue.nonzeroBitCount > 1 {
        throw RedisError("ERR GT, LT, and/or NX options at the same time are not compatible")
      }
      if self.contains(.incr), pairs > 1 {
        throw RedisError("ERR INCR option supports a single increment-element pair")
      }
    }
  }

  private static func add(_ call: RedisCall, _ out: inout RESPWriter, isIncrement: Bool) throws(RedisError) {
    var options: AddOptions = isIncrement ? .incr : []
    var first = 2
    while first < call.count, let option = AddOptions(call[first]) {
      options.insert(option)
      first += 1
    }
    let count = call.count - first
    guard count > 0, count.isMultiple(of: 2) else { throw .syntax }
    try options.check(pairs: count / 2)
    if options.contains(.incr) { return try Self.increment(call, &out, options, at: first) }
    // Every score is looked at before the first is set.
    if count > 2 { for index in stride(from: first, to: call.count, by: 2) { _ = try call.double(index) } }
    let single = try call.double(first)

    let existing = try call.sortedSet(call[1])
    if existing == nil, options.contains(.xx) { return out.integer(0) }
    let set = existing ?? SortedSetValue()
    var added = 0
    var updated = 0
    for index in stride(from: first, to: call.count, by: 2) {
      let score = index == first ? single : try call.double(index)
      let member = call[index + 1]
      guard let place = set.scores.find(member) else {
        if options.contains(.xx) { continue }
        set.append(member, score, limits: call.limits)
        added += 1
        continue
      }
      let old = set.scores[place: place]
      if options.contains(.nx) || score == old { continue }
      if options.contains(.gt), score <= old { continue }
      if options.contains(.lt), score >= old { continue }
      set.change(place, member, to: score)
      updated += 1
    }
    Self.keep(call, set, isNew: existing == nil, isChanged: added + updated > 0, mayServe: added > 0)
    out.integer(options.contains(.ch) ? added + updated : added)
  }

  private static func increment(
    _ call: RedisCall, _ out: inout RESPWriter, _ options: AddOptions, at first: Int
  ) throws(RedisError) {
    let change = try call.double(first)
    let member = call[first + 1]
    let existing = try call.sortedSet(call[1])
    guard let set = existing, let place = set.scores.find(member) else {
      if options.contains(.xx) { return out.null() }
      let set = existing ?? SortedSetValue()
      set.append(member, change, limits: call.limits)
      Self.keep(call, set, isNew: existing == nil, isChanged: true, mayServe: true)
      return out.double(change)
    }
    if options.contains(.nx) { return out.null() }
    let old = set.scores[place: place]
    let score = old + change
    guard !score.isNaN else { throw RedisError("ERR resulting score is not a number (NaN)") }
    if options.contains(.gt), score <= old { return out.null() }
    if options.contains(.lt), score >= old { return out.null() }
    set.change(place, member, to: score)
    Self.keep(call, set, isNew: false, isChanged: score != old, mayServe: false)
    out.double(score)
  }

  private static func keep(
    _ call: RedisCall, _ set: SortedSetValue, isNew: Bool, isChanged: Bool, mayServe: Bool
  ) {
    if isNew {
      call.store(call[1], .sortedSet(set))
    } else if isChanged {
      call.changed(call[1])
      if mayServe { call.database.announce(call[1], .sortedSet) }
    }
  }

  static func zrem(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    guard let set = try call.sortedSet(call[1]) else { return out.integer(0) }
    var removed = 0
    for member in call.arguments.dropFirst(2) where set.remove(member) { removed += 1 }
    Self.settle(call, call[1], set, removed: removed)
    out.integer(removed)
  }

  /// Notes that members were removed, and removes the key of a set that is empty by then.
  static func settle(_ call: RedisCall, _ key: RedisBytes, _ set: SortedSetValue, removed: Int) {
    if removed == 0 { return }
    if set.count == 0 { call.remove(key) } else { call.changed(key) }
  }

  static func zscore(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    guard let score = try call.sortedSet(call[1])?.score(of: call[2]) else { return out.null() }
    out.double(score)
  }

  static func zmscore(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    let set = try call.sortedSet(call[1])
    out.array(call.count - 2)
    for member in call.arguments.dropFirst(2) {
      if let score = set?.score(of: member) { out.double(score) } else { out.null() }
    }
  }

  static func zcard(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    out.integer(try call.sortedSet(call[1])?.count ?? 0)
  }

  private static func rank(_ call: RedisCall, _ out: inout RESPWriter, isReversed: Bool) throws(RedisError) {
    guard let set = try call.sortedSet(call[1]), let rank = set.rank(of: call[2]) else { return out.null() }
    out.integer(isReversed ? set.count - 1 - rank : rank)
  }
}
