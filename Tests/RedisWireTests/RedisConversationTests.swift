import MockrecCore
import MockrecTesting
import MockrecWire
import NIOCore
import NIOEmbedded
import Testing

@testable import RedisWire

@Suite("A conversation with Redis")
struct RedisConversationTests {
  private func check(_ playbook: Playbook) {
    let machine: @Sendable () -> any StreamConversation = { RedisConversation() }
    #expect(playbook.failure(of: machine()) == nil)
    #expect(ConversationVerifier(machine).failures(of: playbook) == [])
  }

  @Test("commands and their replies, of both versions")
  func commands() {
    self.check(
      Playbook(
        "plain",
        [
          .client("*3\r\n$3\r\nset\r\n$1\r\na\r\n$5\r\nhello\r\n"),
          .expect("request SET a hello"),
          .server("+OK\r\n"),
          .expect("reply +OK⏎", "done OK"),
          .client("*2\r\n$3\r\nGET\r\n$1\r\na\r\n"),
          .expect("request GET a"),
          .server("$5\r\nhello\r\n"),
          .expect("reply $5⏎hello⏎", "done string"),
          .client("*2\r\n$5\r\nHELLO\r\n$1\r\n3\r\n"),
          .expect("request HELLO 3"),
          .server("%1\r\n$5\r\nproto\r\n:3\r\n"),
          .expect("reply %1⏎$5⏎proto⏎:3⏎", "done map"),
        ]))
  }

  @Test("inline commands, empty lines among them")
  func inline() {
    self.check(
      Playbook(
        "inline",
        [
          .client("\r\nPING\r\nset  k 'a b'\n"),
          .expect("request PING", "request SET k \"a b\""),
          .server("+PONG\r\n+OK\r\n"),
          .expect("reply +PONG⏎", "done PONG", "reply +OK⏎", "done OK"),
        ]))
  }

  @Test("UNSUBSCRIBE without names has as many replies as there are channels, and one where there are none")
  func unsubscribed() {
    func confirm(_ word: String, _ name: String, _ count: Int) -> String {
      "*3\r\n$\(word.utf8.count)\r\n\(word)\r\n\(name.isEmpty ? "$-1" : "$\(name.utf8.count)\r\n\(name)")\r\n:\(count)\r\n"
    }
    self.check(
      Playbook(
        "unsubscribed",
        [
          .client("SUBSCRIBE a b a\r\n"), .expect("request SUBSCRIBE a b a"),
          .server(confirm("subscribe", "a", 1) + confirm("subscribe", "b", 2) + confirm("subscribe", "a", 2)),
          .expect("reply *3⏎$9⏎subscribe⏎$1⏎a⏎:1⏎*3⏎$9⏎subscribe⏎$1⏎b⏎:2⏎*3⏎$9⏎subscribe⏎$1⏎a⏎:2⏎"),
          .client("PUNSUBSCRIBE\r\nUNSUBSCRIBE\r\nPING\r\n"),
          .expect("done array", "request PUNSUBSCRIBE", "request UNSUBSCRIBE", "request PING"),
          .server(confirm("punsubscribe", "", 2)),
          .expect("reply *3⏎$12⏎punsubscribe⏎$-1⏎:2⏎", "done array"),
          .server(confirm("unsubscribe", "a", 1) + confirm("unsubscribe", "b", 0)),
          .expect("reply *3⏎$11⏎unsubscribe⏎$1⏎a⏎:1⏎*3⏎$11⏎unsubscribe⏎$1⏎b⏎:0⏎", "done array"),
          .server("+PONG\r\n"), .expect("reply +PONG⏎", "done PONG"),
        ]))
  }

