import Testing

@testable import RedisWire

@Suite("The reply parser")
struct ReplyParserTests {
  private static let table: [(String, Reply)] = [
    ("+OK\r\n", .simple(Array("OK".utf8))), ("-ERR no\r\n", .error(Array("ERR no".utf8))), (":-7\r\n", .integer(-7)),
    ("$3\r\na\r\n\r\n", .bulk(Array("a\r\n".utf8))), ("$0\r\n\r\n", .bulk([])), ("$-1\r\n", .nullBulk),
    ("*-1\r\n", .nullArray), ("_\r\n", .null), ("*0\r\n", .array([])), ("#t\r\n", .boolean(true)),
    (",1.5\r\n", .double(Array("1.5".utf8))), ("(123\r\n", .bigNumber(Array("123".utf8))),
    ("=6\r\ntxt:hi\r\n", .verbatim(Array("txt:hi".utf8))),
    ("*2\r\n:1\r\n*1\r\n$-1\r\n", .array([.integer(1), .array([.nullBulk])])),
    ("%1\r\n+a\r\n:1\r\n", .map([.simple([97]), .integer(1)])), ("~1\r\n:1\r\n", .set([.integer(1)])),
    (">2\r\n+a\r\n+b\r\n", .push([.simple([97]), .simple([98])])),
  ]

  @Test("every type is read, whole and byte by byte", arguments: Self.table.indices)
  func types(index: Int) throws {
    let (text, reply) = Self.table[index]
    var whole = ReplyParser()
    whole.append(text.utf8)
    #expect(try whole.next() == reply)
    #expect(whole.unread == 0)
    var parser = ReplyParser()
    for byte in text.utf8.dropLast() {
      parser.append([byte])
      #expect(try parser.next() == nil)
    }
    parser.append(text.utf8.suffix(1))
    #expect(try parser.next() == reply)
  }

  @Test("what is no RESP is refused", arguments: ["?\r\n", ":x\r\n", "$1\r\nabc\r\n", "*a\r\n"])
  func garbage(text: String) {
    var parser = ReplyParser()
    parser.append(text.utf8)
    #expect(throws: ReplyError.self) { try parser.next() }
  }
}
