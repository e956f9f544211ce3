import Foundation
import MockrecCore
import Testing

@Suite struct JSONParsingTests {
  @Test("what RFC 8259 allows is accepted, what it forbids is refused, and layouts agree with the parser")
  func conformance() throws {
    guard let suite = ConformanceData.load("json-parsing.json")?.array else { return }
    #expect(suite.count == 318)
    for entry in suite {
      let name = try #require(entry["name"]?.string)
      let text = [UInt8](try #require(Data(base64Encoded: entry["base64"]?.string ?? "?")))
      let isAccepted = (try? JSON.parse(text)) != nil
      switch entry["expect"]?.string {
      case "accept": #expect(isAccepted, "\(name)")
      case "reject": #expect(!isAccepted, "\(name)")
      default: break
      }
      #expect((JSONLayout.pretty(text) != nil) == isAccepted, "\(name)")
    }
  }

  @Test(
    "errors say where and what",
    arguments: [
      ("", 0, "the text ends here; expected a value"),
      ("[1,]", 3, "expected a value"),
      ("[1 2]", 3, "expected , or ] in an array"),
      ("{\"a\" 1}", 5, "expected : after a key"),
      ("{a: 1}", 1, "expected a key in double quotes"),
      ("[\"abc", 1, "this string is not closed"),
      ("01", 1, "a number has no zeros in front"),
      ("1 1", 2, "the value is complete, but more text follows"),
      ("\u{FEFF}1", 0, "it starts with a byte order mark, which JSON does not allow"),
      (#"["\ud800"]"#, 2, "half of a surrogate pair stands alone"),
      (#"["\ud800\ud800"]"#, 2, "half of a surrogate pair stands alone"),
      (#"["\udc00"]"#, 2, "half of a surrogate pair stands alone"),
    ])
  func errors(text: String, offset: Int, message: String) {
    #expect(throws: JSONError(offset: offset, message: message)) { try JSON.parse(text) }
  }

  @Test("strings of every length keep each byte, whatever stands at each place")
  func strings() throws {
    for length in 0..<40 {
      for special in ["", "é", "😀", "\"", "\\", "\n", "\u{1F}"] {
        for place in 0...length {
          let text = String(repeating: "a", count: place) + special + String(repeating: "b", count: length - place)
          #expect(try JSON.parse(JSONString.quote(text)) == .string(text))
        }
      }
    }
  }

  @Test("escapes stand for what RFC 8259 says")
  func escapes() throws {
    #expect(try JSON.parse(#""\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00\uD83D\uDE00""#) == "\"\\/\u{8}\u{C}\n\r\té😀😀")
  }

  @Test("a text cut off anywhere is refused")
  func truncation() throws {
    let text = Array(#"{"a":[1.5e-3,true,"\ud83d\ude00é",{"b":null}],"c":{}}"#.utf8)
    for length in text.indices {
      #expect(throws: JSONError.self) { try JSON.parse(Array(text[..<length])) }
      #expect(JSONLayout.pretty(Array(text[..<length])) == nil)
    }
  }

  @Test("depth and size are bounded")
  func limits() throws {
    func nested(_ depth: Int) -> [UInt8] {
      Array(repeating: UInt8(ascii: "["), count: depth) + Array(repeating: UInt8(ascii: "]"), count: depth)
    }
    #expect(throws: Never.self) { try JSON.parse(nested(512)) }
    #expect(throws: JSONError.self) { try JSON.parse(nested(513)) }
    #expect(JSONLayout.pretty(nested(512)) != nil)
    #expect(JSONLayout.pretty(nested(513)) == nil)
    #expect(throws: JSONError.self) { try JSON.parse("[1,2,3]", limits: JSONLimits(maximumBytes: 6)) }
  }

  @Test("what is written reads back as it was")
  func writing() throws {
    for seed in UInt64(0)..<200 {
      var samples = JSONSamples(seed: seed)
      let value = try JSON.parse(samples.compactText())
      #expect(try JSON.parse(value.description) == value, "seed \(seed)")
      #expect(try JSON.parse(value.prettyText) == value, "seed \(seed)")
    }
    #expect(JSON.string("a\u{1}\n\"é").description == #""a\u0001\n\"é""#)
  }
}