  @Test("a key that has changed is told where nothing was asked, or in the midst of a reply")
  func tracked() {
    let push = ">2\r\n$10\r\ninvalidate\r\n*1\r\n$1\r\na\r\n"
    self.check(
      Playbook(
        "tracked",
        [
          .client("CLIENT TRACKING ON\r\nGET a\r\n"),
          .expect("request CLIENT TRACKING ON", "request GET a"),
          .server("+OK\r\n$1\r\n1\r\n"),
          .expect("reply +OK⏎", "done OK", "reply $1⏎1⏎", "done string"),
          .server(push + push),
          .expect("request @PUSH GET a", "reply >2⏎$10⏎invalidate⏎*1⏎$1⏎a⏎>2⏎$10⏎invalidate⏎*1⏎$1⏎a⏎"),
          .client("GET b\r\n"),
          .expect("done ", "request GET b"),
          .server(push + "$1\r\n2\r\n"),
          .expect("reply >2⏎$10⏎invalidate⏎*1⏎$1⏎a⏎$1⏎2⏎", "done string"),
          .silence,
          .expect("request @PUSH GET b"),
          .client("RESET\r\n"),
          .expect("done ", "request RESET"),
          .server("+RESET\r\n"),
          .expect("reply +RESET⏎", "done RESET"),
          .silence,
        ]))
  }

  @Test("what is pipelined is answered in its order, wherever the bytes are cut")
  func pipelined() {
    self.check(
      Playbook(
        "pipelined",
        [
          .client(
            "*1\r\n$5\r\nMULTI\r\n*2\r\n$4\r\nINCR\r\n$1\r\nn\r\n*1\r\n$4\r\nEXEC\r\n*2\r\n$3\r\nGET\r\n$1\r\nn\r\n"
          ),
          .expect("request MULTI", "request INCR n", "request EXEC", "request GET n"),
          .server("+OK\r\n+QUEUED\r\n*1\r\n:1\r\n$1\r\n1\r\n"),
          .expect(
            "reply +OK⏎", "done OK", "reply +QUEUED⏎", "done QUEUED", "reply *1⏎:1⏎", "done array", "reply $1⏎1⏎",
            "done string"),
        ]))
  }

  @Test("messages on a channel belong to the subscription, until the client says something else")
  func subscriptions() {
    self.check(
      Playbook(
        "pub/sub",
        [
          .client("*2\r\n$9\r\nSUBSCRIBE\r\n$2\r\nch\r\n"),
          .expect("request SUBSCRIBE ch"),
          .server("*3\r\n$9\r\nsubscribe\r\n$2\r\nch\r\n:1\r\n"),
          .server("*3\r\n$7\r\nmessage\r\n$2\r\nch\r\n$2\r\nhi\r\n"),
          .expect("reply *3⏎$9⏎subscribe⏎$2⏎ch⏎:1⏎*3⏎$7⏎message⏎$2⏎ch⏎$2⏎hi⏎"),
          .client("*1\r\n$11\r\nUNSUBSCRIBE\r\n"),
          .expect("done array", "request UNSUBSCRIBE"),
          .server("*3\r\n$11\r\nunsubscribe\r\n$2\r\nch\r\n:0\r\n"),
          .expect("reply *3⏎$11⏎unsubscribe⏎$2⏎ch⏎:0⏎", "done array"),
        ]))
  }

  @Test("a push of RESP3 comes with the reply that it came before")
  func pushes() {
    self.check(
      Playbook(
        "client-side caching",
        [
          .client("*2\r\n$3\r\nGET\r\n$1\r\na\r\n"),
          .expect("request GET a"),
          .server(">2\r\n$10\r\ninvalidate\r\n*1\r\n$1\r\na\r\n$1\r\n1\r\n"),
          .expect("reply >2⏎$10⏎invalidate⏎*1⏎$1⏎a⏎$1⏎1⏎", "done string"),
        ]))
  }

  @Test("CLIENT REPLY OFF and SKIP are commands without a reply, and make others so")
  func silence() {
    self.check(
      Playbook(
        "silence",
        [
          .client("CLIENT REPLY SKIP\r\nSET a 1\r\nGET a\r\n"),
          .expect("request CLIENT REPLY SKIP", "done ", "request SET a 1", "done ", "request GET a"),
          .server("$1\r\n1\r\n"),
          .expect("reply $1⏎1⏎", "done string"),
          .client("CLIENT REPLY OFF\r\nSET b 1\r\n"),
          .expect("request CLIENT REPLY OFF", "done ", "request SET b 1", "done "),
        ]))
  }

