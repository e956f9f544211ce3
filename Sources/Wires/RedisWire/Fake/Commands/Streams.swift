/// Streams: entries added, read and removed.
enum StreamCommands {
  static let commands: [Command] =
    Self.entryCommands + Self.readCommands + Self.groupCommands + Self.claimCommands + Self.informationCommands

  static let invalidID = RedisError("ERR Invalid stream ID specified as stream command argument")

  private static let entryCommands: [Command] = [
    Command("xadd", -5, [.write, .denyoom, .fast], .one, xadd),
    Command("xlen", 2, [.readonly, .fast], .one) { (call, out) throws(RedisError) in
      out.integer(try call.stream(call[1])?.count ?? 0)
    },
    Command("xrange", -4, .readonly, .one) { (call, out) throws(RedisError) in
      try Self.range(call, &out, isReversed: false)
    },
    Command("xrevrange", -4, .readonly, .one) { (call, out) throws(RedisError) in
      try Self.range(call, &out, isReversed: true)
    },
    Command("xdel", -3, [.write, .fast], .one, xdel),
    Command("xtrim", -4, .write, .one, xtrim),
    Command("xsetid", -3, [.write, .denyoom, .fast], .one, xsetid),
  ]

  /// The argument as an ID in full; `missing` is the sequence number when only milliseconds are given.
  static func id(_ call: RedisCall, _ index: Int, missing: UInt64 = 0) throws(RedisError) -> StreamID {
    guard let id = StreamID(call[index], missing: missing) else { throw self.invalidID }
    return id
  }

  static func xadd(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    let options = try StreamTrim(call, isAdding: true)
    let first = options.end + 1
    guard call.count - first >= 2, (call.count - first).isMultiple(of: 2) else { throw .arity("xadd") }
    if options.id == .given(.zero) { throw RedisError("ERR The ID specified in XADD must be greater than 0-0") }
    let existing = try call.stream(call[1])
    if existing == nil, options.isKeyRequired { return out.null() }
    let stream = existing ?? StreamValue()
    guard stream.lastID != .last else {
      throw RedisError("ERR The stream has exhausted the last possible ID, unable to add more items")
    }
    guard let id = Self.nextID(after: stream.lastID, options.id, now: call.now) else {
      // What Redis says when no sequence number is left in the millisecond.
      throw RedisError("ERR Elements are too large to be stored")
    }
    guard id > stream.lastID else {
      throw RedisError("ERR The ID specified in XADD is equal or smaller than the target stream top item")
    }
    stream.append(id, call.arguments[first...], limits: call.limits)
    out.bulk(id.text)
    options.trim(stream)
    if existing == nil {
      call.store(call[1], .stream(stream))
    } else {
      call.changed(call[1])
      call.database.announce(call[1], .stream)
    }
  }

  private static func nextID(after last: StreamID, _ wish: StreamTrim.Wish, now: Int64) -> StreamID? {
    switch wish {
    case .given(let id): return id
    case .milliseconds(let milliseconds):
      guard last.milliseconds == milliseconds else { return StreamID(milliseconds, 0) }
      return last.sequence < .max ? StreamID(milliseconds, last.sequence + 1) : nil
    case .automatic:
      let now = UInt64(clamping: now)
      return now > last.milliseconds ? StreamID(now, 0) : last.next
    }
  }

  /// One entry: its ID, and its names and values in turn.
  static func write(_ id: StreamID, _ fields: [RedisBytes], _ out: inout RESPWriter) {
    out.array(2)
    out.bulk(id.text)
    out.array(fields.count)
    for field in fields { out.bulk(field) }
  }

  private static func range(_ call: RedisCall, _ out: inout RESPWriter, isReversed: Bool) throws(RedisError) {
    let range = try StreamRange(call, start: isReversed ? 3 : 2, end: isReversed ? 2 : 3)
    var count: Int64?
    var index = 4
    while index < call.count {
      guard call[index].equals("count"), index + 1 < call.count else { throw .syntax }
      count = max(0, try call.integer(index + 1))
      index += 2
    }
    guard let stream = try call.stream(call[1]) else { return out.array(0) }
    if count == 0 { return out.nullArray() }
    let places = range.places(in: stream.entries)
    let taken = min(places.count, count.map { Int(clamping: $0) } ?? .max)
    out.array(taken)
    for step in 0..<taken {
      let (id, fields) = stream.entries[isReversed ? places.upperBound - 1 - step : places.lowerBound + step]
      Self.write(id, fields, &out)
    }
  }

