import Foundation
import MockrecCore

/// What a Redis in memory holds, as people read it and `RedisSeed` reads it again.
///
/// Strings are texts, lists are lists and hashes are mappings; what is none of these, or has an end, is a mapping with
/// `$type`. Bytes that are no UTF-8 are `{"$base64": …}`, as a name `$base64:…`.
struct RedisStateText {
  /// Before a name in Base64.
  static let base64 = "$base64"
  static let type = "$type"
  static let databases = "$databases"

  private let snapshot: RedisFake.Snapshot
  private let now: Int64

  init(_ snapshot: RedisSnapshot, now: Int64) {
    self.snapshot = snapshot.fake
    self.now = now
  }

  var json: JSON {
    var members = self.members(of: 0)
    let others = self.snapshot.databases.indices.dropFirst().compactMap { index -> JSONObject.Member? in
      let members = self.members(of: index)
      return members.isEmpty ? nil : .init(key: String(index), value: .object(JSONObject(members)))
    }
    if !others.isEmpty { members.append(.init(key: Self.databases, value: .object(JSONObject(others)))) }
    return .object(JSONObject(members))
  }

  private func members(of database: Int) -> [JSONObject.Member] {
    var members: [JSONObject.Member] = []
    self.snapshot.databases[database].entries.visit { key, entry in
      guard entry.expiry > self.now else { return }
      members.append(.init(key: Self.name(key), value: self.value(entry)))
    }
    return members
  }

  private func value(_ entry: Database.Entry) -> JSON {
    let (value, isPlain) = self.plain(entry.value)
    var members: [JSONObject.Member] = [
      .init(key: Self.type, value: .string("\(entry.value.typeName)")), .init(key: "value", value: value),
    ]
    if case .stream(let stream) = entry.value { members += self.more(of: stream) }
    if entry.expiry != Database.never {
      members.append(.init(key: "ttl", value: .number(JSONNumber(Int(entry.expiry - self.now)))))
    } else if isPlain {
      return value
    }
    return .object(JSONObject(members))
  }

  /// - Returns: Also whether it tells its type.
  private func plain(_ value: RedisValue) -> (JSON, isPlain: Bool) {
    switch value {
    case .string(let string): return (Self.text(string.bytes), true)
    case .list(let list): return (.array((0..<list.count).map { Self.text(list[$0]) }), true)
    case .hash(let hash):
      var members: [JSONObject.Member] = []
      hash.fields.visit { members.append(.init(key: Self.name($0), value: Self.text($1))) }
      return (.object(JSONObject(members)), !members.contains { $0.key == Self.type })
    case .set(let set): return (.array(set.members.sorted().map(Self.text)), false)
    case .sortedSet(let set):
      var members: [JSONObject.Member] = []
      set.visit { members.append(.init(key: Self.name($0.member), value: Self.score($0.score))) }
      return (.object(JSONObject(members)), false)
    case .stream(let stream):
      return (.array((0..<stream.entries.count).map { Self.entry(stream.entries[$0]) }), false)
    }
  }

  private static func score(_ score: Double) -> JSON {
    let text = redisText(of: score).string
    return (try? JSON.parse(text)) ?? .string(text)
  }

  private static func entry(_ entry: (id: StreamID, value: [RedisBytes])) -> JSON {
    [
      "id": .string(entry.id.text.string), "fields": .array(entry.value.map(self.text)),
    ]
  }

  private func more(of stream: StreamValue) -> [JSONObject.Member] {
    var members: [JSONObject.Member] = [
      .init(key: "lastId", value: .string(stream.lastID.text.string)),
      .init(key: "maxDeletedId", value: .string(stream.maximumDeletedID.text.string)),
      .init(key: "entriesAdded", value: .number(JSONNumber(Int(stream.entriesAdded)))),
    ]
    if !stream.groups.isEmpty { members.append(.init(key: "groups", value: .array(stream.groups.map(self.group)))) }
    return members
  }

  private func group(_ group: StreamGroup) -> JSON {
    var members: [JSONObject.Member] = [
      .init(key: "name", value: Self.text(group.name)),
      .init(key: "lastId", value: .string(group.lastID.text.string)),
    ]
    if let read = group.entriesRead { members.append(.init(key: "entriesRead", value: .number(JSONNumber(Int(read))))) }
    members.append(.init(key: "consumers", value: .array(group.consumers.map { Self.text($0.name) })))
    let pending = (0..<group.pending.count).map { place -> JSON in
      let (id, pending) = group.pending[place]
      return [
        "id": .string(id.text.string), "consumer": Self.text(pending.consumer.name),
        "idle": .number(JSONNumber(Int(max(0, self.now - pending.delivered)))),
        "deliveries": .number(JSONNumber(Int(pending.deliveries))),
      ]
    }
    if !pending.isEmpty { members.append(.init(key: "pending", value: .array(pending))) }
    return .object(JSONObject(members))
  }

  private static func text(_ bytes: RedisBytes) -> JSON {
    if let text = String(validating: bytes.array, as: UTF8.self) { return .string(text) }
    return [Self.base64: .string(Data(bytes.array).base64EncodedString())]
  }

  private static func name(_ bytes: RedisBytes) -> String {
    if let text = String(validating: bytes.array, as: UTF8.self), !text.hasPrefix("\(Self.base64):"),
      text != Self.databases
    {
      return text
    }
    return "\(Self.base64):\(Data(bytes.array).base64EncodedString())"
  }
}
