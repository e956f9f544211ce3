import MockrecCoding
import MockrecCore
import MockrecWire
import Testing

@testable import HTTPWire

@Suite("Exchanges as entries")
struct HTTPNotationTests {
  private let wire = HTTPWire()

  /// Writes an exchange as text and reads it again.
  private func roundTrip(_ exchange: Exchange, times: Int = 1) throws -> (
    text: String, read: RecordedExchange, files: [String: [UInt8]]
  ) {
    var files: [String: [UInt8]] = [:]
    let entry = try self.wire.entry(
      for: exchange, service: "svc", times: times, digest: nil, volatile: self.wire.volatileFields
    ) {
      bytes, ending in
      let name = "bodies/\(files.count).\(ending)"
      files[name] = bytes
      return name
    }
    let text = NotationPrinter.print(ConversationFile(entries: [entry]))
    let source = SourceText(name: "x.hurl", text: text)
    #expect(try NotationPrinter.format(source) == text)
    let file = try NotationParser.parse(source)
    return (text, try self.wire.exchange(from: try #require(file.entries.first), in: source), files)
  }

  private func exchange(_ body: [UInt8], type: String, extra: [(String, String)] = []) -> Exchange {
    Exchange(
      request: Message(start: ["POST", "/a?b=%20c", "HTTP/1.1"], fields: Fields([("Accept", "*/*")])),
      replies: [
        .init(
          Message(
            start: ["HTTP/1.1", "200", "OK"], fields: Fields([("Content-Type", type)] + extra), body: Body(body)))
      ])
  }

  @Test(
    "a body comes back byte for byte, whatever it is",
    arguments: [
      ("application/json", #"{"a":1,"b":[true,null,"é\u00e9"],"n":1.50}"#),
      ("application/json", #"{"a": 1, "b": [true, null]}"#),
      ("application/json", "{\n    \"a\": 1\n}\n"),
      ("application/json", "{ \"odd\" :1}"),
      ("application/json", #"{"template":"{{x}}"}"#),
      ("application/json", "not json at all"),
      ("application/json", "3"),
      ("text/html", "<p>one\r\ntwo\r\n"),
      ("text/plain", "one\ntwo"),
      ("text/plain", "one\ntwo\n"),
      ("text/plain", "\n"),
      ("text/plain", "mixed\r\nends\n"),
      ("text/plain", "ticks ``` inside"),
      ("text/plain", "# @times 3\nGET /x\nHTTP 200\n"),
      ("text/plain", "{{not a variable}}"),
      ("text/plain", " "),
      ("application/octet-stream", "\u{0}\u{1}"),
    ])
  func bodies(type: String, body: String) throws {
    let result = try self.roundTrip(self.exchange(Array(body.utf8), type: type))
    let reply = try #require(result.read.exchange.reply)
    switch reply.body.content {
    case .bytes(let bytes): #expect(String(decoding: bytes, as: UTF8.self) == body, "\(result.text)")
    case .file(let name, _): #expect(result.files[name] == Array(body.utf8))
    }
  }

  @Test("trailers come back, also one without a value")
  func trailers() throws {
    var exchange = self.exchange(Array("body".utf8), type: "text/plain")
    exchange.request.trailers = Fields([("X-Sum", ""), ("X-A", "1")])
    exchange.replies[0].message.trailers = Fields([("X-Sum", ""), ("X-B", "b: c")])
    let read = try self.roundTrip(exchange).read.exchange
    #expect(read.request.trailers == exchange.request.trailers)
    #expect(read.reply?.trailers == exchange.reply?.trailers)
  }

  @Test("a mark that is misread is told at its own line")
  func placeOfMark() throws {
    let source = SourceText(name: "x.hurl", text: "GET {{svc}}/\n\n# @trailer nothing\n# @trailer X-B: b\nHTTP 200\n")
    let entry = try NotationParser.parse(source).entries[0]
    do {
      _ = try self.wire.exchange(from: entry, in: source)
      Issue.record("it was read")
    } catch {
      #expect("\(error)".contains("x.hurl:3:1"), "\(error)")
    }
  }

  @Test("random bytes come back, inline or in a file", arguments: UInt64(0)..<40)
  func random(seed: UInt64) throws {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    let bytes = (0..<Int(seed * 7)).map { _ -> UInt8 in
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return UInt8(truncatingIfNeeded: state)
    }
    for type in ["text/plain", "application/json", "image/png"] {
      let result = try self.roundTrip(self.exchange(bytes, type: type))
      let reply = try #require(result.read.exchange.reply)
      switch reply.body.content {
      case .bytes(let read): #expect(read == bytes, "seed \(seed)")
      case .file(let name, _): #expect(result.files[name] == bytes, "seed \(seed)")
      }
    }
  }

  @Test("a compressed body is shown decoded and comes back compressed", arguments: ["gzip", "deflate"])
  func compressed(coding: String) throws {
    let plain = Array(#"{"hello": "world", "list": [1, 2, 3]}"#.utf8)
    let encoded = try #require(ContentCoding(fieldValue: coding)).encode(plain)
    let result = try self.roundTrip(
      self.exchange(encoded, type: "application/json", extra: [("Content-Encoding", coding)]))
    #expect(result.text.contains(#""hello": "world""#))
    #expect(result.text.contains("# @encoding \(coding)"))
    #expect(result.read.exchange.reply?.body.bytes == encoded)
  }

  @Test("the entry reads as people expect it")
  func golden() throws {
    let exchange = Exchange(
      request: Message(
        start: ["GET", "/users/42", "HTTP/1.1"],
        fields: Fields([("Host", "real"), ("Accept", "application/json"), ("Content-Length", "0")])),
      replies: [
        .init(
          Message(
            start: ["HTTP/1.1", "200", "OK"],
            fields: Fields([("Content-Type", "application/json"), ("Date", "today"), ("X-A", "1 # not a comment")]),
            body: Body(Array(#"{"id":42,"name":"alice"}"#.utf8)), trailers: Fields([("X-Sum", "9")])))
      ])
    let result = try self.roundTrip(exchange, times: 3)
    #expect(
      result.text == """
        # mockrec 1
        # @times 3
        GET {{svc}}/users/42
        Accept: application/json

        # @layout compact
        # @trailer X-Sum: 9
        HTTP 200
        Content-Type: application/json
        X-A: 1 \\# not a comment
        {
          "id": 42,
          "name": "alice"
        }

        """)
    #expect(result.read.times == 3)
    #expect(result.read.exchange.reply?.trailers == Fields([("X-Sum", "9")]))
  }

  @Test(
    "what cannot be served says so, with its place",
    arguments: [
      ("GET {{s}}/a\n", "no response", 1),
      ("# @times x\nGET {{s}}/a\n\nHTTP 200\n", "`@times` wants a number from 1", 1),
      ("GET {{s}}/a\n\nHTTP *\n", "'*' is not a status", 3),
      ("GET {{s}}/{{id}}\n\nHTTP 200\n", "a variable cannot stand", 1),
      ("GET {{s}}/a\n\n# @layout odd\nHTTP 200\n{}\n", "`@layout` wants", 3),
      ("GET {{s}}/a\n\n# @chunks 2@-1\nHTTP 200\n{}\n", "`@chunks` wants", 3),
      ("GET {{s}}/a\n\n# @chunks 2@2592000001\nHTTP 200\n{}\n", "`@chunks` wants", 3),
      ("GET {{s}}/a\n\n# @chunks 2@0 3@9\nHTTP 200\n{}\n", "pieces of `@chunks` have 5 bytes, and the body has 2", 3),
      ("GET {{s}}/a\n\n# @chunks 2@0\nHTTP 204\n", "pieces of `@chunks` have 2 bytes, and the body has 0", 3),
      ("GET {{s}}/a\n\n# @ends server\nHTTP 200\n{}\n", "`@ends` wants", 3),
      ("GET {{s}}/a\n\n# @version HTTP/3\nHTTP 200\n{}\n", "`@version` wants", 3),
    ])
  func faults(text: String, message: String, line: Int) throws {
    let source = SourceText(name: "x.hurl", text: text)
    let file = try NotationParser.parse(source)
    let entry = try #require(file.entries.first)
    do {
      _ = try self.wire.exchange(from: entry, in: source)
      Issue.record("was read: \(text)")
    } catch {
      #expect(error.message.contains(message), "\(error)")
      #expect(error.place?.position.line == line, "\(error)")
    }
  }

  @Test("several messages are no body: neither read nor sent")
  func messages() throws {
    let source = SourceText(name: "x.hurl", text: "POST http://a/\n1\n\nHTTP 200\n1\n")
    let read = try #require(try NotationParser.parse(source, dialect: self.wire.dialect).entries.first)
    let several = BodyText(messages: [BodyText(hex: [1]), BodyText(hex: [2])])
    var (asked, answered) = (read, read)
    asked.request.body = several
    answered.response?.body = several
    for (entry, line) in [(asked, 1), (answered, 4)] {
      let error = #expect(throws: Diagnostic.self) { try self.wire.exchange(from: entry, in: source) }
      #expect(error?.message == BodyText.severalMessages)
      #expect(error?.place?.position.line == line)
    }
    let error = #expect(throws: Diagnostic.self) {
      try self.wire.contractRequest(for: asked, scope: ContractScope(), file: source)
    }
    #expect(error?.message == BodyText.severalMessages)
  }
}
