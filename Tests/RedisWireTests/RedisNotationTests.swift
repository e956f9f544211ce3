import MockrecCore
import MockrecTesting
import MockrecWire
import Testing

@testable import RedisWire

@Suite("Redis in the notation")
struct RedisNotationTests {
  private let wire = RedisWire()

  /// Writes an exchange down, reads it back, and gives the text and what was read.
  private func roundTrip(
    _ command: RedisCommand, _ reply: [UInt8], context: Fields = Fields()
  ) throws -> (text: String, exchange: Exchange) {
    var files: [String: [UInt8]] = [:]
    let entry = try self.wire.entry(
      for: Exchange(
        request: Message(start: ["REDIS"], fields: context, body: Body(command.bytes)),
        replies: [.init(Message(start: ["REDIS"], body: Body(reply)))]),
      service: "cache", times: 1, digest: nil, volatile: []
    ) { bytes, ending in
      let name = "bodies/\(files.count).\(ending)"
      files[name] = bytes
      return name
    }
    let text = NotationPrinter.print(ConversationFile(entries: [entry]))
    let source = SourceText(name: "x.hurl", text: text)
    let parsed = try #require(try NotationParser.parse(source, dialect: self.wire.dialect).entries.first)
    var exchange = try self.wire.exchange(from: parsed, in: source).exchange
    if case .file(let name, _)? = exchange.reply?.body.content {
      exchange.replies[0].message.body = Body(files[name] ?? [])
    }
    return (text, exchange)
  }

  private func command(_ words: String...) -> RedisCommand { RedisCommand(words.map { Array($0.utf8) }) }

