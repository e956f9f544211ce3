/// What a key holds. The containers are references, changed in place.
package enum RedisValue {
  case string(StringValue)
  case list(ListValue)
  case hash(HashValue)
  case set(SetValue)
  case sortedSet(SortedSetValue)
  case stream(StreamValue)

  package enum Kind: Sendable { case string, list, hash, set, sortedSet, stream }

  package var kind: Kind {
    switch self {
    case .string: .string
    case .list: .list
    case .hash: .hash
    case .set: .set
    case .sortedSet: .sortedSet
    case .stream: .stream
    }
  }

  /// As `TYPE` answers.
  package var typeName: StaticString {
    switch self {
    case .string: "string"
    case .list: "list"
    case .hash: "hash"
    case .set: "set"
    case .sortedSet: "zset"
    case .stream: "stream"
    }
  }

  /// As `OBJECT ENCODING` answers.
  package var encoding: StaticString {
    switch self {
    case .string(let value): value.encoding
    case .list: "quicklist"
    case .hash(let value): value.encoding
    case .set(let value): value.encoding
    case .sortedSet(let value): value.encoding
    case .stream: "stream"
    }
  }

  /// A value of its own that changes with neither.
  package func copy() -> RedisValue {
    switch self {
    case .string(let value): .string(value.copy())
    case .list(let value): .list(value.copy())
    case .hash(let value): .hash(value.copy())
    case .set(let value): .set(value.copy())
    case .sortedSet(let value): .sortedSet(value.copy())
    case .stream(let value): .stream(value.copy())
    }
  }
}
