import MockrecCore
import MockrecWire

extension RedisWire {
  package func redact(_ exchange: Exchange, with redactor: Redactor) -> Exchange {
    guard redactor.isOn else { return exchange }
    var exchange = exchange
    if let command = RedisRequest(exchange.request).command {
      exchange.request.body = Body(command.redacted(with: redactor).bytes)
    }
    exchange.request.fields = exchange.request.fields.mapValues { redactor.text($0.value) }
    for index in exchange.replies.indices {
      guard let bytes = exchange.replies[index].message.body.bytes, let values = RESPValue.all(in: bytes) else {
        continue
      }
      let clean = values.map { $0.redacted(with: redactor) }
      if clean != values { exchange.replies[index].message.body = Body(clean.flatMap(\.bytes)) }
    }
    return exchange
  }
}

extension RedisCommand {
  /// The command with its secrets replaced: passwords where a command takes one, values under secret names, and
  /// whatever has the shape of a secret.
  func redacted(with redactor: Redactor) -> RedisCommand {
    guard redactor.isOn else { return self }
    var copy = self
    if self.name == Self.push {
      copy.arguments[1...] = RedisCommand(Array(self.arguments.dropFirst())).redacted(with: redactor).arguments[...]
      return copy
    }
    for index in self.passwords where index < copy.arguments.count {
      copy.arguments[index] = Self.hidden(copy.arguments[index], redactor)
    }
    if ["HSET", "HMSET", "HSETNX"].contains(self.name) {
      for index in stride(from: 2, to: copy.arguments.count - 1, by: 2) {
        let name = String(decoding: copy.arguments[index], as: UTF8.self)
        if redactor.isSecret(name: name) {
          copy.arguments[index + 1] = Self.hidden(copy.arguments[index + 1], redactor)
        }
      }
    }
    for index in copy.arguments.indices.dropFirst() {
      guard !copy.arguments[index].withUnsafeBytes({ redactor.isPlain($0) }) else { continue }
      copy.arguments[index] = redactor.text(copy.arguments[index])
    }
    return copy
  }

  private static func hidden(_ bytes: [UInt8], _ redactor: Redactor) -> [UInt8] {
    Array(redactor.field(name: "password", value: String(decoding: bytes, as: UTF8.self)).utf8)
  }

  /// Where passwords stand.
  private var passwords: [Int] {
    switch self.name {
    case "AUTH": return self.arguments.count > 2 ? [2] : [1]
    case "HELLO", "MIGRATE":
      guard let auth = self.arguments.indices.first(where: { ["AUTH", "AUTH2"].contains(self.word($0)) }) else {
        return []
      }
      return self.name == "MIGRATE" && self.word(auth) == "AUTH" ? [auth + 1] : [auth + 2]
    case "CONFIG":
      guard self.word(1) == "SET" else { return [] }
      return stride(from: 2, to: self.arguments.count, by: 2)
        .filter { ["REQUIREPASS", "MASTERAUTH"].contains(self.word($0)) }.map { $0 + 1 }
    case "ACL":
      // `>password`, `<password`, and hashes of them.
      return self.arguments.indices.filter { index in
        index > 1 && self.arguments[index].first.map { ">< #!".utf8.contains($0) } == true
      }
    default: return []
    }
  }
}

extension RESPValue {
  func redacted(with redactor: Redactor) -> RESPValue {
    switch self {
    case .bulk(let text): return .bulk(redactor.text(text))
    case .simple(let text): return .simple(redactor.text(text))
    case .error(let text): return .error(redactor.text(text))
    case .verbatim(let text): return .verbatim(redactor.text(text))
    case .array(let values): return .array(Self.pairs(values, redactor))
    case .set(let values): return .set(values.map { $0.redacted(with: redactor) })
    case .push(let values): return .push(values.map { $0.redacted(with: redactor) })
    case .map(let values): return .map(Self.pairs(values, redactor))
    case .attributed(let about, let value): return .attributed(about, value.redacted(with: redactor))
    case .blobError, .integer, .nullBulk, .nullArray, .null, .boolean, .double, .bigNumber: return self
    }
  }

  /// In a list, as RESP2 writes maps, what follows a secret's name is a secret.
  private static func pairs(_ values: [RESPValue], _ redactor: Redactor) -> [RESPValue] {
    var expectsSecret = false
    return values.map { value in
      guard case .bulk(let text) = value else {
        expectsSecret = false
        return value.redacted(with: redactor)
      }
      if expectsSecret {
        expectsSecret = false
        let hidden = redactor.field(name: "password", value: String(decoding: text, as: UTF8.self))
        return .bulk(Array(hidden.utf8))
      }
      expectsSecret = redactor.isSecret(name: String(decoding: text, as: UTF8.self))
      return value.redacted(with: redactor)
    }
  }
}
