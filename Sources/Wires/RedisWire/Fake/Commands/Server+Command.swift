/// COMMAND: what the server tells of its commands.
extension ServerCommands {
  static func commandCount(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    out.integer(CommandTable.families.reduce(0) { $0 + $1.commands.count })
  }

  static func allCommands(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    out.array(CommandTable.families.reduce(0) { $0 + $1.commands.count })
    for (group, commands) in CommandTable.families {
      for command in commands { self.write(command, group, &out) }
    }
  }

  static func commandInfo(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    if call.count == 2 { return try self.allCommands(call, &out) }
    out.array(call.count - 2)
    for name in call.arguments.dropFirst(2) {
      if let (command, group) = self.named(name) { self.write(command, group, &out) } else { out.null() }
    }
  }

  /// The command, or by `config|get` the subcommand, of that name.
  private static func named(_ name: RedisBytes) -> (Command, group: String)? {
    let parts = name.lowercased.string.split(separator: "|", maxSplits: 1).map(String.init)
    for (group, commands) in CommandTable.families {
      guard let command = commands.first(where: { $0.name == parts.first }) else { continue }
      guard parts.count == 2 else { return (command, group) }
      return command.subcommand(RedisBytes(parts[1])).map { ($0, group) }
    }
    return nil
  }

  private static func write(_ command: Command, _ group: String, _ out: inout RESPWriter) {
    let flags = CommandFlags.names.filter { command.flags.contains($0.0) }.map(\.1)
    let (first, last, step): (Int, Int, Int)
    switch command.keys {
    case .range(let from, let to, let by): (first, last, step) = (from, to, by)
    case .destinationAndCounted: (first, last, step) = (1, 1, 1)
    case .none, .counted, .streams: (first, last, step) = (0, 0, 0)
    }
    out.array(10)
    out.bulk(RedisBytes(command.name))
    out.integer(command.arity)
    out.set(flags.count)
    for flag in flags { out.simple(text: flag) }
    out.integer(first)
    out.integer(last)
    out.integer(step)
    let categories = self.categories(command, group)
    out.set(categories.count)
    for category in categories { out.simple(text: category) }
    out.array(0)
    out.array(0)
    out.array(command.subcommands.count)
    for subcommand in command.subcommands { self.write(subcommand, group, &out) }
  }

  private static func categories(_ command: Command, _ group: String) -> [String] {
    let ofGroup = [
      "string": "@string", "bitmap": "@bitmap", "hash": "@hash", "list": "@list", "set": "@set",
      "sorted-set": "@sortedset", "stream": "@stream", "hyperloglog": "@hyperloglog", "pubsub": "@pubsub",
      "transactions": "@transaction", "connection": "@connection",
    ]
    var categories: [String] = []
    if group == "generic" { categories.append("@keyspace") }
    if command.flags.contains(.readonly) { categories.append("@read") }
    if command.flags.contains(.write) { categories.append("@write") }
    if let category = ofGroup[group] { categories.append(category) }
    if command.flags.contains(.admin) { categories += ["@admin", "@dangerous"] }
    categories.append(command.flags.contains(.fast) ? "@fast" : "@slow")
    if command.flags.contains(.blocking) { categories.append("@blocking") }
    return categories
  }

  static func commandDocs(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    let wanted = call.arguments.dropFirst(2)
    let all = CommandTable.families.flatMap { family in family.commands.map { ($0, group: family.group) } }
    let found = wanted.isEmpty ? all : wanted.compactMap { self.named($0) }
    out.map(found.count)
    for (command, group) in found {
      out.bulk(RedisBytes(command.name))
      out.map(1)
      out.bulk("group")
      out.bulk(RedisBytes(group))
    }
  }

  static func commandList(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    var names = CommandTable.families.flatMap(\.commands).map { RedisBytes($0.name) }
    if call.count > 2 {
      guard call.count == 5, call[2].equals("filterby") else { throw .syntax }
      if call[3].equals("pattern") {
        names = names.filter { globMatches(call[4], $0, ignoringCase: true) }
      } else if call[3].equals("module") || call[3].equals("aclcat") {
        names = []
      } else {
        throw .syntax
      }
    }
    out.array(names.count)
    for name in names { out.bulk(name) }
  }

  static func commandGetKeys(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    let arguments = Array(call.arguments.dropFirst(2))
    guard var command = CommandTable.shared.command(arguments[0]) else {
      throw RedisError("ERR Invalid command specified")
    }
    if !command.subcommands.isEmpty, arguments.count > 1, let subcommand = command.subcommand(arguments[1]) {
      command = subcommand
    }
    if case .none = command.keys { throw RedisError("ERR The command has no key arguments") }
    guard command.accepts(arguments.count) else {
      throw RedisError("ERR Invalid number of arguments specified for command")
    }
    let keys = command.keys.indices(in: arguments).map { arguments[$0] }
    guard !keys.isEmpty else { throw RedisError("ERR Invalid arguments specified for command") }
    out.array(keys.count)
    for key in keys { out.bulk(key) }
  }
}

extension KeyPositions {
  /// Where the keys of these arguments are.
  package func indices(in arguments: [RedisBytes]) -> [Int] {
    func counted(_ index: Int) -> [Int] {
      guard index < arguments.count, let count = arguments[index].int64, count > 0,
        count < Int64(arguments.count - index)
      else { return [] }
      return Array(index + 1...index + Int(count))
    }
    switch self {
    case .none: return []
    case .range(let first, let last, let step):
      return Array(stride(from: first, through: last < 0 ? arguments.count + last : last, by: step))
    case .counted(let index): return counted(index)
    case .destinationAndCounted(let index): return [1] + counted(index)
    case .streams:
      guard let word = arguments.firstIndex(where: { $0.equals("streams") }) else { return [] }
      return Array(word + 1..<word + 1 + (arguments.count - word - 1) / 2)
    }
  }
}
