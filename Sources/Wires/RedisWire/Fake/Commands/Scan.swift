/// SCAN, HSCAN and SSCAN. A cursor is the sequence number of the entry to go on with, so that what is there during the
/// whole scan is returned exactly once, whatever else changes.
enum ScanCommands {
  static let badCursor = RedisError("ERR invalid cursor")

  /// The words after the cursor.
  package struct ScanArguments {
    package private(set) var pattern: RedisBytes?
    package private(set) var count = 10
    package private(set) var type: RedisBytes?

    /// - Parameter start: The index of the first word after the cursor.
    package init(_ call: RedisCall, from start: Int, allowsType: Bool = false) throws(RedisError) {
      var index = start
      while index < call.count {
        guard index + 1 < call.count else { throw .syntax }
        if call[index].equals("count") {
          self.count = try call.int(index + 1)
          guard self.count >= 1 else { throw .syntax }
        } else if call[index].equals("match") {
          self.pattern = call[index + 1]
        } else if allowsType, call[index].equals("type") {
          self.type = call[index + 1]
        } else {
          throw .syntax
        }
        index += 2
      }
    }

    package func matches(_ bytes: RedisBytes) -> Bool {
      guard let pattern = self.pattern else { return true }
      return globMatches(pattern, bytes)
    }
  }

  /// The argument as a cursor.
  package static func cursor(_ call: RedisCall, _ index: Int) throws(RedisError) -> UInt64 {
    // Redis reads it with strtoul, which takes a sign, and nothing for 0.
    let text = call[index].string
    if text.isEmpty { return 0 }
    guard let cursor = UInt64(text) ?? (Int64(text).map { UInt64(bitPattern: $0) }) else { throw self.badCursor }
    return cursor
  }

  /// The head of a scan's reply: the next cursor and `count` elements, which follow.
  package static func writeHead(_ next: UInt64, _ count: Int, _ out: inout RESPWriter) {
    out.array(2)
    out.bulk(RedisBytes(String(next)))
    out.array(count)
  }

  static func scan(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    let cursor = try self.cursor(call, 1)
    let arguments = try ScanArguments(call, from: 2, allowsType: true)
    let type = arguments.type?.lowercased.string
    call.database.removeDue()
    let entries = call.database.entries
    let (places, next) = entries.scan(from: cursor, limit: arguments.count)
    let keys = places.filter { entries.isEntry($0) && entries[place: $0].expiry > call.now }.filter { place in
      (type == nil || entries[place: place].value.typeName.description == type)
        && arguments.matches(entries.key(at: place))
    }
    self.writeHead(next, keys.count, &out)
    for place in keys { out.bulk(entries.key(at: place)) }
  }

  static func hscan(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    let cursor = try self.cursor(call, 2)
    guard let hash = try call.hash(call[1]) else { return self.writeHead(0, 0, &out) }
    let arguments = try ScanArguments(call, from: 3)
    let fields = hash.fields
    let (places, next) = hash.isSmall ? (0..<fields.end, 0) : fields.scan(from: cursor, limit: arguments.count)
    let chosen = places.filter { fields.isEntry($0) && arguments.matches(fields.key(at: $0)) }
    self.writeHead(next, chosen.count * 2, &out)
    for place in chosen {
      out.bulk(fields.key(at: place))
      out.bulk(fields[place: place])
    }
  }

  static func sscan(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    let cursor = try self.cursor(call, 2)
    guard let set = try call.set(call[1]) else { return self.writeHead(0, 0, &out) }
    let arguments = try ScanArguments(call, from: 3)
    guard let table = set.table else {
      let members = set.members.filter { arguments.matches($0) }
      self.writeHead(0, members.count, &out)
      for member in members { out.bulk(member) }
      return
    }
    let (places, next) = table.scan(from: cursor, limit: arguments.count)
    let chosen = places.filter { table.isEntry($0) && arguments.matches(table.key(at: $0)) }
    self.writeHead(next, chosen.count, &out)
    for place in chosen { out.bulk(table.key(at: place)) }
  }
}
