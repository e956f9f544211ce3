import MockrecCore
import MockrecWire
import NIOCore
import Testing

@testable import RedisWire

/// A model under silent faults, command by command.
private final class Played {
  let fake: RedisFake
  var history: RedisHistory
  var clients: [Int: RedisClient] = [:]
  var contexts: [Int: RedisContext] = [:]
  var told: [String] = []
  var now: Int64 = 1000
  /// Whether the last fault had nothing to act on.
  var wasIdle = false

  init(lookback: Int = 1) {
    self.fake = RedisFake(seed: 1) { 1000 }
    self.history = RedisHistory(lookback: lookback)
    self.fake.deliver = { [unowned self] _, bytes in self.told.append(String(decoding: bytes, as: UTF8.self)) }
  }

  func ask(_ text: String, _ silent: SilentFault? = nil, as number: Int = 0) -> String {
    let client = self.clients[number] ?? self.fake.open()
    self.clients[number] = client
    var context = self.contexts[number] ?? RedisContext()
    var request = redisRequest(text, context)
    if request.command?.name == "EXEC" {
      context.isInTransaction = false
      request = redisRequest(text, context)
      context.queued = []
    } else if request.command?.name == "MULTI" {
      context.isInTransaction = true
    } else if context.isInTransaction {
      context.queued.append(text)
    }
    self.contexts[number] = context
    var out = RESPWriter()
    let arguments = text.split(separator: " ").map { RedisBytes(String($0)) }
    let command = CommandTable.shared.command(arguments[0])
    guard let tampering = RedisTampering(request, silent: silent, isRemembered: true) else { return "" }
    _ = self.fake.execute(arguments, as: command, for: client, into: &out, tampering, &self.history)
    self.wasIdle = tampering.isIdle
    return String(decoding: out.bytes, as: UTF8.self).replacing("\r\n", with: " ").trimmingCharacters(in: " ")
  }

  /// Everything that any client could see of the state.
  var state: [String] {
    ["KEYS *", "GET k", "TTL k", "LRANGE l 0 -1", "SMEMBERS s", "HGETALL h", "GET n", "DBSIZE", "SCAN 0"]
      .map { self.ask($0) }
  }
}

extension String {
  fileprivate func trimmingCharacters(in character: Character) -> String {
    String(self.drop { $0 == character }.reversed().drop { $0 == character }.reversed())
  }
}

@Suite("Redis in memory: silent faults")
struct RedisSilentFaultTests {
  private func filled(lookback: Int = 1) -> Played {
    let played = Played(lookback: lookback)
    for text in ["SET k v EX 100", "RPUSH l a b", "SADD s x y z", "HSET h f g", "SET n 5"] { _ = played.ask(text) }
    return played
  }

