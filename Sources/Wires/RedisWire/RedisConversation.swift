import MockrecCore
import MockrecWire
import NIOCore

/// Both directions of one connection to a Redis.
struct RedisConversation: StreamConversation {
  /// What the reply to a command changes, when it is no error.
  private enum Effect: Sendable {
    case none
    case select(Int)
    case hello(Int)
    case multi
    /// EXEC and DISCARD, errors too.
    case endTransaction
    case queue(String)
    case reset

    var holdsInError: Bool { if case .endTransaction = self { true } else { false } }
    var isNone: Bool { if case .none = self { true } else { false } }
  }

  /// A command whose reply has not ended.
  private struct Pending: Sendable {
    /// Values that are still to come; nil for a subscription and for ``RedisRequest/push``, which end with the next
    /// command.
    var replies: Int?
    var effect: Effect
    /// Of the first value.
    var head: Message?
    var isSubscription = false
    /// Its replies confirm what the client listens to.
    var isConfirmed = false
    /// What UNSUBSCRIBE without names ends: it has as many replies as there are then.
    var ends: RedisSubscriptions.Kind?
  }

  private let limits: RESPFramer.Limits
  private var client: RedisStream
  private var server: RedisStream
  /// What the connection is after all that was answered.
  private var answered = RedisContext()
  /// What it will be after all that was asked, if nothing fails: a client that pipelines counts on it, and where its
  /// bytes were cut makes no difference.
  private var asked = RedisContext()
  private var pending = CircularBuffer<Pending>()
  private var subscriptions = RedisSubscriptions()
  /// CLIENT REPLY: how many commands get no reply; nil for all that follow.
  private var silent: Int? = 0
  /// Whether the client asked to be told of keys that change (CLIENT TRACKING), and what it said last.
  private var isTracking = false
  private var said: RedisRequest?

  init(limits: RESPFramer.Limits = RESPFramer.Limits()) {
    self.limits = limits
    self.client = RedisStream(party: .client, framer: RESPFramer(limits: limits, takesInline: true))
    self.server = RedisStream(party: .server, framer: RESPFramer(limits: limits, takesInline: false))
  }

  mutating func receive(
    _ bytes: ByteBuffer, from party: WireError.Party, into events: inout [StreamEvent]
  ) throws(WireError) {
    switch party {
    case .client:
      self.client.append(bytes)
      while let frame = try self.client.next() { try self.ask(frame, into: &events) }
    case .server:
      self.server.append(bytes)
      while let frame = try self.server.next() { self.answer(frame, into: &events) }
    }
  }

  mutating func serve(
    _ bytes: ByteBuffer, by answerer: any StreamAnswerer, into events: inout [StreamEvent]
  ) throws(WireError) {
    // A command's bytes alone say what it is where nothing came before that counts.
    let isPlain = self.client.isEmpty && self.pending.isEmpty && self.silent == 0 && self.asked == RedisContext()
    guard isPlain else { return try self.receive(bytes, from: .client, into: &events) }
    var rest = bytes
    let taken = bytes.withUnsafeReadableBytes { bytes in
      var taken = 0
      while taken < bytes.count {
        let rest = UnsafeRawBufferPointer(rebasing: bytes[taken...])
        guard let length = Self.plainLength(of: rest), length <= self.limits.bytes,
          answerer.answer(UnsafeRawBufferPointer(rebasing: rest[..<length]))
        else { break }
        taken += length
      }
      return taken
    }
    self.client.pass(taken)
    guard taken < bytes.readableBytes else { return }
    rest.moveReaderIndex(forwardBy: taken)
    try self.receive(rest, from: .client, into: &events)
  }

  mutating func end(of party: WireError.Party, into events: inout [StreamEvent]) throws(WireError) {
    self.endSubscription(into: &events)
    if party == .client { try self.client.end() } else { try self.server.end() }
  }

  /// After a silence, a service may have said that a key has changed.
  mutating func fellSilent(into events: inout [StreamEvent]) throws(WireError) {
    if self.pending.isEmpty { self.openPush(into: &events) }
  }

  var quiet: Duration? { self.isTracking ? .milliseconds(100) : nil }

  private mutating func openPush(into events: inout [StreamEvent]) {
    guard self.isTracking, let said = self.said else { return }
    events.append(.request(said.push))
    self.pending.append(Pending(replies: nil, effect: .none))
  }

  func refusal(of error: WireError) -> ByteBuffer? {
    ByteBuffer(bytes: RESPValue.error(Array("ERR Protocol error: \(error.message)".utf8)).bytes)
  }

  // MARK: Commands

