extension RedisCall {
  /// Lets the client wait until one of `keys` holds a `kind`, when the command is carried out again for that key with
  /// `readyKey` set. The handler writes nothing and returns; while it is tried again, this only says "not yet".
  ///
  /// Within EXEC nothing blocks: the client gets at once what it would get when its time is up.
  ///
  /// - Parameters:
  ///   - deadline: From `timeout(_:)`: milliseconds since 1970, nil for ever.
  ///   - repliesWithArray: Whether the reply within EXEC is the null array, not null.
  ///   - arguments: What to carry out later, when it is not what was sent (an XREAD's `$` made an ID).
  package func block(
    on keys: [RedisBytes], for kind: RedisValue.Kind, until deadline: Int64?, arguments: [RedisBytes]? = nil,
    repliesWithArray: Bool = true, into out: inout RESPWriter
  ) {
    if self.readyKey != nil { return }
    if self.client.isExecuting { return repliesWithArray ? out.nullArray() : out.null() }
    guard let command = CommandTable.shared.command(self.arguments[0]) else { return }
    self.fake.startWaiting(
      self.client,
      RedisClient.Wait(
        cause: .keys(kind), keys: keys, database: self.database, command: command,
        arguments: arguments ?? self.arguments, deadline: deadline))
  }

  /// Lets the client wait for a time only; `answer` is then its reply, as it goes over the wire.
  package func block(until deadline: Int64?, answer: StaticString) {
    guard let command = CommandTable.shared.command(self.arguments[0]) else { return }
    self.fake.startWaiting(
      self.client,
      RedisClient.Wait(
        cause: .time(answer), keys: [], database: self.database, command: command, arguments: self.arguments,
        deadline: deadline))
  }

  /// The argument as a timeout in seconds, which may have a fraction, made a moment; nil for 0, which is for ever.
  package func timeout(_ index: Int) throws(RedisError) -> Int64? {
    guard let seconds = WideFloat(self[index]) else { throw .timeoutNotFloat }
    // Redis converts what is too large for 64 bits to the least number.
    return try self.moment(after: seconds.milliseconds ?? .min)
  }

  /// nil for 0 and for a moment after the last that there is: those never come.
  private func moment(after milliseconds: Int64) throws(RedisError) -> Int64? {
    guard milliseconds >= 0 else { throw .timeoutNegative }
    let (moment, overflow) = milliseconds.addingReportingOverflow(self.now)
    return milliseconds == 0 || overflow ? nil : moment
  }

  /// The argument as a timeout in whole milliseconds, made a moment; nil for 0, which is for ever.
  package func timeoutMilliseconds(_ index: Int) throws(RedisError) -> Int64? {
    guard let milliseconds = self[index].int64 else {
      throw RedisError("ERR timeout is not an integer or out of range")
    }
    return try self.moment(after: milliseconds)
  }
}

extension RedisFake {
  func startWaiting(_ client: RedisClient, _ wait: RedisClient.Wait) {
    client.wait = wait
    client.waits += 1
    self.blocked[client.id] = client
    for key in wait.keys where wait.database.waiting[key]?.contains(where: { $0 === client }) != true {
      wait.database.waiting[key, default: []].append(client)
    }
  }

  func stopWaiting(_ client: RedisClient) {
    guard let wait = client.wait else { return }
    client.wait = nil
    self.blocked[client.id] = nil
    for key in wait.keys {
      wait.database.waiting[key]?.removeAll { $0 === client }
      if wait.database.waiting[key]?.isEmpty == true { wait.database.waiting[key] = nil }
    }
  }

  /// Notes that clients waiting for `key` may now be served, once the current command is done.
  func noteReady(_ database: Database, _ key: RedisBytes) {
    guard !self.ready.contains(where: { $0.database === database && $0.key == key }) else { return }
    self.ready.append((database, key))
  }

  /// Serves the clients that wait for a key which is ready, in the order in which they came. Serving one may make
  /// other keys ready, which are served after.
  func serveWaiting() {
    while !self.ready.isEmpty {
      let batch = self.ready
      self.ready = []
      for (database, key) in batch {
        for client in database.waiting[key] ?? [] { self.serve(client, database, key) }
      }
    }
  }

  private func serve(_ client: RedisClient, _ database: Database, _ key: RedisBytes) {
    guard let wait = client.wait, case .keys(let kind) = wait.cause else { return }
    var out = RESPWriter(version: client.version)
    guard let value = database.value(key), value.kind == kind else {
      // Who reads as a group cannot wait for a stream that is gone, and its groups with it.
      guard wait.command.name == "xreadgroup" else { return }
      out.error(RedisError("UNBLOCKED the stream key no longer exists"))
      return self.release(client, with: out)
    }
    client.readyKey = key
    do throws(RedisError) {
      try wait.command.handler(RedisCall(client: client, arguments: wait.arguments), &out)
    } catch {
      out.rewind(to: 0)
      out.error(error)
    }
    client.readyKey = nil
    guard !out.bytes.isEmpty else { return }
    self.release(client, with: out)
  }

  /// Ends a client's waiting with this reply.
  func release(_ client: RedisClient, with reply: RESPWriter) {
    self.stopWaiting(client)
    // Who wants no reply goes on without it.
    let isSilent = client.isSilent
    if client.replies == .skip { client.replies = .on }
    self.deliver(client, isSilent ? [] : reply.bytes)
  }

  /// Ends a client's waiting with what it gets when its time is up.
  func timeOut(_ client: RedisClient) {
    guard let wait = client.wait else { return }
    var out = RESPWriter(version: client.version)
    switch wait.cause {
    case .keys: out.nullArray()
    case .time(let answer): out.bytes += RedisBytes(answer).array
    }
    self.release(client, with: out)
  }

  /// Does what is due: blocked clients whose time is up get the null reply, keys whose time is up go.
  package func tick() {
    self.advance()
    for client in self.blocked.values.sorted(by: { $0.id < $1.id }) {
      if let deadline = client.wait?.deadline, deadline <= self.now { self.timeOut(client) }
    }
    for database in self.databases { database.removeDue() }
  }

  /// When `tick` next has something to do, in milliseconds since 1970; nil when nothing is due ever.
  package var nextDeadline: Int64? {
    var earliest = self.databases.compactMap(\.nextExpiry).min()
    for client in self.blocked.values {
      if let deadline = client.wait?.deadline, deadline < earliest ?? .max { earliest = deadline }
    }
    return earliest
  }
}
