import HTTPWire
import MockrecCore
import MockrecWire
import NIOCore
import Testing

@testable import MockrecEngine

/// Plain entries are read by a shorter way. It must come to what the long one comes to, or leave the entry to it.
@Suite("Plain entries")
struct PlainEntryTests {
  static let service = Service(name: "svc", wire: HTTPWire(), rules: MatchRules(redactor: Redactor()))

  static let plainTexts = [
    "GET {{svc}}/a\n\nHTTP 200\n",
    "GET {{svc}}/a?b=1&a=2&password=x\nAccept: */*\n\nHTTP 200\nContent-Type: text/plain\n",
    "GET {{svc}}/a\nAccept: */*\n\n# @layout compact\nHTTP 200\nContent-Length: 9\n{\n  \"a\": [\n    1\n  ]\n}\n",
    "GET {{svc}}/a\n\n# @layout spaced\nHTTP 404\nX:  two  words \t\n\n[\n  1,\n  \"\\u00e9é{ }\"\n]",
    "GET {{svc}}/a\n\n# @layout indent=4 tight-colon newline\nHTTP 200\nA.b_c-d$e@f[0]: \"{x}\"\n{\n  \"a\": {}\n}\n\n\n",
    "GET {{svc}}/a\n\nHTTP 500\nContent-Length: 2\n{}\n", "HEAD {{svc}}/a\n\nHTTP 200\nContent-Length: 2000\n",
    "DELETE {{svc}}/a%20b\n\n\nHTTP 204\n\n", "GET {{svc}}/é\nX: é\n\nHTTP 299\nÜ: é\n",
    "OPTIONS {{s-v_c1}}/\nA:\n\nHTTP 304\nETag: W/\"x\"\nA:\nA: b\n",
    "GET {{svc}}/a\n\n# @layout compact\nHTTP 200\n",
  ]

  static let otherTexts = [
    "POST {{svc}}/a\n{}\nHTTP 200\n", "GET {{svc}}/a # why\n\nHTTP 200\n", "GET {{svc}}/a\n\nHTTP 200 # why\n",
    "GET {{svc}}/a\nA: \\u{e9}\n\nHTTP 200\n", "GET {{svc}}/a\n\nHTTP 200\nTransfer-Encoding: chunked\n{}\n",
    "GET {{svc}}/a\n\nHTTP 200\nContent-Length: 3\n{}\n", "GET {{svc}}/a\n\n# @encoding gzip level=6\nHTTP 200\n{}\n",
    "GET {{svc}}/a\n[Query]\na: 1\n\nHTTP 200\n", "GET {{svc}}/a\n\nHTTP 200\n`text`\n",
    "GET {{svc}}/a\n\nHTTP 200\n[Asserts]\njsonpath \"$.a\" exists\n{\"a\": 1}\n",
    "GET {{svc}}/a\n\nHTTP 200\n{}\nGET {{svc}}/b\n\nHTTP 200\n", "GET {{svc}}/a\r\n\r\nHTTP 200\r\n",
    "GET {{svc}}/a\n\nHTTP/1.1 200\n", "GET {{svc}}/a#b\n\nHTTP 200\n", "GET {{svc}}\n\nHTTP 200\n",
    "HEAD {{svc}}/a\n\nHTTP 200\n{}\n", "GET {{svc}}/a\n\nHTTP 200\nContent-Length: 2\ncontent-length: 2\n{}\n",
    "GET {{svc}}/a\n# note\nA: b\n\nHTTP 200\n", "GET {{svc}}/a\n\nHTTP 200\n{\"a\": {{b}}}\n",
    "GET {{svc}}/a\n\n# @layout odd\nHTTP 200\n{}\n", "GET {{svc}}/a\n\nHTTP 2000\n", "GET {{svc}}/a\n",
    "GET {{svc}}/a\n\nHTTP 200\n{}x\n", "GET {{svc}}/a\n\nHTTP 199\n", "GET {{svc}}/\0\n\nHTTP 200\n",
  ]

  @Test("are served as the whole reading serves them", arguments: Self.plainTexts)
  func plain(_ text: String) throws {
    let short = try #require(Self.short("# mockrec 1\n" + text))
    #expect(short == Self.long("# mockrec 1\n" + text))
  }

  @Test("are told from what has more in it", arguments: Self.otherTexts)
  func other(_ text: String) { #expect(Self.short("# mockrec 1\n" + text) == nil) }

  @Test("changed at random are left alone, or served the same")
  func random() {
    let pieces = [
      "\n", " ", "\t", "\r\n", "#", "{", "}", "{{", "\"", "\\", ":", "[", "]", "`", "é", "0", "HTTP ", "# @x",
    ]
    var state: UInt64 = 1
    func next(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    var served = 0
    for round in 0..<20_000 {
      var scalars = Array(("# mockrec 1\n" + Self.plainTexts[round % Self.plainTexts.count]).unicodeScalars)
      for _ in 0...next(2) {
        let at = next(scalars.count)
        if next(3) == 0 {
          scalars.remove(at: at)
        } else {
          scalars.insert(contentsOf: pieces[next(pieces.count)].unicodeScalars, at: at)
        }
      }
      let text = String(String.UnicodeScalarView(scalars))
      guard let short = Self.short(text) else { continue }
      served += 1
      #expect(short == Self.long(text), "\(text.debugDescription)")
    }
    #expect(served > 2_000)
  }

  struct Served: Equatable {
    var key: MatchKey
    var head: String
    var body: String
    var status: String
  }

  /// By the short way alone; nil where it gives up.
  static func short(_ text: String) -> Served? {
    var (plain, buffer) = (PlainEntry(), ByteBuffer())
    return Array(text.utf8).withUnsafeBufferPointer { file in
      guard plain.read(file, dialect: .http),
        let entry = self.service.wire.served(plain, of: file, rules: self.service.rules, into: &buffer)
      else {
        #expect(buffer.readableBytes == 0)
        return nil
      }
      let bytes = buffer.readableBytesView
      return Served(
        key: entry.key, head: String(decoding: bytes.prefix(entry.headLength), as: UTF8.self),
        body: String(decoding: bytes.dropFirst(entry.headLength), as: UTF8.self), status: entry.status)
    }
  }

  /// By way of parser, exchange and prepared reply; nil for what is refused.
  static func long(_ text: String) -> Served? {
    let reader = EntryReader(service: self.service, bodies: { _ in ("", 0) }, readFile: { _, _ in })
    let source = SourceText(name: "x.hurl", text: text)
    guard let entries = try? NotationParser.parse(source).entries, entries.count == 1,
      let item = try? reader.item(entries[0], in: source, name: "x")
    else { return nil }
    let bytes = item.reply.bytes.readableBytesView
    return Served(
      key: item.key, head: String(decoding: bytes.prefix(item.reply.headLength), as: UTF8.self),
      body: String(decoding: bytes.dropFirst(item.reply.headLength), as: UTF8.self), status: item.status)
  }
}
