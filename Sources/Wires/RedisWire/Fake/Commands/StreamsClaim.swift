extension StreamCommands {
  static let claimCommands: [Command] = [
    Command("xpending", -3, .readonly, .one, xpending),
    Command("xclaim", -6, [.write, .fast], .one, xclaim),
    Command("xautoclaim", -6, [.write, .fast], .one, xautoclaim),
  ]

  private static func pendingGroup(_ call: RedisCall) throws(RedisError) -> (StreamValue, StreamGroup) {
    guard let stream = try call.stream(call[1]), let group = stream.group(call[2]) else {
      throw Self.noKeyOrGroup(call[2], key: call[1])
    }
    return (stream, group)
  }

  private static func xpending(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    if call.count == 3 {
      let (_, group) = try Self.pendingGroup(call)
      return Self.writeSummary(group, &out)
    }
    guard (6...9).contains(call.count) else { throw .syntax }
    var first = 3
    var idle: Int64 = 0
    if call[3].equals("idle") {
      idle = try call.integer(4)
      guard call.count >= 8 else { throw .syntax }
      first = 5
    }
    var left = max(0, try call.integer(first + 2))
    let range = try StreamRange(call, start: first, end: first + 1)
    let (_, group) = try Self.pendingGroup(call)
    var table = group.pending
    if first + 3 < call.count {
      guard let consumer = group.consumer(call[first + 3]) else { return out.array(0) }
      table = consumer.pending
    }
    var places: [Int] = []
    for place in range.places(in: table) {
      if left == 0 { break }
      if idle != 0, call.now - table[place].value.delivered < idle { continue }
      places.append(place)
      left -= 1
    }
    out.array(places.count)
    for place in places {
      let (id, pending) = table[place]
      out.array(4)
      out.bulk(id.text)
      out.bulk(pending.consumer.name)
      out.integer(max(0, call.now - pending.delivered))
      out.integer(pending.deliveries)
    }
  }

  private static func writeSummary(_ group: StreamGroup, _ out: inout RESPWriter) {
    out.array(4)
    out.integer(group.pending.count)
    guard !group.pending.isEmpty else {
      out.null()
      out.null()
      return out.nullArray()
    }
    out.bulk(group.pending.id(at: 0).text)
    out.bulk(group.pending.id(at: group.pending.count - 1).text)
    let consumers = group.consumers.filter { !$0.pending.isEmpty }
    out.array(consumers.count)
    for consumer in consumers {
      out.array(2)
      out.bulk(consumer.name)
      out.bulk(Int64(consumer.pending.count))
    }
  }

  /// The options of XCLAIM, after its IDs.
  private struct ClaimOptions {
    var delivered: Int64
    var deliveries: Int64 = -1
    var isForced = false
    var isIDOnly = false
    var lastID = StreamID.zero

    init(_ call: RedisCall, from start: Int) throws(RedisError) {
      self.delivered = call.now
      var index = start
      while index < call.count {
        let left = call.count - 1 - index
        let word = call[index]
        if word.equals("force") {
          self.isForced = true
        } else if word.equals("justid") {
          self.isIDOnly = true
        } else if left > 0, word.equals("idle") {
          index += 1
          self.delivered = call.now &- (try Self.number(call, index, "IDLE"))
        } else if left > 0, word.equals("time") {
          index += 1
          self.delivered = try Self.number(call, index, "TIME")
        } else if left > 0, word.equals("retrycount") {
          index += 1
          self.deliveries = try Self.number(call, index, "RETRYCOUNT")
        } else if left > 0, word.equals("lastid") {
          index += 1
          self.lastID = try StreamCommands.id(call, index)
        } else {
          throw RedisError("ERR Unrecognized XCLAIM option '\(word)'")
        }
        index += 1
      }
      if self.delivered < 0 || self.delivered > call.now { self.delivered = call.now }
    }

    private static func number(_ call: RedisCall, _ index: Int, _ option: String) throws(RedisError) -> Int64 {
      try call.integer(index, or: RedisError("ERR Invalid \(option) option argument for XCLAIM"))
    }
  }

  private static func idleTime(_ call: RedisCall, _ name: String) throws(RedisError) -> Int64 {
    max(0, try call.integer(4, or: RedisError("ERR Invalid min-idle-time argument for \(name)")))
  }

  private static func xclaim(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    let (stream, group) = try Self.pendingGroup(call)
    let idle = try Self.idleTime(call, "XCLAIM")
    var ids: [StreamID] = []
    while ids.count + 5 < call.count, let id = StreamID(call[ids.count + 5], missing: 0) { ids.append(id) }
    let options = try ClaimOptions(call, from: 5 + ids.count)
    group.lastID = max(group.lastID, options.lastID)
    var claimed: [StreamID] = []
    for id in ids {
      let pending = group.pending[id]
      guard stream.entries.find(id) != nil else {
        if let pending { Self.forget(id, pending, group) }
        continue
      }
      guard pending != nil || options.isForced else { continue }
      if let pending, idle > 0, call.now - pending.delivered < idle { continue }
      let consumer = group.consumer(call[3]) ?? group.addConsumer(call[3], seen: call.now)
      consumer.seen = call.now
      let entry = pending ?? StreamPending(consumer: consumer, delivered: call.now, deliveries: 1)
      if pending == nil { group.pending.set(id, entry) }
      Self.move(id, entry, to: consumer)
      entry.delivered = options.delivered
      if options.deliveries >= 0 {
        entry.deliveries = options.deliveries
      } else if !options.isIDOnly {
        entry.deliveries += 1
      }
      claimed.append(id)
    }
    Self.write(claimed, stream, isIDOnly: options.isIDOnly, &out)
  }

  private static func write(_ ids: [StreamID], _ stream: StreamValue, isIDOnly: Bool, _ out: inout RESPWriter) {
    out.array(ids.count)
    for id in ids {
      if isIDOnly { out.bulk(id.text) } else { Self.write(id, stream.entries[id] ?? [], &out) }
    }
  }

  private static func forget(_ id: StreamID, _ pending: StreamPending, _ group: StreamGroup) {
    group.pending.remove(id)
    pending.consumer.pending.remove(id)
  }

  private static func move(_ id: StreamID, _ pending: StreamPending, to consumer: StreamConsumer) {
    if pending.consumer !== consumer { pending.consumer.pending.remove(id) }
    pending.consumer = consumer
    consumer.pending.set(id, pending)
  }

  private static func xautoclaim(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    let idle = try Self.idleTime(call, "XAUTOCLAIM")
    let start = try StreamRange.start(call, 5)
    var left = 100
    var isIDOnly = false
    var index = 6
    while index < call.count {
      if index + 1 < call.count, call[index].equals("count") {
        guard let count = call[index + 1].int64, count > 0, count <= Int64.max / 16 else {
          throw RedisError("ERR COUNT must be > 0")
        }
        left = Int(count)
        index += 1
      } else if call[index].equals("justid") {
        isIDOnly = true
      } else {
        throw .syntax
      }
      index += 1
    }
    let (stream, group) = try Self.pendingGroup(call)
    var attempts = left > Int.max / 10 ? Int.max : left * 10
    var place = group.pending.place(of: start)
    var claimed: [StreamID] = []
    var gone: [StreamID] = []
    while attempts > 0, left > 0, place < group.pending.count {
      attempts -= 1
      let (id, pending) = group.pending[place]
      guard stream.entries.find(id) != nil else {
        Self.forget(id, pending, group)
        gone.append(id)
        left -= 1
        continue
      }
      place += 1
      if idle > 0, call.now - pending.delivered < idle { continue }
      let consumer = group.consumer(call[3]) ?? group.addConsumer(call[3], seen: call.now)
      consumer.seen = call.now
      Self.move(id, pending, to: consumer)
      pending.delivered = call.now
      if !isIDOnly { pending.deliveries += 1 }
      claimed.append(id)
      left -= 1
    }
    out.array(3)
    out.bulk((place < group.pending.count ? group.pending.id(at: place) : .zero).text)
    Self.write(claimed, stream, isIDOnly: isIDOnly, &out)
    out.array(gone.count)
    for id in gone { out.bulk(id.text) }
  }
}
