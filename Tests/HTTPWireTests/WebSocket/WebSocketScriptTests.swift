import MockrecCore
import MockrecWire
import NIOCore
import Testing

@testable import HTTPWire

@Suite("WebSockets as lists of frames")
struct WebSocketScriptTests {
  private let wire = HTTPWire()

  private func exchange(_ script: WebSocketScript) -> Exchange {
    let bodies = script.bodies
    let request = Message(
      start: ["GET", "/socket", "HTTP/1.1"], fields: Fields([("Upgrade", "websocket")]), body: bodies.client)
    let reply = Message(start: ["HTTP/1.1", "101", "Switching Protocols"], body: bodies.service)
    return Exchange(request: request, replies: [.init(reply)], ending: bodies.ending)
  }

  private func script(_ text: String) throws -> WebSocketScript {
    try WebSocketScript(text, in: SourceText(name: "x", text: text), at: 0)
  }

  private func text(_ text: String) -> WebSocketFrameLine {
    WebSocketFrameLine(isClient: false, content: .message(WebSocketMessage(.text, ByteBuffer(string: text))))
  }

  /// Writes an exchange as a file, and reads that again.
  private func read(_ exchange: Exchange) throws -> (file: String, exchange: Exchange) {
    let entry = try self.wire.entry(for: exchange, service: "svc", times: 1, digest: nil, volatile: []) { _, _ in
      throw Diagnostic("nothing of a WebSocket goes to a file")
    }
    let text = NotationPrinter.print(ConversationFile(entries: [entry]))
    let source = SourceText(name: "x.hurl", text: text)
    #expect(try NotationPrinter.format(source) == text)
    let read = try #require(try NotationParser.parse(source).entries.first)
    return (text, try self.wire.exchange(from: read, in: source).exchange)
  }

