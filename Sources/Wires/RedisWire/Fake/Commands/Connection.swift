/// The connection itself.
enum ConnectionCommands {
  private static let client: CommandFlags = [.noscript, .loading, .stale]

  static let commands: [Command] = [
    Command("auth", -2, [.noscript, .loading, .stale, .fast, .noAuth, .allowBusy], .none, auth),
    Command(
      container: "client",
      [
        Command("client|getname", 2, client, .none, clientGetName),
        Command("client|id", 2, client, .none, clientID),
        Command("client|info", 2, client, .none, clientInfo),
        Command("client|list", -2, client.union(.admin), .none, clientList),
        Command("client|no-evict", 3, client.union(.admin), .none, clientNoEvict),
        Command("client|reply", 3, client, .none, clientReply),
        Command("client|setname", 3, client, .none, clientSetName),
        Command("client|unblock", -3, client.union(.admin), .none, clientUnblock),
      ]),
    Command("echo", 2, [.loading, .stale, .fast], .none, echo),
    Command("hello", -1, [.noscript, .loading, .stale, .fast, .noAuth, .allowBusy], .none, hello),
    Command("ping", -1, [.fast, .inSubscriberMode], .none, ping),
    Command(
      "quit", -1, [.noscript, .loading, .stale, .fast, .noAuth, .allowBusy, .immediate, .inSubscriberMode], .none, quit),
    Command(
      "reset", 1, [.noscript, .loading, .stale, .fast, .noAuth, .allowBusy, .immediate, .inSubscriberMode], .none,
      reset),
    Command("select", 2, [.loading, .stale, .fast], .none, select),
  ]

  static func ping(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    guard call.count <= 2 else { throw .arity("ping") }
    if call.client.version == 2, call.client.isSubscriber {
      out.array(2)
      out.bulk("pong")
      out.bulk(call.count == 2 ? call[1] : "")
    } else if call.count == 2 {
      out.bulk(call[1])
    } else {
      out.simple("PONG")
    }
  }

  static func echo(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) { out.bulk(call[1]) }

  static func select(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    call.client.database = try call.database(1)
    out.ok()
  }

  static func quit(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    out.ok()
    call.fake.close(call.client)
  }

  static func reset(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    let client = call.client
    call.fake.endTransaction(client)
    call.fake.unsubscribeAll(client)
    client.database = call.fake.databases[0]
    client.protocolVersion = 2
    client.name = RedisBytes()
    client.replies = .on
    out.version = 2
    out.simple("RESET")
  }

  static func auth(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    guard call.count <= 3 else { throw .syntax }
    guard call.count == 3 else {
      throw RedisError(
        "ERR AUTH <password> called without any password configured for the default user. "
          + "Are you sure your configuration is correct?")
    }
    try self.authenticate(call[1])
    out.ok()
  }

  /// The one user there is takes any password.
  private static func authenticate(_ user: RedisBytes) throws(RedisError) {
    guard user == "default" else {
      throw RedisError("WRONGPASS invalid username-password pair or user is disabled.")
    }
  }

  static func hello(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    var version: Int?
    if call.count > 1 {
      guard let number = call[1].int64 else {
        throw RedisError("ERR Protocol version is not an integer or out of range")
      }
      guard number == 2 || number == 3 else { throw RedisError("NOPROTO unsupported protocol version") }
      version = Int(number)
    }
    var user: RedisBytes?
    var name: RedisBytes?
    var index = 2
    while index < call.count {
      if call[index].equals("auth"), index + 2 < call.count {
        user = call[index + 1]
        index += 3
      } else if call[index].equals("setname"), index + 1 < call.count {
        name = try self.clientName(call[index + 1])
        index += 2
      } else {
        throw RedisError("ERR Syntax error in HELLO option '\(call[index])'")
      }
    }
    if let user { try self.authenticate(user) }
    if let name { call.client.name = name }
    if let version { call.client.protocolVersion = version }
    out.version = call.client.version
    out.map(7)
    out.bulk("server")
    out.bulk("redis")
    out.bulk("version")
    out.bulk(RedisBytes(RedisFake.version))
    out.bulk("proto")
    out.integer(call.client.version)
    out.bulk("id")
    out.integer(call.client.id)
    out.bulk("mode")
    out.bulk("standalone")
    out.bulk("role")
    out.bulk("master")
    out.bulk("modules")
    out.array(0)
  }

  static func clientName(_ name: RedisBytes) throws(RedisError) -> RedisBytes {
    let isClean = name.withBytes { $0.allSatisfy { $0 >= 33 && $0 <= 126 } }
    guard isClean else {
      throw RedisError("ERR Client names cannot contain spaces, newlines or special characters.")
    }
    return name
  }
}
