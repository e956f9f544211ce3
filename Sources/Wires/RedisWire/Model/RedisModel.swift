import MockrecCore
import MockrecWire
import NIOCore
import Synchronization

/// A Redis in memory, behind the wire: all connections share one state.
final class RedisModel: ServiceModel, @unchecked Sendable {
  // Proof of @unchecked Sendable: `fake`, `connections`, `deliveries` and `history` are only touched while `lock` is held.
  private let lock = Mutex<Void>(())
  private let fake: RedisFake
  let time: ModelTime
  @exclusivity(unchecked) private var connections: [Int64: RedisModelConnection] = [:]
  /// Bytes for other clients than the one whose command runs.
  @exclusivity(unchecked) private var deliveries: [(connection: RedisModelConnection, bytes: [UInt8])] = []
  let kinds: [String]
  @exclusivity(unchecked) private var history = RedisHistory(lookback: 1)
  private let seed: UInt64
  /// What its first state was made by.
  private let first: [RedisCommand]

  /// - Parameter first: Commands that make its first state, which all succeed: else `seed` says which does not.
  init(seed: UInt64, time: ModelTime, first: [RedisCommand] = []) {
    self.time = time
    self.seed = seed
    self.first = first
    self.fake = RedisFake(seed: seed, clock: time.now)
    self.kinds = CommandTable.shared.commands.map { $0.name.uppercased() }
    self.fake.deliver = { [unowned self] client, bytes in
      guard let connection = self.connections[client.id] else { return }
      self.deliveries.append((connection, bytes))
    }
  }

  func another(_ time: ModelTime) -> any ServiceModel {
    let model = RedisModel(seed: self.seed, time: time, first: self.first)
    // It has succeeded once.
    _ = model.seed(self.first)
    return model
  }

  var held: RedisSnapshot { self.lock.withLock { _ in RedisSnapshot(self.fake.snapshot()) } }

  func restore(_ snapshot: RedisSnapshot) {
    let deliveries = self.lock.withLock { _ in
      self.fake.advance()
      self.fake.restore(snapshot.fake)
      self.history.forget()
      return self.takeDeliveries()
    }
    for delivery in deliveries { delivery.connection.deliver(delivery.bytes) }
  }

  func connect(_ writer: any ReplyWriter) -> any ModelConversation {
    self.lock.withLock { _ in
      let client = self.fake.open()
      let connection = RedisModelConnection(client, model: self, writer: writer)
      self.connections[client.id] = connection
      return connection
    }
  }

  /// A client without a connection.
  func open() -> RedisClient { self.lock.withLock { _ in self.fake.open() } }

  func close(_ client: RedisClient) {
    self.lock.withLock { _ in
      self.fake.close(client)
      self.connections[client.id] = nil
    }
  }

  func endTransaction(_ client: RedisClient) { self.lock.withLock { _ in self.fake.endTransaction(client) } }

  /// Carries out a command, and sends to other clients what comes of it for them.
  ///
  /// - Parameters:
  ///   - kind: The command's index in `kinds`; nil for one that there is not.
  ///   - isNow: Whether the clock is looked at; false for what came together with the command before.
  func execute(
    _ arguments: [RedisBytes], kind: Int?, isNow: Bool = true, for client: RedisClient, into out: inout RESPWriter,
    _ tampering: RedisTampering? = nil
  ) -> RedisOutcome {
    let (outcome, deliveries) = self.lock.withLock { _ in
      if isNow { self.fake.advance() }
      let command = kind.map { CommandTable.shared.commands[$0] }
      let outcome =
        if let tampering {
          self.fake.execute(arguments, as: command, for: client, into: &out, tampering, &self.history)
        } else {
          self.fake.execute(arguments, as: command, for: client, into: &out)
        }
      return (outcome, self.takeDeliveries())
    }
    for delivery in deliveries { delivery.connection.deliver(delivery.bytes) }
    return outcome
  }

  func lookBack(_ answers: Int) { self.lock.withLock { _ in self.history = RedisHistory(lookback: answers) } }
  func forget() { self.lock.withLock { _ in self.history.forget() } }

  private func takeDeliveries() -> [(connection: RedisModelConnection, bytes: [UInt8])] {
    guard !self.deliveries.isEmpty else { return [] }
    defer { self.deliveries = [] }
    return self.deliveries
  }

  /// Lets pass what is due, and a client's time where it still waits for the same: its clock may have gone back since.
  func timeIsUp(_ client: Int64, wait: Int) {
    let deliveries = self.lock.withLock { _ in
      self.fake.tick()
      if let client = self.fake.blocked[client], client.waits == wait { self.fake.timeOut(client) }
      return self.takeDeliveries()
    }
    for delivery in deliveries { delivery.connection.deliver(delivery.bytes) }
  }

  var unsupported: [(name: String, count: Int)] {
    self.lock.withLock { _ in self.fake.unsupported.map { ($0.key, $0.value) }.sorted { $0.0 < $1.0 } }
  }
}

