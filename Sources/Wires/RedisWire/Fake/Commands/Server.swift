/// The server: its settings, its state, and what it knows of commands.
enum ServerCommands {
  private static let config: CommandFlags = [.admin, .noscript, .loading, .stale]

  static let commands: [Command] = [
    Command(
      "command", -1, [.loading, .stale], .none, allCommands,
      or: [
        Command("command|count", 2, [.loading, .stale], .none, commandCount),
        Command("command|docs", -2, [.loading, .stale], .none, commandDocs),
        Command("command|getkeys", -4, [.loading, .stale], .none, commandGetKeys),
        Command("command|info", -2, [.loading, .stale], .none, commandInfo),
        Command("command|list", -2, [.loading, .stale], .none, commandList),
      ]),
    Command(
      container: "config",
      [
        Command("config|get", -3, config, .none, configGet),
        Command("config|resetstat", 2, config, .none, configResetStat),
        Command("config|set", -4, config, .none, configSet),
      ]),
    Command("debug", -2, [.admin, .noscript, .loading, .stale], .none, debug),
    Command("info", -1, [.loading, .stale], .none, info),
    Command("lastsave", 1, [.loading, .stale, .fast], .none, lastSave),
    Command(container: "memory", [Command("memory|usage", -3, [.readonly], .range(2, 2, 1), memoryUsage)]),
    Command("monitor", 1, [.admin, .noscript, .loading, .stale], .none, monitor),
    Command("role", 1, [.noscript, .loading, .stale, .fast], .none, role),
    Command("time", 1, [.loading, .stale, .fast], .none, time),
    Command("wait", 3, [.noscript], .none, wait),
  ]

  static func time(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    out.array(2)
    out.bulk(call.now / 1000)
    out.bulk(call.now % 1000 * 1000)
  }

  static func lastSave(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    out.integer(call.fake.started / 1000)
  }

  static func role(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    out.array(3)
    out.bulk("master")
    out.integer(0)
    out.array(0)
  }

  static func monitor(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    call.fake.countUnsupported(call[0])
    throw RedisError("ERR mockrec does not serve MONITOR")
  }

  /// There are no replicas: whoever waits for one waits the whole time.
  static func wait(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    let replicas = try call.integer(1)
    let deadline = try call.timeoutMilliseconds(2)
    guard replicas > 0, !call.client.isExecuting else { return out.integer(0) }
    call.block(until: deadline, answer: ":0\r\n")
  }

  // MARK: CONFIG

  static func configGet(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    var found: [(name: RedisBytes, value: String)] = []
    for pattern in call.arguments.dropFirst(2) {
      // A plain name is answered as it was asked for.
      if let value = call.fake.settings.value(pattern.lowercased.string) {
        if !found.contains(where: { $0.name.lowercased == pattern.lowercased }) { found.append((pattern, value)) }
        continue
      }
      for (name, value) in call.fake.settings.matching(pattern)
      where !found.contains(where: { $0.name.string == name }) {
        found.append((RedisBytes(name), value))
      }
    }
    out.map(found.count)
    for (name, value) in found {
      out.bulk(name)
      out.bulk(RedisBytes(value))
    }
  }

  static func configSet(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    guard call.count % 2 == 0 else { throw .syntax }
    try call.fake.settings.set(stride(from: 2, to: call.count, by: 2).map { (call[$0], call[$0 + 1]) })
    call.fake.limits = call.fake.settings.limits
    out.ok()
  }

  static func configResetStat(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    call.fake.statistics = Statistics()
    out.ok()
  }

  // MARK: DEBUG and MEMORY

  static func debug(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    let word = call[1]
    if word.equals("sleep"), call.count == 3 {
      // As C's strtod: what is no number is 0.
      let seconds = max(0, call[2].double ?? 0)
      guard seconds > 0, seconds < 1e9, !call.client.isExecuting else { return out.ok() }
      call.block(until: call.now + Int64(seconds * 1000), answer: "+OK\r\n")
    } else if word.equals("object"), call.count == 3 {
      guard let value = call.value(call[2]) else { throw .noSuchKey }
      out.simple(
        text: "Value at:0x7f0000000000 refcount:1 encoding:\(value.encoding) "
          + "serializedlength:\(value.approximateBytes) lru:0 lru_seconds_idle:0")
    } else if word.equals("set-active-expire") || word.equals("quicklist-packed-threshold"), call.count == 3 {
      out.ok()
    } else {
      throw RedisError(
        "ERR unknown subcommand or wrong number of arguments for '\(word)'. Try DEBUG HELP.")
    }
  }

  static func memoryUsage(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    var index = 3
    while index < call.count {
      guard call[index].equals("samples"), index + 1 < call.count else { throw .syntax }
      guard try call.integer(index + 1) >= 0 else { throw .syntax }
      index += 2
    }
    guard let value = call.value(call[2]) else { return out.null() }
    out.integer(48 + call[2].count + value.approximateBytes)
  }
}

extension RedisValue {
  /// Roughly what the value takes in Redis.
  fileprivate var approximateBytes: Int {
    switch self {
    case .string(.integer): 8
    case .string(let value): value.count + 8
    case .list(let list): 64 + (0..<list.count).reduce(0) { $0 + list[$1].count + 2 }
    case .hash(let hash):
      64
        + (0..<hash.fields.end).reduce(0) {
          hash.fields.isEntry($1) ? $0 + hash.fields.key(at: $1).count + hash.fields[place: $1].count + 4 : $0
        }
    case .set(let set): 64 + set.members.reduce(0) { $0 + $1.count + 8 }
    case .sortedSet, .stream: 128
    }
  }
}
