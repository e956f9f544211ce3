import Foundation
import NIOCore
import Testing

@testable import MockrecCoding

@Suite("Content codings, against Python's zlib and gzip")
struct ContentCodingTests {
  /// Runs a Python expression over the body `b` and gives back the bytes that it makes.
  private static func python(_ expression: String, _ body: [UInt8]) throws -> [UInt8] {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [
      "python3", "-c",
      """
      import sys, zlib, gzip, io, struct
      b = sys.stdin.buffer.read()
      def named():
          out = io.BytesIO(); f = gzip.GzipFile('page.html', 'wb', 6, out, 7); f.write(b); f.close(); return out.getvalue()
      def gz(level, time, flags, system):
          head = struct.pack('<4BL2B', 0x1f, 0x8b, 8, 0, time, flags, system)
          return head + co(level, -15) + struct.pack('<LL', zlib.crc32(b), len(b))
      def co(level, bits, mem=8):
          c = zlib.compressobj(level, zlib.DEFLATED, bits, mem); return c.compress(b) + c.flush()
      def flushed():
          c = zlib.compressobj(6, zlib.DEFLATED, 31); return c.compress(b[:100]) + c.flush(2) + c.compress(b[100:]) + c.flush()
      sys.stdout.buffer.write(\(expression))
      """,
    ]
    let input = Pipe()
    let output = Pipe()
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    try input.fileHandleForWriting.write(contentsOf: Data(body))
    try input.fileHandleForWriting.close()
    let bytes = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
    return Array(bytes)
  }

  /// Text that compresses, the same in every run: words, or letters alone, of which deflate's blocks hold fewer.
  private static func text(_ count: Int, letters: Bool = false) -> [UInt8] {
    var state: UInt64 = 42
    let words = "the quick brown fox jumps over lazy dogs and \"id\": 42, 1.5e3 null [true]".split(separator: " ")
    var text: [UInt8] = []
    while text.count < count {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      if letters {
        text.append(0x61 + UInt8(state >> 60))
        continue
      }
      text += Array(words[Int(state >> 33) % words.count].utf8) + [0x20 + UInt8(state >> 60), UInt8(state >> 56)]
    }
    return Array(text.prefix(count))
  }

  @Test(
    "the field's value names one coding, or none that is known",
    arguments: [
      ("gzip", ContentCoding.gzip), ("x-gzip", .gzip), (" GZip\t", .gzip), ("deflate", .deflate),
      ("identity", .identity), ("br", nil), ("gzip, gzip", nil), ("gzip, br", nil), ("zstd", nil),
    ] as [(String, ContentCoding?)])
  func fieldValue(value: String, coding: ContentCoding?) {
    #expect(ContentCoding(fieldValue: value) == coding)
  }

  @Test(
    "what zlib encoded is decoded, whole and at every chunk size, and its parameters are found",
    arguments: [
      ("gz(6, 0, 0, 255)", "gzip level=6 os=255"), ("gz(4, 0, 2, 3)", "gzip level=4 xfl=2"),
      ("gz(9, 1700000000, 2, 255)", "gzip level=9 mtime=1700000000 os=255"),
      ("gz(9, 1700000000, 0, 3)", "gzip level=9 mtime=1700000000 xfl=0"), ("gzip.compress(b, mtime=0)", "gzip level=9"),
      ("co(6, 31)", "gzip level=6"), ("co(9, 31)", "gzip level=9"), ("co(1, 31, 9)", "gzip level=1 memory=9"),
      ("named()", "gzip level=6 header=1f8b080807000000"),
      ("zlib.compress(b)", "deflate level=6"), ("zlib.compress(b, 9)", "deflate level=9"),
      ("zlib.compress(b, 3)", "deflate level=3"), ("co(6, -15)", "deflate raw level=6"),
      ("co(6, -12, 5)", "deflate raw level=6 window=12 memory=5"), ("co(4, 28, 5)", "gzip level=4 window=12 memory=5"),
    ])
  func detection(expression: String, name: String) throws {
    // Windows under 15 are tried for bodies that fit into them, as nginx chooses them.
    let isSmall = name.contains("window=12")
    let body = Self.text(isSmall ? 3800 : 100_000, letters: isSmall)
    let encoded = try Self.python(expression, body)
    let coding: ContentCoding = name.hasPrefix("gzip") ? .gzip : .deflate

    #expect(try coding.decode(encoded, limit: body.count) == body)
    #expect(try coding.decode(ByteBuffer(bytes: encoded), limit: body.count) == body)
    for size in [1, 2, 3, 7, 100, 4096] {
      let inflater = ContentCodingInflater(coding, limit: body.count)
      var output: [UInt8] = []
      for start in stride(from: 0, to: encoded.count, by: size) {
        try inflater.append(Array(encoded[start..<min(start + size, encoded.count)]), to: &output)
      }
      try inflater.finish()
      #expect(output == body)
    }

    let parameters = try #require(coding.detect(encoded: encoded, decoded: body))
    #expect(parameters.name.hasPrefix(name), "\(parameters.name)")
    #expect(parameters.coding == coding)
    #expect(ContentCodingParameters(name: parameters.name) == parameters)
    #expect(try parameters.encode(body) == encoded)
  }

