import Testing

@testable import MockrecCore

@Suite("Redaction of protobuf messages")
struct ProtobufRedactionTests {
  private static let schema = (try? ProtobufSchema(fileDescriptorSet: ProtobufFixtures.descriptorSet)) ?? .init()

  /// All fields of `demo.Kinds` but containers hold secrets.
  private static let named: Redactor = {
    var rules = RedactionRules.standard
    for field in schema.message("demo.Kinds")?.fields ?? [] where field.kind != .message {
      rules.add(field.name)
    }
    return Redactor(rules)
  }()

  private static func clean(_ bytes: [UInt8], _ redactor: Redactor = Redactor(), type: String? = "demo.Kinds")
    -> [UInt8]
  {
    ProtobufRedaction(schema: self.schema, redactor: redactor).clean(bytes, type: type)
  }

  private static func written(_ json: String, type: String = "demo.Kinds") throws -> [UInt8] {
    try ProtobufJSON(schema: self.schema).bytes(JSON.parse(json), type: type)
  }

  private static func shown(_ bytes: [UInt8]) -> String {
    ProtobufJSON(schema: self.schema).json(bytes, type: "demo.Kinds")?.description ?? "no demo.Kinds"
  }

  @Test(
    "a secret of each type gives way to a value of its type",
    arguments: [
      (#"{"aDouble":1.5}"#, #"{"aDouble":1999929426.0}"#), (#"{"aFloat":1.5}"#, #"{"aFloat":16732850.0}"#),
      (#"{"anInt32":-7}"#, #"{"anInt32":19999"#), (#"{"anInt64":"777001777"}"#, #"{"anInt64":"1999950957"}"#),
      (#"{"aUint64":"18446744073709551615"}"#, #"{"aUint64":"19999"#), (#"{"aSint32":-7}"#, #"{"aSint32":19999"#),
      (#"{"aSint64":"-7"}"#, #"{"aSint64":"19999"#), (#"{"aFixed32":4294967295}"#, #"{"aFixed32":19999"#),
      (#"{"aFixed64":"888002888"}"#, #"{"aFixed64":"1999941652"}"#), (#"{"aSfixed32":-1}"#, #"{"aSfixed32":19999"#),
      (#"{"aSfixed64":"-1"}"#, #"{"aSfixed64":"19999"#), (#"{"aString":"hunter2"}"#, #"{"aString":"redacted-"#),
      (#"{"someBytes":"SGVsbG8="}"#, #"{"someBytes":"cmVkYWN0ZWQt"#), (#"{"rInt32":[1,2]}"#, #"{"rInt32":[19999"#),
      (#"{"rString":["a","b"]}"#, #"{"rString":["redacted-"#), (#"{"rDouble":[0.5]}"#, #"{"rDouble":[19999"#),
      (#"{"aBool":true}"#, #"{"aBool":true}"#), (#"{"color":"RED"}"#, #"{"color":"RED"}"#),
    ])
  func types(json: String, expected: String) throws {
    let bytes = try Self.written(json)
    let clean = Self.clean(bytes, Self.named)
    #expect(Self.shown(clean).hasPrefix(expected), "\(Self.shown(clean))")
    #expect(Self.clean(clean, Self.named) == clean)
    // Of JSON nothing more is to be hidden: what people read has no secret for `lint`.
    let text = Array(Self.shown(clean).utf8)
    if !["aFloat", "rInt32", "color"].contains(where: json.contains) { #expect(Self.named.json(text) == text) }
  }

  @Test(
    "names are those of fields, of maps' keys and of what an Any and a Struct hold, also without their descriptors",
    arguments: [
      #"{"mString":{"password":"SECRET","a":"b"}}"#, #"{"meta":{"n":{"token":"SECRET"}}}"#,
      #"{"mValue":{"token":["SECRET",{"a":"SECRET"}]}}"#, #"{"value":{"password":"SECRET"}}"#,
      #"{"any":{"@type":"type.googleapis.com/google.protobuf.Struct","value":{"password":"SECRET"}}}"#,
      #"{"aString":"{\"password\":\"SECRET\"}"}"#, #"{"aString":"see https://u:SECRET@h/?token=SECRET"}"#,
      #"{"child":{"child":{"mString":{"api-key":"SECRET"}}}}"#, #"{"someBytes":"eyJ0b2tlbiI6IlNFQ1JFVCJ9"}"#,
    ])
  func names(json: String) throws {
    let bytes = try Self.written(json)
    let clean = Self.clean(bytes)
    #expect(!clean.containsSecret, "\(Self.shown(clean))")
    #expect(Self.shown(clean) != "no demo.Kinds" && Self.clean(clean) == clean)
  }

  @Test(
    "what does not lie as its type wants is as secret, and lies so behind",
    arguments: [
      // Twice, a length of more bytes than it needs, an end in the middle, a text where a number is declared.
      "7206534543524554720653454352455 4", "728600534543524554", "720653454352455408",
      "72065345435245547220534543524554",
      "1A06534543524554", "720653454352455408FFFFFFFFFFFFFFFFFFFF01", "73720653454352455474",
    ])
  func odd(hex: String) throws {
    let bytes = try #require(ProtobufFixtures.hex(hex.filter { $0 != " " }))
    let clean = Self.clean(bytes, Self.named)
    #expect(!clean.containsSecret, "\(clean)")
    #expect(Self.clean(clean, Self.named) == clean)
    var (before, after) = (ProtobufReader(bytes, bytes.indices), ProtobufReader(clean, clean.indices))
    #expect((try? before.runs()) == nil ? (try? after.runs()) == nil : (try? after.runs()) != nil)
  }

  @Test("cleaning twice is cleaning once, and no secret stays, whatever the bytes are", arguments: 0..<200)
  func random(seed: Int) throws {
    var dice = RedactionDice(UInt64(seed))
    for message in ProtobufFixtures.messages where message.type == "demo.Kinds" {
      var bytes = ProtobufFixtures.bytes(message.base64) + (try Self.written(#"{"aString":"SECRET"}"#))
      for _ in 0..<Int.random(in: 0...3, using: &dice) {
        bytes[Int.random(in: bytes.indices, using: &dice)] = UInt8.random(in: 0...255, using: &dice)
      }
      bytes = Array(bytes.prefix(Int.random(in: 0...(2 * bytes.count), using: &dice)))
      for redactor in [Self.named, Redactor()] {
        for type in ["demo.Kinds", nil] {
          let clean = Self.clean(bytes, redactor, type: type)
          #expect(Self.clean(clean, redactor, type: type) == clean, "seed \(seed), \(type ?? "untyped"): \(bytes)")
        }
      }
    }
  }

  @Test("what holds no secret stays byte for byte")
  func untouched() {
    for message in ProtobufFixtures.messages {
      let bytes = ProtobufFixtures.bytes(message.base64)
      for type in [message.type, nil] { #expect(Self.clean(bytes, type: type) == bytes, "\(message.json)") }
    }
  }

  @Test("a message of another codec is read as the text that it is")
  func otherCodec() {
    let text = Array(#"{"password":"SECRET","a":1}"#.utf8)
    for type in ["demo.Kinds", nil] {
      let clean = Self.clean(text, type: type)
      #expect(!clean.containsSecret && (try? JSON.parse(clean)) != nil)
    }
  }
}

extension [UInt8] {
  fileprivate var containsSecret: Bool { String(decoding: self, as: UTF8.self).contains("SECRET") }
}
