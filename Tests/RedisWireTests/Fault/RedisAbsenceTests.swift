import Foundation
import MockrecCore
import NIOCore
import Testing

@testable import RedisWire

@Suite("Redis: what is answered in the place of an answer")
struct RedisAbsenceTests {
  static let reads = [
    "GET k", "MGET k l", "STRLEN k", "GETRANGE k 0 -1", "SUBSTR k 0 -1", "EXISTS k l", "TYPE k", "TTL k", "PTTL k",
    "EXPIRETIME k", "PEXPIRETIME k", "BITCOUNT k", "BITPOS k 1", "BITPOS k 0", "GETBIT k 7", "BITFIELD_RO k GET u8 0",
    "HGET k f", "HMGET k f g", "HGETALL k", "HKEYS k", "HVALS k", "HLEN k", "HEXISTS k f", "HSTRLEN k f",
    "HRANDFIELD k", "HRANDFIELD k 2", "HSCAN k 0", "LLEN k", "LRANGE k 0 -1", "LINDEX k 0", "LPOS k x",
    "LPOS k x COUNT 2", "SCARD k", "SMEMBERS k", "SISMEMBER k x", "SMISMEMBER k x y", "SRANDMEMBER k",
    "SRANDMEMBER k 2", "SINTER k l", "SUNION k l", "SDIFF k l", "SINTERCARD 2 k l", "SSCAN k 0", "ZCARD k",
    "ZSCORE k x", "ZMSCORE k x y", "ZRANGE k 0 -1", "ZRANGE k 0 -1 WITHSCORES", "ZREVRANGE k 0 -1", "ZRANK k x",
    "ZCOUNT k 0 1", "ZLEXCOUNT k - +", "ZRANDMEMBER k", "ZRANDMEMBER k 2", "ZUNION 2 k l", "ZSCAN k 0", "PFCOUNT k",
    "XLEN k", "XRANGE k - +", "XREVRANGE k + -", "XREAD STREAMS k 0", "XINFO STREAM k", "XPENDING k g", "SORT_RO k",
    "SORT k", "LCS k l", "OBJECT ENCODING k", "TOUCH k", "DUMP k", "MEMORY USAGE k", "GEOPOS k a b", "GEOHASH k a b",
    "GEODIST k a b", "GEOSEARCH k FROMLONLAT 1 1 BYRADIUS 1 km", "GETEX k",
  ]

  /// As it stands on the wire, and as a tree: a map's members and a set's come in no order.
  private func reply(_ bytes: [UInt8]) throws -> Reply? {
    var parser = ReplyParser()
    parser.append(bytes)
    return try parser.next()
  }

  private func bytes(_ text: String) -> [[UInt8]] { text.split(separator: " ").map { Array($0.utf8) } }

  @Test("a missing key is what redis-server says of one, in both versions of the protocol", arguments: [2, 3])
  func absence(version: Int) throws {
    let real = try RealRedis()
    let connection = try real.connect()
    _ = try connection.call("HELLO", "\(version)")
    var context = RedisContext()
    context.version = version
    for text in Self.reads {
      let request = redisRequest(text, context)
      #expect(RedisWire().subject(of: request).changes == false, "\(text)")
      let message = RedisWire().absence(of: request)
      #expect(try self.reply(message.body.bytes ?? []) == connection.call(self.bytes(text)), "\(text)")
    }
    context.queued = ["GET k", "SMEMBERS k", "MGET k l"]
    for text in ["MULTI", "GET k", "SMEMBERS k", "MGET k l"] { _ = try connection.call(self.bytes(text)) }
    let message = RedisWire().absence(of: redisRequest("EXEC", context))
    #expect(try self.reply(message.body.bytes ?? []) == connection.call("EXEC"))
  }

  static let writes = [
    "SET k v", "SET k v EX 10", "SETEX k 10 v", "PSETEX k 10 v", "MSET k v l w", "HMSET h f v", "PFMERGE p q",
    "LTRIM l2 0 1", "FLUSHDB", "FLUSHALL", "SWAPDB 0 1",
  ]

  @Test("a write that is acknowledged without being made is acknowledged as redis-server does")
  func acknowledgement() throws {
    let real = try RealRedis()
    let connection = try real.connect()
    for text in Self.writes {
      let request = redisRequest(text)
      #expect(RedisWire().subject(of: request).changes == true, "\(text)")
      let message = try #require(RedisWire().acknowledgement(of: request), "\(text)")
      #expect(try self.reply(message.body.bytes ?? []) == connection.call(self.bytes(text)), "\(text)")
    }
    for text in ["SET k v NX", "SET k v GET", "INCR n", "DEL k", "SADD s a"] {
      #expect(RedisWire().acknowledgement(of: redisRequest(text)) == nil, "\(text): depends on what is there")
    }
  }

  @Test(
    "only the contents of bulk strings are corrupted, where there are any",
    arguments: [
      ("$5\r\nhello\r\n", [4..<9]), ("*2\r\n$1\r\na\r\n$2\r\nbc\r\n", [8..<9, 15..<17]), (":12\r\n", [0..<5]),
      ("+OK\r\n", [0..<5]), ("$0\r\n\r\n", [0..<6]), ("%1\r\n$1\r\na\r\n:1\r\n", [8..<9]),
    ] as [(String, [Range<Int>])])
  func payload(reply: String, ranges: [Range<Int>]) {
    #expect(Array(reply.utf8).withUnsafeBytes { RedisWire().payload(of: $0, headLength: 0) } == ranges)
  }
}
