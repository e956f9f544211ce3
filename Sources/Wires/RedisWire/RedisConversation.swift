import MockrecCore
import MockrecWire
import NIOCore

/// Both directions of one connection to a Redis.
struct RedisConversation: StreamConversation {
  private let limits: RESPFramer.Limits
  private var client: RedisStream<RequestFramer>
  private var server: RedisStream<RESPFramer>
  /// What the connection is after all that was answered.
  private var answered = RedisContext()
  /// What it will be after all that was asked, if nothing fails: a client that pipelines counts on it, and where its
  /// bytes were cut makes no difference.
  private var asked = RedisContext()
  private var pending = CircularBuffer<Pending>()
  /// What all of them count.
  private var waiting = 0
  /// Bytes of commands that a transaction has queued, as they are written.
  private var queued = 0
  /// Bytes of values that the oldest command's reply has so far.
  private var replied = 0
  private var subscriptions = RedisSubscriptions()
  private var silence = RedisSilence()
  /// Whether the client asked to be told of keys that change (CLIENT TRACKING), and what it said last.
  private var isTracking = false
  private var said: RedisRequest?
  /// Whether the client turned out to speak HTTP.
  private var isHTTP = false

  init(limits: RESPFramer.Limits = RESPFramer.Limits()) {
    self.limits = limits
    self.client = RedisStream(party: .client, framer: RequestFramer(limits: limits))
    self.server = RedisStream(party: .server, framer: RESPFramer(limits: limits))
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
      while let frame = try self.server.next() { try self.answer(frame, into: &events) }
    }
  }

  mutating func serve(
    _ bytes: ByteBuffer, by answerer: any StreamAnswerer, into events: inout [StreamEvent]
  ) throws(WireError) {
    // A command's bytes alone say what it is where nothing came before that counts.
    let isPlain = self.client.isEmpty && self.pending.isEmpty && !self.silence.isOn && self.asked == RedisContext()
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

  func stalled() -> WireError? { self.client.half("nothing more") }

  mutating func end(of party: WireError.Party, into events: inout [StreamEvent]) throws(WireError) {
    self.endSubscription(into: &events)
    if party == .client { try self.client.end() } else { try self.server.end() }
  }

  /// After a silence, a service may have said that a key has changed.
  mutating func fellSilent(into events: inout [StreamEvent]) throws(WireError) {
    if self.pending.isEmpty { self.openPush(into: &events) }
  }

  mutating func endOpenReply(into events: inout [StreamEvent]) { self.endSubscription(into: &events) }

  var quiet: Duration? { self.isTracking ? .milliseconds(100) : nil }

  private mutating func openPush(into events: inout [StreamEvent]) {
    guard self.isTracking, let said = self.said else { return }
    events.append(.request(said.push))
    self.wait(Pending(replies: nil, effect: .none))
  }

  func refusal(of error: WireError) -> StreamRefusal {
    if self.isHTTP { return .breakOff }
    guard error.kind != .truncated, !self.silence.isOn else { return .nothing }
    let line =
      self.client.told.map { Array("ERR Protocol error: ".utf8) + $0 } ?? Array("ERR mockrec: \(error.message)".utf8)
    return .reply(ByteBuffer(bytes: RESPValue.error(line.map { $0 == 0x0D || $0 == 0x0A ? 0x20 : $0 }).bytes))
  }

  // MARK: Commands

  private mutating func ask(_ frame: ByteBuffer, into events: inout [StreamEvent]) throws(WireError) {
    let weight = try self.weigh(frame)
    if self.isPlain(frame) {
      self.endSubscription(into: &events)
      let request = RedisRequest(frame: frame, context: self.asked)
      events.append(.request(request))
      if self.isTracking { self.said = request }
      return self.wait(Pending(replies: 1, effect: .none, weight: weight))
    }
    guard let command = RedisCommand(frame: frame) else {
      self.client.told = Array("unbalanced quotes in request".utf8)
      throw self.failure(.malformed, "a line in which a quote is not closed, or something follows it", frame)
    }
    // Redis passes over empty lines and empty arrays.
    guard !command.arguments.isEmpty else { return }
    let name = command.name
    guard name != "POST", name != "HOST:" else {
      self.isHTTP = true
      throw self.failure(.malformed, "the word \(name) of HTTP, at which Redis closes the connection", frame)
    }
    self.endSubscription(into: &events)
    var context = self.asked
    if name != "EXEC" { context.queued = [] }
    context.planned = .init()
    if ["EXEC", "DISCARD", "RESET"].contains(name) { context.isInTransaction = false }
    var pending = Pending(command, inTransaction: self.asked.isInTransaction)
    let isQueued = if case .queue = pending.effect { true } else { false }
    if self.silence.silences(isQueued ? nil : command), !pending.isConfirmed { pending.replies = 0 }
    var request = RedisRequest(frame: frame, context: context)
    request.isAnswered = pending.replies != 0
    events.append(.request(request))
    if name == "CLIENT", command.word(1) == "TRACKING" { self.isTracking = command.word(2) == "ON" }
    if name == "RESET" { self.isTracking = false }
    if self.isTracking { self.said = request }
    pending.weight = weight
    if case .queue(_, let text) = pending.effect {
      self.queued += text.utf8.count + Self.overhead
      guard self.queued <= self.limits.bytes else {
        throw self.failure(.tooLarge, "a transaction of more than \(self.limits.bytes) bytes", frame)
      }
    }
    pending.effect.apply(to: &self.asked)
    if !self.asked.isInTransaction { self.queued = 0 }
    self.wait(pending)
    self.endSilent(into: &events)
  }

  /// Commands that get no reply are done as soon as those before them are.
  private mutating func endSilent(into events: inout [StreamEvent]) {
    while let first = self.pending.first, first.replies == 0 {
      first.effect.apply(to: &self.answered)
      self.popFirst()
      events.append(.done(head: Message(start: ["REDIS", ""]), failed: false))
    }
  }

  /// What is kept of each command besides its bytes, about.
  private static let overhead = 128

  /// What a command counts while it waits. A client may not have more waiting than one value may be long.
  private func weigh(_ frame: ByteBuffer) throws(WireError) -> Int {
    let weight = frame.readableBytes + Self.overhead
    guard self.pending.isEmpty || self.waiting + weight <= self.limits.bytes else {
      throw self.failure(
        .tooLarge, "commands of more than \(self.limits.bytes) bytes before the first of them was answered", frame)
    }
    return weight
  }

  private mutating func wait(_ pending: Pending) {
    self.waiting += pending.weight
    self.pending.append(pending)
  }

  /// The oldest command waits no longer.
  private mutating func popFirst() {
    self.waiting -= self.pending.popFirst()?.weight ?? 0
    self.replied = 0
  }

  /// Blames the client for a command that was just taken.
  private func failure(_ kind: WireError.Kind, _ message: String, _ frame: ByteBuffer) -> WireError {
    WireError(.client, kind, message, offset: self.client.offset - frame.readableBytes)
  }

  /// Whether a command changes nothing about its connection and has one reply.
  private func isPlain(_ frame: ByteBuffer) -> Bool {
    guard !self.asked.isInTransaction, !self.silence.isOn else { return false }
    return frame.withUnsafeReadableBytes { Self.plainLength(of: $0) != nil }
  }

  /// A reply that this side wrote itself, whole. A plain command's changes nothing: it need not be read.
  mutating func answered(_ reply: ByteBuffer, into events: inout [StreamEvent]) throws(WireError) {
    guard self.server.isEmpty, let first = self.pending.first, first.replies == 1, !first.isConfirmed,
      first.effect.isNone
    else { return try self.receive(reply, from: .server, into: &events) }
    self.popFirst()
    self.endSilent(into: &events)
  }

  /// A reply that lies in a file is no error.
  mutating func answeredByFile(into events: inout [StreamEvent]) {
    guard var first = self.pending.first, first.replies != nil else { return }
    self.conclude(first.effect, isError: false)
    if first.isSubscription {
      first.replies = nil
      self.pending[self.pending.startIndex] = first
    } else {
      self.popFirst()
      self.endSilent(into: &events)
    }
  }

  /// Messages that were published belong to the subscription before them, until the client says something else.
  private mutating func endSubscription(into events: inout [StreamEvent]) {
    guard self.pending.count == 1, let first = self.pending.first, first.replies == nil else { return }
    self.popFirst()
    events.append(.done(head: first.head ?? Message(start: ["REDIS", ""]), failed: false))
  }

  // MARK: Replies

  private mutating func answer(_ frame: ByteBuffer, into events: inout [StreamEvent]) throws(WireError) {
    if !self.pending.isEmpty || self.isTracking { self.replied += frame.readableBytes }
    guard self.replied <= self.limits.bytes else {
      throw WireError(
        .server, .tooLarge, "more than \(self.limits.bytes) bytes for one command",
        offset: self.server.offset - frame.readableBytes)
    }
    let isExecuting = self.pending.first?.executed.isEmpty == false
    let isPublished = !isExecuting && self.isPublished(frame)
    if isPublished, self.pending.isEmpty { self.openPush(into: &events) }
    events.append(.reply(frame))
    guard !isPublished, var first = self.pending.first, first.replies != nil else { return }
    let kind = frame.getInteger(at: frame.readerIndex, as: UInt8.self) ?? 0
    let isError = !isExecuting && (kind == UInt8(ascii: "-") || kind == UInt8(ascii: "!"))
    if !isError, case .exec = first.effect { try self.executed(frame, &first) }
    if let ended = first.ends {
      first.ends = nil
      first.replies = max(1, self.subscriptions.count(of: ended))
    }
    if first.isConfirmed { self.subscriptions.take(frame) }
    if first.head == nil { first.head = Message(start: ["REDIS", RedisStatus.words(about: frame, kind)]) }
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
        self.popFirst()
        events.append(.done(head: first.head ?? Message(start: ["REDIS", ""]), failed: false))
        self.endSilent(into: &events)
      }
      return
    }
    self.popFirst()
    events.append(.done(head: first.head ?? Message(start: ["REDIS", ""]), failed: isError))
    self.endSilent(into: &events)
  }

  /// Whether a value is no reply: a message on a channel, a key that is to be forgotten.
  private func isPublished(_ frame: ByteBuffer) -> Bool {
    let kind = frame.getInteger(at: frame.readerIndex, as: UInt8.self)
    guard kind == UInt8(ascii: ">") || (kind == UInt8(ascii: "*") && !self.subscriptions.isEmpty) else { return false }
    guard let word = RedisSubscriptions.word(frame) else { return false }
    return !RedisSubscriptions.confirmations.contains(word)
      && (kind == UInt8(ascii: ">") || RedisSubscriptions.published.contains(word))
  }

  /// EXEC was answered: what its commands changed about the connection, and what of that failed.
  private mutating func executed(_ frame: ByteBuffer, _ exec: inout Pending) throws(WireError) {
    let planned = self.answered.planned
    guard planned != RedisContext.Planned() else { return }
    let value = frame.withUnsafeReadableBytes { RESPValue($0) }
    if !exec.executed.isEmpty {
      if let value { exec.executed.append(value) }
    } else if case .array(let list)? = value {
      exec.executed = list
      if !list.isEmpty, planned.breaksReply == nil { exec.replies = 1 + planned.loose }
    }
    // The rest stands behind the list.
    if let replies = exec.replies, replies > 1 { return }
    let values = exec.executed
    self.answered.execute { index in
      let place = planned.place(of: index)
      return if case .error? = values.dropFirst(place).first { false } else { place < values.count }
    }
    self.expectAnew()
    for command in planned.confirmed {
      for value in values.dropFirst(planned.place(of: command.index)).prefix(command.count) {
        self.subscriptions.take(ByteBuffer(bytes: value.bytes))
      }
    }
    guard let name = planned.breaksReply, !values.isEmpty else { return }
    self.popFirst()
    throw WireError(
      .server, .unsupported, "not one value for each command of EXEC, as \(name) stands in the transaction",
      offset: self.server.offset - frame.readableBytes)
  }

  /// What was expected of the oldest command does not come: the expectation is made of all that wait behind it.
  private mutating func expectAnew() {
    self.asked = self.answered
    for waiting in self.pending.dropFirst() { waiting.effect.apply(to: &self.asked) }
  }

  /// The oldest command was answered.
  private mutating func conclude(_ effect: Effect, isError: Bool) {
    if effect.isNone { return }
    let wasPlain = self.answered.planned == RedisContext.Planned()
    (isError ? effect.inError : effect).apply(to: &self.answered)
    if case .reset = effect, !isError { self.subscriptions = RedisSubscriptions() }
    if isError, effect.inError.isNone || !wasPlain { self.expectAnew() }
  }
}
