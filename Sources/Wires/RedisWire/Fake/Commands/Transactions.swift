/// MULTI, EXEC and WATCH.
enum TransactionCommands {
  static let commands: [Command] = [
    Command("discard", 1, [.noscript, .loading, .stale, .fast, .allowBusy, .immediate], .none, discard),
    Command("exec", 1, [.noscript, .loading, .stale, .immediate], .none, exec),
    Command("multi", 1, [.noscript, .loading, .stale, .fast, .allowBusy, .immediate], .none, multi),
    Command("unwatch", 1, [.noscript, .loading, .stale, .fast, .allowBusy], .none, unwatch),
    Command("watch", -2, [.noscript, .loading, .stale, .fast, .allowBusy, .immediate], .all, watch),
  ]

  static func multi(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    guard call.client.queue == nil else { throw RedisError("ERR MULTI calls can not be nested") }
    call.client.queue = []
    call.client.isQueueSpoiled = false
    out.ok()
  }

  static func discard(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    guard call.client.queue != nil else { throw RedisError("ERR DISCARD without MULTI") }
    call.fake.endTransaction(call.client)
    out.ok()
  }

  static func exec(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    let client = call.client
    guard let queue = client.queue else { throw RedisError("ERR EXEC without MULTI") }
    let isQueueSpoiled = client.isQueueSpoiled
    let isWatchSpoiled = client.isWatchSpoiled || client.hasExpiredWatch
    call.fake.endTransaction(client)
    guard !isQueueSpoiled else {
      throw RedisError("EXECABORT Transaction discarded because of previous errors.")
    }
    guard !isWatchSpoiled else { return out.nullArray() }
    client.isExecuting = true
    if !client.isSilent { out.array(queue.count) }
    for (command, arguments) in queue {
      let start = out.bytes.count
      let call = RedisCall(client: client, arguments: arguments)
      do throws(RedisError) {
        try command.handler(call, &out)
      } catch {
        out.rewind(to: start)
        out.error(error)
      }
      if client.isSilent { out.silence(from: start) }
    }
    client.isExecuting = false
    out.keep()
  }

  static func watch(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    guard call.client.queue == nil else { throw RedisError("ERR WATCH inside MULTI is not allowed") }
    for key in call.arguments.dropFirst() { call.fake.watch(key, call.client) }
    out.ok()
  }

  static func unwatch(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    call.fake.unwatch(call.client)
    out.ok()
  }
}

extension RedisFake {
  func watch(_ key: RedisBytes, _ client: RedisClient) {
    let database = client.database
    guard !client.isWatchSpoiled,
      !client.watched.contains(where: { $0.database === database && $0.key == key })
    else { return }
    let wasExpired = database.entries.find(key).map { database.entries[place: $0].expiry <= self.now } ?? false
    client.watched.append((database, key, wasExpired))
    database.watchers[key, default: []].append(client)
  }

  /// Forgets what `client` watches.
  func unwatch(_ client: RedisClient) {
    for (database, key, _) in client.watched {
      database.watchers[key]?.removeAll { $0 === client }
      if database.watchers[key]?.isEmpty == true { database.watchers[key] = nil }
    }
    client.watched = []
    client.isWatchSpoiled = false
  }

  func endTransaction(_ client: RedisClient) {
    client.queue = nil
    client.isQueueSpoiled = false
    self.unwatch(client)
  }

  /// Exchanges what two databases hold: their clients, watches and waits stay.
  func exchangeDatabases(_ first: Int, _ second: Int) {
    let databases = [self.databases[first], self.databases[second]]
    for database in databases { database.spoilAllWatches() }
    self.exchange(first, second)
    for database in databases {
      database.spoilAllWatches()
      for key in database.waiting.keys.sorted() {
        if let value = database.value(key) { database.announce(key, value.kind) }
      }
    }
  }
}

extension RedisClient {
  /// Whether the time of a watched key came up since.
  fileprivate var hasExpiredWatch: Bool {
    self.watched.contains { database, key, wasExpired in
      !wasExpired && database.entries.find(key).map { database.entries[place: $0].expiry <= database.fake.now } ?? false
    }
  }
}
