import Foundation
import MockrecCore

extension RedisSeed {
  /// Texts are strings, lists are lists, mappings are hashes; a mapping with `$type` says what it is, and `ttl` when it
  /// ends. See `RedisStateText`.
  static func commands(for values: JSONObject) throws(Diagnostic) -> [RedisCommand] {
    var commands: [RedisCommand] = []
    for member in values.effectiveMembers where member.key != RedisStateText.databases {
      commands += try Self.commands(member.key, member.value)
    }
    guard let others = values[RedisStateText.databases] else { return commands }
    guard case .object(let databases) = others else {
      throw Diagnostic("`\(RedisStateText.databases)` is a mapping", fix: "write `{\"1\": {KEY: VALUE}}`")
    }
    for database in databases.effectiveMembers {
      guard case .object(let values) = database.value else {
        throw Diagnostic("the database \(database.key) is a mapping", fix: "write `{KEY: VALUE}`")
      }
      commands.append(Self.command("SELECT", [Array(database.key.utf8)]))
      for member in values.effectiveMembers { commands += try Self.commands(member.key, member.value) }
    }
    return commands
  }

  private static func commands(_ name: String, _ value: JSON) throws(Diagnostic) -> [RedisCommand] {
    let key = try self.bytes(name: name)
    switch value {
    case .null: throw Diagnostic("`\(name)` has no value", fix: "write a text, a list or a mapping")
    case .string, .number, .bool: return [self.command("SET", [key, try self.bytes(value)])]
    case .array([]): throw Self.empty(name, "list")
    case .array(let list): return [self.command("RPUSH", [key] + (try self.bytes(list)))]
    case .object(let object):
      if object[RedisStateText.base64] != nil, object.count == 1 {
        return [self.command("SET", [key, try self.bytes(value)])]
      }
      guard !object.isEmpty else { throw Self.empty(name, "mapping") }
      guard object[RedisStateText.type] != nil else {
        return [self.command("HSET", [key] + (try self.pairs(object)))]
      }
      var typed = RedisTypedValue(name, object)
      return try typed.commands(key)
    }
  }

  /// - Parameter kind: What has nothing in it, as a noun.
  static func empty(_ name: String, _ kind: String) -> Diagnostic {
    Diagnostic(
      "`\(name)` is an empty \(kind), which Redis does not keep", fix: "leave it out: there is no such key then")
  }

  static func command(_ name: String, _ arguments: [[UInt8]]) -> RedisCommand {
    RedisCommand([Array(name.utf8)] + arguments)
  }

  static func pairs(_ object: JSONObject) throws(Diagnostic) -> [[UInt8]] {
    var pairs: [[UInt8]] = []
    for member in object.effectiveMembers {
      pairs.append(try self.bytes(name: member.key))
      pairs.append(try self.bytes(member.value))
    }
    return pairs
  }

  static func bytes(_ list: [JSON]) throws(Diagnostic) -> [[UInt8]] {
    var all: [[UInt8]] = []
    for value in list { all.append(try self.bytes(value)) }
    return all
  }

  static func bytes(_ value: JSON) throws(Diagnostic) -> [UInt8] {
    if case .string(let text) = value { return Array(text.utf8) }
    guard case .object(let object) = value, object.count == 1, let text = object[RedisStateText.base64]?.string else {
      return Array(value.description.utf8)
    }
    return try self.base64(text)
  }

  static func bytes(name: String) throws(Diagnostic) -> [UInt8] {
    let mark = "\(RedisStateText.base64):"
    return name.hasPrefix(mark) ? try self.base64(String(name.dropFirst(mark.count))) : Array(name.utf8)
  }

  private static func base64(_ text: String) throws(Diagnostic) -> [UInt8] {
    guard let data = Data(base64Encoded: text) else {
      throw Diagnostic("`\(text.prefix(40))` is no Base64", fix: "write it with its padding")
    }
    return Array(data)
  }
}

/// A value that says its type: its fields are taken one by one.
struct RedisTypedValue {
  private static let types = ["string", "list", "hash", "set", "zset", "stream"]
  private let name: String
  private var members: [JSONObject.Member]

  init(_ name: String, _ object: JSONObject) {
    self.name = name
    self.members = object.effectiveMembers
  }

  private mutating func take(_ field: String) -> JSON? {
    guard let index = self.members.firstIndex(where: { $0.key == field }) else { return nil }
    return self.members.remove(at: index).value
  }

  /// The commands that add it.
  mutating func commands(_ key: [UInt8]) throws(Diagnostic) -> [RedisCommand] {
    let type = self.take(RedisStateText.type)?.string ?? ""
    let value = self.take("value") ?? .null
    let end = try self.take("ttl").map { ttl throws(Diagnostic) in
      RedisSeed.command("PEXPIRE", [key, Array(String(try self.milliseconds(ttl)).utf8)])
    }
    var commands: [RedisCommand]
    switch (type, value) {
    case ("string", .string), ("string", .number), ("string", .bool), ("string", .object):
      commands = [RedisSeed.command("SET", [key, try RedisSeed.bytes(value)])]
    case ("list", .array([])), ("set", .array([])): throw RedisSeed.empty(self.name, type)
    case ("hash", .object(let object)) where object.isEmpty, ("zset", .object(let object)) where object.isEmpty:
      throw RedisSeed.empty(self.name, type)
    case ("list", .array(let list)): commands = [RedisSeed.command("RPUSH", [key] + (try RedisSeed.bytes(list)))]
    case ("set", .array(let list)): commands = [RedisSeed.command("SADD", [key] + (try RedisSeed.bytes(list)))]
    case ("hash", .object(let object)): commands = [RedisSeed.command("HSET", [key] + (try RedisSeed.pairs(object)))]
    case ("zset", .object(let object)):
      let pairs = try RedisSeed.pairs(object)
      commands = [
        RedisSeed.command(
          "ZADD", [key] + stride(from: 0, to: pairs.count, by: 2).flatMap { [pairs[$0 + 1], pairs[$0]] })
      ]
    case ("stream", .array(let entries)): commands = try self.stream(key, entries)
    default: throw self.wrong(type)
    }
    if let left = self.members.first {
      let known = ["$type", "value", "ttl"] + (type == "stream" ? Self.streamFields : [])
      throw Diagnostic(
        "`\(self.name)` has no `\(left.key)`", nearest: nearestWord(to: left.key, among: known),
        fix: "a \(type) has \(known.joined(separator: ", "))")
    }
    return commands + [end].compactMap { $0 }
  }