  @Test("a request says whether it gets an answer")
  func isAnswered() throws {
    var machine = RedisConversation()
    var events: [StreamEvent] = []
    let commands = [
      "GET a", "CLIENT REPLY SKIP", "GET a", "GET a", "CLIENT REPLY OFF", "GET a", "SUBSCRIBE c", "CLIENT REPLY ON",
    ]
    try machine.receive(
      ByteBuffer(string: commands.map { "\($0)\r\n" }.joined()), from: .client, into: &events)
    let answered = events.compactMap { if case .request(let request) = $0 { request.isAnswered } else { nil } }
    #expect(answered == [true, false, false, true, false, false, true, true])
  }

  @Test("a command without a reply is done after those that were asked before it")
  func silenceInTurn() {
    self.check(
      Playbook(
        "silence behind a question",
        [
          .client("GET a\r\nCLIENT REPLY OFF\r\nHELLO 3\r\nSUBSCRIBE c\r\nCLIENT REPLY ON\r\nPING\r\n"),
          .expect(
            "request GET a", "request CLIENT REPLY OFF", "request HELLO 3", "request SUBSCRIBE c",
            "request CLIENT REPLY ON", "request PING"),
          .server("$1\r\n1\r\n>3\r\n$9\r\nsubscribe\r\n$1\r\nc\r\n:1\r\n+OK\r\n+PONG\r\n"),
          .expect(
            "reply $1⏎1⏎", "done string", "done ", "done ", "reply >3⏎$9⏎subscribe⏎$1⏎c⏎:1⏎", "done array",
            "reply +OK⏎", "done OK", "reply +PONG⏎", "done PONG"),
        ]))
  }

  @Test("names of commands that are no text, or very long, are told apart, and their case is not")
  func names() {
    let rules = MatchRules(redactor: Redactor())
    func key(_ name: [UInt8]) -> MatchKey {
      RedisRequest(frame: ByteBuffer(bytes: RedisCommand([name, [49]]).bytes), context: RedisContext()).key(rules)
    }
    #expect(key([0x41, 0x8A]) != key([0x41, 0x8B]))
    let (upper, lower) = ([UInt8](repeating: 0x41, count: 2000), [UInt8](repeating: 0x61, count: 2000))
    #expect(key(upper) == key(lower))
    #expect(key(upper) != key(upper + [0x41]))
  }

  /// The contexts of the requests of a pipeline, each command with its reply.
  private func contexts(_ exchanges: [(String, String)], together: Bool) throws -> [RedisContext] {
    var machine = RedisConversation()
    var events: [StreamEvent] = []
    if together {
      let asked = exchanges.map { $0.0 + "\r\n" }.joined()
      try machine.receive(ByteBuffer(string: asked), from: .client, into: &events)
      try machine.receive(ByteBuffer(string: exchanges.map(\.1).joined()), from: .server, into: &events)
    } else {
      for (command, reply) in exchanges {
        try machine.receive(ByteBuffer(string: command + "\r\n"), from: .client, into: &events)
        try machine.receive(ByteBuffer(string: reply), from: .server, into: &events)
      }
    }
    return events.compactMap { if case .request(let request) = $0 { (request as? RedisRequest)?.context } else { nil } }
  }

  @Test("what a connection is does not depend on whether its client waited for replies")
  func context() throws {
    let exchanges = [
      ("SELECT 3", "+OK\r\n"), ("GET a", "$-1\r\n"), ("MULTI", "+OK\r\n"), ("SET a 1", "+QUEUED\r\n"),
      ("EXEC", "*1\r\n+OK\r\n"), ("HELLO 3", "%0\r\n"), ("GET a", "$1\r\n1\r\n"),
    ]
    let waiting = try self.contexts(exchanges, together: false)
    #expect(waiting == (try self.contexts(exchanges, together: true)))
    #expect(waiting.map(\.database) == [0, 3, 3, 3, 3, 3, 3])
    #expect(waiting.map(\.isInTransaction) == [false, false, false, true, false, false, false])
    #expect(waiting[4].queued == ["SET a 1"])
    #expect(waiting[6].version == 3)
  }

