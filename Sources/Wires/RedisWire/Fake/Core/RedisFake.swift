/// A Redis 7.0 in memory, without sockets: arguments in, reply bytes out.
///
/// Not thread-safe: whoever uses it guards it.
package final class RedisFake {
  /// What is to be done after a command.
  package enum RedisOutcome: Sendable, Equatable {
    /// The reply is in the writer; go on.
    case replied
    /// The client waits: it is to send nothing more into `execute` until `deliver` brings its reply, which `tick` sees
    /// to at `until` (milliseconds since 1970; nil waits for ever).
    case blocked(until: Int64?, wait: Int)
    /// The reply is in the writer; then the connection closes.
    case close
  }

  static let version = "7.0.15"
  static let databaseCount = 16

  // What every command touches is not checked for overlapping accesses: nothing here spans a call of the fake itself.
  private let clock: @Sendable () -> Int64
  /// The moment of the current command, in milliseconds since 1970: it stands still while a command runs.
  @exclusivity(unchecked) var now: Int64
  let started: Int64
  var random: SplitMix
  var limits = EncodingLimits()
  var settings = ServerSettings()
  @exclusivity(unchecked) var statistics = Statistics()
  /// How many changes there were since the start.
  var changes: Int64 = 0

  @exclusivity(unchecked) private(set) var databases: [Database] = []
  /// The open connections by id.
  private(set) var clients: [Int64: RedisClient] = [:]
  private var nextClient: Int64 = 1
  /// The clients of each channel and pattern, in the order of subscription.
  var channels: [RedisBytes: [RedisClient]] = [:]
  var patterns: [(pattern: RedisBytes, clients: [RedisClient])] = []
  /// Blocked clients, by id.
  var blocked: [Int64: RedisClient] = [:]
  /// Keys that came to hold something while clients wait for them.
  @exclusivity(unchecked) var ready: [(database: Database, key: RedisBytes)] = []

  /// Whether what is carried out leaves no trace.
  @exclusivity(unchecked) var isRehearsing = false

  /// Called with bytes for a client other than the one whose command runs: published messages, and the replies of
  /// clients that were blocked, which may go on from then on. It must not call the fake: it runs within a command.
  package var deliver: (RedisClient, [UInt8]) -> Void = { _, _ in }
  /// How often each command was asked for that is not served, by its name as sent.
  package private(set) var unsupported: [String: Int] = [:]

  /// - Parameters:
  ///   - seed: Every random choice is made from it.
  ///   - clock: The time in milliseconds since 1970: the only one looked at.
  package init(seed: UInt64, clock: @Sendable @escaping () -> Int64) {
    self.random = SplitMix(seed: seed)
    self.clock = clock
    self.now = clock()
    self.started = self.now
    self.databases = (0..<RedisFake.databaseCount).map { Database(index: $0, fake: self) }
  }

  /// A new connection.
  package func open() -> RedisClient {
    self.advance()
    let client = RedisClient(id: self.nextClient, fake: self)
    self.nextClient += 1
    self.clients[client.id] = client
    self.statistics.connections += 1
    return client
  }

  /// Forgets a connection: what it waits for, watches and is subscribed to.
  package func close(_ client: RedisClient) {
    guard !client.isClosed else { return }
    client.isClosed = true
    self.stopWaiting(client)
    self.unwatch(client)
    self.unsubscribeAll(client)
    self.clients[client.id] = nil
  }

  /// Looks at the clock.
  func advance() { self.now = self.clock() }

  /// Keeps count of a command that is not served. Of many different names only the first are told apart.
  func countUnsupported(_ words: RedisBytes...) {
    let name = words.map { $0.withBytes { String(decoding: $0.prefix(128), as: UTF8.self) } }.joined(separator: " ")
    let isKept = self.unsupported[name] != nil || self.unsupported.count < 100
    self.unsupported[isKept ? name : "others", default: 0] += 1
  }

  func exchange(_ first: Int, _ second: Int) {
    swap(&self.databases[first].entries, &self.databases[second].entries)
    swap(&self.databases[first].volatileCount, &self.databases[second].volatileCount)
    swap(&self.databases[first].expiries, &self.databases[second].expiries)
  }
}

package typealias RedisOutcome = RedisFake.RedisOutcome

/// What INFO counts.
struct Statistics {
  var connections = 0
  var commands = 0
  var expired = 0
  var hits = 0
  var misses = 0
}
