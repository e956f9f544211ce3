import NIOCore
import NIOEmbedded
import NIOWebSocket
import Testing

@testable import HTTPWire

/// Random numbers that are the same in each run.
struct Lehmer: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    self.state = self.state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return self.state ^ (self.state >> 29)
  }
}

@Suite("Frames of WebSockets")
struct WebSocketFrameTests {
  struct Case: Sendable {
    var name: String
    var bytes: [UInt8]
    var lines: [String]
    /// The code of the fault behind them; 0 for one that swift-nio's decoder finds.
    var code: UInt16?

    init(_ name: String, _ frames: [[UInt8]], _ lines: [String] = [], _ code: UInt16? = nil) {
      self.name = name
      self.bytes = frames.flatMap { $0 }
      self.lines = lines
      self.code = code
    }
  }

  static let cases: [Case] =
    [
      Case("text", [frame(0x81, "hello"), frame(0x81, "")], ["text hello", "text "]),
      Case("binary", [frame(0x82, "x")], ["binary x"]),
      Case(
        "a length of 16 bits", [frame(0x82, String(repeating: "a", count: 126))],
        [
          "binary " + String(repeating: "a", count: 126)
        ]),
      Case(
        "a length of 64 bits", [frame(0x82, String(repeating: "a", count: 65536))],
        [
          "binary " + String(repeating: "a", count: 65536)
        ]),
      Case("fragments", [frame(0x01, "he"), frame(0x00, "l"), frame(0x00), frame(0x80, "lo")], ["text hello"]),
      Case("a letter cut in two", [frame(0x01, [0xC3]), frame(0x80, [0xBC])], ["text ü"]),
      Case(
        "control frames between fragments",
        [
          frame(0x02, "a"), frame(0x89, "ping"), frame(0x8A), frame(0x80, "b"),
        ], ["ping ping", "pong ", "binary ab"]),
      Case(
        "a control frame of 125 bytes", [frame(0x89, String(repeating: "a", count: 125))],
        [
          "ping " + String(repeating: "a", count: 125)
        ]),
      Case("close without a code", [frame(0x88)], ["close "]),
      Case("close with words", [frame(0x88, [0x03, 0xE8, 0x62, 0x79, 0x65])], ["close 1000 bye"]),
      Case("nothing counts behind close", [frame(0x88), frame(0x83), frame(0x81, "late")], ["close "]),
      Case("a client that does not mask", [frame(0x81, "a"), frame(0x81, "b", isMasked: false)], ["text a"], 1002),
      Case("a continuation of nothing", [frame(0x80, "a")], [], 1002),
      Case("a message within a message", [frame(0x01, "a"), frame(0x81, "b")], [], 1002),
      Case("a continuation of what is whole", [frame(0x81, "a"), frame(0x80, "b")], ["text a"], 1002),
      Case("RSV1 where nothing is compressed", [frame(0xC1, "a")], [], 1002),
      Case("RSV2", [frame(0xA1, "a")], [], 1002),
      Case("RSV3", [frame(0x91, "a")], [], 1002),
      Case("a ping in fragments", [frame(0x09, "a")], [], 0),
      Case("a ping of 126 bytes", [frame(0x89, String(repeating: "a", count: 126))], [], 0),
      Case("text that is not UTF-8", [frame(0x81, [0xFF])], [], 1007),
      Case("half a letter", [frame(0x81, [0xC3])], [], 1007),
      Case("a surrogate", [frame(0x81, [0xED, 0xA0, 0x80])], [], 1007),
      Case("binary that is not UTF-8", [frame(0x82, [0xC3])], ["binary \u{FFFD}"]),
      Case("close with half a code", [frame(0x88, [0x03])], [], 1002),
      Case("close with words that are not UTF-8", [frame(0x88, [0x03, 0xE8, 0xFF])], [], 1007),
      Case("a frame over the limit", [frame(0x82, String(repeating: "a", count: 1 << 20 + 1))], [], 0),
      Case(
        "a message over the limit",
        [
          frame(0x02, String(repeating: "a", count: 1 << 20)), frame(0x80, "a"),
        ], [], 1009),
      Case("a length over all measure", [[0x82, 0xFF] + [UInt8](repeating: 0xFF, count: 8)], [], 0),
    ] + (3...7).map { Case("opcode \($0)", [frame(0x80 | $0)], [], 1002) }
    + (11...15).map { Case("opcode \($0)", [frame(0x80 | $0)], [], 1002) }

