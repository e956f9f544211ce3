import MockrecCore
import MockrecWire
import NIOCore

/// A command as it came, and what its connection's past makes of it.
struct RedisRequest: WireRequest {
  let frame: ByteBuffer
  let context: RedisContext
  /// False where CLIENT REPLY has the service say nothing to it.
  var isAnswered = true

  init(frame: ByteBuffer, context: RedisContext) {
    self.frame = frame
    self.context = context
  }

  init(_ message: Message) {
    self.frame = ByteBuffer(bytes: message.body.bytes ?? [])
    self.context = RedisContext(message.fields)
  }

  var command: RedisCommand? { RedisCommand(frame: self.frame) }

  var summary: String { self.command?.text ?? "" }

  var message: Message {
    Message(start: ["REDIS"], fields: self.context.fields, body: Body(Array(self.frame.readableBytesView)))
  }

  func key(_ rules: MatchRules) -> MatchKey {
    if let head = self.plainHead(rules) { return MatchKey(head: head) }
    guard let command = self.command else { return MatchKey(head: "") }
    var head = command.redacted(with: rules.redactor).shortened.text
    for field in self.context.fields.list {
      head += "\n\(field.name): \(field.name == "queued" ? rules.redactor.text(field.value) : field.value)"
    }
    return MatchKey(head: head)
  }

  func keyBuilder(_ rules: MatchRules, limits: WireLimits) -> any KeyBuilder {
    RedisKeyBuilder(context: self.context, rules: rules)
  }

  /// The key of a command without anything special about it, read where its bytes lie; nil for any other.
  private func plainHead(_ rules: MatchRules) -> String? {
    guard self.context == RedisContext() else { return nil }
    return self.frame.withUnsafeReadableBytes { bytes in
      withUnsafeTemporaryAllocation(byteCount: bytes.count, alignment: 1) { head in
        Self.plainHead(of: bytes, rules, into: head).map {
          String(decoding: UnsafeRawBufferPointer(rebasing: head[..<$0]), as: UTF8.self)
        }
      }
    }
  }

  /// See `StreamWire.plainHead`.
  static func plainHead(
    of frame: UnsafeRawBufferPointer, _ rules: MatchRules, into head: UnsafeMutableRawBufferPointer
  ) -> Int? {
    var reader = RedisFrameReader(frame)
    guard let name = reader.next(), !name.isEmpty, name.allSatisfy(RedisText.isBare), let word = RedisName(name),
      !Self.takesSecrets.contains(word)
    else { return nil }
    // Each argument's header is longer than the space between two.
    for (index, byte) in name.enumerated() { head[index] = byte.asciiUppercased }
    var count = name.count
    while let argument = reader.next() {
      guard !argument.isEmpty, argument.count <= RedisCommand.longestInKey, argument.allSatisfy(RedisText.isBare),
        rules.redactor.isPlain(argument)
      else { return nil }
      head[count] = 0x20
      UnsafeMutableRawBufferPointer(rebasing: head[(count + 1)...]).copyMemory(from: argument)
      count += 1 + argument.count
    }
    return reader.isWhole ? count : nil
  }

  /// Commands of which some argument is a secret whatever it looks like.
  private static let takesSecrets = RedisNameSet([
    "AUTH", "HELLO", "CONFIG", "ACL", "MIGRATE", "HSET", "HMSET", "HSETNX", RedisCommand.push,
  ])

  /// What Redis says unasked after this command: a command of our own, which nobody sends.
  var push: RedisRequest {
    var command = self.command ?? RedisCommand([])
    command.arguments.insert(Array(RedisCommand.push.utf8), at: 0)
    return RedisRequest(frame: ByteBuffer(bytes: command.bytes), context: self.context)
  }

  /// A key changes as often as was recorded.
  var repeats: Bool { self.name != Self.pushName }

  private static let pushName = RedisName(word: RedisCommand.push)

  var identity: ByteBuffer? { self.context == RedisContext() ? self.frame : nil }

  /// The command's name where its bytes begin with it; nil for one that is longer than all that are known, or inline.
  private var name: RedisName? {
    self.frame.withUnsafeReadableBytes { bytes in
      var reader = RedisFrameReader(bytes)
      return reader.next().flatMap { RedisName($0) }
    }
  }

  var unrecorded: Unrecorded {
    let name = self.name
    guard name != Self.pushName else { return .silence }
    if let name, !self.context.isInTransaction, !RedisChatter.names.contains(name) { return .miss }
    guard let command = self.command else { return .miss }
    return RedisChatter.reply(to: command, context: self.context).map { .reply(ByteBuffer(bytes: $0)) } ?? .miss
  }
}

extension RedisCommand {
  /// The name of what Redis says unasked; behind it stands what its client said before.
  static let push = "@PUSH"

  fileprivate static let longestInKey = 1024

  /// Long arguments count by their length and a digest, a name whatever its case.
  fileprivate var shortened: RedisCommand {
    guard self.arguments.contains(where: { $0.count > Self.longestInKey }) else { return self }
    return RedisCommand(
      self.arguments.enumerated().map { index, argument in
        guard argument.count > Self.longestInKey else { return argument }
        let digest = FNV1a(index == 0 ? argument.map(\.asciiUppercased) : argument).value
        return Array("(\(argument.count) bytes, \(digest))".utf8)
      })
  }
}

/// Takes a command's bytes and gives its key.
private final class RedisKeyBuilder: KeyBuilder {
  private let context: RedisContext
  private let rules: MatchRules
  private var bytes = ByteBuffer()

  init(context: RedisContext, rules: MatchRules) {
    self.context = context
    self.rules = rules
  }

  var kept: [UInt8]? { Array(self.bytes.readableBytesView) }

  func feed(_ bytes: UnsafeRawBufferPointer) { self.bytes.writeBytes(bytes) }

  func finish() -> MatchKey { RedisRequest(frame: self.bytes, context: self.context).key(self.rules) }
}
