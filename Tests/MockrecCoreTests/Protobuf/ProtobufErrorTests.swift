import MockrecCore
import Testing

@Suite struct ProtobufErrorTests {
  let codec: ProtobufJSON

  init() throws {
    self.codec = ProtobufJSON(schema: try ProtobufSchema(fileDescriptorSet: ProtobufFixtures.descriptorSet))
  }

  @Test(
    "JSON that does not fit is refused with its place and the name that was meant",
    arguments: [
      (#"{"anInt23":1}"#, "$.anInt23: demo.Kinds has no field 'anInt23'; nearest: anInt32"),
      (
        #"{"inner":{"more":[{},{"nmae":""}]}}"#,
        "$.inner.more[1].nmae: demo.Kinds.Inner has no field 'nmae'; nearest: name"
      ),
      (#"{"color":"REDD"}"#, #"$.color: demo.Color has no value "REDD"; nearest: RED"#),
      (#"{"color":true}"#, "$.color: an enum (demo.Color) is a name or a number, not true"),
      (
        #"{"anInt32":2147483648}"#,
        "$.anInt32: 2147483648 is no whole number from -2147483648 to 2147483647, as int32 is"
      ),
      (#"{"aUint64":"-1"}"#, #"$.aUint64: "-1" is no whole number from 0 to 18446744073709551615, as uint64 is"#),
      (#"{"rUint32":[1,"x"]}"#, #"$.rUint32[1]: a whole number (uint32) was expected, not "x""#),
      (#"{"rUint32":7}"#, "$.rUint32: rUint32 is repeated: an array was expected, not 7"),
      (#"{"aBool":"true"}"#, #"$.aBool: true or false was expected, not "true""#),
      (#"{"aString":1}"#, "$.aString: a string was expected, not 1"),
      (#"{"aDouble":"inf"}"#, #"$.aDouble: a double is a number, "NaN", "Infinity" or "-Infinity", not "inf""#),
      (#"{"aFloat":1e39}"#, "$.aFloat: 1e39 is too large for a float"),
      (#"{"someBytes":"ä"}"#, #"$.someBytes: this is no base64: "ä""#),
      (#"{"child":[]}"#, "$.child: a message (demo.Kinds) is an object, not an array"),
      (#"{"mString":[]}"#, "$.mString: mString is a map: an object was expected, not an array"),
      (#"{"mInt32":{"a":{}}}"#, #"$.mInt32.a: a whole number (int32) was expected, not "a""#),
      (#"{"mString":{"a":"","a":""}}"#, "$.mString.a: the key stands here twice"),
      (#"{"anInt32":1,"an_int32":2}"#, "$.an_int32: anInt32 stands here twice"),
      (#"{"text":"a","big":"1"}"#, "$.big: big and text cannot both be set: the oneof choice has one of them"),
      (#"{"at":"today"}"#, #"$.at: a Timestamp is written as in "2026-11-20T10:00:00.250Z", not as "today""#),
      (
        #"{"at":"2026-02-30T00:00:00Z"}"#,
        #"$.at: a Timestamp is written as in "2026-11-20T10:00:00.250Z", not as "2026-02-30T00:00:00Z""#
      ),
      (#"{"took":"1"}"#, #"$.took: a Duration is written in seconds, as in "1.5s", not as "1""#),
      (#"{"any":{"@type":"x/demo.Kind"}}"#, "$.any: the schema has no message type 'demo.Kind'; nearest: demo.Kinds"),
      (
        #"{"any":{"@type":"x/google.protobuf.Duration"}}"#,
        #"$.any: a google.protobuf.Duration in an Any has "@type" and "value", and nothing else"#
      ),
      (#"{"rString":[null]}"#, "$.rString[0]: a string was expected, not null"),
      (
        #"{"3":true}"#,
        "$['3']: a field of a message without a schema is a number, a string, an object or an array of these, not true"
      ),
    ])
  func errors(text: String, expected: String) throws {
    let json = try JSON.parse(text)
    let error = #expect(throws: ProtobufError.self) { try self.codec.bytes(json, type: "demo.Kinds") }
    #expect(error?.description == expected)
  }

  @Test("a Diagnostic says what, where and what was meant")
  func diagnostic() throws {
    let error = #expect(throws: ProtobufError.self) { try self.codec.bytes(["colour": 1], type: "demo.Kinds") }
    #expect(
      error?.diagnostic().description
        == "error: demo.Kinds has no field 'colour'\n  nearest: color\n  path:    $.colour")
  }

  @Test("why a field is shown by its number is told")
  func misfit() throws {
    let bytes: [UInt8] = [0x72, 0x01, 0x61, 0x1A, 0x01, 0x61]
    #expect(self.codec.misfit(bytes, type: "demo.Kinds")?.description == "byte 3: an_int32 is no int32 here")
    #expect(
      self.codec.misfit([0x72, 0x05], type: "demo.Kinds")?.description
        == "byte 1: 5 bytes should follow, and there are 0")
    #expect(
      self.codec.misfit([], type: "demo.Nothing")?.description
        == "byte 0: the schema has no message type 'demo.Nothing'")
    #expect(self.codec.misfit([0xC0, 0x3E, 0x01], type: "demo.Kinds") == nil)
  }

  @Test("fields that do not fit, within such fields, are shown by number up to a bound of work, and then by the tree")
  func nestedMisfits() throws {
    // A list of children: one, and a number in the place of another.
    var bytes: [UInt8] = []
    var isShown: [Bool] = []
    for _ in 0..<40 {
      var writer = ProtobufWriter()
      writer.delimited(117, bytes)
      writer.varint(117, 1)
      bytes = writer.bytes
      isShown.append(self.codec.json(bytes, type: "demo.Kinds") != nil)
      #expect(ProtobufJSON.tree(bytes) != nil)
    }
    #expect(isShown[..<10] == ArraySlice(repeating: true, count: 10) && isShown[39] == false)
  }

  @Test("a message cut off anywhere, and a descriptor, is refused or shown exactly")
  func truncation() throws {
    for (type, base64, _) in ProtobufFixtures.messages {
      let bytes = ProtobufFixtures.bytes(base64)
      for length in bytes.indices { try self.check(Array(bytes[..<length]), type: type) }
    }
    let file = try #require(self.codec.schema.files["kinds.proto"])
    for length in file.bytes.indices {
      var schema = ProtobufSchema()
      try? schema.add(file: Array(file.bytes[..<length]))
    }
  }

  @Test("random bytes, and messages with a few bytes changed, are refused or shown exactly", arguments: UInt64(0)..<4)
  func random(seed: UInt64) throws {
    var samples = JSONSamples(seed: seed)
    for round in 0..<2000 {
      let (type, base64, _) = ProtobufFixtures.messages[round % ProtobufFixtures.messages.count]
      var bytes = ProtobufFixtures.bytes(base64)
      for _ in 0..<(samples.next() % 4) {
        bytes[Int(samples.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: samples.next())
      }
      if round % 2 == 0 { bytes = (0..<(samples.next() % 50)).map { _ in UInt8(truncatingIfNeeded: samples.next()) } }
      try self.check(bytes, type: type)
    }
  }

  private func check(_ bytes: [UInt8], type: String) throws {
    if let json = self.codec.json(bytes, type: type) {
      #expect(try self.codec.bytes(JSON.parse(json.description), type: type) == bytes)
    } else {
      #expect(self.codec.misfit(bytes, type: type) != nil)
    }
    if let tree = ProtobufJSON.tree(bytes) {
      #expect(try ProtobufJSON.bytes(tree: JSON.parse(tree.description)) == bytes)
    }
  }
}