  private func wrong(_ type: String) -> Diagnostic {
    guard Self.types.contains(type) else {
      return Diagnostic(
        "`\(self.name)` is of no type `\(type)`", nearest: nearestWord(to: type, among: Self.types),
        fix: "`$type` is one of \(Self.types.joined(separator: ", "))")
    }
    return Diagnostic(
      "the `value` of `\(self.name)` is none of a \(type)",
      fix: "a string has a text, a list and a set a list, a hash and a zset a mapping, a stream a list of entries")
  }

  private func milliseconds(_ ttl: JSON) throws(Diagnostic) -> Int64 {
    if let number = ttl.number?.int64, (1...Int64(1) << 50).contains(number) { return number }
    if let text = ttl.string, let time = Duration(parsing: text, upTo: .seconds(3_153_600_000)), time > .zero {
      return time.components.seconds * 1000 + time.components.attoseconds / 1_000_000_000_000_000
    }
    throw Diagnostic(
      "the `ttl` of `\(self.name)` is a time from now on", fix: "write milliseconds, or a text such as \"90s\"")
  }

  private static let streamFields = ["lastId", "maxDeletedId", "entriesAdded", "groups"]

  private mutating func stream(_ key: [UInt8], _ entries: [JSON]) throws(Diagnostic) -> [RedisCommand] {
    var commands: [RedisCommand] = []
    for entry in entries {
      guard let id = entry["id"]?.string, let fields = entry["fields"] else {
        throw Diagnostic(
          "an entry of the stream `\(self.name)` has `id` and `fields`", fix: "write {\"id\": \"1-1\", \"fields\": {…}}"
        )
      }
      let values =
        if case .object(let object) = fields { try RedisSeed.pairs(object) } else {
          try RedisSeed.bytes(fields.array ?? [])
        }
      commands.append(RedisSeed.command("XADD", [key, Array(id.utf8)] + values))
    }
    if entries.isEmpty {
      // A stream without entries is made by a group, which may go again.
      commands.append(Self.words("XGROUP", "CREATE", key, "mockrec", "0", "MKSTREAM"))
      commands.append(Self.words("XGROUP", "DESTROY", key, "mockrec"))
    }
    let (last, deleted, added) = (self.take("lastId"), self.take("maxDeletedId"), self.take("entriesAdded"))
    if let last {
      var words = [key, try RedisSeed.bytes(last)]
      if let added { words += [Array("ENTRIESADDED".utf8), try RedisSeed.bytes(added)] }
      if let deleted { words += [Array("MAXDELETEDID".utf8), try RedisSeed.bytes(deleted)] }
      commands.append(RedisSeed.command("XSETID", words))
    } else if deleted != nil || added != nil {
      throw Diagnostic("`\(self.name)` says no `lastId`", fix: "write it beside `entriesAdded` and `maxDeletedId`")
    }
    for group in self.take("groups")?.array ?? [] { commands += try self.group(key, group) }
    return commands
  }

  private func group(_ key: [UInt8], _ group: JSON) throws(Diagnostic) -> [RedisCommand] {
    guard let name = group["name"] else {
      throw Diagnostic(
        "a group of the stream `\(self.name)` has a `name`", fix: "write {\"name\": …, \"lastId\": \"0\"}")
    }
    let groupName = try RedisSeed.bytes(name)
    var create = [Array("CREATE".utf8), key, groupName, try RedisSeed.bytes(group["lastId"] ?? "0")]
    if let read = group["entriesRead"] { create += [Array("ENTRIESREAD".utf8), try RedisSeed.bytes(read)] }
    var commands = [RedisSeed.command("XGROUP", create)]
    for consumer in group["consumers"]?.array ?? [] {
      commands.append(
        RedisSeed.command("XGROUP", [Array("CREATECONSUMER".utf8), key, groupName, try RedisSeed.bytes(consumer)]))
    }
    for pending in group["pending"]?.array ?? [] {
      guard let id = pending["id"], let consumer = pending["consumer"] else {
        throw Diagnostic("what is pending in `\(self.name)` has `id` and `consumer`", fix: "write both")
      }
      commands.append(
        RedisSeed.command(
          "XCLAIM",
          [
            key, groupName, try RedisSeed.bytes(consumer), Array("0".utf8), try RedisSeed.bytes(id),
            Array("IDLE".utf8), try RedisSeed.bytes(pending["idle"] ?? 0), Array("RETRYCOUNT".utf8),
            try RedisSeed.bytes(pending["deliveries"] ?? 1), Array("FORCE".utf8), Array("JUSTID".utf8),
          ]))
    }
    return commands
  }

  private static func words(_ name: String, _ verb: String, _ key: [UInt8], _ more: String...) -> RedisCommand {
    RedisSeed.command(name, [Array(verb.utf8), key] + more.map { Array($0.utf8) })
  }
}