  private mutating func ask(_ frame: ByteBuffer, into events: inout [StreamEvent]) throws(WireError) {
    if self.isPlain(frame) {
      self.endSubscription(into: &events)
      let request = RedisRequest(frame: frame, context: self.asked)
      events.append(.request(request))
      if self.isTracking { self.said = request }
      return self.pending.append(Pending(replies: 1, effect: .none))
    }
    guard let command = RedisCommand(frame: frame) else {
      throw WireError(
        .client, .malformed, "something else than an array of bulk strings", offset: self.client.offset)
    }
    // Redis passes over empty lines and empty arrays.
    guard !command.arguments.isEmpty else { return }
    let name = command.name
    self.endSubscription(into: &events)
    var context = self.asked
    if name != "EXEC" { context.queued = [] }
    if ["EXEC", "DISCARD", "RESET"].contains(name) { context.isInTransaction = false }
    let request = RedisRequest(frame: frame, context: context)
    events.append(.request(request))
    if name == "CLIENT", command.word(1) == "TRACKING" { self.isTracking = command.word(2) == "ON" }
    if name == "RESET" { self.isTracking = false }
    if self.isTracking { self.said = request }
    let pending = self.pending(command, name)
    Self.apply(pending.effect, to: &self.asked)
    if pending.replies == 0 {
      Self.apply(pending.effect, to: &self.answered)
      events.append(.done(head: Message(start: ["REDIS", ""]), failed: false))
    } else {
      self.pending.append(pending)
    }
  }

  /// Whether a command changes nothing about its connection and has one reply.
  private func isPlain(_ frame: ByteBuffer) -> Bool {
    guard !self.asked.isInTransaction, self.silent == 0 else { return false }
    return frame.withUnsafeReadableBytes { Self.plainLength(of: $0) != nil }
  }

  /// The length of the command that the bytes begin with, an array of bulk strings; nil for one that is not all there,
  /// or may change something about its connection.
  private static func plainLength(of bytes: UnsafeRawBufferPointer) -> Int? {
    var reader = RedisFrameReader(bytes)
    guard let name = reader.next().flatMap({ RedisName($0) }), !Self.special.contains(name) else { return nil }
    while reader.next() != nil {}
    return reader.isWhole ? reader.at : nil
  }

  private static let special = RedisNameSet([
    "SUBSCRIBE", "PSUBSCRIBE", "SSUBSCRIBE", "UNSUBSCRIBE", "PUNSUBSCRIBE", "SUNSUBSCRIBE", "SELECT", "HELLO", "MULTI",
    "EXEC", "DISCARD", "RESET", "CLIENT", "QUIT",
  ])

  /// A reply that this side wrote itself, whole. A plain command's changes nothing: it need not be read.
  mutating func answered(_ reply: ByteBuffer, into events: inout [StreamEvent]) throws(WireError) {
    guard self.server.isEmpty, let first = self.pending.first, first.replies == 1, first.effect.isNone else {
      return try self.receive(reply, from: .server, into: &events)
    }
    self.pending.removeFirst()
  }

  /// A reply that lies in a file is no error.
  mutating func answeredByFile() {
    guard let first = self.pending.first, first.replies == 1 else { return }
    self.conclude(first.effect, isError: false)
    self.pending.removeFirst()
  }

  private mutating func pending(_ command: RedisCommand, _ name: String) -> Pending {
    if self.asked.isInTransaction, !["EXEC", "DISCARD", "RESET", "QUIT"].contains(name) {
      return Pending(replies: 1, effect: .queue(command.text))
    }
    switch name {
    case "SUBSCRIBE", "PSUBSCRIBE", "SSUBSCRIBE":
      return Pending(
        replies: max(1, command.arguments.count - 1), effect: .none, isSubscription: true, isConfirmed: true)
    case "UNSUBSCRIBE", "PUNSUBSCRIBE", "SUNSUBSCRIBE":
      let named = command.arguments.count - 1
      return Pending(
        replies: max(1, named), effect: .none, isConfirmed: true, ends: named == 0 ? .init(command: name) : nil)
    case "SELECT": return Pending(replies: 1, effect: Int(command.word(1)).map { .select($0) } ?? .none)
    case "HELLO": return Pending(replies: 1, effect: Int(command.word(1)).map { .hello($0) } ?? .none)
    case "MULTI": return Pending(replies: 1, effect: .multi)
    case "EXEC", "DISCARD": return Pending(replies: 1, effect: .endTransaction)
    case "RESET": return Pending(replies: 1, effect: .reset)
    case "CLIENT" where command.word(1) == "REPLY":
      switch command.word(2) {
      case "OFF":
        self.silent = nil
        return Pending(replies: 0, effect: .none)
      case "SKIP":
        self.silent = self.silent.map { _ in 2 }
      default: self.silent = 0
      }
    default: break
    }
    switch self.silent {
    case nil: return Pending(replies: 0, effect: .none)
    case 0: return Pending(replies: 1, effect: .none)
    case let count?:
      self.silent = count - 1
      return Pending(replies: 0, effect: .none)
    }
  }

