import MockrecCore
import MockrecWire
import NIOCore
import Testing

@testable import GRPCWire

@Suite("gRPC: entries")
struct GRPCEntryTests {
  /// `x.Greeter/Greet` takes and gives `x.Text`, which has a text `text` with the number 1.
  static let wire: GRPCWire = {
    var field = ProtobufWriter()
    field.delimited(1, "text".utf8)
    field.varint(3, 1)
    field.varint(4, 1)
    field.varint(5, 9)
    var message = ProtobufWriter()
    message.delimited(1, "Text".utf8)
    message.delimited(2, field.bytes)
    var method = ProtobufWriter()
    method.delimited(1, "Greet".utf8)
    method.delimited(2, ".x.Text".utf8)
    method.delimited(3, ".x.Text".utf8)
    var service = ProtobufWriter()
    service.delimited(1, "Greeter".utf8)
    service.delimited(2, method.bytes)
    var file = ProtobufWriter()
    file.delimited(1, "x.proto".utf8)
    file.delimited(2, "x".utf8)
    file.delimited(4, message.bytes)
    file.delimited(6, service.bytes)
    file.delimited(12, "proto3".utf8)
    var schema = ProtobufSchema()
    try? schema.add(file: file.bytes)
    return GRPCWire(types: GRPCTypes(schema))
  }()

  private static func body(_ messages: [[UInt8]]) -> [UInt8] {
    var body: [UInt8] = []
    for message in messages { GRPCFrame.append(message, isCompressed: false, to: &body) }
    return body
  }

  private static func text(_ text: String) -> [UInt8] {
    var writer = ProtobufWriter()
    writer.delimited(1, text.utf8)
    return writer.bytes
  }

  private static func exchange(asked: [[UInt8]], said: [[UInt8]], status: String = "0") -> Exchange {
    let request = Message(start: ["POST", "/x.Greeter/Greet", "HTTP/2"], body: Body(self.body(asked)))
    let reply = Message(
      start: ["HTTP/2", "200", ""], body: Body(self.body(said)), trailers: Fields([("grpc-status", status)]))
    return Exchange(request: request, replies: [.init(reply)])
  }

  private static func written(_ exchange: Exchange) throws -> String {
    let entry = try self.wire.entry(for: exchange, service: "g", times: 1, digest: nil, volatile: []) { bytes, _ in
      "bodies/\(bytes.count)"
    }
    return NotationPrinter.print(ConversationFile(entries: [entry]))
  }

  private static func read(_ text: String) throws -> Exchange {
    let source = SourceText(name: "a.hurl", bytes: Array(text.utf8))
    let entry = try NotationParser.parse(source, dialect: self.wire.dialect).entries[0]
    return try self.wire.exchange(from: entry, in: source).exchange
  }

  @Test("an entry gives back the bytes of every message, whatever they are")
  func bytes() throws {
    let odd: [[UInt8]] = [
      [], Self.text("Ada"), Self.text("{{name}}"), Self.text("```"), Self.text("a\nb\t\u{0}"), [0x08, 0x07],
      [0x0A, 0x02, 0xFF, 0xFE], [0xFF, 0xFF], [0x12, 0x01, 0x41, 0x0A, 0x01, 0x42], [0x0A, 0x81, 0x00, 0x41],
    ]
    for message in odd {
      for exchange in [
        Self.exchange(asked: [message], said: [message]),
        Self.exchange(asked: [message, Self.text("more")], said: [Self.text("less"), message, message]),
      ] {
        let text = try Self.written(exchange)
        let read = try Self.read(text)
        #expect(read.request.body.bytes == exchange.request.body.bytes, "\(text)")
        #expect(read.reply?.body.bytes == exchange.reply?.body.bytes, "\(text)")
        #expect(read.reply?.trailers == exchange.reply?.trailers)
        let again = try Self.written(read)
        #expect(try Self.written(Self.read(again)) == again)
      }
    }
  }

