import MockrecCore
import Testing

@Suite struct ProtobufJSONTests {
  let codec: ProtobufJSON

  init() throws {
    self.codec = ProtobufJSON(schema: try ProtobufSchema(fileDescriptorSet: ProtobufFixtures.descriptorSet))
  }

  @Test("random messages of protobuf's own library are shown as it shows them, and written to the same bytes")
  func fixtures() throws {
    for (type, base64, expected) in ProtobufFixtures.messages {
      let bytes = ProtobufFixtures.bytes(base64)
      let json = try #require(self.codec.json(bytes, type: type), "\(expected)")
      #expect(json == (try JSON.parse(expected)))
      #expect(self.codec.misfit(bytes, type: type) == nil)
      // Also by way of a file.
      #expect(try self.codec.bytes(JSON.parse(json.prettyText), type: type) == bytes)
      let tree = try #require(ProtobufJSON.tree(bytes))
      #expect(try ProtobufJSON.bytes(tree: JSON.parse(tree.prettyText)) == bytes)
    }
  }

  @Test(
    "members say what the bytes say, in their order",
    arguments: [
      ("demo.Kinds", "", "{}"),
      // The order of fields, and defaults that are written although they need not be.
      ("demo.Kinds", "72016118031005", #"{"aString":"a","anInt32":3,"2":5}"#),
      (
        "demo.Kinds", "1800720068007A00800100",
        #"{"anInt32":0,"aString":"","aBool":false,"someBytes":"","color":"COLOR_UNSPECIFIED"}"#
      ),
      ("demo.Kinds", "18FFFFFFFFFFFFFFFFFF01", #"{"anInt32":-1}"#),
      (
        "demo.Kinds", "20FFFFFFFFFFFFFFFFFF0130FFFFFFFFFFFFFFFFFF01",
        #"{"anInt64":"-1","aUint64":"18446744073709551615"}"#
      ),
      ("demo.Kinds", "800101", #"{"color":"RED"}"#), ("demo.Kinds", "80014D", #"{"color":77}"#),
      ("demo.Kinds", "8001F9FFFFFFFFFFFFFFFF01", #"{"color":"COLD"}"#),
      ("demo.Kinds", "9A010161", #"{"otherName":"a"}"#), ("demo.Kinds", "B80100", #"{"nothing":null}"#),
      // Fields that are not known, also between others of their number.
      ("demo.Kinds", "C03E01C03E021801C03E03", #"{"1000":[1,2],"anInt32":1,"1000":3}"#),
      (
        "demo.Kinds", "C23E0261620D0000803FC33E0801C43E", #"{"1000":"ab","1":{"@float":1.0},"1000":{"@group":{"1":1}}}"#
      ),
      // Fields that their types do not fit, and those that are written as no writer of theirs would.
      ("demo.Kinds", "1A0161", #"{"3":"a"}"#), ("demo.Kinds", "72020161FF", nil),
      ("demo.Kinds", "7201FF", #"{"14":{"@bytes":"/w=="}}"#), ("demo.Kinds", "6802", #"{"13":2}"#),
      ("demo.Kinds", "18FFFFFFFF0F", #"{"3":4294967295}"#), ("demo.Kinds", "18011802", #"{"3":[1,2]}"#),
      ("demo.Kinds", "B80601B80602", #"{"103":[1,2]}"#), ("demo.Kinds", "BA0600", #"{"103":""}"#),
      ("demo.Kinds", "BA060101BA060102", #"{"103":[{"@bytes":"AQ=="},{"@bytes":"Ag=="}]}"#),
      ("demo.Kinds", "0D0000C0FF", #"{"1":{"@fixed32":-4194304}}"#),
      ("demo.Kinds", "15010080FF", #"{"2":{"@fixed32":-8388607}}"#),
      // Maps: an entry without a key, one with its value in front, a key that comes twice.
      ("demo.Kinds", "CA0C060A0161120162", #"{"mString":{"a":"b"}}"#),
      ("demo.Kinds", "CA0C03120162", #"{"201":{"2":"b"}}"#),
      ("demo.Kinds", "CA0C061201620A0161", #"{"201":{"2":"b","1":"a"}}"#),
      ("demo.Kinds", "CA0C060A0161120162CA0C060A0161120163", #"{"201":[{"1":"a","2":"b"},{"1":"a","2":"c"}]}"#),
      // What only the tree can show: fields in several places, two of a oneof, numbers that are too long.
      ("demo.Kinds", "18017201611802", nil), ("demo.Kinds", "A2010161A80101", nil), ("demo.Kinds", "188100", nil),
      ("demo.Kinds", "98000161", nil), ("demo.Kinds", "1C", nil), ("demo.Kinds", "FF", nil), ("demo.Nothing", "", nil),
      // … and where that is a field, its number does.
      ("demo.Kinds", "8A010718017201611802", #"{"17":{"3":1,"14":"a","3":2}}"#),
      ("demo.Kinds", "8A0103188100", #"{"17":{"@bytes":"GIEA"}}"#),
      // Groups of proto2, by their tags, and an extension.
      ("demo.old.Old", "08012B3201782C", #"{"id":1,"result":{"url":"x"}}"#),
      ("demo.old.Old", "4B08014C4B4C", #"{"item":[{"n":1},{}]}"#),
      ("demo.old.Old", "A206026869", #"{"[demo.old.note]":"hi"}"#),
      ("demo.old.Old", "A8060A", #"{"[demo.old.Old.nested_ext]":10}"#), ("demo.old.Old", "5009", #"{"level":9}"#),
      // Editions: packed or not, with tags around or a length in front.
      ("demo.ed.Ed", "1A02010220012002", #"{"packed":[1,2],"loose":[1,2]}"#),
      ("demo.ed.Ed", "2B08012C320208023B3C", #"{"grouped":{"plain":1},"prefixed":{"plain":2},"many":[{}]}"#),
      ("demo.ed.Ed", "42070A016112020801", #"{"byName":{"a":{"plain":1}}}"#),
    ] as [(String, String, String?)])
  func shown(type: String, hex: String, expected: String?) throws {
    let bytes = try #require(ProtobufFixtures.hex(hex))
    let json = self.codec.json(bytes, type: type)
    #expect(json?.description == expected)
    if let json { #expect(try self.codec.bytes(json, type: type) == bytes) }
  }

  @Test(
    "types of the standard library have their short form where it says all, and that of other messages where not",
    arguments: [
      ("Timestamp", "", #""1970-01-01T00:00:00Z""#),
      ("Timestamp", "08FFFFFFFFFFFFFFFFFF01", #""1969-12-31T23:59:59Z""#),
      ("Timestamp", "10C0843D", #""1970-01-01T00:00:00.001Z""#),
      ("Timestamp", "08011001", #""1970-01-01T00:00:01.000000001Z""#),
      ("Timestamp", "0800", #"{"seconds":"0"}"#), ("Timestamp", "10010801", #"{"nanos":1,"seconds":"1"}"#),
      ("Timestamp", "108094EBDC03", #"{"nanos":1000000000}"#), ("Timestamp", "1801", #"{"3":1}"#),
      ("Duration", "0801", #""1s""#), ("Duration", "10FFFFFFFFFFFFFFFFFF01", #""-0.000000001s""#),
      ("Duration", "080110FFFFFFFFFFFFFFFFFF01", #"{"seconds":"1","nanos":-1}"#),
      ("FieldMask", "0A09757365725F6E616D650A03612E62", #""userName,a.b""#), ("FieldMask", "", #""""#),
      ("FieldMask", "0A0141", #"{"paths":["A"]}"#), ("FieldMask", "0A00", #"{"paths":[""]}"#),
      ("Int64Value", "", #""0""#), ("Int64Value", "0801", #""1""#), ("Int64Value", "0800", #"{"value":"0"}"#),
      ("StringValue", "0A0161", #""a""#), ("BytesValue", "0A01FF", #""/w==""#), ("BoolValue", "0801", "true"),
      ("DoubleValue", "090000000000000080", "-0.0"), ("FloatValue", "0D0000C07F", #""NaN""#), ("Empty", "", "{}"),
      ("Struct", "0A070A016112022001", #"{"a":true}"#), ("Struct", "0A030A0161", nil), ("Value", "0800", "null"),
      ("Value", "", nil),
      ("Value", "11000000000000F83F", "1.5"), ("Value", "110000000000000040", "2"),
      ("Value", "11000000000000F87F", nil),
      ("ListValue", "0A0208000A0232000A022A00", "[null,[],{}]"),
      ("Any", "", "{}"), ("Any", "0A0161", #"{"typeUrl":"a"}"#),
      ("Any", "0A03612F62120178", #"{"typeUrl":"a/b","value":"eA=="}"#),
    ] as [(String, String, String?)])
  func standardTypes(type: String, hex: String, expected: String?) throws {
    let bytes = try #require(ProtobufFixtures.hex(hex))
    let json = self.codec.json(bytes, type: "google.protobuf.\(type)")
    #expect(json?.description == expected)
    if let json { #expect(try self.codec.bytes(json, type: "google.protobuf.\(type)") == bytes) }
  }

  @Test("a message in an Any is shown by its type, and one that cannot be as bytes")
  func any() throws {
    let texts = [
      #"{"@type":"type.googleapis.com/demo.Kinds.Inner","name":"n","more":[{}]}"#,
      #"{"@type":"type.googleapis.com/google.protobuf.Duration","value":"1.500s"}"#,
      #"{"@type":"x/google.protobuf.Any","value":{"@type":"x/google.protobuf.Empty"}}"#,
      #"{"typeUrl":"x/demo.Kinds.Inner","value":"CgA="}"#, #"{"typeUrl":"x/demo.Kinds.Inner","value":""}"#,
      #"{"typeUrl":"x/demo.Kinds.Inner","value":"/w=="}"#,
    ]
    for text in texts.map({ #"{"any":\#($0)}"# }) {
      let bytes = try self.codec.bytes(JSON.parse(text), type: "demo.Kinds")
      // A field without presence that is empty, but written, keeps the Any from its short form; the other is undone.
      let expected = text.replacing(
        #""typeUrl":"x/demo.Kinds.Inner","value":"CgA=""#, with: #""@type":"x/demo.Kinds.Inner","name":"""#)
      #expect(self.codec.json(bytes, type: "demo.Kinds")?.description == expected)
    }
  }

  @Test("what other readers of the JSON form accept is accepted")
  func lenient() throws {
    let cases = [
      (#"{"an_int32":"3"}"#, #"{"anInt32":3}"#), (#"{"anInt64":-5}"#, #"{"anInt64":"-5"}"#),
      (#"{"anInt32":1.0e2}"#, #"{"anInt32":100}"#),
      (#"{"aDouble":"1.5"}"#, #"{"aDouble":1.5}"#), (#"{"someBytes":"-_8"}"#, #"{"someBytes":"+/8="}"#),
      (#"{"color":1}"#, #"{"color":"RED"}"#),
      (#"{"color":"CRIMSON"}"#, #"{"color":"RED"}"#), (#"{"aString":null,"rInt32":null,"wBool":null}"#, "{}"),
      (#"{"rInt32":[],"mString":{}}"#, "{}"), (#"{"value":null}"#, #"{"value":null}"#),
      (#"{"renamed":"a"}"#, #"{"otherName":"a"}"#),
      (#"{"at":"2026-11-20T11:00:00.5+01:00"}"#, #"{"at":"2026-11-20T10:00:00.500Z"}"#),
      (#"{"3":7}"#, #"{"anInt32":7}"#),
      (#"{"mBool":{"true":"a"}}"#, #"{"mBool":{"true":"a"}}"#),
    ]
    for (text, expected) in cases {
      let bytes = try self.codec.bytes(JSON.parse(text), type: "demo.Kinds")
      #expect(self.codec.json(bytes, type: "demo.Kinds")?.description == expected, "\(text)")
    }
  }
}