  @Test(
    "a text comes back byte for byte, whatever it is, from a file that fmt keeps",
    arguments: [
      "", " ", "plain", "ends in space ", "`", "```", "{{name}}", #"{"a":"```"}"#, #"{"a":"{{x}}"}"#, #"{"a": 1} "#,
      #" {"a":1}"#, "{not json", "[1,2]", "3", "null", #""quoted""#, #"{"n":1.50,"e":"\u00e9é"}"#, "{\"a\":\n1}",
      "one\ntwo\r\n", "\r", "\r\n", "\u{0}\u{1}\u{7F}\u{1B}[0m", "a\u{2028}b\u{2029}c\u{85}", "{\"a\":\"\u{2028}\"}",
      "\u{301}accent first", "\u{1F3FB}", "\u{FEFF}mark", "# @comment", "> \"nested\"", "\\u0060 \\", "ü😀",
      "\t{\"tab\":1}", "{\"a\":\"\u{7F}\"}",
    ])
  func texts(_ text: String) throws {
    let line = self.text(text)
    #expect(try WebSocketFrameLine(line.text[...]) == line, "\(line.text)")
    let script = try self.script(#"> "go""# + "\n" + line.text + "\n< close 1000\n")
    let (file, read) = try self.read(self.exchange(script))
    #expect(read.reply?.body == script.bodies.service, "\(file)")
    #expect(file.contains("\n```\n") || file.contains("\n```novariable\n"), "\(file)")
  }

  @Test("a text of a megabyte comes back")
  func longText() throws {
    let long = #"{"a":""# + String(repeating: "ü`\u{2028} {{", count: 100_000) + #""}"#
    for line in [self.text(long), self.text(String(repeating: "\u{0}", count: 1 << 20))] {
      #expect(try WebSocketFrameLine(line.text[...]) == line)
    }
  }

  @Test(
    "a line comes back as it was written",
    arguments: [
      #"> {"subscribe": 7}"#, #"< @15 base64,AAEC;"#, #"< base64,;"#, "< ping", #"< ping "x""#, "> pong", "> close",
      "< close 1000", #"< close 4001 "so \u0060 long""#, "> end", "< end", #"< @2592000000 "late""#,
    ])
  func lines(_ text: String) throws {
    #expect(try WebSocketFrameLine(text[...])?.text == text)
  }

  @Test("what people write beside: comments, blanks, hexadecimal bytes, line ends of Windows")
  func writtenByHand() throws {
    let script = try self.script("# a comment\r\n\r\n  > hex,0a0B;\r\n<\"x\"\r\n<   @3   {\"a\":1}\r\n< end\r\n")
    #expect(script.lines.map(\.text) == ["> base64,Cgs=;", #"< "x""#, #"< @3 {"a":1}"#, "< end"])
  }

  @Test(
    "frames of both sides keep their order and their times",
    arguments: [
      "> \"a\"\n< @5 \"A\"\n> \"b\"\n< \"B\"\n< @7 \"C\"\n> close 1000\n< close 1000\n",
      "< \"push\"\n< ping \"x\"\n< \"push\"\n> end\n", "> \"a\"\n> \"b\"\n< \"both\"\n< end\n> end\n",
      "< \"first\"\n< close 4001 \"so long\"\n> close 4001\n", "< \"first\"\n> \"go on\"\n< end\n",
      "> end\n", "< end\n", "> close 1000\n", "< close\n", "< \"only\"\n", "",
    ])
  func order(_ text: String) throws {
    let exchange = self.exchange(try self.script(text))
    #expect(WebSocketScript(exchange).text == text)
    let (_, read) = try self.read(exchange)
    #expect(read.request.body == exchange.request.body && read.reply?.body == exchange.reply?.body)
    #expect(read.ending == exchange.ending)
    #expect(WebSocketScript(read).text == text)
  }

  @Test("a client's pings and both sides' pongs are left out: who speaks sends them")
  func leftOut() throws {
    let script = try self.script("> ping \"a\"\n> \"x\"\n< pong \"a\"\n< \"X\"\n> pong\n< ping\n< end\n")
    #expect(WebSocketScript(self.exchange(script)).text == "> \"x\"\n< \"X\"\n< ping\n< end\n")
  }

  @Test("times and the order between the sides make no other entry")
  func untimed() {
    let one = WebSocketScript.untimed("> \"a\"\n< @5 \"A\"\n> \"b\"\n< @9 \"B\"\n")
    #expect(one == WebSocketScript.untimed("> \"a\"\n> \"b\"\n< \"A\"\n< @1 \"B\"\n"))
    #expect(one != WebSocketScript.untimed("> \"a\"\n> \"b\"\n< \"B\"\n< \"A\"\n"))
    let left = WebSocketScript.untimed("< \"A\"\n> close 1000\n< close 1000\n")
    #expect(left == WebSocketScript.untimed("< \"A\"\n> close 1000\n"))
    #expect(WebSocketScript.untimed("< ping \"drawn\"\n") == WebSocketScript.untimed("< ping\n"))
    #expect(left != WebSocketScript.untimed("< \"A\"\n< close 1000\n> close 1000\n"))
  }

  @Test(
    "a line that cannot be read is named with its place and a fix",
    arguments: [
      ("hello", "begins with >"), ("> hello", "`hello` is no frame"), (#"> "open"#, "no text in quotes"),
      ("< {\"a\":}", "no JSON"), ("< @soon \"x\"", "no time"), ("< @-1 \"x\"", "no time"), ("<", "no frame"),
      ("< base64,A*;", "cannot be read"), ("< hex,0;", "cannot be read"), ("< close 99", "no code"),
      ("< close 1000 bye", "no text in quotes"), ("< endless", "no frame"), ("> 3", "no frame"),
      ("< ping \"\(String(repeating: "x", count: 126))\"", "at most 125 bytes"),
      ("< close 1000 \"\(String(repeating: "x", count: 124))\"", "at most 123 bytes"),
    ])
  func faults(line: String, said: String) throws {
    let text = "GET {{svc}}/socket\nUpgrade: websocket\n\nHTTP 101\n```\n> \"fine\"\n\(line)\n< end\n```\n"
    let source = SourceText(name: "a/x.hurl", text: text)
    let entry = try #require(try NotationParser.parse(source).entries.first)
    let error = #expect(throws: Diagnostic.self) { try self.wire.exchange(from: entry, in: source) }
    #expect(error?.message.contains(said) == true, "\(String(describing: error))")
    #expect(error?.description.contains("--> a/x.hurl:7:1\n") == true, "\(String(describing: error))")
    #expect(error?.notes.contains { $0.label == "fix" && !$0.text.isEmpty } == true)
  }

  @Test("a body that is no list of frames is named with its place and a fix")
  func noList() throws {
    for body in [#"{"a":1}"#, "`text`", "file,x.bin;"] {
      let source = SourceText(name: "x.hurl", text: "GET {{svc}}/s\nUpgrade: websocket\n\nHTTP 101\n\(body)\n")
      let entry = try #require(try NotationParser.parse(source).entries.first)
      let error = #expect(throws: Diagnostic.self) { try self.wire.exchange(from: entry, in: source) }
      #expect(error?.description.contains("--> x.hurl:4:1\n") == true, "\(String(describing: error))")
      #expect(error?.notes.contains { $0.label == "fix" && $0.text.contains("> \"a text\"") } == true)
    }
  }

  @Test("however bytes come, messages end at the same places")
  func cutter() throws {
    let messages: [WebSocketMessage] = [
      .init(.text, ByteBuffer(string: "hello")), .init(.ping, ByteBuffer(string: "x")), .init(.binary, ByteBuffer()),
      .init(.text, ByteBuffer(string: "")), .init(.pong, ByteBuffer()), .init(.text, ByteBuffer(string: "end")),
      .close(1000, "bye"),
    ]
    var bytes = ByteBuffer()
    var wanted: [Int] = []
    for message in messages {
      WebSocketRecords.write(message, into: &bytes)
      if message.kind != .ping, message.kind != .pong { wanted.append(bytes.readableBytes) }
    }
    for size in 1...bytes.readableBytes {
      var (cutter, ends, rest) = (WebSocketCutter(), [Int](), bytes)
      while rest.readableBytes > 0 {
        cutter.feed(rest.readSlice(length: min(size, rest.readableBytes))!) { ends.append($0) }
      }
      #expect(ends == wanted, "pieces of \(size)")
    }
  }

  @Test("secrets in texts become pseudonyms, and the frames keep their places")
  func secrets() throws {
    let script = try self.script(
      "> {\"token\":\"s3cr3t-value\",\"n\":1}\n< {\"session\":{\"access_token\":\"other-s3cr3t\"}}\n> \"plain\"\n< \"yes\"\n< end\n"
    )
    let clean = self.wire.redact(self.exchange(script), with: Redactor())
    let text = WebSocketScript(clean).text
    #expect(!text.contains("s3cr3t") && text.contains("\"n\":1"), "\(text)")
    #expect(text.split(separator: "\n").map { $0.prefix(3) } == ["> {", "< {", "> \"", "< \"", "< e"], "\(text)")
    #expect(self.wire.redact(clean, with: Redactor()).reply?.body == clean.reply?.body)
    let (_, read) = try self.read(clean)
    #expect(WebSocketScript(read).text == text)
  }
}
