/// Publishing and subscribing.
enum PubSubCommands {
  private static let subscribing: CommandFlags = [.pubsub, .noscript, .loading, .stale, .inSubscriberMode]

  static let commands: [Command] = [
    Command("psubscribe", -2, subscribing, .none, psubscribe),
    Command("publish", 3, [.pubsub, .loading, .stale, .fast], .none, publish),
    Command(
      container: "pubsub",
      [
        Command("pubsub|channels", -2, [.pubsub, .loading, .stale], .none, channels),
        Command("pubsub|numpat", 2, [.pubsub, .loading, .stale], .none, numPat),
        Command("pubsub|numsub", -2, [.pubsub, .loading, .stale], .none, numSub),
      ]),
    Command("punsubscribe", -1, subscribing, .none, punsubscribe),
    Command("subscribe", -2, subscribing, .none, subscribe),
    Command("unsubscribe", -1, subscribing, .none, unsubscribe),
  ]

  static func subscribe(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    for channel in call.arguments.dropFirst() {
      if call.client.channels.set(channel, ()) { call.fake.channels[channel, default: []].append(call.client) }
      self.confirm("subscribe", channel, call, &out)
    }
  }

  static func psubscribe(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    for pattern in call.arguments.dropFirst() {
      if call.client.patterns.set(pattern, ()) { call.fake.addPattern(pattern, call.client) }
      self.confirm("psubscribe", pattern, call, &out)
    }
  }

  static func unsubscribe(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    let named = Array(call.arguments.dropFirst())
    let channels = named.isEmpty ? call.client.channels.allKeys : named
    for channel in channels {
      call.fake.removeChannel(channel, call.client)
      self.confirm("unsubscribe", channel, call, &out)
    }
    if channels.isEmpty { self.confirm("unsubscribe", nil, call, &out) }
  }

  static func punsubscribe(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    let named = Array(call.arguments.dropFirst())
    let patterns = named.isEmpty ? call.client.patterns.allKeys : named
    for pattern in patterns {
      call.fake.removePattern(pattern, call.client)
      self.confirm("punsubscribe", pattern, call, &out)
    }
    if patterns.isEmpty { self.confirm("punsubscribe", nil, call, &out) }
  }

  private static func confirm(_ word: RedisBytes, _ name: RedisBytes?, _ call: RedisCall, _ out: inout RESPWriter) {
    out.push(3)
    out.bulk(word)
    if let name { out.bulk(name) } else { out.null() }
    out.integer(call.client.channels.count + call.client.patterns.count)
    out.keep()
  }

  static func publish(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    var receivers = 0
    for client in call.fake.channels[call[1]] ?? [] {
      call.send(["message", call[1], call[2]], to: client, &out)
      receivers += 1
    }
    for (pattern, clients) in call.fake.patterns where globMatches(pattern, call[1]) {
      for client in clients {
        call.send(["pmessage", pattern, call[1], call[2]], to: client, &out)
        receivers += 1
      }
    }
    out.integer(receivers)
  }

  // MARK: PUBSUB

  static func channels(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    guard call.count <= 3 else {
      throw RedisError("ERR unknown subcommand or wrong number of arguments for '\(call[1])'. Try PUBSUB HELP.")
    }
    let names = call.fake.channels.keys.sorted().filter { call.count == 2 || globMatches(call[2], $0) }
    out.array(names.count)
    for name in names { out.bulk(name) }
  }

  static func numSub(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    out.array((call.count - 2) * 2)
    for channel in call.arguments.dropFirst(2) {
      out.bulk(channel)
      out.integer(call.fake.channels[channel]?.count ?? 0)
    }
  }

  static func numPat(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    out.integer(call.fake.patterns.count)
  }
}

extension RedisCall {
  /// Pushes to a client: into this call's own reply when it is the caller's.
  fileprivate func send(_ message: [RedisBytes], to receiver: RedisClient, _ out: inout RESPWriter) {
    func write(_ writer: inout RESPWriter) {
      writer.push(message.count)
      for part in message { writer.bulk(part) }
    }
    guard receiver !== self.client else {
      write(&out)
      return out.keep()
    }
    var pushed = RESPWriter(version: receiver.version)
    write(&pushed)
    self.fake.deliver(receiver, pushed.bytes)
  }
}

extension RedisFake {
  func addPattern(_ pattern: RedisBytes, _ client: RedisClient) {
    if let index = self.patterns.firstIndex(where: { $0.pattern == pattern }) {
      self.patterns[index].clients.append(client)
    } else {
      self.patterns.append((pattern, [client]))
    }
  }

  func removeChannel(_ channel: RedisBytes, _ client: RedisClient) {
    guard client.channels.remove(channel) != nil else { return }
    self.channels[channel]?.removeAll { $0 === client }
    if self.channels[channel]?.isEmpty == true { self.channels[channel] = nil }
  }

  func removePattern(_ pattern: RedisBytes, _ client: RedisClient) {
    guard client.patterns.remove(pattern) != nil,
      let index = self.patterns.firstIndex(where: { $0.pattern == pattern })
    else { return }
    self.patterns[index].clients.removeAll { $0 === client }
    if self.patterns[index].clients.isEmpty { self.patterns.remove(at: index) }
  }

  func unsubscribeAll(_ client: RedisClient) {
    for channel in client.channels.allKeys { self.removeChannel(channel, client) }
    for pattern in client.patterns.allKeys { self.removePattern(pattern, client) }
  }
}

extension OrderedTable {
  /// The keys, oldest first.
  package var allKeys: [RedisBytes] {
    (0..<self.end).filter { self.isEntry($0) }.map { self.key(at: $0) }
  }
}
