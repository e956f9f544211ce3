import MockrecCore
import MockrecTesting
import MockrecWire
import NIOCore
import Testing

@testable import RedisWire

func redisRequest(_ text: String, _ context: RedisContext = RedisContext()) -> RedisRequest {
  let command = RedisCommand(text.split(separator: " ").map { Array($0.utf8) })
  return RedisRequest(frame: ByteBuffer(bytes: command.bytes), context: context)
}

private let place = Diagnostic.Place(file: "o.yaml", line: 1, column: 1, text: "")

private func node(_ content: OverlayNode.Content) -> OverlayNode { OverlayNode(content, at: place) }

/// `key: value` for each word; several commands with commas.
func redisPattern(_ words: [String: String]) throws(Diagnostic) -> RedisRequestPattern {
  let pairs = words.sorted { $0.key < $1.key }.map { word, value in
    (
      key: node(.text(word)),
      value: value.contains(",")
        ? node(.list(value.split(separator: ",").map { node(.text(String($0))) })) : node(.text(value))
    )
  }
  var fields = try OverlayFields(node(.mapping(pairs)), of: "`match`")
  return try RedisRequestPattern(&fields)
}

@Suite("Redis: what rules match")
struct RedisRequestPatternTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var words: [String: String]
    var command: String
    var matches: Bool
    var testDescription: String { "\(self.words) \(self.command)" }

    init(_ words: [String: String], _ command: String, _ matches: Bool) {
      (self.words, self.command, self.matches) = (words, command, matches)
    }
  }

  static let cases = [
    Case([:], "PING", true),
    Case(["command": "get"], "GET k", true),
    Case(["command": "GET"], "get k", true),
    Case(["command": "GET"], "SET k v", false),
    Case(["command": "GET,SET"], "SET k v", true),
    Case(["key": "k*"], "GET key", true),
    Case(["key": "k*"], "GET other", false),
    Case(["key": "k*"], "SET other key", false),
    Case(["key": "k*"], "MGET other key", true),
    Case(["key": "v"], "MSET a v b v", false),
    Case(["key": "b"], "MSET a v b v", true),
    Case(["key": "b"], "HSET a b b", false),
    Case(["key": "b"], "LMOVE a b LEFT RIGHT", true),
    Case(["key": "b"], "EVAL return 2 a b b", true),
    Case(["key": "c"], "EVAL return 2 a b c", false),
    Case(["key": "b"], "ZUNIONSTORE d 2 a b", true),
    Case(["key": "d"], "ZUNIONSTORE d 2 a b", true),
    Case(["key": "2"], "ZUNIONSTORE d 2 a b", false),
    Case(["key": "s"], "XREAD COUNT 2 STREAMS s t 0 0", true),
    Case(["key": "0"], "XREAD COUNT 2 STREAMS s t 0 0", false),
    Case(["key": "d"], "SORT k LIMIT 0 5 STORE d", true),
    Case(["key": "5"], "SORT k LIMIT 0 5 STORE d", false),
    Case(["key": "s"], "XINFO STREAM s", true),
    Case(["key": "k"], "OBJECT ENCODING k", true),
    Case(["key": "AND"], "BITOP AND d a b", false),
    Case(["key": "d"], "BITOP AND d a b", true),
    Case(["key": "k"], "JSON.GET k", true),
    Case(["key": "Palermo"], "GEOADD Sicily 13 38 Palermo", false),
    Case(["key": "ch"], "PUBLISH ch hello", false),
    Case(["command": "PUBLISH"], "PUBLISH ch hello", true),
    Case(["command": "BLPOP", "key": "l"], "BLPOP l 0", true),
    Case(["command": "BLPOP", "key": "0"], "BLPOP l 0", false),
    Case(["database": "0"], "GET k", true),
    Case(["database": "1"], "GET k", false),
  ]

  @Test("a command's name and keys are matched, and nothing else of it", arguments: cases)
  func matches(_ given: Case) throws {
    let pattern = try redisPattern(given.words)
    let request = redisRequest(given.command)
    #expect(pattern.matches(request) == given.matches)
    var found: [Int] = []
    let matcher = RedisRequestMatcher([pattern])
    matcher.find(request, into: &found)
    #expect(found == (given.matches ? [0] : []))
    let mayFind = request.frame.withUnsafeReadableBytes { matcher.mayFind($0) }
    if given.matches { #expect(mayFind) }
  }

  @Test("what cannot match costs no more than a look: a command of another name, another key")
  func mayFind() throws {
    let matcher = RedisRequestMatcher([
      try redisPattern(["command": "SET", "key": "session:*"]), try redisPattern(["key": "users:1"]),
    ])
    func mayFind(_ text: String) -> Bool { redisRequest(text).frame.withUnsafeReadableBytes { matcher.mayFind($0) } }
    #expect(!mayFind("GET session:1"))
    #expect(!mayFind("SET sessio x"))
    #expect(!mayFind("SET k session:1"))
    #expect(!mayFind("GET users:12"))
    #expect(!mayFind("PING users:1"))
    #expect(mayFind("SET session: x"))
    #expect(mayFind("DEL a users:1"))
  }

  @Test("the index finds what looking at every pattern finds", arguments: 0..<50)
  func index(seed: Int) throws {
    var generator = SeededGenerator(seed: UInt64(seed))
    func word(_ alphabet: String) -> String {
      String(
        (0..<Int.random(in: 1...4, using: &generator)).compactMap { _ in alphabet.randomElement(using: &generator) })
    }
    let names = ["GET", "SET", "MGET", "ZUNIONSTORE", "XREAD", "SORT", "PING", "FLUSHALL"]
    var patterns: [RedisRequestPattern] = []
    for _ in 0..<20 {
      var words: [String: String] = [:]
      if Bool.random(using: &generator) { words["command"] = names[Int.random(in: 0..<5, using: &generator)] }
      if Int.random(in: 0..<4, using: &generator) > 0 { words["key"] = word("ab*?") }
      if Int.random(in: 0..<4, using: &generator) == 0 {
        words["database"] = "\(Int.random(in: 0...1, using: &generator))"
      }
      let pattern = try redisPattern(words)
      patterns.append(Bool.random(using: &generator) ? pattern : pattern.ofSubject as? RedisRequestPattern ?? pattern)
    }
    let matcher = RedisRequestMatcher(patterns)
    for _ in 0..<200 {
      let name = names[Int.random(in: 0..<names.count, using: &generator)]
      let arguments = (0..<Int.random(in: 0...5, using: &generator)).map { _ in word("ab2") }
      var context = RedisContext()
      context.database = Int.random(in: 0...1, using: &generator)
      let request = redisRequest(([name] + arguments).joined(separator: " "), context)
      var found: [Int] = []
      matcher.find(request, into: &found)
      let wanted = patterns.indices.filter { patterns[$0].matches(request) }
      #expect(found == wanted, "\(request.summary)")
      if !request.frame.withUnsafeReadableBytes({ matcher.mayFind($0) }) { #expect(wanted.isEmpty) }
    }
  }

  @Test("within MULTI a command is only queued, and EXEC fulfils what its commands do")
  func transaction() throws {
    let pattern = try redisPattern(["command": "SET", "key": "k"])
    var context = RedisContext()
    context.isInTransaction = true
    #expect(!pattern.matches(redisRequest("SET k v", context)))
    context.isInTransaction = false
    context.queued = ["GET a", "SET k \"a b\""]
    #expect(pattern.matches(redisRequest("EXEC", context)))
    #expect(try redisPattern(["command": "EXEC", "key": "a"]).matches(redisRequest("EXEC", context)))
    #expect(try !redisPattern(["command": "EXEC", "key": "b"]).matches(redisRequest("EXEC", context)))
    #expect(try !redisPattern(["command": "DEL"]).matches(redisRequest("EXEC", context)))
    #expect(RedisWire().subject(of: redisRequest("EXEC", context)).names == ["0 a", "0 k"])
    #expect(RedisWire().subject(of: redisRequest("EXEC", context)).changes == true)
  }

  @Test(
    "whether commands change something",
    arguments: [
      ("GET", false), ("SET", true), ("GET,SET", nil), ("GETEX", nil), ("BLPOP", false), ("PING", false),
      ("FLUSHALL", true), ("XGROUP", true), ("OBJECT", false), ("GEOADD", true), ("JSON.SET", nil),
    ] as [(String, Bool?)])
  func changes(commands: String, changes: Bool?) throws {
    #expect(try redisPattern(["command": commands]).changes == changes)
  }

  @Test(
    "a rule takes all requests of another",
    arguments: [
      ([:], ["command": "GET"], true), (["command": "GET"], [:], false),
      (["command": "GET,SET"], ["command": "GET"], true), (["key": "a*"], ["key": "ab*"], true),
      (["key": "a*"], ["key": "b"], false), (["key": "a?"], ["key": "ab"], true),
      (["key": "a*"], ["command": "GET"], false),
      (["database": "0"], [:], false), (["key": "*"], ["key": "x", "database": "3"], true),
    ] as [([String: String], [String: String], Bool)])
  func covers(one: [String: String], other: [String: String], covers: Bool) throws {
    #expect(try redisPattern(one).covers(try redisPattern(other)) == covers)
  }

  @Test("a command that there is not, and a key where there is none, are refused with the nearest")
  func refused() {
    #expect(throws: Diagnostic.self) { try redisPattern(["command": "HGTALL"]) }
    #expect(throws: Diagnostic.self) { try redisPattern(["command": "PUBLISH", "key": "a"]) }
    do throws(Diagnostic) {
      _ = try redisPattern(["command": "HGTALL"])
    } catch {
      #expect(error.description.contains("HGETALL"))
    }
  }
}