  static func xdel(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    guard let stream = try call.stream(call[1]) else { return out.integer(0) }
    var ids: [StreamID] = []
    for index in 2..<call.count { ids.append(try Self.id(call, index)) }
    var removed = 0
    for id in ids where stream.remove(id) {
      stream.maximumDeletedID = max(stream.maximumDeletedID, id)
      removed += 1
    }
    if removed > 0 { call.changed(call[1]) }
    out.integer(removed)
  }

  static func xtrim(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    let options = try StreamTrim(call, isAdding: false)
    guard let stream = try call.stream(call[1]) else { return out.integer(0) }
    let removed = options.trim(stream)
    if removed > 0 { call.changed(call[1]) }
    out.integer(removed)
  }

  static func xsetid(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    let id = try Self.id(call, 2)
    var entriesAdded: Int64?
    var maximumDeletedID = StreamID.zero
    var index = 3
    while index < call.count {
      guard index + 1 < call.count else { throw .syntax }
      if call[index].equals("entriesadded") {
        entriesAdded = try call.integer(index + 1)
        if let count = entriesAdded, count < 0 { throw RedisError("ERR entries_added must be positive") }
      } else if call[index].equals("maxdeletedid") {
        maximumDeletedID = try Self.id(call, index + 1)
        guard id >= maximumDeletedID else {
          throw RedisError("ERR The ID specified in XSETID is smaller than the provided max_deleted_entry_id")
        }
      } else {
        throw .syntax
      }
      index += 2
    }
    guard let stream = try call.stream(call[1]) else { throw .noSuchKey }
    if stream.count > 0 {
      guard id >= stream.entries.id(at: stream.count - 1) else {
        throw RedisError("ERR The ID specified in XSETID is smaller than the target stream top item")
      }
      if let count = entriesAdded, count < stream.count {
        throw RedisError("ERR The entries_added specified in XSETID is smaller than the target stream length")
      }
    }
    stream.lastID = id
    if let entriesAdded { stream.entriesAdded = entriesAdded }
    if maximumDeletedID != .zero { stream.maximumDeletedID = maximumDeletedID }
    out.ok()
  }
}

/// The IDs from one to another, as XRANGE names them: `-`, `+`, `5`, `5-1`, `(5-1`.
struct StreamRange {
  let start: StreamID
  let end: StreamID

  /// - Parameters: The indexes of the arguments.
  init(_ call: RedisCall, start: Int, end: Int) throws(RedisError) {
    self.start = try Self.start(call, start)
    let (end, isOut) = try Self.bound(call, end, missing: .max)
    guard let last = isOut ? end.previous : end else { throw RedisError("ERR invalid end ID for the interval") }
    self.end = last
  }

  static func start(_ call: RedisCall, _ index: Int) throws(RedisError) -> StreamID {
    let (start, isOut) = try Self.bound(call, index, missing: 0)
    guard let first = isOut ? start.next : start else { throw RedisError("ERR invalid start ID for the interval") }
    return first
  }

  private static func bound(
    _ call: RedisCall, _ index: Int, missing: UInt64
  ) throws(RedisError) -> (StreamID, isOut: Bool) {
    let text = call[index]
    if text == "-" { return (.zero, false) }
    if text == "+" { return (.last, false) }
    let rest = text.withBytes { bytes -> RedisBytes? in
      guard bytes.count > 1, bytes[0] == UInt8(ascii: "(") else { return nil }
      return RedisBytes(UnsafeRawBufferPointer(rebasing: bytes[1...]))
    }
    guard let id = StreamID(rest ?? text, missing: missing) else { throw StreamCommands.invalidID }
    return (id, rest != nil)
  }

  func places<Value>(in table: StreamTable<Value>) -> Range<Int> {
    let low = table.place(of: self.start)
    return low..<max(low, table.place(after: self.end))
  }
}
