import MockrecCore
import MockrecWire

extension RedisWire {
  package var models: [String] { ["redis"] }

  package func model(_ name: String, _ setup: ModelSetup) throws(Diagnostic) -> any ServiceModel {
    let commands: [RedisCommand]
    switch setup.state {
    case .empty: commands = []
    case .values(let values): commands = try RedisSeed.commands(for: values)
    case .recorded(let exchanges): commands = RedisSeed.commands(from: exchanges)
    }
    let model = RedisModel(seed: setup.seed, time: setup.time, first: commands)
    if let problem = model.seed(commands) { throw Diagnostic("the state of the fake: \(problem)") }
    return model
  }
}

/// The commands that make the state from which a fake starts.
enum RedisSeed {
  /// What the recording's readings say of keys that it had not written before: how the service was when it began.
  static func commands(from exchanges: [Exchange]) -> [RedisCommand] {
    var commands: [RedisCommand] = []
    var settled: Set<[UInt8]> = []
    for exchange in exchanges {
      let asked = RedisRequest(exchange.request)
      guard let command = asked.command, command.arguments.count > 1, asked.context.database == 0,
        let bytes = exchange.reply?.body.bytes, let reply = RESPValue.all(in: bytes)?.first, !reply.isError
      else { continue }
      let key = command.arguments[1]
      if command.name == "MGET", case .array(let values) = reply {
        for (key, value) in zip(command.arguments.dropFirst(), values) where settled.insert(key).inserted {
          if case .bulk(let text) = value { commands.append(RedisCommand([Array("SET".utf8), key, text])) }
        }
        continue
      }
      guard settled.insert(key).inserted else { continue }
      if let seed = Self.seed(command, key, reply) { commands.append(seed) }
    }
    return commands
  }

  private static func seed(_ command: RedisCommand, _ key: [UInt8], _ reply: RESPValue) -> RedisCommand? {
    func make(_ name: String, _ more: [[UInt8]]) -> RedisCommand? {
      more.isEmpty ? nil : RedisCommand([Array(name.utf8), key] + more)
    }
    switch (command.name, reply) {
    case ("GET", .bulk(let text)): return make("SET", [text])
    case ("INCR", .integer(let digits)), ("DECR", .integer(let digits)), ("INCRBY", .integer(let digits)),
      ("DECRBY", .integer(let digits)):
      let step = command.arguments.count > 2 ? Int(command.word(2)) ?? 0 : 1
      let after = Int(String(decoding: digits, as: UTF8.self)) ?? 0
      let before = command.name.hasPrefix("DECR") ? after + step : after - step
      return before == 0 ? nil : make("SET", [Array(String(before).utf8)])
    case ("HGETALL", .map(let values)), ("HGETALL", .array(let values)): return make("HSET", Self.texts(values))
    case ("HGET", .bulk(let text)) where command.arguments.count == 3:
      return make("HSET", [command.arguments[2], text])
    case ("LRANGE", .array(let values)) where command.word(2) == "0" && command.word(3) == "-1":
      return make("RPUSH", Self.texts(values))
    case ("SMEMBERS", .array(let values)), ("SMEMBERS", .set(let values)): return make("SADD", Self.texts(values))
    case ("ZRANGE", .array(let values))
    where command.word(2) == "0" && command.word(3) == "-1" && command.word(4) == "WITHSCORES":
      let flat = values.flatMap { value -> [RESPValue] in if case .array(let pair) = value { pair } else { [value] } }
      let texts = Self.texts(flat)
      return make("ZADD", stride(from: 0, to: texts.count - 1, by: 2).flatMap { [texts[$0 + 1], texts[$0]] })
    default: return nil
    }
  }

  private static func texts(_ values: [RESPValue]) -> [[UInt8]] {
    values.compactMap { value in
      switch value {
      case .bulk(let text), .double(let text), .integer(let text): text
      default: nil
      }
    }
  }
}

extension RedisModel {
  /// Carries out commands before anybody connects; the first error.
  func seed(_ commands: [RedisCommand]) -> String? {
    guard !commands.isEmpty else { return nil }
    let connection = self.open()
    defer { self.close(connection) }
    for command in commands {
      var out = RESPWriter(version: 2)
      let arguments = command.arguments.map { argument in argument.withUnsafeBytes { RedisBytes($0) } }
      let kind = arguments.first.flatMap { CommandTable.shared.index(of: $0) }
      _ = self.execute(arguments, kind: kind, for: connection, into: &out)
      if out.bytes.first == UInt8(ascii: "-") {
        return "\(command.text): \(String(decoding: out.bytes.dropFirst().dropLast(2), as: UTF8.self))"
      }
    }
    return nil
  }
}
