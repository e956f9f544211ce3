import MockrecCore
import Testing

@Suite struct ProtobufTreeTests {
  @Test(
    "a message without a schema is a tree of numbers",
    arguments: [
      ("", "{}"), ("0A05616C696365102A1A020807", #"{"1":"alice","2":42,"3":{"1":7}}"#),
      ("08FFFFFFFFFFFFFFFFFF01", #"{"1":-1}"#), ("0801080210010803", #"{"1":[1,2],"2":1,"1":3}"#),
      ("0A0208070A00", #"{"1":[{"1":7},""]}"#), ("0A0200FF", #"{"1":{"@bytes":"AP8="}}"#),
      ("0D0000C03F", #"{"1":{"@float":1.5}}"#), ("0D02000000", #"{"1":{"@fixed32":2}}"#),
      ("0D000080FF", #"{"1":{"@fixed32":-8388608}}"#),
      ("09000000000000F83F", #"{"1":{"@double":1.5}}"#), ("09FFFFFFFFFFFFFFFF", #"{"1":{"@fixed64":-1}}"#),
      ("0B08010C", #"{"1":{"@group":{"1":1}}}"#), ("0B0C0B0C", #"{"1":[{"@group":{}},{"@group":{}}]}"#),
      ("FAFFFFFF0F00", #"{"536870911":""}"#),
      // Text that could be a message, text with an end of line, a message that could be a text.
      ("0A022041", #"{"1":" A"}"#), ("0A03610A62", #"{"1":"a\nb"}"#),
      ("0A220A20" + String(repeating: "61", count: 32), #"{"1":{"1":"\#(String(repeating: "a", count: 32))"}}"#),
    ])
  func shown(hex: String, expected: String) throws {
    let bytes = try #require(ProtobufFixtures.hex(hex))
    let tree = try #require(ProtobufJSON.tree(bytes))
    #expect(tree.description == expected)
    #expect(try ProtobufJSON.bytes(tree: tree) == bytes)
  }

  @Test(
    "what is no message, or is written otherwise than it would be again, has no tree",
    arguments: [
      "08", "0A05", "0B", "0C", "0E", "0000", "088100", "880001", "0A810061", "0B0881000C", "08FFFFFFFFFFFFFFFFFF02",
      "0AFFFFFFFFFFFFFFFFFF01",
    ])
  func refused(hex: String) throws {
    #expect(ProtobufJSON.tree(try #require(ProtobufFixtures.hex(hex))) == nil)
  }

  @Test(
    "messages within messages beyond a depth are bytes, groups beyond it are refused, and neither overflows the stack")
  func depth() throws {
    var nested: [UInt8] = [0x08, 0x01]
    for depth in 1..<150 {
      let length = nested.count
      let prefix = length < 128 ? [UInt8(length)] : [UInt8(length & 0x7F) | 0x80, UInt8(length >> 7)]
      nested = [0x0A] + prefix + nested
      let tree = try #require(ProtobufJSON.tree(nested))
      #expect(tree.description.contains("@bytes") == (depth >= 100))
      #expect(try ProtobufJSON.bytes(tree: tree) == nested)
    }
    let groups = [UInt8](repeating: 0x0B, count: 100_000) + [UInt8](repeating: 0x0C, count: 100_000)
    #expect(ProtobufJSON.tree(groups) == nil)
    let open = String(repeating: #"{"1":"#, count: 200) + "1" + String(repeating: "}", count: 200)
    #expect(throws: ProtobufError.self) { try ProtobufJSON.bytes(tree: JSON.parse(open)) }
  }

  @Test(
    "a tree may be written otherwise than it is shown",
    arguments: [
      (#"{"1":18446744073709551615}"#, "08FFFFFFFFFFFFFFFFFF01"), (#"{"1":[]}"#, ""), (#"{"1":{}}"#, "0A00"),
      (#"{"1":1.0}"#, "0801"), (#"{"1":{"@float":2}}"#, "0D00000040"),
      (#"{"1":{"@fixed32":4294967295}}"#, "0DFFFFFFFF"),
    ])
  func edited(text: String, hex: String) throws {
    #expect(try ProtobufJSON.bytes(tree: JSON.parse(text)) == ProtobufFixtures.hex(hex))
  }

  @Test(
    "a tree that stands for no message is refused with the place",
    arguments: [
      ("[]", "$: a message is an object, not an array"),
      (#"{"a":1}"#, "$.a: a field of a message without a schema is named by its number, from 1 to 536870911"),
      (#"{"01":1}"#, "$['01']: a field of a message without a schema is named by its number, from 1 to 536870911"),
      (#"{"1":[1,{"2":1.5}]}"#, "$['1'][1]['2']: 1.5 is no whole number of 64 bits"),
      (#"{"1":{"@fixed32":4294967296}}"#, "$['1']['@fixed32']: 4294967296 is no whole number of 32 bits"),
      (#"{"1":18446744073709551616}"#, "$['1']: 18446744073709551616 is no whole number of 64 bits"),
      (
        #"{"1":{"@byte":"AA=="}}"#,
        "$['1']['@byte']: there is no @byte: bytes are written as one of @bytes, @double, @fixed32, @fixed64, @float, "
          + "@group; nearest: @bytes"
      ),
      (#"{"1":{"@bytes":"A"}}"#, #"$['1']['@bytes']: this is no base64: "A""#),
      (#"{"1":{"@bytes":"","2":1}}"#, "$['1']: @bytes stands alone in its object"),
      (
        #"{"1":[[1]]}"#,
        "$['1'][0]: a field of a message without a schema is a number, a string, an object or an array of these, not an array"
      ),
    ])
  func misfits(text: String, expected: String) throws {
    let tree = try JSON.parse(text)
    let error = #expect(throws: ProtobufError.self) { try ProtobufJSON.bytes(tree: tree) }
    #expect(error?.description == expected)
  }
}
