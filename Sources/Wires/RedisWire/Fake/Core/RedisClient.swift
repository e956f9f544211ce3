/// A connection's state.
package final class RedisClient {
  package let id: Int64
  /// Not counted, as every command looks at it: a client is used by its fake only, which is then alive.
  unowned(unsafe) let fake: RedisFake
  var name = RedisBytes()
  /// 2 or 3.
  @exclusivity(unchecked) var protocolVersion = 2
  package var version: Int { self.protocolVersion }
  @exclusivity(unchecked) var database: Database
  /// Where the client connects from, for CLIENT LIST to show.
  package var address = "127.0.0.1:0"
  let since: Int64
  @exclusivity(unchecked) var lastUse: Int64
  @exclusivity(unchecked) var lastCommand = "NULL"
  @exclusivity(unchecked) var replies = Replies.on
  /// `PING` and the rest in RESP2 while this is true.
  var isSubscriber: Bool { !self.channels.isEmpty || !self.patterns.isEmpty }

  /// Commands queued since MULTI; nil outside a transaction.
  @exclusivity(unchecked) var queue: [(command: Command, arguments: [RedisBytes])]?
  /// Whether a command could not be queued: EXEC will abort.
  var isQueueSpoiled = false
  var watched: [(database: Database, key: RedisBytes, wasExpired: Bool)] = []
  /// Whether a watched key was changed: EXEC will do nothing.
  var isWatchSpoiled = false
  /// Whether EXEC is carrying out this client's queue: nothing may block.
  var isExecuting = false

  @exclusivity(unchecked) var channels = OrderedTable<Void>()
  @exclusivity(unchecked) var patterns = OrderedTable<Void>()

  /// What the client waits for; nil when it waits for nothing.
  @exclusivity(unchecked) var wait: Wait?
  /// How often it has waited.
  var waits = 0
  /// See `RedisCall.readyKey`.
  var readyKey: RedisBytes?
  @exclusivity(unchecked) var isClosed = false

  enum Replies { case on, off, skipNext, skip }

  /// Whether what it asks now gets no reply.
  var isSilent: Bool { self.replies == .off || self.replies == .skip }

  init(id: Int64, fake: RedisFake) {
    self.id = id
    self.fake = fake
    self.database = fake.databases[0]
    self.since = fake.now
    self.lastUse = fake.now
  }

  /// What a blocked client waits for.
  package struct Wait {
    package enum Cause: Sendable {
      /// A value of this kind under one of the keys.
      case keys(RedisValue.Kind)
      /// The time only; this is then the answer.
      case time(StaticString)
    }
    package let cause: Cause
    package let keys: [RedisBytes]
    package let database: Database
    /// The command, which is carried out again when a key is ready.
    let command: Command
    /// Its arguments, perhaps rewritten so that they mean the same later.
    let arguments: [RedisBytes]
    /// In milliseconds since 1970; nil waits for ever.
    package let deadline: Int64?
  }
}