  @Test("frames become messages, or a fault with its code, whole and byte by byte", arguments: cases)
  func table(_ one: Case) throws {
    for pieces in one.bytes.count > 1000 ? [.max, 997] : [.max, 1, 3] {
      let reading = try Reading(one.bytes, pieces: pieces)
      #expect(reading.lines == one.lines, "\(one.name), \(pieces)")
      #expect(reading.code == one.code, "\(one.name), \(pieces)")
    }
  }

  @Test("a server that masks is wrong, and one that does not is right")
  func server() throws {
    #expect(try Reading(frame(0x81, "a", isMasked: false), of: .server).lines == ["text a"])
    #expect(try Reading(frame(0x81, "a"), of: .server).code == 1002)
  }

  @Test("only the codes that may be sent close")
  func codes() throws {
    for code in [0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535] {
      #expect(try Reading(frame(0x88, [UInt8(code >> 8), UInt8(code & 0xFF)])).code == 1002, "\(code)")
    }
    for code in [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999] {
      #expect(try Reading(frame(0x88, [UInt8(code >> 8), UInt8(code & 0xFF)])).lines == ["close \(code) "])
    }
  }

  @Test("a message has no end of fragments")
  func fragments() throws {
    let start = frame(0x01, "a")
    let empty = Array(repeating: frame(0x00), count: 9).flatMap { $0 }
    #expect(try Reading(start + empty + frame(0x80), mostFragments: 11).lines == ["text a"])
    #expect(try Reading(start + empty + frame(0x80), mostFragments: 10).code == 1009)
  }

  @Test("random frames give messages or a fault, and the same in any pieces", arguments: UInt64(0)..<200)
  func random(seed: UInt64) throws {
    var generator = Lehmer(state: seed)
    var bytes: [UInt8] = []
    for _ in 0..<Int.random(in: 1...8, using: &generator) {
      let opcode =
        [0, 1, 2, 8, 9, 10, UInt8.random(in: 0...15, using: &generator)].randomElement(using: &generator) ?? 0
      let bits: UInt8 = [0x80, 0x80, 0x80, 0x00, 0xC0, 0xF0].randomElement(using: &generator) ?? 0
      let payload = (0..<Int.random(in: 0...200, using: &generator)).map { _ in
        UInt8.random(in: 0...127, using: &generator)
      }
      bytes += frame(bits | opcode, payload, isMasked: Int.random(in: 0...9, using: &generator) > 0)
    }
    if Bool.random(using: &generator) { bytes[Int.random(in: 0..<bytes.count, using: &generator)] ^= 0x55 }
    let deflate = Bool.random(using: &generator) ? WebSocketDeflate() : nil
    let whole = try Reading(bytes, deflate: deflate, limit: 300)
    #expect(whole.messages.allSatisfy { $0.payload.readableBytes <= 300 })
    for pieces in [1, 7] {
      let cut = try Reading(bytes, deflate: deflate, limit: 300, pieces: pieces)
      #expect(cut.messages == whole.messages, "seed \(seed)")
      #expect(cut.code == whole.code, "seed \(seed)")
    }
  }

  @Test("records are read as they were written, in any pieces", arguments: UInt64(0)..<50)
  func records(seed: UInt64) throws {
    var generator = Lehmer(state: seed)
    let messages = (0..<10).map { _ in
      WebSocketMessage(
        WebSocketMessage.Kind.allCases.randomElement(using: &generator) ?? .text,
        ByteBuffer(
          bytes: (0..<Int.random(in: 0...125, using: &generator)).map { _ in
            UInt8.random(in: 0...255, using: &generator)
          }))
    }
    var bytes = ByteBuffer()
    for message in messages { WebSocketRecords.write(message, into: &bytes) }
    var records = WebSocketRecords(limit: 125)
    var read: [WebSocketMessage] = []
    while bytes.readableBytes > 0 {
      let count = min(bytes.readableBytes, Int.random(in: 1...60, using: &generator))
      if let piece = bytes.readSlice(length: count) { records.append(piece) }
      while let message = try records.next() { read.append(message) }
    }
    #expect(read == messages)
    #expect(records.isEmpty)
  }

  @Test("what is no record is told, before memory is reserved for it")
  func noRecords() {
    let broken: [[UInt8]] = [[3], [0], [1, 0, 0, 0, 126], [2, 0xFF, 0xFF, 0xFF, 0xFF], [9, 0, 0, 0, 126]]
    for bytes in broken {
      var records = WebSocketRecords(limit: 125)
      records.append(ByteBuffer(bytes: bytes))
      #expect(throws: WebSocketFault.self, "\(bytes)") { try records.next() }
    }
  }
}
