import MockrecCore
import NIOCore

/// One line of a recorded WebSocket: who said what, and when.
///
/// | line | meaning |
/// | --- | --- |
/// | `> {"subscribe": 7}` | the client's text, JSON as it was sent |
/// | `< "bye\n"` | the service's text, as a JSON string |
/// | `< @15 base64,AAEC;` | bytes, 15 ms later than what came before; `hex,…;` may be written too |
/// | `< ping "x"`, `> pong` | control frames |
/// | `> close 1000 "done"` | the end that a side says |
/// | `< end` | a side's connection ends without a word |
struct WebSocketFrameLine: Hashable {
  enum Content: Hashable {
    case message(WebSocketMessage)
    case end
  }

  var isClient: Bool
  /// Whether the side says nothing more.
  var isEnd: Bool {
    switch self.content {
    case .end: true
    case .message(let message): message.kind == .close
    }
  }

  /// Milliseconds since what stands before it.
  var delay = 0
  var content: Content

  /// The longest wait that a line may tell: a thousandfold still fits a clock of nanoseconds. Milliseconds.
  private static let longestDelay = 2_592_000_000

  // MARK: Writing

  var text: String {
    (self.isClient ? "> " : "< ") + (self.delay > 0 ? "@\(self.delay) " : "") + self.shown
  }

  private var shown: String {
    guard case .message(let message) = self.content else { return "end" }
    let bytes = Array(message.payload.readableBytesView)
    switch message.kind {
    case .text: return Self.shown(text: bytes)
    case .binary: return BodyText(base64: bytes).spelling.filter { $0 != "\n" }
    case .ping, .pong:
      let word = message.kind == .ping ? "ping" : "pong"
      guard !bytes.isEmpty else { return word }
      // What is no text is drawn anew for each ping, and says nothing.
      return String(validating: bytes, as: UTF8.self).map { "\(word) \(Self.quoted($0))" } ?? word
    case .close:
      guard let code = message.payload.getInteger(at: message.payload.readerIndex, as: UInt16.self) else {
        return "close"
      }
      let reason = String(decoding: bytes.dropFirst(2), as: UTF8.self)
      return reason.isEmpty ? "close \(code)" : "close \(code) \(Self.quoted(reason))"
    }
  }

  /// JSON on one line stands as it is, any other text as a JSON string.
  private static func shown(text bytes: [UInt8]) -> String {
    let text = String(decoding: bytes, as: UTF8.self)
    let isOneLine = bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "`") } && bytes.last != 0x20
    guard isOneLine, let first = bytes.first, first == UInt8(ascii: "{") || first == UInt8(ascii: "["),
      (try? JSON.parse(bytes)) != nil
    else { return Self.quoted(text) }
    return text
  }

  /// A JSON string in which nothing may end the fence around it.
  private static func quoted(_ text: String) -> String {
    JSON.string(text).description.replacing("`", with: "\\u0060").replacing("\u{7F}", with: "\\u007f")
  }

  // MARK: Reading

  struct Problem: Error {
    var message: String
    var fix: String
  }

  init(isClient: Bool, delay: Int = 0, content: Content) {
    self.isClient = isClient
    self.delay = delay
    self.content = content
  }

  /// Reads a line; nil for an empty one, and for a comment (`#`).
  init?(_ line: Substring) throws(Problem) {
    var rest = line.drop { $0 == " " || $0 == "\t" }
    if rest.utf8.last == UInt8(ascii: "\r") { rest.unicodeScalars.removeLast() }
    guard let side = rest.first, side != "#" else { return nil }
    guard side == ">" || side == "<" else {
      throw Problem(
        message: "a frame of a WebSocket begins with > (the client's) or < (the service's)",
        fix: "write `> \"a text\"` or `< \"a text\"`")
    }
    rest = rest.dropFirst().drop { $0 == " " }
    var delay = 0
    if rest.first == "@" {
      let word = rest.dropFirst().prefix { $0 != " " }
      guard let time = Int(word), (0...Self.longestDelay).contains(time) else {
        throw Problem(message: "`@\(word)` is no time in milliseconds", fix: "write `@15`, or leave it out")
      }
      delay = time
      rest = rest.dropFirst(word.count + 1).drop { $0 == " " }
    }
    self.init(isClient: side == ">", delay: delay, content: try Self.content(rest))
  }

  private static func content(_ text: Substring) throws(Problem) -> Content {
    let word = text.prefix { $0.isLetter || $0.isNumber }
    // A quote and an accent behind it are one character.
    switch (word, text.unicodeScalars.first) {
    case ("end", _) where text == "end": return .end
    case ("ping", _): return .message(WebSocketMessage(.ping, try self.payload(text.dropFirst(4), limit: 125)))
    case ("pong", _): return .message(WebSocketMessage(.pong, try self.payload(text.dropFirst(4), limit: 125)))
    case ("close", _): return .message(try self.close(text.dropFirst(5)))
    case ("base64", _), ("hex", _): return .message(WebSocketMessage(.binary, try self.bytes(text)))
    case (_, "\""): return .message(WebSocketMessage(.text, try self.payload(text, limit: .max)))
    case (_, "{"), (_, "["):
      guard (try? JSON.parse(Array(text.utf8))) != nil else {
        throw Problem(message: "this frame is no JSON", fix: "write a text that is none in quotes: \"{…\"")
      }
      return .message(WebSocketMessage(.text, ByteBuffer(substring: text)))
    default:
      throw Problem(
        message: "`\(text.prefix(40))` is no frame of a WebSocket",
        fix: "write JSON as it is, a text in quotes, base64,…;, hex,…;, ping, pong, close 1000 or end")
    }
  }

  /// A JSON string, or nothing.
  private static func payload(_ text: Substring, limit: Int) throws(Problem) -> ByteBuffer {
    let text = text.drop { $0 == " " }
    guard !text.isEmpty else { return ByteBuffer() }
    guard let string = (try? JSON.parse(Array(text.utf8)))?.string, string.utf8.count <= limit else {
      throw Problem(
        message: "`\(text.prefix(40))` is no text in quotes" + (limit < .max ? " of at most \(limit) bytes" : ""),
        fix: "write it as JSON has strings: \"line\\nline\"")
    }
    return ByteBuffer(string: string)
  }

  private static func close(_ text: Substring) throws(Problem) -> WebSocketMessage {
    let text = text.drop { $0 == " " }
    guard !text.isEmpty else { return WebSocketMessage(.close, ByteBuffer()) }
    let word = text.prefix { $0.isNumber }
    guard let code = UInt16(word), (1000...4999).contains(code) else {
      throw Problem(message: "`\(word)` is no code of a close frame", fix: "write `close 1000`, or `close` without one")
    }
    let reason = try self.payload(text.dropFirst(word.count), limit: 123)
    return .close(code, String(buffer: reason))
  }

  private static func bytes(_ text: Substring) throws(Problem) -> ByteBuffer {
    let source = SourceText(name: "", bytes: Array("GET http://a/\n\(text)\n".utf8))
    switch try? NotationParser.parse(source).entries.first?.request.body {
    case .hex(let bytes, _)?, .base64(let bytes, _)?: return ByteBuffer(bytes: bytes)
    default: throw Problem(message: "these bytes cannot be read", fix: "write base64,AAEC; or hex,000102;")
    }
  }
}