  @Test("what a transaction changes about its connection holds from EXEC on, where it did not fail")
  func queuedSelect() throws {
    func databases(_ reply: String, _ end: String = "EXEC") throws -> [RedisContext] {
      let exchanges = [
        ("MULTI", "+OK\r\n"), ("SELECT 3", "+QUEUED\r\n"), ("HELLO 3", "+QUEUED\r\n"), ("SELECT 99", "+QUEUED\r\n"),
        (end, reply), ("GET a", "$-1\r\n"),
      ]
      let waiting = try self.contexts(exchanges, together: false)
      #expect(waiting.prefix(5).allSatisfy { $0.database == 0 && $0.version == 2 })
      return waiting.suffix(1)
    }
    let done = try databases("*3\r\n+OK\r\n%0\r\n-ERR DB index is out of range\r\n")
    #expect(done.map(\.database) == [3] && done.map(\.version) == [3])
    for nothing in [try databases("*-1\r\n"), try databases("-EXECABORT\r\n"), try databases("+OK\r\n", "DISCARD")] {
      #expect(nothing == [RedisContext()])
    }
    let together = try self.contexts(
      [("MULTI", "+OK\r\n"), ("SELECT 3", "+QUEUED\r\n"), ("EXEC", "*1\r\n+OK\r\n"), ("GET a", "$-1\r\n")],
      together: true)
    #expect(together.map(\.database) == [0, 0, 0, 3])
  }

