/// What is wrong with bytes that should be RESP.
struct ReplyError: Error, CustomStringConvertible {
  var description: String
}

/// Reads whole replies from bytes that arrive in any pieces: used for the real server's bytes and for what the fake
/// wrote.
struct ReplyParser {
  private var bytes: [UInt8] = []
  private var start = 0

  /// Bytes that no whole reply has used up.
  var unread: Int { self.bytes.count - self.start }

  mutating func append(_ more: some Sequence<UInt8>) {
    if self.start == self.bytes.count {
      self.bytes.removeAll(keepingCapacity: true)
      self.start = 0
    }
    self.bytes.append(contentsOf: more)
  }

  /// The next whole reply; nil when more bytes are needed, and then nothing is used up.
  mutating func next() throws(ReplyError) -> Reply? {
    var cursor = self.start
    guard let reply = try self.reply(&cursor) else { return nil }
    self.start = cursor
    return reply
  }

  private func reply(_ cursor: inout Int) throws(ReplyError) -> Reply? {
    guard cursor < self.bytes.count else { return nil }
    let type = self.bytes[cursor]
    guard let end = self.lineEnd(from: cursor) else { return nil }
    let line = Array(self.bytes[(cursor + 1)..<end])
    cursor = end + 2
    switch type {
    case UInt8(ascii: "+"): return .simple(line)
    case UInt8(ascii: "-"): return .error(line)
    case UInt8(ascii: ":"): return .integer(try self.integer(line))
    case UInt8(ascii: ","): return .double(line)
    case UInt8(ascii: "("): return .bigNumber(line)
    case UInt8(ascii: "_"): return .null
    case UInt8(ascii: "#"): return .boolean(line == [UInt8(ascii: "t")])
    case UInt8(ascii: "$"):
      let count = Int(try self.integer(line))
      return count < 0 ? .nullBulk : try self.blob(count, &cursor).map(Reply.bulk)
    case UInt8(ascii: "="): return try self.blob(Int(try self.integer(line)), &cursor).map(Reply.verbatim)
    case UInt8(ascii: "*"):
      let count = Int(try self.integer(line))
      return count < 0 ? .nullArray : try self.elements(count, &cursor).map(Reply.array)
    case UInt8(ascii: "%"): return try self.elements(2 * Int(try self.integer(line)), &cursor).map(Reply.map)
    case UInt8(ascii: "~"): return try self.elements(Int(try self.integer(line)), &cursor).map(Reply.set)
    case UInt8(ascii: ">"): return try self.elements(Int(try self.integer(line)), &cursor).map(Reply.push)
    default:
      throw ReplyError(
        description: "not a RESP type: \(Reply.printable(Array(self.bytes[(end - line.count - 1)...].prefix(80))))")
    }
  }

  private func elements(_ count: Int, _ cursor: inout Int) throws(ReplyError) -> [Reply]? {
    var elements: [Reply] = []
    for _ in 0..<count {
      guard let element = try self.reply(&cursor) else { return nil }
      elements.append(element)
    }
    return elements
  }

  private func blob(_ count: Int, _ cursor: inout Int) throws(ReplyError) -> [UInt8]? {
    guard self.bytes.count >= cursor + count + 2 else { return nil }
    defer { cursor += count + 2 }
    guard self.bytes[cursor + count] == 0x0d, self.bytes[cursor + count + 1] == 0x0a else {
      throw ReplyError(description: "a blob of \(count) bytes does not end with CRLF")
    }
    return Array(self.bytes[cursor..<(cursor + count)])
  }

  private func lineEnd(from start: Int) -> Int? {
    var index = start + 1
    while index + 1 < self.bytes.count {
      if self.bytes[index] == 0x0d, self.bytes[index + 1] == 0x0a { return index }
      index += 1
    }
    return nil
  }

  private func integer(_ line: [UInt8]) throws(ReplyError) -> Int64 {
    guard let value = Int64(String(decoding: line, as: UTF8.self)) else {
      throw ReplyError(description: "not an integer: \(Reply.printable(line))")
    }
    return value
  }
}
