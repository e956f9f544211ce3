extension StreamCommands {
  static let informationCommands: [Command] = [
    Command(
      container: "xinfo",
      [
        Command("xinfo|stream", -3, .readonly, .range(2, 2, 1), streamInformation),
        Command("xinfo|groups", 3, .readonly, .range(2, 2, 1), groupInformation),
        Command("xinfo|consumers", 4, .readonly, .range(2, 2, 1), consumerInformation),
        Command("xinfo|help", 2, [.loading, .stale], .none, informationHelp),
      ])
  ]

  private static func groupInformation(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    guard let stream = try call.stream(call[2]) else { throw .noSuchKey }
    out.array(stream.groups.count)
    for group in stream.groups {
      out.map(6)
      out.bulk("name")
      out.bulk(group.name)
      out.bulk("consumers")
      out.integer(group.consumers.count)
      out.bulk("pending")
      out.integer(group.pending.count)
      out.bulk("last-delivered-id")
      out.bulk(group.lastID.text)
      Self.writeProgress(stream, group, &out)
    }
  }

  private static func writeProgress(_ stream: StreamValue, _ group: StreamGroup, _ out: inout RESPWriter) {
    out.bulk("entries-read")
    if let read = group.entriesRead { out.integer(read) } else { out.null() }
    out.bulk("lag")
    if let lag = stream.lag(of: group) { out.integer(lag) } else { out.null() }
  }

  private static func consumerInformation(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    guard let stream = try call.stream(call[2]) else { throw .noSuchKey }
    guard let group = stream.group(call[3]) else { throw Self.noGroup(call[3], key: call[2]) }
    out.array(group.consumers.count)
    for consumer in group.consumers {
      out.map(3)
      out.bulk("name")
      out.bulk(consumer.name)
      out.bulk("pending")
      out.integer(consumer.pending.count)
      out.bulk("idle")
      out.integer(max(0, call.now - consumer.seen))
    }
  }

  private static func streamInformation(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    guard let stream = try call.stream(call[2]) else { throw .noSuchKey }
    let isFull = call.count > 3
    var count = 10
    if isFull {
      guard call[3].equals("full"), call.count == 4 || (call.count == 6 && call[4].equals("count")) else {
        throw RedisError(
          "ERR unknown subcommand or wrong number of arguments for '\(call[1], most: 128)'. Try XINFO HELP.")
      }
      if call.count == 6 {
        let wanted = try call.int(5)
        count = wanted < 0 ? 10 : wanted == 0 ? .max : wanted
      }
    }
    out.map(isFull ? 9 : 10)
    out.bulk("length")
    out.integer(stream.count)
    out.bulk("radix-tree-keys")
    out.integer(stream.nodes.count)
    out.bulk("radix-tree-nodes")
    out.integer(stream.nodes.count + 1)
    out.bulk("last-generated-id")
    out.bulk(stream.lastID.text)
    out.bulk("max-deleted-entry-id")
    out.bulk(stream.maximumDeletedID.text)
    out.bulk("entries-added")
    out.integer(stream.entriesAdded)
    out.bulk("recorded-first-entry-id")
    out.bulk(stream.firstID.text)
    if isFull { Self.writeFull(stream, count, &out) } else { Self.writeEnds(stream, &out) }
  }

  private static func writeEnds(_ stream: StreamValue, _ out: inout RESPWriter) {
    out.bulk("groups")
    out.integer(stream.groups.count)
    out.bulk("first-entry")
    Self.writeEntry(stream, at: 0, &out)
    out.bulk("last-entry")
    Self.writeEntry(stream, at: stream.count - 1, &out)
  }

  private static func writeEntry(_ stream: StreamValue, at place: Int, _ out: inout RESPWriter) {
    guard stream.count > 0 else { return out.null() }
    let (id, fields) = stream.entries[place]
    Self.write(id, fields, &out)
  }

  private static func writeFull(_ stream: StreamValue, _ count: Int, _ out: inout RESPWriter) {
    out.bulk("entries")
    let shown = min(count, stream.count)
    out.array(shown)
    for place in 0..<shown {
      let (id, fields) = stream.entries[place]
      Self.write(id, fields, &out)
    }
    out.bulk("groups")
    out.array(stream.groups.count)
    for group in stream.groups {
      out.map(7)
      out.bulk("name")
      out.bulk(group.name)
      out.bulk("last-delivered-id")
      out.bulk(group.lastID.text)
      Self.writeProgress(stream, group, &out)
      out.bulk("pel-count")
      out.integer(group.pending.count)
      Self.writePending(group.pending, count, hasConsumer: true, &out)
      out.bulk("consumers")
      out.array(group.consumers.count)
      for consumer in group.consumers {
        out.map(4)
        out.bulk("name")
        out.bulk(consumer.name)
        out.bulk("seen-time")
        out.integer(consumer.seen)
        out.bulk("pel-count")
        out.integer(consumer.pending.count)
        Self.writePending(consumer.pending, count, hasConsumer: false, &out)
      }
    }
  }

  private static func writePending(
    _ table: StreamTable<StreamPending>, _ count: Int, hasConsumer: Bool, _ out: inout RESPWriter
  ) {
    out.bulk("pending")
    let shown = min(count, table.count)
    out.array(shown)
    for place in 0..<shown {
      let (id, pending) = table[place]
      out.array(hasConsumer ? 4 : 3)
      out.bulk(id.text)
      if hasConsumer { out.bulk(pending.consumer.name) }
      out.integer(pending.delivered)
      out.integer(pending.deliveries)
    }
  }
}
