import MockrecCore
import MockrecWire
import NIOCore
import Testing

@testable import RedisWire

/// Answers everything but what contains one of its words, and remembers what it was offered.
private final class Answerer: StreamAnswerer {
  let declined: String
  var offered: [String] = []

  init(declining declined: String = "miss") { self.declined = declined }

  func answer(_ frame: UnsafeRawBufferPointer) -> Bool {
    let text = RedisCommand(frame: frame)?.text ?? "?"
    guard !text.contains(self.declined) else { return false }
    self.offered.append(text)
    return true
  }
}

@Suite("Commands that are answered where their bytes lie")
struct RedisServingTests {
  private func bytes(_ commands: [String]) -> [UInt8] {
    commands.flatMap { RedisCommand($0.split(separator: " ").map { Array($0.utf8) }).bytes }
  }

  private func serve(
    _ machine: inout RedisConversation, _ bytes: some Sequence<UInt8>, _ answerer: Answerer
  ) throws -> [String] {
    var events: [StreamEvent] = []
    try machine.serve(ByteBuffer(bytes: bytes), by: answerer, into: &events)
    return events.compactMap { if case .request(let request) = $0 { request.summary } else { nil } }
  }

  @Test("a plain command makes no event; what follows one that is not answered does")
  func plain() throws {
    var machine = RedisConversation()
    let answerer = Answerer()
    let commands = ["GET a", "set b 1", "GET miss", "GET c"]
    #expect(try self.serve(&machine, self.bytes(commands), answerer) == ["GET miss", "GET c"])
    #expect(answerer.offered == ["GET a", "SET b 1"])
  }

  @Test("while a reply is awaited nothing is offered; afterwards it is again")
  func waiting() throws {
    var machine = RedisConversation()
    let answerer = Answerer()
    #expect(try self.serve(&machine, self.bytes(["GET miss"]), answerer) == ["GET miss"])
    #expect(try self.serve(&machine, self.bytes(["GET a"]), answerer) == ["GET a"])
    var events: [StreamEvent] = []
    for _ in 0..<2 { try machine.answered(ByteBuffer(string: "+OK\r\n"), into: &events) }
    #expect(try self.serve(&machine, self.bytes(["GET b"]), answerer) == [])
    #expect(answerer.offered == ["GET b"])
  }

  @Test(
    "what changes the connection is not offered, nor what comes after it has",
    arguments: ["SELECT 1", "HELLO 3", "MULTI", "CLIENT REPLY SKIP", "SUBSCRIBE ch"])
  func special(command: String) throws {
    var machine = RedisConversation()
    let answerer = Answerer()
    #expect(try self.serve(&machine, self.bytes([command]), answerer) == [command])
    #expect(try self.serve(&machine, self.bytes(["GET a"]), answerer) == ["GET a"])
    #expect(answerer.offered == [])
  }

  @Test("wherever the bytes are cut, each command is taken once and in its order")
  func cuts() throws {
    let commands = (0..<6).map { "GET key:\($0)" }
    let bytes = self.bytes(commands)
    for cut in 0...bytes.count {
      var machine = RedisConversation()
      let answerer = Answerer()
      var seen: [String] = []
      for part in [bytes[..<cut], bytes[cut...]] {
        let asked = try self.serve(&machine, part, answerer)
        seen += answerer.offered + asked
        answerer.offered = []
      }
      #expect(seen == commands, "cut at \(cut)")
    }
  }

  @Test("a fault is blamed at its byte, behind what was answered")
  func fault() {
    var machine = RedisConversation()
    let bytes = self.bytes(["GET a"]) + Array("*1\r\n$x\r\n".utf8)
    #expect(throws: WireError(.client, .malformed, "a length that is no number", offset: 20 + 5)) {
      try self.serve(&machine, bytes, Answerer())
    }
  }

  @Test(
    "a key read where the bytes lie is the key of the request",
    arguments: ["get a", "SET user:1 x", "PING", "HGET h f", "AUTH secret", "SET k password=1", "SET k a\"b"])
  func keys(command: String) throws {
    let rules = MatchRules(redactor: Redactor())
    let bytes = self.bytes([command])
    let head = withUnsafeTemporaryAllocation(byteCount: bytes.count, alignment: 1) { head in
      bytes.withUnsafeBytes { RedisWire().plainHead(of: $0, rules, into: head) }
        .map { String(decoding: head[..<$0], as: UTF8.self) }
    }
    let request = RedisRequest(frame: ByteBuffer(bytes: bytes), context: RedisContext())
    if let head { #expect(request.key(rules) == MatchKey(head: head)) }
    #expect((head == nil) == ["AUTH secret", "SET k password=1", "SET k a\"b"].contains(command))
  }
}
