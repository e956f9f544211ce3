import NIOCore

/// How many channels and patterns a client listens to, by what Redis confirms.
///
/// Source: https://redis.io/docs/latest/develop/pubsub/, "Format of pushed messages": the third value of a confirmation is
/// the number of channels and patterns together.
struct RedisSubscriptions: Sendable {
  enum Kind: Sendable {
    case channels, patterns, shards

    /// - Parameter command: In capitals, as in PUNSUBSCRIBE.
    init(command: String) { self = command.hasPrefix("P") ? .patterns : command.hasPrefix("S") ? .shards : .channels }
  }

  private var channels = 0
  private var patterns = 0
  private var shards = 0

  var isEmpty: Bool { self.channels == 0 && self.patterns == 0 && self.shards == 0 }

  func count(of kind: Kind) -> Int {
    switch kind {
    case .channels: self.channels
    case .patterns: self.patterns
    case .shards: self.shards
    }
  }

  /// Takes a reply of SUBSCRIBE, UNSUBSCRIBE and their like.
  mutating func take(_ frame: ByteBuffer) {
    guard let (word, values) = Self.parts(frame), Self.confirmations.contains(word), values.count == 3,
      case .integer(let digits) = values[2], let total = Int(String(decoding: digits, as: UTF8.self))
    else { return }
    switch word {
    case "subscribe", "unsubscribe": self.channels = max(0, total - self.patterns)
    case "psubscribe", "punsubscribe": self.patterns = max(0, total - self.channels)
    default: self.shards = max(0, total)
    }
  }

  static let confirmations: Set<String> = [
    "subscribe", "psubscribe", "ssubscribe", "unsubscribe", "punsubscribe", "sunsubscribe",
  ]
  static let published: Set<String> = ["message", "pmessage", "smessage"]

  /// The word with which a list or a push begins.
  static func word(_ frame: ByteBuffer) -> String? { self.parts(frame)?.word }

  private static func parts(_ frame: ByteBuffer) -> (word: String, values: [RESPValue])? {
    guard let kind = frame.getInteger(at: frame.readerIndex, as: UInt8.self), kind == 0x2A || kind == 0x3E else {
      return nil
    }
    switch frame.withUnsafeReadableBytes({ RESPValue($0) }) {
    case .push(let values), .array(let values):
      guard case .bulk(let word)? = values.first, word.count <= 16 else { return nil }
      return (String(decoding: word, as: UTF8.self), values)
    default: return nil
    }
  }
}
