import GRPCWire
import MockrecCore
import MockrecWire
import NIOCore
import Testing

@Suite("gRPC: the words of overlays, and what faults make of replies")
struct GRPCFaultTests {
  private let wire = GRPCWire()
  private static let place = Diagnostic.Place(SourceText(name: "o.yaml", bytes: []), at: 0)

  /// A mapping of texts and of mappings.
  private static func fields(_ pairs: [(String, OverlayNode)], of owner: String) throws -> OverlayFields {
    try OverlayFields(Self.node(pairs), of: owner)
  }

  private static func node(_ pairs: [(String, OverlayNode)]) -> OverlayNode {
    OverlayNode(.mapping(pairs.map { (Self.text($0.0), $0.1) }), at: Self.place)
  }

  private static func text(_ text: String, isQuoted: Bool = false) -> OverlayNode {
    OverlayNode(.text(text), at: Self.place, isQuoted: isQuoted)
  }

  private static func message(_ payload: [UInt8]) -> [UInt8] {
    [0, 0, 0, 0, UInt8(payload.count)] + payload
  }

  private func prepared(_ body: [UInt8]) -> PreparedReply {
    let reply = Message(
      start: ["HTTP/2", "200", ""], fields: Fields([("x-first", "a: b")]), body: Body(body),
      trailers: Fields([("grpc-status", "0")]))
    return self.wire.prepare(
      reply, to: Message(start: ["POST", "/a.B/C", "HTTP/2"]), body: .bytes(body), allocator: ByteBufferAllocator())
  }

  @Test("a status in the place of a reply is one head; behind messages it is trailers")
  func status() throws {
    let words = [
      ("status", Self.text("UNAVAILABLE")), ("message", Self.text("größer")),
      ("metadata", Self.node([("retry-after", Self.text("1"))])),
    ]
    var fields = try Self.fields(words, of: "`fault`")
    let reply = try #require(try self.wire.faultReply(&fields) { _ throws(Diagnostic) in [] })
    let trailers = [("grpc-status", "14"), ("grpc-message", "gr%C3%B6%C3%9Fer"), ("retry-after", "1")]
    #expect(reply.fields == Fields([("content-type", "application/grpc")] + trailers))
    #expect(fields.fields.isEmpty && reply.body.isEmpty && reply.trailers.isEmpty)
    fields = try Self.fields(words, of: "`trailers`")
    #expect(try self.wire.faultTrailers(&fields) == Fields(trailers))
    fields = try Self.fields([], of: "`trailers`")
    #expect(try self.wire.faultTrailers(&fields) == nil)
  }

  @Test(
    "a call is matched by its name, its metadata and its first message",
    arguments: [
      ("method", "a.B/C", true), ("method", "a.B/*", true), ("method", "a.*", true), ("method", "a.B/D", false),
      ("x-tenant", "acme", true), ("x-tenant", "ac*", true), ("X-Tenant", "acme", true), ("x-tenant", "other", false),
      ("x-none", "*", false), ("$['1']", "Ada", true), ("$['1']", "Bob", false), ("$['2']", "Ada", false),
    ])
  func matches(word: String, value: String, isMatch: Bool) throws {
    let pair = (word, Self.text(value))
    let pairs = word == "method" ? [pair] : [(word.hasPrefix("$") ? "json" : "metadata", Self.node([pair]))]
    var fields = try Self.fields(pairs, of: "`match`")
    let pattern = try self.wire.requestPattern(&fields)
    let head = Message(start: ["POST", "/a.B/C", "HTTP/2"], fields: Fields([("x-tenant", "acme")]))
    let request = self.wire.request(from: head)
    let body = Self.message([0x0A, 3] + Array("Ada".utf8))
    let isFound = pattern.matches(request) && (!pattern.readsBody || pattern.matches(body: body, of: request))
    #expect(isFound == isMatch)
    #expect(pattern.readsBody == word.hasPrefix("$"))
  }

  @Test("a whole number of 64 bits, which messages show as a string, is matched as either", arguments: [true, false])
  func longNumbers(isQuoted: Bool) throws {
    let number = Self.text("42", isQuoted: isQuoted)
    var fields = try Self.fields([("json", Self.node([("$['1']", number)]))], of: "`match`")
    let pattern = try self.wire.requestPattern(&fields)
    let request = self.wire.request(from: Message(start: ["POST", "/a.B/C", "HTTP/2"]))
    #expect(pattern.matches(body: Self.message([0x0A, 2] + Array("42".utf8)), of: request))
    #expect(!pattern.matches(body: Self.message([0x0A, 2] + Array("43".utf8)), of: request))
  }

  @Test("a pattern of a whole service covers those of its calls, and none that asks for more")
  func covers() throws {
    func pattern(_ pairs: [(String, OverlayNode)]) throws -> any RequestPattern {
      var fields = try Self.fields(pairs, of: "`match`")
      return try self.wire.requestPattern(&fields)
    }
    let all = try pattern([("method", Self.text("a.B/*"))])
    let one = try pattern([("method", Self.text("a.B/C")), ("metadata", Self.node([("x", Self.text("y"))]))])
    #expect(all.covers(one) && !one.covers(all) && all.covers(all))
    #expect(try pattern([]).covers(all))
  }

  @Test("a prepared reply's head is what it was prepared from")
  func head() throws {
    let head = try #require(self.wire.head(of: self.prepared(Self.message([8, 1]))))
    #expect(head.start == ["HTTP/2", "200", ""])
    #expect(head.fields == Fields([("content-type", "application/grpc"), ("x-first", "a: b")]))
  }

  @Test("of the first message so many bytes are left, and its length says so", arguments: [nil, 0, 1, 3, 4, 100])
  func truncated(count: Int?) {
    let whole = self.prepared(Self.message([1, 2, 3, 4]) + Self.message([5]))
    let cut = self.wire.truncated(whole, to: count)
    let kept = Array([UInt8](arrayLiteral: 1, 2, 3, 4).prefix(count ?? 2))
    #expect(Array(cut.bytes.readableBytesView.dropFirst(cut.headLength)) == Self.message(kept) + Self.message([5]))
    #expect(cut.headLength == whole.headLength && cut.trailers == whole.trailers)
  }

  @Test("what may be changed are messages, and not what is in front of them")
  func payload() {
    let bytes = Self.message([1, 2]) + Self.message([]) + Self.message([3])
    #expect(bytes.withUnsafeBytes { self.wire.payload(of: $0, headLength: 0) } == [5..<7, 12..<12, 17..<18])
  }

  @Test("a number that is no status of gRPC is refused, with the words that are", arguments: ["503", "17", "OKAY"])
  func noStatus(word: String) throws {
    var fields = try Self.fields([("status", Self.text(word))], of: "`fault`")
    let error = #expect(throws: Diagnostic.self) {
      _ = try self.wire.faultReply(&fields) { _ throws(Diagnostic) in [] }
    }
    #expect(error?.description.contains("there is no status `\(word)`") == true)
    #expect(error?.description.contains("or its number from 0 to 16") == true)
  }

  @Test("of another call's answer the status is taken, and no message")
  func fitting() {
    let request = self.wire.request(from: Message(start: ["POST", "/a.B/C", "HTTP/2"]))
    let reply = self.wire.fitting(self.prepared(Self.message([1])), to: request)
    #expect(reply.bodyLength == 0 && reply.trailers == Fields([("grpc-status", "0")]))
  }
}