  @Test(
    "a dropped write is acknowledged as it would have been, and changes nothing",
    arguments: [
      ("SET k other", "+OK"), ("DEL k l none", ":2"), ("INCR n", ":6"), ("LPUSH l c", ":3"), ("SPOP s", nil),
      ("RENAME k n", "+OK"), ("FLUSHALL", "+OK"), ("EXPIRE k 0", ":1"), ("LPUSH k x", nil), ("SWAPDB 0 1", "+OK"),
      ("LMOVE l l2 LEFT RIGHT", "$1 a"), ("SUNIONSTORE d s s", ":3"), ("MOVE k 1", ":1"),
      ("SORT l ALPHA STORE d", ":2"),
    ] as [(String, String?)])
  func drop(command: String, reply: String?) {
    let played = self.filled()
    let before = played.state
    let answered = played.ask(command, .dropWrite)
    if let reply { #expect(answered == reply) }
    #expect(played.state == before)
    #expect(answered == self.filled().ask(command), "as the real write is acknowledged")
  }

  @Test("a dropped write wakes nobody who waits, and spoils no transaction")
  func unnoticed() {
    let played = Played()
    #expect(played.ask("BLPOP q 0", as: 1) == "")
    #expect(played.ask("RPUSH q a", .dropWrite) == ":1")
    #expect(played.told == [])
    #expect(played.ask("WATCH k", as: 2) == "+OK")
    #expect(played.ask("SET k v", .dropWrite) == "+OK")
    #expect(played.ask("MULTI", as: 2) == "+OK")
    #expect(played.ask("SET k mine", as: 2) == "+QUEUED")
    #expect(played.ask("EXEC", as: 2) == "*1 +OK")
    #expect(played.ask("RPUSH q b") == ":1")
    #expect(played.told == ["*2\r\n$1\r\nq\r\n$1\r\nb\r\n"])
  }

  @Test("a dropped EXEC drops all that it would have done, and the transaction is over")
  func transaction() {
    let played = self.filled()
    for text in ["MULTI", "SET k w", "INCR n"] { _ = played.ask(text) }
    #expect(played.ask("EXEC", .dropWrite) == "*2 +OK :6")
    #expect(played.ask("GET k") == "$1 v")
    #expect(played.ask("GET n") == "$1 5")
    #expect(played.ask("EXEC") == "-ERR EXEC without MULTI")
  }

  @Test("a stale read sees what was there before the last write, and the next one does not")
  func stale() {
    let played = Played()
    #expect(played.ask("GET k", .staleRead) == "$-1")
    _ = played.ask("SET k 1")
    #expect(played.ask("GET k", .staleRead) == "$-1")
    _ = played.ask("SET k 2")
    #expect(played.ask("GET k", .staleRead) == "$1 1")
    #expect(played.ask("GET k") == "$1 2")
    // A write that changed nothing is none.
    #expect(played.ask("SETNX k 3") == ":0")
    #expect(played.ask("STRLEN k", .staleRead) == ":1")
    #expect(played.ask("GET k", .staleRead) == "$1 1")
    _ = played.ask("DEL k")
    #expect(played.ask("GET k", .staleRead) == "$1 2")
    #expect(played.ask("EXISTS k") == ":0")
    _ = played.ask("RPUSH l a")
    _ = played.ask("RPUSH l b")
    #expect(played.ask("LRANGE l 0 -1", .staleRead) == "*1 $1 a")
    #expect(played.ask("LRANGE l 0 -1") == "*2 $1 a $1 b")
    _ = played.ask("FLUSHALL")
    #expect(played.ask("LLEN l", .staleRead) == ":2")
  }

  @Test("a stale read sees what was answered so many answers ago, the first one at most")
  func staleAnswers() {
    let played = Played(lookback: 3)
    #expect(played.ask("GET k", .staleAnswer(2)) == "$-1")
    var seen: [String] = []
    for value in 1...6 {
      _ = played.ask("SET k \(value)")
      seen.append(played.ask("GET k", .staleAnswer(3)))
    }
    // Answers were none, 1, 2, 3, 4, 5, 6: what a stale one would have been without its fault counts.
    #expect(seen == ["$-1", "$-1", "$-1", "$1 1", "$1 2", "$1 3"])
    for _ in 0..<5 { _ = played.ask("GET k") }
    #expect(played.ask("GET k", .staleAnswer(3)) == "$1 6")
  }

  @Test("what is kept of a key does not grow with the writes to it")
  func bounded() {
    var history = RedisHistory(lookback: 4)
    let key = RedisHistory.Key(database: 0, key: "k")
    for number in 0..<10_000 {
      history.changed(key, before: nil)
      if number.isMultiple(of: 7) { history.answered(key) }
      #expect(history.kept(key) <= 5)
    }
    for number in 0..<10_000 { history.answered(.init(database: 0, key: RedisBytes("\(number)"))) }
    #expect(history.keys.count == 4096)
  }

  @Test("what is applied twice is, and the client hears the second answer")
  func twice() {
    let played = self.filled()
    #expect(played.ask("INCR n", .applyTwice) == ":7")
    #expect(played.ask("SET fresh 1 NX", .applyTwice) == "$-1")
    #expect(played.ask("RPUSH l c", .applyTwice) == ":4")
    #expect(played.ask("LRANGE l 0 -1") == "*4 $1 a $1 b $1 c $1 c")
    for text in ["MULTI", "INCR n", "INCR n"] { _ = played.ask(text) }
    #expect(played.ask("EXEC", .applyTwice) == "*2 :10 :11")
  }

  @Test("what is evicted is gone, for this read and for those that follow; who watches it is told")
  func evict() {
    let played = self.filled()
    _ = played.ask("WATCH k", as: 1)
    #expect(played.ask("GET k", .evict) == "$-1")
    #expect(played.ask("GET k") == "$-1")
    #expect(played.ask("GET k", .staleRead) == "$1 v")
    #expect(played.ask("MGET n k none", .evict) == "*3 $-1 $-1 $-1")
    for text in ["MULTI", "GET n"] { _ = played.ask(text, as: 1) }
    #expect(played.ask("EXEC", as: 1) == "*-1")
  }

  @Test("what has nothing to act on is told: nothing earlier, nothing there, too many keys, all forgotten")
  func idle() {
    let played = self.filled()
    func isIdle(_ text: String, _ silent: SilentFault) -> Bool {
      _ = played.ask(text, silent)
      return played.wasIdle
    }
    #expect(isIdle("GET none", .staleRead) && isIdle("GET none", .evict))
    #expect(!isIdle("GET k", .staleRead))
    #expect(!isIdle("GET k", .evict) && isIdle("GET k", .evict))
    _ = played.ask("SET k again")
    #expect(!isIdle("GET k", .staleRead))
    played.history.forget()
    #expect(isIdle("GET k", .staleRead))
    for number in 0..<4096 { _ = played.ask("SET key:\(number) v") }
    _ = played.ask("SET late 1")
    _ = played.ask("SET late 2")
    #expect(played.ask("GET late", .staleRead) == "$1 2")
    #expect(played.wasIdle)
  }
}
