/// What the wire knows of a command from its name: which of its arguments are keys, and whether it changes them.
struct RedisFacts: Sendable {
  /// The command's number; all commands that are not known share the last.
  let number: Int
  let keys: KeyPositions
  /// Whether it changes its keys; nil for what does neither, or waits for others.
  let changes: Bool?
}

/// All commands by name: those of the model, and those that it does not serve.
final class RedisFactTable: Sendable {
  static let shared = RedisFactTable()

  private let facts: [RedisFacts]
  private let others: [RedisBytes: Int]

  private init() {
    var facts = CommandTable.shared.commands.enumerated().map { number, command in
      RedisFacts(number: number, keys: Self.keys(command), changes: Self.changes(command))
    }
    var others: [RedisBytes: Int] = [:]
    for (names, keys, changes) in Self.unserved {
      for name in names.split(separator: " ") {
        others[RedisBytes(String(name))] = facts.count
        facts.append(RedisFacts(number: facts.count, keys: keys, changes: changes))
      }
    }
    // A module's commands have their key first by custom.
    facts.append(RedisFacts(number: facts.count, keys: .one, changes: nil))
    self.facts = facts
    self.others = others
  }

  var count: Int { self.facts.count }

  /// On the hot path: allocates nothing.
  func facts(_ name: UnsafeRawBufferPointer) -> RedisFacts {
    guard name.count <= RedisBytes.inlineCapacity else { return self.facts[self.facts.count - 1] }
    let word = RedisBytes(name)
    if let number = CommandTable.shared.index(of: word) { return self.facts[number] }
    return self.facts[self.others[word.lowercased] ?? self.facts.count - 1]
  }

  func isKnown(_ name: String) -> Bool {
    var name = name
    return name.withUTF8 { self.facts(UnsafeRawBufferPointer($0)).number } < self.facts.count - 1
  }

  var names: [String] {
    CommandTable.shared.commands.map { $0.name.uppercased() } + self.others.keys.map { $0.string.uppercased() }
  }

  private static func keys(_ command: Command) -> KeyPositions {
    for subcommand in command.subcommands {
      if case .range = subcommand.keys { return subcommand.keys }
    }
    return command.keys
  }

  private static func changes(_ command: Command) -> Bool? {
    if let subcommand = command.subcommands.first(where: { if case .range = $0.keys { true } else { false } }) {
      return subcommand.flags.contains(.write)
    }
    if command.flags.contains(.write) { return command.flags.contains(.blocking) ? nil : true }
    if case .none = command.keys { return nil }
    return command.flags.contains(.readonly) ? false : nil
  }

  /// Source: COMMAND INFO of Redis 7.0.15 and 7.4.
  private static let unserved: [(names: String, keys: KeyPositions, changes: Bool?)] = [
    (
      "geoadd georadius georadiusbymember restore hexpire hpexpire hexpireat hpexpireat hpersist hgetdel hsetex hgetex",
      .one, true
    ),
    (
      "geodist geohash geopos geosearch georadius_ro georadiusbymember_ro dump httl hpttl hexpiretime hpexpiretime",
      .one, false
    ),
    ("geosearchstore", .two, true),
    ("eval evalsha fcall", .counted(2), true),
    ("eval_ro evalsha_ro fcall_ro", .counted(2), false),
    ("memory", .range(2, 2, 1), false),
    ("migrate", .range(3, 3, 1), true),
    ("spublish ssubscribe sunsubscribe", .none, nil),
  ]
}

extension RedisCommand {
  var facts: RedisFacts {
    (self.arguments.first ?? []).withUnsafeBytes { RedisFactTable.shared.facts($0) }
  }

  /// Its keys, the destination of a SORT among them.
  var keys: [[UInt8]] {
    guard self.arguments.count > 1 else { return [] }
    let facts = self.facts
    let arguments = self.arguments.map { RedisBytes($0) }
    var places = facts.keys.indices(in: arguments).filter { self.arguments.indices.contains($0) && $0 > 0 }
    if self.isSort || self.name.hasPrefix("GEORADIUS"), let store = self.storePlace { places.append(store) }
    return places.map { self.arguments[$0] }
  }

  private var isSort: Bool { self.name == "SORT" }

  /// Where the destination of a command stands that names it behind STORE.
  private var storePlace: Int? {
    guard let word = self.arguments.indices.dropFirst(2).last(where: { self.word($0).hasPrefix("STORE") }) else {
      return nil
    }
    return word + 1 < self.arguments.count ? word + 1 : nil
  }

  /// Whether it changes its keys: false where it only reads, nil where it does neither or may wait for others.
  var changes: Bool? {
    switch self.name {
    case "GETEX": self.arguments.count > 2
    case "SORT", "GEORADIUS", "GEORADIUSBYMEMBER": self.storePlace != nil
    case "BITFIELD": self.arguments.indices.dropFirst(2).contains { ["SET", "INCRBY"].contains(self.word($0)) }
    case "XREAD", "XREADGROUP":
      self.arguments.indices.dropFirst().contains { self.word($0) == "BLOCK" } ? nil : self.name == "XREADGROUP"
    default: self.facts.changes
    }
  }

  /// Whether it changes keys that it does not name.
  var changesEverything: Bool { Self.emptying.contains(self.name) }

  /// Commands that change keys without naming them.
  static let emptying: Set<String> = ["FLUSHALL", "FLUSHDB", "SWAPDB"]
}

extension RedisRequest {
  /// The command; for EXEC, those that it carries out. One that a transaction only queues is none of them.
  var carriedOut: [RedisCommand] {
    guard !self.context.isInTransaction, let command = self.command else { return [] }
    guard command.name == "EXEC" else { return [command] }
    return self.context.queued.compactMap { RedisText.words($0.utf8).map { RedisCommand($0) } }
  }
}