/// One connection to the Redis in memory.
final class RedisModelConnection: ModelConversation, @unchecked Sendable {
  // Proof of @unchecked Sendable: everything but `model` and `loop` is only touched on the connection's event loop.
  private let client: RedisClient
  private let model: RedisModel
  private let writer: any ReplyWriter
  private let loop: any EventLoop
  @exclusivity(unchecked) private(set) var kind: Int?
  @exclusivity(unchecked) private var arguments: [RedisBytes] = []
  @exclusivity(unchecked) private var out = RESPWriter(version: 2)
  @exclusivity(unchecked) private var isBlocked = false
  /// Whether the clock was looked at for what came together.
  @exclusivity(unchecked) private var isTurnBegun = false
  private var isClosed = false
  private var output = RedisOutputLimit()
  /// What the overlay said of the command, which is kept only for that.
  @exclusivity(unchecked) private var request: RedisRequest?
  @exclusivity(unchecked) private var silent: SilentFault?
  @exclusivity(unchecked) private var isRemembered = false

  init(_ client: RedisClient, model: RedisModel, writer: any ReplyWriter) {
    self.client = client
    self.model = model
    self.writer = writer
    self.loop = writer.eventLoop
  }

  func requestBegan(_ request: any WireRequest) {
    self.arguments.removeAll(keepingCapacity: true)
    (self.silent, self.isRemembered) = (nil, false)
    self.request = request as? RedisRequest
    self.request?.read(into: &self.arguments)
  }

  func remember() { self.isRemembered = true }
  func fault(_ silent: SilentFault?) { self.silent = silent }

  /// An EXEC that fails ends its transaction all the same.
  func overruled(_ request: any WireRequest) {
    let name = (request as? RedisRequest)?.command?.name
    if name == "EXEC" || name == "DISCARD" { self.model.endTransaction(self.client) }
  }

  func requestBody(_ bytes: ByteBuffer) {}

  /// A command that may wait is left to be asked in the usual way.
  func answer(_ frame: UnsafeRawBufferPointer, into reply: inout ByteBuffer) -> Bool {
    self.arguments.removeAll(keepingCapacity: true)
    var reader = RedisFrameReader(frame)
    while let argument = reader.next() { self.arguments.append(RedisBytes(argument)) }
    guard let name = self.arguments.first, let kind = CommandTable.shared.index(of: name),
      CommandTable.shared.commands[kind].flags.isDisjoint(with: [.blocking, .noscript])
    else { return false }
    _ = self.execute(kind, isNow: !self.isTurnBegun)
    self.isTurnBegun = true
    reply.writeBytes(self.out.bytes)
    return true
  }

  func answered() { self.isTurnBegun = false }

  private func execute(_ kind: Int?, isNow: Bool = true, _ tampering: RedisTampering? = nil) -> RedisOutcome {
    self.kind = kind
    self.out.version = self.client.version
    self.out.bytes.removeAll(keepingCapacity: true)
    return self.model.execute(self.arguments, kind: kind, isNow: isNow, for: self.client, into: &self.out, tampering)
  }

  func requestEnded(_ trailers: Fields) {
    let tampering = RedisTampering(self.request, silent: self.silent, isRemembered: self.isRemembered)
    let isAside = self.request?.repeats == false
    self.request = nil
    // A model has nothing to say unasked.
    guard !isAside else {
      self.kind = nil
      return self.send([])
    }
    let outcome = self.execute(self.arguments.first.flatMap { CommandTable.shared.index(of: $0) }, tampering)
    if tampering?.isIdle == true { self.writer.faultWasIdle() }
    switch outcome {
    case .replied: self.send(self.out.bytes)
    case .close:
      self.send(self.out.bytes)
      self.writer.endConversation()
    case .blocked(let until, let wait):
      self.isBlocked = true
      if let until { self.wake(at: until, wait) }
    }
  }

  private func send(_ bytes: [UInt8]) {
    self.writer.send(PreparedReply(bytes: ByteBuffer(bytes: bytes), headLength: 0))
  }

  private func wake(at moment: Int64, _ wait: Int) {
    // A moment later: the clock has to be past it. Who waits for long does not keep the model alive.
    self.model.time.wake(moment + 1, self.loop) { [weak model = self.model, id = self.client.id] in
      model?.timeIsUp(id, wait: wait)
    }
  }

  /// Bytes that another client's command, or the time, brought. From any thread.
  func deliver(_ bytes: [UInt8]) {
    self.loop.execute {
      guard !self.isClosed else { return }
      if self.isBlocked {
        self.isBlocked = false
        self.send(bytes)
      } else {
        self.writer.push(ByteBuffer(bytes: bytes))
        guard self.output.isPassed(by: self.writer.unsentBytes, at: .now()) else { return }
        self.closed()
        self.writer.abort()
      }
    }
  }

  func refused(_ error: WireError) { self.closed() }

  func writabilityChanged(_ writable: Bool) {}

  func closed() {
    guard !self.isClosed else { return }
    self.isClosed = true
    self.model.close(self.client)
  }
}

extension RedisRequest {
  /// The command's arguments, without a copy of what is short.
  func read(into arguments: inout [RedisBytes]) {
    self.frame.withUnsafeReadableBytes { bytes in
      guard bytes.first == UInt8(ascii: "*") else {
        for word in RedisText.words(bytes) ?? [] {
          arguments.append(word.withUnsafeBytes { RedisBytes($0) })
        }
        return
      }
      var reader = RedisFrameReader(bytes)
      while let argument = reader.next() { arguments.append(RedisBytes(argument)) }
    }
  }
}