  @Test(
    "a transaction whose EXEC has not one reply is not followed: as Redis 7.0 answers it",
    arguments: [
      ("UNSUBSCRIBE", "*1\r\n*3\r\n$11\r\nunsubscribe\r\n$-1\r\n:0\r\n"),
      ("CLIENT REPLY SKIP", "*1\r\n+PONG\r\n"),
    ])
  func unfollowed(command: String, reply: String) {
    func fault(_ reply: String) -> WireError? {
      self.fault(
        [(.client, "MULTI\r\n\(command)\r\nEXEC\r\nPING\r\nPING\r\n"), (.server, "+OK\r\n+QUEUED\r\n" + reply)],
        limit: 2000)
    }
    let name = command.hasPrefix("CLIENT") ? "CLIENT REPLY" : "UNSUBSCRIBE"
    #expect(
      fault(reply)
        == WireError(
          .server, .unsupported, "not one value for each command of EXEC, as \(name) stands in the transaction",
          offset: 14))
    #expect(fault("*-1\r\n") == nil)
  }

  @Test("who subscribes in a transaction hears messages from EXEC on, which answer nothing")
  func queuedSubscribe() {
    self.check(
      Playbook(
        "queued SUBSCRIBE",
        [
          .client("MULTI\r\nSUBSCRIBE ch\r\nEXEC\r\n"),
          .expect("request MULTI", "request SUBSCRIBE ch", "request EXEC"),
          .server("+OK\r\n+QUEUED\r\n*1\r\n*3\r\n$9\r\nsubscribe\r\n$2\r\nch\r\n:1\r\n"),
          .expect(
            "reply +OK⏎", "done OK", "reply +QUEUED⏎", "done QUEUED", "reply *1⏎*3⏎$9⏎subscribe⏎$2⏎ch⏎:1⏎",
            "done array"),
          .client("PING\r\n"),
          .expect("request PING"),
          .server("*3\r\n$7\r\nmessage\r\n$2\r\nch\r\n$2\r\nhi\r\n"),
          .expect("reply *3⏎$7⏎message⏎$2⏎ch⏎$2⏎hi⏎"),
          .server("*2\r\n$4\r\npong\r\n$0\r\n\r\n"),
          .expect("reply *2⏎$4⏎pong⏎$0⏎⏎", "done array"),
        ]))
  }

  @Test(
    "of several channels in a transaction, all but the first are confirmed behind EXEC's list: as Redis 7.0 does it")
  func queuedChannels() {
    let confirmed = ["a", "b", "c"].enumerated().map {
      "*3\r\n$9\r\nsubscribe\r\n$1\r\n\($1)\r\n:\($0 + 1)\r\n"
    }.joined()
    self.check(
      Playbook(
        "queued channels",
        [
          .client("MULTI\r\nSUBSCRIBE a b c\r\nGET k\r\nSELECT 2\r\nEXEC\r\n"),
          .expect("request MULTI", "request SUBSCRIBE a b c", "request GET k", "request SELECT 2", "request EXEC"),
          .server("+OK\r\n+QUEUED\r\n+QUEUED\r\n+QUEUED\r\n*3\r\n\(confirmed)-WRONGTYPE\r\n+OK\r\n"),
          .expect(
            "reply +OK⏎", "done OK", "reply +QUEUED⏎", "done QUEUED", "reply +QUEUED⏎", "done QUEUED",
            "reply +QUEUED⏎", "done QUEUED",
            "reply *3⏎\(confirmed.replacing("\r\n", with: "⏎"))-WRONGTYPE⏎+OK⏎", "done array"),
          .client("PING\r\n"),
          .expect("request PING"),
          .server("*3\r\n$7\r\nmessage\r\n$1\r\na\r\n$2\r\nhi\r\n*2\r\n$4\r\npong\r\n$0\r\n\r\n"),
          .expect("reply *3⏎$7⏎message⏎$1⏎a⏎$2⏎hi⏎*2⏎$4⏎pong⏎$0⏎⏎", "done array"),
        ]))
  }

  @Test("a SELECT that fails changes nothing")
  func failedSelect() throws {
    let contexts = try self.contexts(
      [("SELECT 2", "+OK\r\n"), ("SELECT 99", "-ERR DB index is out of range\r\n"), ("GET a", "$-1\r\n")],
      together: false)
    #expect(contexts.map(\.database) == [0, 2, 2])
  }

  @Test(
    "what is no RESP blames its party and gives the byte",
    arguments: [
      ("*1\r\n$x\r\n", "the client sent a length that is no number at byte 5"),
      ("PING\r\n*1\r\n:5\r\n", "the type byte ':' where a request has '$' at byte 10"),
      ("PING\r\nGET \"a\r\n", "a line in which a quote is not closed, or something follows it at byte 6"),
      ("PING\r\nPOST /\r\n", "the word POST of HTTP, at which Redis closes the connection at byte 6"),
      ("*9000000000\r\n", "a count of 9000000000, where 2147483647 is the limit at byte 0"),
      ("*1\r\n$9000000000\r\n", "a length of 9000000000, where 68157440 is the limit at byte 4"),
      ("*1\r\n$-5\r\n", "a length of -5 at byte 5"),
    ])
  func faults(bytes: String, message: String) {
    var machine = RedisConversation()
    var events: [StreamEvent] = []
    let error = #expect(throws: WireError.self) {
      try machine.receive(ByteBuffer(string: bytes), from: .client, into: &events)
    }
    #expect(error.map { "\($0)".contains(message) } == true, "\(String(describing: error))")
    #expect(error?.party == .client)
  }

  @Test("nesting and lines are bounded")
  func bounds() {
    var machine = RedisConversation()
    var events: [StreamEvent] = []
    #expect(throws: WireError.self) {
      try machine.receive(
        ByteBuffer(string: String(repeating: "*1\r\n", count: 10_000)), from: .server, into: &events)
    }
    var second = RedisConversation()
    #expect(throws: WireError.self) {
      try second.receive(ByteBuffer(string: String(repeating: "a", count: 70_000)), from: .client, into: &events)
    }
  }

  /// Has a machine with a limit take what a party says, in pieces of a size; the fault that ends it.
  private func fault(
    _ said: [(WireError.Party, String)], limit: Int, chunk: Int = .max
  ) -> WireError? {
    var machine = RedisConversation(limits: RESPFramer.Limits(bytes: limit))
    var events: [StreamEvent] = []
    do throws(WireError) {
      for (party, text) in said {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
          try machine.receive(ByteBuffer(bytes: rest.prefix(chunk)), from: party, into: &events)
          rest = rest.dropFirst(min(chunk, rest.count))
        }
      }
      return nil
    } catch {
      return error
    }
  }

  @Test("a line may be as long as the limit, wherever it is cut, and no byte longer", arguments: [1, 7, 99, 100, .max])
  func lineLimit(chunk: Int) {
    let line = String(repeating: "a", count: 98) + "\r\n"
    #expect(self.fault([(.client, line)], limit: 100, chunk: chunk) == nil)
    #expect(
      self.fault([(.client, "a\r\na" + line)], limit: 100, chunk: chunk)
        == WireError(.client, .tooLarge, "a line of more than 100 bytes", offset: 3))
  }

  @Test("what a client has queued, or waits for, and what a subscriber gets is bounded")
  func waiting() {
    let queued = String(repeating: "SET a 1\r\n", count: 100)
    let replies = "+OK\r\n" + String(repeating: "+QUEUED\r\n", count: 100)
    let transaction = self.fault([(.client, "MULTI\r\n"), (.client, queued), (.server, replies)], limit: 2000)
    #expect(transaction?.party == .client && transaction?.kind == .tooLarge, "\(String(describing: transaction))")
    let pipeline = self.fault([(.client, queued)], limit: 2000)
    #expect(pipeline?.message == "commands of more than 2000 bytes before the first of them was answered")
    #expect(pipeline?.offset == 126)
    let message = "*3\r\n$7\r\nmessage\r\n$1\r\na\r\n$1\r\nb\r\n"
    let published = self.fault(
      [
        (.client, "SUBSCRIBE a\r\n"), (.server, "*3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n"),
        (.server, String(repeating: message, count: 100)),
      ], limit: 2000)
    #expect(published?.party == .server && published?.kind == .tooLarge, "\(String(describing: published))")
    var files = RedisConversation(limits: RESPFramer.Limits(bytes: 2000))
    var events: [StreamEvent] = []
    #expect(throws: Never.self, "what is sent out of files waits no longer") {
      for _ in 0..<100 {
        try files.receive(ByteBuffer(string: "GET a\r\n"), from: .client, into: &events)
        files.answeredByFile(into: &events)
      }
    }
    let answered = (0..<100).flatMap { _ in [(WireError.Party.client, "SET a 1\r\n"), (.server, "+OK\r\n")] }
    #expect(self.fault(answered, limit: 2000) == nil)
  }

  @Test("half a command and then silence ends a connection, a silence between two commands does not")
  func stalled() throws {
    let channel = EmbeddedChannel()
    var refused: WireError?
    try RedisWire().serve(on: channel, limits: WireLimits()) { writer in
      Deaf(writer) { refused = $0 }
    }
    try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    channel.embeddedEventLoop.advanceTime(by: .hours(10))
    #expect(channel.isActive)
    try channel.writeInbound(ByteBuffer(string: "*2\r\n$3\r\nGET\r\n$10\r\nabc"))
    channel.embeddedEventLoop.advanceTime(by: .minutes(5))
    #expect(!channel.isActive)
    #expect(refused == WireError(.client, .truncated, "half a value and then nothing more", offset: 21))
    // Redis says nothing either.
    while case .byteBuffer(let bytes)? = try channel.readOutbound(as: IOData.self) { #expect(bytes.readableBytes == 0) }
  }

  @Test("seeded random bytes end in a fault or in nothing, never in a crash")
  func noise() {
    var random = SeededGenerator(seed: 11)
    let alphabet = Array("*$+-:%~>|_#,!=(0123456789\r\n\r\nabcGET ".utf8)
    for _ in 0..<2000 {
      var machine = RedisConversation()
      var events: [StreamEvent] = []
      for _ in 0..<8 {
        let count = Int.random(in: 1...40, using: &random)
        let bytes = (0..<count).map { _ in alphabet.randomElement(using: &random) ?? 0 }
        let party: WireError.Party = Bool.random(using: &random) ? .client : .server
        do { try machine.receive(ByteBuffer(bytes: bytes), from: party, into: &events) } catch { break }
      }
    }
  }
}

/// A conversation that answers nothing.
private final class Deaf: Conversation {
  private let refusal: (WireError) -> Void

  init(_ writer: any ReplyWriter, _ refusal: @escaping (WireError) -> Void) { self.refusal = refusal }

  func requestBegan(_ request: any WireRequest) {}
  func requestBody(_ bytes: ByteBuffer) {}
  func requestEnded(_ trailers: Fields) {}
  func refused(_ error: WireError) { self.refusal(error) }
  func writabilityChanged(_ writable: Bool) {}
  func closed() {}
}
