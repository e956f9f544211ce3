/// CLIENT.
extension ConnectionCommands {
  static func clientID(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) { out.integer(call.client.id) }

  static func clientGetName(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    if call.client.name.isEmpty { out.null() } else { out.bulk(call.client.name) }
  }

  static func clientSetName(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    call.client.name = try self.clientName(call[2])
    out.ok()
  }

  static func clientNoEvict(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    guard call[2].equals("on") || call[2].equals("off") else { throw .syntax }
    out.ok()
  }

  static func clientReply(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    if call[2].equals("on") {
      call.client.replies = .on
      out.ok()
    } else if call[2].equals("off") {
      call.client.replies = .off
    } else if call[2].equals("skip") {
      if call.client.replies != .off { call.client.replies = .skipNext }
    } else {
      throw .syntax
    }
  }

  static func clientUnblock(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    guard call.count <= 4 else { throw .arity("client|unblock") }
    let isError = call.count == 4 && call[3].equals("error")
    guard call.count == 3 || isError || call[3].equals("timeout") else {
      throw RedisError("ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR")
    }
    let id = try call.integer(2)
    guard let client = call.fake.blocked[id], case .keys = client.wait?.cause else { return out.integer(0) }
    if isError {
      var reply = RESPWriter(version: client.version)
      reply.error(RedisError("UNBLOCKED client unblocked via CLIENT UNBLOCK"))
      call.fake.release(client, with: reply)
    } else {
      call.fake.timeOut(client)
    }
    out.integer(1)
  }

  static func clientInfo(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    out.verbatim("txt", RedisBytes(call.client.line(now: call.now) + "\n"))
  }

  static func clientList(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    var clients = call.fake.clients.values.sorted { $0.id < $1.id }
    if call.count > 3, call[2].equals("id") {
      var wanted: Set<Int64> = []
      for index in 3..<call.count {
        wanted.insert(try call.integer(index, or: RedisError("ERR Invalid client ID")))
      }
      clients = clients.filter { wanted.contains($0.id) }
    } else if call.count == 4, call[2].equals("type") {
      let type = call[3].lowercased.string
      guard ["normal", "master", "replica", "slave", "pubsub"].contains(type) else {
        throw RedisError("ERR Unknown client type '\(call[3])'")
      }
      clients = clients.filter { ($0.isSubscriber ? "pubsub" : "normal") == type }
    } else if call.count > 2 {
      throw .syntax
    }
    out.verbatim("txt", RedisBytes(clients.map { $0.line(now: call.now) + "\n" }.joined()))
  }
}

extension RedisClient {
  /// The client as CLIENT LIST shows it, with the sizes of buffers that a quiet client of Redis has.
  fileprivate func line(now: Int64) -> String {
    var flags = ""
    if self.isSubscriber { flags += "P" }
    if self.queue != nil { flags += "x" }
    if self.wait != nil { flags += "b" }
    if flags.isEmpty { flags = "N" }
    let fields: [(String, String)] = [
      ("id", "\(self.id)"), ("addr", self.address), ("laddr", "127.0.0.1:6379"), ("fd", "\(7 + self.id)"),
      ("name", self.name.string), ("age", "\((now - self.since) / 1000)"), ("idle", "\((now - self.lastUse) / 1000)"),
      ("flags", flags), ("db", "\(self.database.index)"), ("sub", "\(self.channels.count)"),
      ("psub", "\(self.patterns.count)"), ("ssub", "0"), ("multi", "\(self.queue?.count ?? -1)"), ("qbuf", "26"),
      ("qbuf-free", "20448"), ("argv-mem", "10"), ("multi-mem", "0"), ("rbs", "1024"), ("rbp", "0"), ("obl", "0"),
      ("oll", "0"), ("omem", "0"), ("tot-mem", "22298"), ("events", "r"), ("cmd", self.lastCommand),
      ("user", "default"), ("redir", "-1"), ("resp", "\(self.version)"),
    ]
    return fields.map { "\($0.0)=\($0.1)" }.joined(separator: " ")
  }
}