  /// Messages that were published belong to the subscription before them, until the client says something else.
  private mutating func endSubscription(into events: inout [StreamEvent]) {
    guard self.pending.count == 1, let first = self.pending.first, first.replies == nil else { return }
    self.pending.removeFirst()
    events.append(.done(head: first.head ?? Message(start: ["REDIS", ""]), failed: false))
  }

  // MARK: Replies

  private mutating func answer(_ frame: ByteBuffer, into events: inout [StreamEvent]) {
    let isPublished = self.isPublished(frame)
    if isPublished, self.pending.isEmpty { self.openPush(into: &events) }
    events.append(.reply(frame))
    guard !isPublished, var first = self.pending.first, first.replies != nil else { return }
    let kind = frame.getInteger(at: frame.readerIndex, as: UInt8.self) ?? 0
    let isError = kind == UInt8(ascii: "-") || kind == UInt8(ascii: "!")
    if let ended = first.ends {
      first.ends = nil
      first.replies = max(1, self.subscriptions.count(of: ended))
    }
    if first.isConfirmed { self.subscriptions.take(frame) }
    if first.head == nil { first.head = Message(start: ["REDIS", Self.status(of: frame, kind)]) }
    if let replies = first.replies, replies > 1, !isError {
      first.replies = replies - 1
      self.pending[self.pending.startIndex] = first
      return
    }
    self.conclude(first.effect, isError: isError)
    if first.isSubscription, !isError {
      // It stays open for what will be published.
      first.replies = nil
      self.pending[self.pending.startIndex] = first
      // Another command waits already.
      if self.pending.count > 1 {
        self.pending.removeFirst()
        events.append(.done(head: first.head ?? Message(start: ["REDIS", ""]), failed: false))
      }
      return
    }
    self.pending.removeFirst()
    events.append(.done(head: first.head ?? Message(start: ["REDIS", ""]), failed: isError))
  }

  /// Whether a value is no reply: a message on a channel, a key that is to be forgotten.
  private func isPublished(_ frame: ByteBuffer) -> Bool {
    let kind = frame.getInteger(at: frame.readerIndex, as: UInt8.self)
    guard kind == UInt8(ascii: ">") || (kind == UInt8(ascii: "*") && !self.subscriptions.isEmpty) else { return false }
    guard let word = RedisSubscriptions.word(frame) else { return false }
    return !RedisSubscriptions.confirmations.contains(word)
      && (kind == UInt8(ascii: ">") || RedisSubscriptions.published.contains(word))
  }

  /// A few words about a reply: its text where it is short, else what it is.
  private static func status(of frame: ByteBuffer, _ kind: UInt8) -> String {
    switch kind {
    case UInt8(ascii: "+"), UInt8(ascii: "-"):
      let length = min(256, frame.readableBytes)
      let line = frame.getString(at: frame.readerIndex, length: length) ?? ""
      let text = line.prefix { $0 != "\r\n" && $0 != "\n" }
      return kind == UInt8(ascii: "+") ? String(text.dropFirst()) : String(text)
    case UInt8(ascii: "$"), UInt8(ascii: "="): return "string"
    case UInt8(ascii: ":"): return "integer"
    case UInt8(ascii: "*"), UInt8(ascii: "~"), UInt8(ascii: ">"): return "array"
    case UInt8(ascii: "%"): return "map"
    default: return ""
    }
  }

  /// The oldest command was answered.
  private mutating func conclude(_ effect: Effect, isError: Bool) {
    if effect.isNone { return }
    if isError, !effect.holdsInError {
      // What was expected of it does not come: the expectation is made anew of all that still waits.
      self.asked = self.answered
      for waiting in self.pending.dropFirst() { Self.apply(waiting.effect, to: &self.asked) }
    } else {
      Self.apply(effect, to: &self.answered)
      if case .reset = effect { self.subscriptions = RedisSubscriptions() }
    }
  }

  private static func apply(_ effect: Effect, to context: inout RedisContext) {
    switch effect {
    case .none: return
    case .endTransaction:
      context.isInTransaction = false
      context.queued = []
    case .select(let database): context.database = database
    case .hello(let version): context.version = version
    case .multi: context.isInTransaction = true
    case .queue(let command): context.queued.append(command)
    case .reset: context = RedisContext()
    }
  }
}
