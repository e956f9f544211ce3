import MockrecCore
import Testing

@Suite struct ProtobufSchemaTests {
  let schema: ProtobufSchema

  init() throws { self.schema = try ProtobufSchema(fileDescriptorSet: ProtobufFixtures.descriptorSet) }

  @Test("services and methods are found, with their types and streams")
  func methods() throws {
    #expect(self.schema.services == ["demo.Shop"])
    #expect(self.schema.methods(of: "demo.Shop")?.map(\.name) == ["Get", "Watch", "Put", "Chat"])
    let get = try #require(self.schema.method("demo.Shop", "Get"))
    #expect((get.input, get.output) == ("demo.Kinds", "demo.Kinds.Inner"))
    let streams = ["Get", "Watch", "Put", "Chat"].map { name in
      self.schema.method("demo.Shop", name).map { "\($0.isClientStreaming) \($0.isServerStreaming)" }
    }
    #expect(streams == ["false false", "false true", "true false", "true true"])
    #expect(self.schema.method("demo.Shop", "get") == nil && self.schema.method("demo.Kinds", "Get") == nil)
  }

  @Test(
    "the file is found that declares a name",
    arguments: [
      ("demo.Kinds", "kinds.proto"), ("demo.Kinds.Inner", "kinds.proto"), ("demo.Kinds.an_int32", "kinds.proto"),
      ("demo.Kinds.choice", "kinds.proto"), ("demo.Color", "kinds.proto"), ("demo.RED", "kinds.proto"),
      ("demo.Shop", "kinds.proto"), ("demo.Shop.Watch", "kinds.proto"), ("demo.old.note", "old.proto"),
      ("demo.old.Old.nested_ext", "old.proto"), ("google.protobuf.Any", "google/protobuf/any.proto"),
      ("demo.Color.RED", nil), ("demo", nil), ("", nil),
    ] as [(String, String?)])
  func declarations(symbol: String, file: String?) {
    #expect(self.schema.file(declaring: symbol)?.name == file)
  }

  @Test("extensions are found by number")
  func extensions() {
    #expect(self.schema.extensionNumbers(of: "demo.old.Old") == [100, 101, 102, 103])
    #expect(self.schema.file(extending: "demo.old.Old", number: 101)?.name == "old.proto")
    #expect(self.schema.file(extending: "demo.old.Old", number: 104) == nil)
  }

  @Test("whatever the order files are added in, the same set is written, imports first")
  func order() throws {
    let files = self.schema.files.values.sorted { $0.name > $1.name }
    var other = ProtobufSchema()
    for file in files {
      try other.add(file: file.bytes)
      try other.add(file: file.bytes)
    }
    #expect(other.fileDescriptorSet == self.schema.fileDescriptorSet)
    let again = try ProtobufSchema(fileDescriptorSet: other.fileDescriptorSet)
    #expect(again.files == self.schema.files && again.missingFiles.isEmpty)
    // The set of protoc is in such an order too, but for names.
    #expect(other.fileDescriptorSet.count == ProtobufFixtures.descriptorSet.count)
    var partial = ProtobufSchema()
    let kinds = try #require(self.schema.files["kinds.proto"])
    try partial.add(file: kinds.bytes)
    #expect(partial.missingFiles == kinds.dependencies.sorted() && partial.missingFiles.count == 7)
    // What is not known is shown by its number.
    let bytes = try ProtobufJSON(schema: self.schema).bytes(["aBool": true, "took": "1s"], type: "demo.Kinds")
    #expect(
      ProtobufJSON(schema: partial).json(bytes, type: "demo.Kinds")?.description == #"{"aBool":true,"took":"1s"}"#)
    #expect(ProtobufJSON(schema: partial).json([0xAA, 0x02, 0x00], type: "demo.Kinds")?.description == #"{"37":""}"#)
  }

  @Test("another file of a name is refused, as are bytes that are no descriptor")
  func refused() throws {
    var schema = self.schema
    let name: [UInt8] = [0x0A, 0x0B] + Array("kinds.proto".utf8)
    #expect(throws: ProtobufError.self) { try schema.add(file: name) }
    #expect(throws: ProtobufError.self) { try schema.add(file: []) }
    #expect(throws: ProtobufError.self) { try ProtobufSchema(fileDescriptorSet: [0x08, 0x01]) }
    #expect(throws: ProtobufError.self) { try ProtobufSchema(fileDescriptorSet: [0x0A, 0x05]) }
  }

  @Test("names in JSON are made of names in files as protoc makes them")
  func names() throws {
    // A file "f" with a message M whose field user_2id has number 1 and type int32, and no json_name.
    let field: [UInt8] = [0x0A, 0x08] + Array("user_2id".utf8) + [0x18, 0x01, 0x20, 0x01, 0x28, 0x05]
    let message: [UInt8] = [0x0A, 0x01, 0x4D, 0x12, UInt8(field.count)] + field
    var schema = ProtobufSchema()
    try schema.add(file: [0x0A, 0x01, 0x66, 0x22, UInt8(message.count)] + message)
    #expect(ProtobufJSON(schema: schema).json([0x08, 0x07], type: "M")?.description == #"{"user2id":7}"#)
  }
}