  @Test("what we encode is the same each time, and Python reads it", arguments: [0, 1, 5000, 200_000])
  func encode(count: Int) throws {
    let body = Self.text(count)
    for (coding, expression) in [(ContentCoding.gzip, "gzip.decompress(b)"), (.deflate, "zlib.decompress(b)")] {
      let encoded = try coding.encode(body)
      #expect(try coding.encode(body) == encoded)
      #expect(try Self.python(expression, encoded) == body)
      #expect(coding.detect(encoded: encoded, decoded: body)?.level == 6)
    }
    #expect(try ContentCoding.identity.encode(body) == body)
  }

  @Test("what was not made in one go by zlib has no parameters")
  func undetected() throws {
    let body = Self.text(10_000)
    for expression in ["flushed()", "gzip.compress(b[:10], 6) + gzip.compress(b[10:], 6)"] {
      let encoded = try Self.python(expression, body)
      #expect(try ContentCoding.gzip.decode(encoded, limit: 10_000) == body)
      #expect(ContentCoding.gzip.detect(encoded: encoded, decoded: body) == nil)
    }
    #expect(ContentCoding.gzip.detect(encoded: [0x1F, 0x8B], decoded: body) == nil)
    #expect(ContentCoding.gzip.detect(encoded: [], decoded: []) == nil)
  }

  @Test("every truncation is an error, and no byte that follows is taken")
  func truncation() throws {
    let body = Self.text(300)
    for coding in [ContentCoding.gzip, .deflate] {
      let encoded = try coding.encode(body)
      for end in 1..<encoded.count {
        #expect(throws: ContentCodingError.truncated) { try coding.decode(Array(encoded[..<end]), limit: 1000) }
      }
      for rest: [UInt8] in [[0], [0x1E, 0x8B], Array("more".utf8)] {
        #expect(throws: ContentCodingError.trailingBytes) { try coding.decode(encoded + rest, limit: 1000) }
      }
      #expect(try coding.decode([], limit: 0).isEmpty)
    }
  }

  @Test("a bomb stops at the limit")
  func bomb() throws {
    let encoded = try ContentCoding.gzip.encode([UInt8](repeating: 0, count: 20 << 20))
    #expect(throws: ContentCodingError.tooLarge(limit: 1 << 20)) {
      try ContentCoding.gzip.decode(encoded, limit: 1 << 20)
    }
    #expect(try ContentCoding.gzip.decode(encoded, limit: 20 << 20).count == 20 << 20)
  }

  @Test("damaged bytes never crash and never pass for the body", arguments: UInt64(0)..<100)
  func damage(seed: UInt64) throws {
    let body = Self.text(2000)
    var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    for coding in [ContentCoding.gzip, .deflate] {
      var encoded = try coding.encode(body)
      state = state &* 6_364_136_223_846_793_005 &+ 1
      // Past the header: its time and system may change without harm.
      let index = 10 + Int(state >> 33) % (encoded.count - 10)
      encoded[index] ^= UInt8(truncatingIfNeeded: state >> 20) | 1
      #expect(throws: ContentCodingError.self, "seed \(seed)") { try coding.decode(encoded, limit: 1 << 20) }
    }
  }

  @Test(
    "a name that is not one of ours is refused",
    arguments: [
      "", "gzip", "gzip level=10", "gzip level=6 level=6", "gzip level=6 colour=red", "brotli level=6",
      "gzip raw level=6",
      "deflate level=6 mtime=1", "gzip level=6 header=1f8b", "gzip level=6 header=zz", "gzip level=6 mtime=-1",
      "gzip level=6 header=1f8b080000000000000300", "gzip level=6 window=16", "deflate level=6 x",
    ])
  func badNames(name: String) {
    #expect(ContentCodingParameters(name: name) == nil)
  }
}
