import MockrecTesting
import MockrecWire
import NIOCore
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
      ("*1\r\n:5\r\n", "something else than an array of bulk strings"),
      ("*9000000000\r\n", "a count of 9000000000, where 1048576 is the limit at byte 0"),
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