  @Test("a message that does not fit its type is a tree, and the entry says so")
  func misfit() throws {
    let text = try Self.written(Self.exchange(asked: [Self.text("Ada")], said: [[0x08, 0x07]]))
    #expect(text.contains("\"text\": \"Ada\""))
    #expect(text.contains("\"1\": 7"))
    #expect(text.contains("# the message does not fit x.Text: "), "\(text)")
  }

  @Test("what interleaved is written as it was heard, and read as it is written")
  func interleaving() throws {
    var exchange = Self.exchange(
      asked: [Self.text("a"), Self.text("b")], said: [Self.text("1"), Self.text("2"), Self.text("3")])
    let (asked, said) = (exchange.request.body.count, exchange.reply?.body.count ?? 0)
    func pieces(_ total: Int, _ parts: Int, _ places: [(at: Int, order: Int)]) -> [Body.Chunk] {
      places.enumerated().map { index, place in
        Body.Chunk(
          end: min(index + 1, parts) * total / parts, at: .milliseconds(place.at), order: place.order)
      }
    }
    exchange.request.body.chunks = pieces(asked, 2, [(0, 1), (20, 3), (30, 5)])
    exchange.replies[0].message.body.chunks = pieces(said, 3, [(5, 0), (12, 2), (25, 4), (40, 6)])
    let text = try Self.written(exchange)
    #expect(text.contains("# @heard 0@5 1@7 2@5 end@10\n"), "\(text)")
    let read = try Self.read(text)
    #expect(GRPCInterleaving.heard(read).map(\.name) == ["0@5", "1@7", "2@5", "end@10"])
  }

  @Test("secrets give way to pseudonyms that the field can hold, or the field is left out")
  func secrets() throws {
    let wire = GRPCWire()
    // Field 1 is a text, 2 a number; without a type both are shown by their numbers, so the names are given to redact.
    var rules = RedactionRules.standard
    rules.add("text")
    let exchange = Self.wire.redact(
      Self.exchange(asked: [Self.text("hunter2")], said: [Self.text("hunter2")]), with: Redactor(rules))
    let text = try Self.written(exchange)
    #expect(!text.contains("hunter2") && text.contains("redacted-"), "\(text)")
    let jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U"
    let plain = wire.redact(
      Self.exchange(asked: [Self.text("Bearer \(jwt)")], said: []), with: Redactor(.standard))
    #expect(!String(decoding: plain.request.body.bytes ?? [], as: UTF8.self).contains(jwt))
  }

  @Test("any cut of a body finds the same ends of messages")
  func cutter() {
    let body = ByteBuffer(bytes: Self.body([[], Self.text("a"), Array(repeating: 7, count: 300), []]))
    for size in 1...12 {
      var (cutter, rest, ends): (GRPCCutter, ByteBuffer, [Int]) = (GRPCCutter(), body, [])
      while rest.readableBytes > 0 {
        let piece = rest.readSlice(length: min(size, rest.readableBytes)) ?? ByteBuffer()
        cutter.feed(piece) { ends.append($0) }
      }
      #expect(ends == [5, 13, 318, 323])
    }
  }

  @Test(
    "what cannot be served is told with its place",
    arguments: [
      ("GRPC {{g}} x.Greeter/Greet\n{\"txt\": \"a\"}\n\nGRPC OK\n{}\n", "nearest: text"),
      ("GRPC {{g}} x.Greeter\n\nGRPC OK\n{}\n", "names no call"),
      ("GRPC {{g}} x.Greeter/Greet\n\nGRPC NOTFOUND\n", "NOT_FOUND"),
      ("GRPC {{g}} x.Greeter/Greet\n\n# @heard x@1\nGRPC OK\n{}\n", "`@heard` wants"),
      ("GRPC {{g}} x.Greeter/Greet\n`text`\n\nGRPC OK\n{}\n", "a message is JSON, or bytes"),
    ])
  func problems(text: String, words: String) {
    do {
      _ = try Self.read(text)
      Issue.record("it was read")
    } catch {
      #expect("\(error)".contains(words) && "\(error)".contains("a.hurl:"), "\(error)")
    }
  }
}
