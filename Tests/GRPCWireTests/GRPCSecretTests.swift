import MockrecCore
import MockrecWire
import NIOCore
import Testing

@testable import GRPCWire

@Suite("gRPC: what is recorded, read again and asked for")
struct GRPCSecretTests {
  /// `x.S/Login` takes and gives `x.Login`.
  private static let wire: GRPCWire = {
    var message = ProtobufWriter()
    message.delimited(1, "Login".utf8)
    let fields: [(String, UInt64)] = [
      ("user", 9), ("password", 9), ("token", 12), ("secret", 3), ("api_key", 6), ("private_key", 1),
      ("session_token", 2), ("access_key", 17),
    ]
    for (index, (name, type)) in fields.enumerated() {
      var field = ProtobufWriter()
      field.delimited(1, name.utf8)
      field.varint(3, UInt64(index + 1))
      field.varint(4, 1)
      field.varint(5, type)
      message.delimited(2, field.bytes)
    }
    var service = ProtobufWriter()
    service.delimited(1, "S".utf8)
    for (name, reply) in [("Login", ".x.Login"), ("Lost", ".elsewhere.Reply")] {
      var method = ProtobufWriter()
      method.delimited(1, name.utf8)
      method.delimited(2, ".x.Login".utf8)
      method.delimited(3, reply.utf8)
      service.delimited(2, method.bytes)
    }
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

  private static let rules = MatchRules(redactor: Redactor(.standard))

  private static func message(_ json: String) throws -> [UInt8] {
    try self.wire.types.messages(of: "/x.S/Login", .request).bytes(JSON.parse(json))
  }

  private static func exchange(
    _ asked: [UInt8], _ said: [UInt8], call: String = "Login", trailers: [(String, String)] = [("grpc-status", "0")],
    fields: [(String, String)] = []
  ) -> Exchange {
    var (sent, got): ([UInt8], [UInt8]) = ([], [])
    GRPCFrame.append(asked, isCompressed: false, to: &sent)
    GRPCFrame.append(said, isCompressed: false, to: &got)
    return Exchange(
      request: Message(start: ["POST", "/x.S/\(call)", "HTTP/2"], fields: Fields(fields), body: Body(sent)),
      replies: [.init(Message(start: ["HTTP/2", "200", ""], body: Body(got), trailers: Fields(trailers)))])
  }

  private static func written(_ exchange: Exchange) throws -> String {
    let entry = try self.wire.entry(
      for: exchange, service: "g", times: 1, digest: nil, volatile: []
    ) { _, _ in "bodies/a.grpc" }
    return NotationPrinter.print(ConversationFile(entries: [entry]))
  }

  private static func read(_ text: String) throws -> Exchange {
    let source = SourceText(name: "a.hurl", bytes: Array(text.utf8))
    let entry = try NotationParser.parse(source, dialect: self.wire.dialect).entries[0]
    return try self.wire.exchange(from: entry, in: source).exchange
  }

  private static func key(_ request: Message) -> MatchKey {
    let builder = self.wire.request(from: request).keyBuilder(self.rules, limits: WireLimits())
    (request.body.bytes ?? []).withUnsafeBytes { builder.feed($0) }
    return builder.finish()
  }

  private static let values: [String: [String]] = [
    "user": [#""ada""#, #""{\"password\":\"p\"}""#, #""https://u:p@h/""#], "password": [#""hunter2""#, #""""#],
    "token": [#""AP8=""#, #""SGVsbG8=""#], "secret": [#""777""#, #""-1""#, #""0""#],
    "apiKey": [#""18446744073709551615""#], "privateKey": ["1.5", "-0.0", #""NaN""#, "3"],
    "sessionToken": ["1.5", "16700001", #""Infinity""#], "accessKey": ["-7", "2147483647"],
  ]

  @Test(
    "what is recorded reads as the same bytes, and is found by the client that asked it", arguments: UInt64(0)..<200)
  func laws(seed: UInt64) throws {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    func draw(_ count: Int) -> Int {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return Int(state % UInt64(count))
    }
    var members: [String] = []
    for (name, values) in Self.values.sorted(by: { $0.key < $1.key }) where draw(2) == 0 {
      members.append("\"\(name)\":\(values[draw(values.count)])")
    }
    var message = try Self.message("{\(members.joined(separator: ","))}")
    if draw(3) == 0 { message += message }
    if draw(3) == 0 { message = Array(message.prefix(draw(message.count + 1))) }
    if draw(3) == 0, !message.isEmpty { message[draw(message.count)] = UInt8(draw(256)) }
    let odd = ["", " ", "a", "a: b", "#", "{{x}}", "\\", "é", "\t", "`", "a  b", "\u{1}", "=?", "\""]
    let statuses = ["0", "16", "17", "999", "1000", "-1", "abc", "", "+5", "0x1"]
    let live = Self.exchange(
      message, message, call: ["Login", "Lost", "Unknown"][draw(3)],
      trailers: [("grpc-status", statuses[draw(statuses.count)]), ("x-note", odd[draw(odd.count)])],
      fields: [("x-field", odd[draw(odd.count)])])
    let recorded = Self.wire.redact(live, with: Self.rules.redactor)
    let text = try Self.written(recorded)
    let read = try Self.read(text)
    #expect(read.request.body.bytes == recorded.request.body.bytes, "\(text)")
    #expect(read.reply?.body.bytes == recorded.reply?.body.bytes, "\(text)")
    #expect(try Self.written(read) == text)
    #expect(Self.key(live.request) == Self.key(read.request), "\(text)")
    #expect(Self.wire.mismatches(asked: live.request, recorded: read.request, rules: Self.rules).isEmpty, "\(text)")
  }

  @Test("a long body loses its secrets message by message, however it is cut")
  func pieces() throws {
    let redactor = Redactor(.standard)
    let messages = try ["a", "SECRET", "b"].map { try Self.message(#"{"user":"u","password":"\#($0)"}"#) }
    var body: [UInt8] = []
    for message in messages { GRPCFrame.append(message, isCompressed: false, to: &body) }
    var request = Self.exchange([], []).request
    request.body = Body(body)
    let whole = Self.wire.redact(Exchange(request: request), with: redactor).request.body.bytes
    for size in [1, 2, 5, 7, 100] {
      let pieces = try #require(Self.wire.bodyRedactor(of: request, in: request, with: redactor))
      var clean: [UInt8] = []
      for start in stride(from: 0, to: body.count, by: size) {
        clean += try Array(body[start..<min(start + size, body.count)]).withUnsafeBytes { try pieces.feed($0) }
      }
      #expect(clean + pieces.finish() == whole, "\(size)")
    }
    #expect(!String(decoding: whole ?? [], as: UTF8.self).contains("SECRET"))
    let cut = try #require(Self.wire.bodyRedactor(of: request, in: request, with: redactor))
    _ = try Array(body.dropLast(3)).withUnsafeBytes { try cut.feed($0) }
    #expect(cut.finish().count == GRPCFrame.headLength)
  }

  @Test("a message that nobody could hold to look through it is not written")
  func tooLong() throws {
    let request = Self.exchange([], []).request
    let pieces = try #require(Self.wire.bodyRedactor(of: request, in: request, with: Redactor(.standard)))
    #expect(throws: WireError.self) { try [UInt8]([0, 0xFF, 0, 0, 0]).withUnsafeBytes { try pieces.feed($0) } }
  }

  @Test(
    "metadata of bytes is looked through as what it holds",
    arguments: [
      ("authorization-bin", "U0VDUkVU", "cmVkYWN0ZWQt"), ("password-bin", "U0VDUkVU,U0VDUkVU", "cmVkYWN0ZWQt"),
      ("x-any-bin", "eyJ0b2tlbiI6IlNFQ1JFVCJ9", "eyJ0b2tlbiI6InJl"), ("x-trace-bin", "AAEC/w", "AAEC/w"),
    ])
  func metadata(name: String, value: String, prefix: String) throws {
    let exchange = Self.exchange([], [], trailers: [("grpc-status", "0"), (name, value)], fields: [(name, value)])
    let clean = Self.wire.redact(exchange, with: Self.rules.redactor)
    for fields in [clean.request.fields, clean.reply?.trailers] {
      #expect(fields?[first: name]?.hasPrefix(prefix) == true, "\(fields.map { "\($0)" } ?? "")")
    }
    #expect(Self.wire.redact(clean, with: Self.rules.redactor) == clean)
  }

  @Test(
    "what is no call is told so",
    arguments: [
      ("GET", "/a.B/C", "application/grpc", nil, 405), ("POST", "/a.B/C", "application/json", nil, 415),
      ("POST", "/a.B/C", nil, nil, 415), ("POST", "/", "application/grpc", nil, 404),
      ("POST", "/a.B/C/D", "application/grpc", nil, 404), ("POST", "/a.B/", "application/grpc", nil, 404),
      ("POST", "/a.B/C", "application/grpc", "abc", 400), ("POST", "/a.B/C", "application/grpc", "123456789S", 400),
      ("POST", "/a.B/C", "application/grpc+proto", "99999999H", nil), ("POST", "/a.B/C", "application/grpc", nil, nil),
    ] as [(String, String, String?, String?, Int?)])
  func heads(method: String, path: String, type: String?, timeout: String?, status: Int?) {
    var head = Message(start: [method, path, "HTTP/2"])
    if let type { head.fields.append("content-type", type) }
    if let timeout { head.fields.append("grpc-timeout", timeout) }
    #expect(GRPCHeadFault(head)?.status == status)
  }
}
