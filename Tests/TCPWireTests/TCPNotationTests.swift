import MockrecCore
import MockrecWire
import NIOCore
import Testing

@testable import TCPWire

struct TCPNotationTests {
  /// Writes an exchange as a file and reads it again.
  private func again(_ request: [UInt8], _ reply: [UInt8], _ wire: TCPWire, aside: String = "") throws -> (
    text: String, request: Message, reply: Message
  ) {
    let exchange = Exchange(
      request: Message(start: ["TCP", aside], body: Body(request)), replies: [.init(.reply("TCP", Body(reply)))])
    var files: [String: [UInt8]] = [:]
    let entry = try wire.entry(for: exchange, service: "s", times: 1, digest: nil, volatile: []) { bytes, ending in
      let name = "bodies/\(files.count).\(ending)"
      files[name] = bytes
      return name
    }
    let text = NotationPrinter.print(ConversationFile(entries: [entry]))
    let source = SourceText(name: "x.hurl", bytes: Array(text.utf8))
    let file = try NotationParser.parse(source, dialect: TCPWire().dialect)
    #expect(file.entries.count == 1)
    #expect(NotationPrinter.print(file) == text)
    var read = try wire.exchange(from: file.entries[0], in: source).exchange
    func filled(_ body: Body) -> Body {
      if case .file(let name, _) = body.content { Body(files[name] ?? []) } else { body }
    }
    read.request.body = filled(read.request.body)
    return (text, read.request, Message(start: [], body: filled(try #require(read.reply).body)))
  }

  private static let samples: [[UInt8]] =
    (0...255).map { [UInt8($0)] }
    + (0...255).map { [65, UInt8($0), 66, 13, 10] }
    + [
      [], Array(0...255), Array("EHLO client\r\n".utf8), Array("a \"quoted\" word\n".utf8),
      Array("{{x}} # \\ `\r\n".utf8),
      Array("```\n".utf8), Array("a\r\nb\n".utf8), Array("a\r\nb\r\n".utf8), Array(" a \r\n".utf8),
      Array("wörld\r\n".utf8),
      Array("a\r".utf8), Array("\r\n".utf8), Array("\n".utf8), Array("a`".utf8), Array("{\"a\": 1}\r\n".utf8),
      Array(repeating: 65, count: 3000), Array(repeating: 0, count: 3000), Array("@connect\r\n".utf8),
      Array("\u{200B}\u{FEFF}\r\n".utf8), Array("TCP {{s}} \"x\"\n\nTCP\n".utf8), Array("# @close\n".utf8),
    ]

  private static let framings: [Framing] = [
    .line, .delimiter([13, 10]), .delimiter([0]), .idle(.milliseconds(50)), .connection, .length(.init(size: 2)),
  ]

  @Test("what is written is read back byte for byte, in every framing", arguments: framings)
  func roundTrip(_ framing: Framing) throws {
    for bytes in Self.samples {
      let read = try self.again(bytes, bytes, TCPWire(framing: framing))
      #expect(read.request.body.bytes == bytes, "request:\n\(read.text)")
      #expect(read.reply.body.bytes == bytes, "reply:\n\(read.text)")
    }
  }

  @Test("a line of text stands in the request line, its end told by the framing or a mark")
  func line() throws {
    let wire = TCPWire(framing: .line)
    #expect(
      try self.again(Array("EHLO client\r\n".utf8), Array("250 ok\r\n".utf8), wire).text == """
        # mockrec 1
        TCP {{s}} "EHLO client"

        # @lines crlf
        TCP
        ```
        250 ok
        ```

        """)
    #expect(try self.again(Array("a\n".utf8), [], wire).text.contains("# @end lf\nTCP {{s}} \"a\"\n"))
    #expect(try self.again(Array("a".utf8), [], wire).text.contains("# @end none\nTCP {{s}} \"a\"\n"))
    let idle = TCPWire()
    #expect(try self.again(Array("a\r\n".utf8), [], idle).text.contains("# @end crlf\nTCP {{s}} \"a\"\n"))
  }

  @Test("what a server says unasked keeps its occasion")
  func asides() throws {
    #expect(try self.again([], Array("hi".utf8), TCPWire(), aside: "@connect").request.start[1] == "@connect")
    let later = try self.again(Array("a\n".utf8), [1], TCPWire(framing: .line), aside: "@later 2")
    #expect(later.request.start[1] == "@later 2")
    #expect(later.request.body.bytes == Array("a\n".utf8))
  }

  @Test("masked bytes do not count, and are written alike; echoed ones come from the request")
  func masks() throws {
    var rules = ByteRules()
    rules.masks = [.init(offset: 0, length: 2), .init(offset: 90, length: 4)]
    rules.echoes = [.init(from: 0, to: 1, length: 2), .init(from: 1, to: 90, length: 8)]
    let wire = TCPWire(rules: rules)
    let match = MatchRules(redactor: Redactor())
    func key(_ bytes: [UInt8]) -> MatchKey { wire.request(ByteBuffer(bytes: bytes)).key(match) }
    #expect(key([1, 2, 3, 0]) == key([9, 8, 3, 0]))
    #expect(key([1, 2, 3, 0]) != key([1, 2, 4, 0]))
    #expect(key(Array("ab cd".utf8)) == key(Array("xy cd".utf8)))
    var reply = ByteBuffer(bytes: [0, 0, 0, 7])
    wire.request(ByteBuffer(bytes: [5, 6, 3, 0])).patch(&reply)
    #expect(Array(reply.readableBytesView) == [0, 5, 6, 7])
    let recorded = Exchange(
      request: Message(start: ["TCP", ""], body: Body([5, 6, 3, 0])),
      replies: [.init(.reply("TCP", Body([0, 5, 6, 7])))])
    let clean = wire.redact(recorded, with: Redactor())
    #expect(clean.request.body.bytes == [0, 0, 3, 0])
    #expect(clean.reply?.body.bytes == [0, 0, 0, 7])
    #expect(wire.redact(clean, with: Redactor()) == clean)
    let stored = Message(start: ["TCP", ""], body: Body([0, 0, 3, 0]))
    #expect(wire.request(from: stored).key(match) == key([5, 6, 3, 0]))
  }

  @Test("a mistake in an entry is told with its line")
  func mistakes() throws {
    func problem(_ text: String) -> String {
      let source = SourceText(name: "x.hurl", bytes: Array(text.utf8))
      do {
        let file = try NotationParser.parse(source, dialect: TCPWire().dialect)
        _ = try TCPWire(framing: .line).exchange(from: file.entries[0], in: source)
        return ""
      } catch { return "\(error)" }
    }
    #expect(problem("TCP {{s}} EHLO x\n\nTCP\n").contains("write \"EHLO x\""))
    #expect(problem("TCP {{s}} @soon\n\nTCP\n").contains("@connect"))
    #expect(problem("TCP {{s}} \"a\"\nhex,00;\n\nTCP\n").contains("not both"))
    #expect(problem("# @end cr\nTCP {{s}} \"a\"\n\nTCP\n").contains("crlf, lf and none"))
    #expect(problem("TCP {{s}} \"a\"\n\nTCP OK\n").contains("behind TCP"))
    #expect(problem("TCP {{s}} \"a\"\n").contains("no response"))
    #expect(problem("TCP {{s}}\nhex,00;\nhex,01;\n\nTCP\n").contains("expected a response line or a request line"))
  }
}
