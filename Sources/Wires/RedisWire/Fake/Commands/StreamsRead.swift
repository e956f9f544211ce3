extension StreamCommands {
  static let readCommands: [Command] = [
    Command("xread", -4, [.readonly, .blocking, .movableKeys], .streams) { (call, out) throws(RedisError) in
      try Self.read(call, &out, isGroup: false)
    },
    Command("xreadgroup", -7, [.write, .blocking, .movableKeys], .streams) { (call, out) throws(RedisError) in
      try Self.read(call, &out, isGroup: true)
    },
  ]

  /// The arguments of XREAD and XREADGROUP before the IDs.
  private struct ReadQuery {
    var count: Int64 = 0
    /// Set when BLOCK is given: nil inside waits for ever.
    var deadline: Int64??
    var group: (name: RedisBytes, consumer: RedisBytes)?
    var isAcknowledged = false
    var keys = 0..<0

    init(_ call: RedisCall, isGroup: Bool) throws(RedisError) {
      var index = 1
      while index < call.count {
        let left = call.count - index - 1
        let word = call[index]
        if left > 0, word.equals("block") {
          index += 1
          self.deadline = .some(try call.timeoutMilliseconds(index))
        } else if left > 0, word.equals("count") {
          index += 1
          self.count = max(0, try call.integer(index))
        } else if left > 0, word.equals("streams") {
          guard left.isMultiple(of: 2) else {
            throw RedisError(
              "ERR Unbalanced XREAD list of streams: for each stream key an ID or '$' must be specified.")
          }
          self.keys = (index + 1)..<(index + 1 + left / 2)
          break
        } else if left >= 2, word.equals("group") {
          guard isGroup else {
            throw RedisError("ERR The GROUP option is only supported by XREADGROUP. You called XREAD instead.")
          }
          self.group = (call[index + 1], call[index + 2])
          index += 2
        } else if word.equals("noack") {
          guard isGroup else {
            throw RedisError("ERR The NOACK option is only supported by XREADGROUP. You called XREAD instead.")
          }
          self.isAcknowledged = true
        } else {
          throw .syntax
        }
        index += 1
      }
      if self.keys.isEmpty { throw .syntax }
      if isGroup, self.group == nil { throw RedisError("ERR Missing GROUP option for XREADGROUP") }
    }
  }

  /// One stream that is read: what is after `id`, or what the group has not read yet.
  private struct Target {
    var key: RedisBytes
    var stream: StreamValue?
    var group: StreamGroup?
    /// Nil for `>`.
    var id: StreamID?

    var isReady: Bool {
      guard let stream = self.stream else { return false }
      if self.group != nil, self.id != nil { return true }
      guard stream.count > 0, let after = self.id ?? self.group?.lastID else { return false }
      return stream.entries.id(at: stream.count - 1) > after
    }
  }

  private static func read(_ call: RedisCall, _ out: inout RESPWriter, isGroup: Bool) throws(RedisError) {
    let query = try ReadQuery(call, isGroup: isGroup)
    var targets: [Target] = []
    for index in query.keys {
      if let ready = call.readyKey, ready != call[index] { continue }
      targets.append(try Self.target(call, index, id: index + query.keys.count, query))
      // Of a key named twice, a waiting client waits for the first.
      if call.readyKey != nil { break }
    }
    // What is delivered for one key can leave nothing for the same key named again.
    var body = RESPWriter(version: out.version)
    var count = 0
    for target in targets where target.isReady {
      if out.version == 2 { body.array(2) }
      body.bulk(target.key)
      Self.deliver(call, target, query, &body)
      count += 1
    }
    guard count > 0 else { return Self.wait(call, query, targets, &out) }
    if out.version == 3 { out.map(count) } else { out.array(count) }
    out.bytes += body.bytes
  }

  private static func target(
    _ call: RedisCall, _ index: Int, id idIndex: Int, _ query: ReadQuery
  ) throws(RedisError) -> Target {
    var target = Target(key: call[index], stream: try call.stream(call[index]))
    if let (name, _) = query.group {
      target.group = target.stream?.group(name)
      guard target.group != nil else {
        if call.readyKey != nil {
          throw RedisError("NOGROUP the consumer group this client was blocked on no longer exists")
        }
        throw RedisError(
          "NOGROUP No such key '\(call[index])' or consumer group '\(name)' in XREADGROUP with GROUP "
            + "option")
      }
    }
    if call[idIndex] == "$" {
      guard query.group == nil else {
        throw RedisError(
          "ERR The $ ID is meaningless in the context of XREADGROUP: you want to read the history of this consumer by "
            + "specifying a proper ID, or use the > ID to get new messages. The $ ID would just return an empty "
            + "result set.")
      }
      target.id = target.stream?.lastID ?? .zero
    } else if call[idIndex] == ">" {
      guard query.group != nil else {
        throw RedisError(
          "ERR The > ID can be specified only when calling XREADGROUP using the GROUP <group> <consumer> option.")
      }
    } else {
      target.id = try Self.id(call, idIndex)
    }
    return target
  }

  private static func wait(_ call: RedisCall, _ query: ReadQuery, _ targets: [Target], _ out: inout RESPWriter) {
    guard let deadline = query.deadline else {
      if call.readyKey == nil { out.nullArray() }
      return
    }
    // A `$` means the end of the stream as it is now, not as it will be then.
    var arguments = call.arguments
    if call.readyKey == nil {
      for (target, index) in zip(targets, query.keys) {
        if let id = target.id { arguments[index + query.keys.count] = id.text }
      }
    }
    call.block(
      on: Array(call.arguments[query.keys]), for: .stream, until: deadline, arguments: arguments, into: &out)
  }

  private static func deliver(_ call: RedisCall, _ target: Target, _ query: ReadQuery, _ out: inout RESPWriter) {
    guard let stream = target.stream else { return out.array(0) }
    let limit = query.count == 0 ? Int.max : Int(clamping: query.count)
    guard let group = target.group, let (_, name) = query.group else {
      return Self.write(stream, after: target.id ?? .zero, limit, &out) { _ in }
    }
    let consumer = group.consumer(name) ?? group.addConsumer(name, seen: call.now)
    consumer.seen = call.now
    if let id = target.id { return Self.writeHistory(call, stream, consumer, after: id, limit, &out) }
    Self.write(stream, after: group.lastID, limit, &out) { id in
      if group.entriesRead != nil, !stream.hasGap(after: id) {
        group.entriesRead = group.entriesRead.map { $0 + 1 }
      } else if stream.entriesAdded > 0 {
        group.entriesRead = stream.entriesAdded(upTo: id)
      }
      group.lastID = id
      if !query.isAcknowledged { Self.makePending(id, group, consumer, now: call.now) }
    }
  }

  private static func makePending(_ id: StreamID, _ group: StreamGroup, _ consumer: StreamConsumer, now: Int64) {
    if let pending = group.pending[id] {
      pending.consumer.pending.remove(id)
      pending.consumer = consumer
      pending.delivered = now
      pending.deliveries = 1
      consumer.pending.set(id, pending)
    } else {
      let pending = StreamPending(consumer: consumer, delivered: now, deliveries: 1)
      group.pending.set(id, pending)
      consumer.pending.set(id, pending)
    }
  }

  private static func write(
    _ stream: StreamValue, after id: StreamID, _ limit: Int, _ out: inout RESPWriter, _ body: (StreamID) -> Void
  ) {
    let start = stream.entries.place(after: id)
    let count = min(limit, stream.count - start)
    out.array(count)
    for place in start..<(start + count) {
      let (id, fields) = stream.entries[place]
      Self.write(id, fields, &out)
      body(id)
    }
  }

  /// What the consumer was given before and has not acknowledged; entries that are gone are named with no fields.
  private static func writeHistory(
    _ call: RedisCall, _ stream: StreamValue, _ consumer: StreamConsumer, after id: StreamID, _ limit: Int,
    _ out: inout RESPWriter
  ) {
    let start = consumer.pending.place(after: id)
    let count = min(limit, consumer.pending.count - start)
    out.array(count)
    for place in start..<(start + count) {
      let (id, pending) = consumer.pending[place]
      if let fields = stream.entries[id] {
        Self.write(id, fields, &out)
        pending.delivered = call.now
        pending.deliveries += 1
      } else {
        out.array(2)
        out.bulk(id.text)
        out.nullArray()
      }
    }
  }
}
