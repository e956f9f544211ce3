import MockrecCore
import Testing

@testable import MockrecKit

struct FramingTests {
  private static let written: [(text: String, framing: Framing)] = [
    ("line", .line), ("connection", .connection), ("{idle: 20ms}", .idle(.milliseconds(20))),
    ("{delimiter: \"\\r\\n.\\r\\n\"}", .delimiter([13, 10, 46, 13, 10])),
    (
      "{length: {offset: 2, size: 4, endian: little, adjust: -6}}",
      .length(.init(offset: 2, size: 4, endian: .little, adjust: -6))
    ), ("{length: {size: 2}}", .length(.init(size: 2))), ("idle:50ms", .idle(.milliseconds(50))),
  ]

  @Test("every way of framing is read from mockrec.yaml", arguments: 0..<written.count)
  func inFile(_ index: Int) throws {
    let file = try ConfigFileTests.parse("services: {a: {wire: tcp, framing: \(Self.written[index].text)}}")
    #expect(file.services.first?.framing == Self.written[index].framing)
  }

  @Test("and from the command line")
  func onCommandLine() throws {
    #expect(try Framing(parsing: "line") == .line)
    #expect(try Framing(parsing: "idle:1s") == .idle(.seconds(1)))
    #expect(try Framing(parsing: #"delimiter:\r\n.\x00\\:"#) == .delimiter([13, 10, 46, 0, 92, 58]))
    #expect(
      try Framing(parsing: "length:2,4,little,-6") == .length(.init(offset: 2, size: 4, endian: .little, adjust: -6)))
    for text in [
      "", "lin", "line:1", "idle", "idle:0ms", "delimiter:", #"delimiter:\q"#, "length:1", "length:0,5",
      "length:0,2,big,x",
    ] {
      #expect(throws: Framing.Problem.self, "\(text)") { try Framing(parsing: text) }
    }
  }

  @Test("masks and echoes are read")
  func bytes() throws {
    let file = try ConfigFileTests.parse(
      """
      services:
        dns:
          wire: udp
          match:
            ignore:
              bytes: [{offset: 0, length: 2}]
            echo:
              - {from: 0, to: 4, length: 2}
      """)
    #expect(file.services.first?.match.bytes.masks == [.init(offset: 0, length: 2)])
    #expect(file.services.first?.match.bytes.echoes == [.init(from: 0, to: 4, length: 2)])
  }

  private static let mistakes: [(text: String, problem: String)] = [
    ("wire: tcp, framing: lin", "1:36 there is no framing `lin`"),
    ("wire: tcp, framing: {delimeter: x}", "1:37 `framing` has no key `delimeter`"),
    ("wire: tcp, framing: {idle: 1s, delimiter: x}", "1:27 `framing` is one of delimiter, idle and length"),
    (#"wire: tcp, framing: {delimiter: ""}"#, "1:48 a delimiter has 1 to \(Framing.longestDelimiter) bytes"),
    ("wire: tcp, framing: {length: {size: 5}}", "1:37 `5` is no size of a length"),
    ("wire: udp, framing: line", "1:36 the wire `udp` has no framing `line`"),
    ("wire: http, framing: line", "1:28 the wire `http` has no `framing`"),
    ("wire: http, match: {ignore: {bytes: [{offset: 0, length: 1}]}}", "the wire `http` has no `ignore: bytes`"),
    ("wire: tcp, match: {ignore: {bytes: [{ofset: 0, length: 1}]}}", "an item of `bytes` has no key `ofset`"),
    ("wire: tcp, match: {echo: [{from: 0, to: 0}]}", "this item has no `length`"),
    ("wire: tcp, match: {echo: {from: 0}}", "`echo` is a list of mappings, not a mapping"),
    ("wire: tcp, match: {echo: [{from: -1, to: 0, length: 1}]}", "`-1` is no number of bytes"),
  ]

  @Test("a mistake is told with its place", arguments: 0..<mistakes.count)
  func mistake(_ index: Int) {
    let problems = ConfigFileTests.problems("services: {a: {\(Self.mistakes[index].text)}}")
    #expect(problems.contains { $0.contains(Self.mistakes[index].problem) }, "\(problems)")
  }
}