  @Test("the examples of the design")
  func examples() throws {
    let set = try self.roundTrip(self.command("SET", "user:1", "alice smith", "EX", "60"), Array("+OK\r\n".utf8))
    #expect(set.text == "# mockrec 1\nREDIS {{cache}} SET user:1 \"alice smith\" EX 60\n\nREDIS OK\n")
    let map = try self.roundTrip(
      self.command("HGETALL", "user:1"), Array("%2\r\n$4\r\nname\r\n$5\r\nalice\r\n$3\r\nage\r\n$2\r\n30\r\n".utf8),
      context: Fields([("resp", "3")]))
    #expect(
      map.text.hasSuffix("REDIS {{cache}} HGETALL user:1\n\nREDIS\n{\n  \"name\": \"alice\",\n  \"age\": \"30\"\n}\n"))
  }

  @Test(
    "every kind of reply is given back byte for byte",
    arguments: [
      "+OK\r\n", "-ERR no such key\r\n", "+-ERR x\r\n", "-ERR with a # and a \\ in it\r\n", "+\r\n", ":42\r\n",
      ":-1\r\n", "$-1\r\n",
      "*-1\r\n", "_\r\n", "#t\r\n", "#f\r\n", ",1.5\r\n", ",inf\r\n", ",1e10\r\n", "(123456789012345678901\r\n",
      "$0\r\n\r\n", "$5\r\nalice\r\n", "$3\r\n{}}\r\n", "$5\r\n{{x}}\r\n", "=7\r\ntxt:abc\r\n", "=7\r\nmkd:abc\r\n",
      "!9\r\nERR a bad\r\n", "*0\r\n", "*3\r\n+OK\r\n:1\r\n$1\r\na\r\n", "~2\r\n$1\r\na\r\n$1\r\nb\r\n",
      "*2\r\n*1\r\n:1\r\n*-1\r\n", "%1\r\n$1\r\na\r\n*2\r\n_\r\n#t\r\n", "%1\r\n:1\r\n:2\r\n", "%0\r\n",
      "|1\r\n$1\r\na\r\n:1\r\n:2\r\n", ">2\r\n$1\r\na\r\n:1\r\n", "$2\r\n\u{e9}\r\n", "+OK\r\n+OK\r\n",
      "$3\r\na\nb\r\n",
      "*2\r\n-ERR x\r\n:1\r\n", "$4\r\n1234\r\n", ":007\r\n",
    ], [2, 3])
  func replies(reply: String, version: Int) throws {
    let context = version == 3 ? Fields([("resp", "3")]) : Fields()
    let back = try self.roundTrip(self.command("GET", "k"), Array(reply.utf8), context: context)
    #expect(back.exchange.reply?.body.bytes == Array(reply.utf8), "\(back.text)")
  }

  @Test("every byte can stand in an argument and in a reply")
  func bytes() throws {
    var random = SeededGenerator(seed: 5)
    for length in [1, 2, 16, 300, 3000] {
      for _ in 0..<20 {
        let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
        let command = RedisCommand([Array("SET".utf8), Array("k".utf8), bytes])
        let reply = RESPValue.bulk(bytes).bytes
        guard length <= 2048 else { continue }
        let back = try self.roundTrip(command, reply)
        #expect(back.exchange.request.body.bytes == command.bytes, "\(back.text)")
        #expect(back.exchange.reply?.body.bytes == reply, "\(back.text)")
      }
    }
  }

  @Test("a long argument stands below its command")
  func longArgument() throws {
    let long = String(repeating: "many words ", count: 400)
    let command = self.command("SET", "k", long, "EX", "60")
    let back = try self.roundTrip(command, Array("+OK\r\n".utf8))
    #expect(back.text.contains("# @argument 2\nREDIS {{cache}} SET k EX 60\n"), "\(back.text)")
    #expect(back.exchange.request.body.bytes == command.bytes)
  }

  @Test("a connection's state is kept in marks")
  func marks() throws {
    let context = Fields([("db", "3"), ("resp", "3"), ("queued", "SET a \"b c\"")])
    let back = try self.roundTrip(self.command("EXEC"), Array("*1\r\n+OK\r\n".utf8), context: context)
    #expect(back.exchange.request.fields == context, "\(back.text)")
  }

  @Test(
    "what cannot be served is refused with its place",
    arguments: [
      ("REDIS {{cache}} GET \"a\n\nREDIS OK\n", "a quote in this command is not closed"),
      ("REDIS {{cache}}\n\nREDIS OK\n", "needs a command"),
      ("REDIS {{cache}} GET a\n\nREDIS OK\n\"x\"\n", "a status or has a body"),
      ("REDIS {{cache}} GET a\n\n# @types *\nREDIS\n\"x\"\n", "are not those of this reply"),
      ("REDIS {{cache}} GET {{key}}\n\nREDIS OK\n", "a variable cannot stand in an entry that is served"),
    ])
  func refused(text: String, message: String) throws {
    let source = SourceText(name: "x.hurl", text: text)
    let error = #expect(throws: Diagnostic.self) {
      let entry = try #require(
        try NotationParser.parse(source, dialect: self.wire.dialect).entries.first)
      _ = try self.wire.exchange(from: entry, in: source)
    }
    #expect(
      error.map { "\($0)".contains(message) && "\($0)".contains("x.hurl:") } == true, "\(String(describing: error))")
  }

  @Test("several messages are neither a command nor a reply")
  func messages() throws {
    let source = SourceText(name: "x.hurl", text: "REDIS {{cache}} SET a\n1\n\nREDIS\n1\n")
    let read = try #require(try NotationParser.parse(source, dialect: self.wire.dialect).entries.first)
    let several = BodyText(messages: [BodyText(hex: [1]), BodyText(hex: [2])])
    var (asked, answered) = (read, read)
    asked.request.body = several
    answered.response?.body = several
    for entry in [asked, answered] {
      let error = #expect(throws: Diagnostic.self) { try self.wire.exchange(from: entry, in: source) }
      #expect(error?.message == BodyText.severalMessages)
    }
  }

  @Test("secrets give way to pseudonyms")
  func secrets() {
    let redactor = Redactor()
    for (words, secret) in [
      (["AUTH", "hunter2"], "hunter2"), (["AUTH", "bob", "hunter2"], "hunter2"),
      (["HELLO", "3", "AUTH", "bob", "hunter2"], "hunter2"), (["CONFIG", "SET", "requirepass", "hunter2"], "hunter2"),
      (["HSET", "u", "name", "bob", "password", "hunter2"], "hunter2"),
      (["ACL", "SETUSER", "bob", "on", ">hunter2"], "hunter2"),
      (["@PUSH", "HSET", "u", "password", "hunter2"], "hunter2"),
      (["SET", "session", #"{"user": "bob", "password": "hunter2"}"#], "hunter2"),
    ] {
      let clean = RedisCommand(words.map { Array($0.utf8) }).redacted(with: redactor).text
      #expect(!clean.contains(secret), "\(clean)")
      #expect(clean.hasPrefix(words[0]))
    }
    let reply = RESPValue.array([.bulk(Array("password".utf8)), .bulk(Array("hunter2".utf8)), .bulk(Array("x".utf8))])
    #expect(!String(decoding: reply.redacted(with: redactor).bytes, as: UTF8.self).contains("hunter2"))
  }
}
