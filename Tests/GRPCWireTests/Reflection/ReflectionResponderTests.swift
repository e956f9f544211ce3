import Foundation
import GRPCWire
import MockrecCore
import Testing

@Suite struct ReflectionResponderTests {
  let fixture: Fixture.Reflection
  let schema: ProtobufSchema
  let responder: ReflectionResponder

  init() throws {
    self.fixture = try Fixture.load("reflection")
    var schema = ProtobufSchema()
    for file in self.fixture.files.values { try schema.add(file: [UInt8](file)) }
    self.schema = schema
    self.responder = ReflectionResponder(
      schema: schema, services: self.fixture.services + ReflectionVersion.allCases.map(\.service))
  }

  @Test("streams are answered byte for byte as grpcio's servicer answers them")
  func dialogues() throws {
    for (name, dialogue) in self.fixture.dialogues {
      var replies: [Data] = []
      var status = 0
      for message in dialogue.messages where status == 0 {
        do {
          replies.append(Data(try self.responder.answer([UInt8](message))))
        } catch {
          status = 13
        }
      }
      #expect(replies == dialogue.replies && status == dialogue.status, "\(name)")
    }
    #expect(self.fixture.dialogues.count > 30)
  }

  @Test("every symbol leads to its file and what that imports, in grpcio's order; methods too, which grpcio lacks")
  func symbols() throws {
    for (symbol, files) in self.fixture.symbols {
      #expect(try self.names(.fileDeclaring(symbol)) == files, "\(symbol)")
    }
    for method in self.fixture.methods.keys {
      let service = method.split(separator: ".").dropLast().joined(separator: ".")
      #expect(try self.names(.fileDeclaring(method)) == self.fixture.symbols[service], "\(method)")
    }
    #expect(self.fixture.symbols.count > 30 && self.fixture.methods.count == 4)
  }

  @Test("every file can be asked for by name, and every import stands in its answer once")
  func files() throws {
    for file in self.schema.files.values {
      let names = try #require(try self.names(.fileNamed(file.name)))
      #expect(names.first == file.name && Set(names).count == names.count)
      for name in names {
        let imports = try #require(self.schema.files[name]).dependencies
        #expect(imports.allSatisfy { names.contains($0) })
      }
    }
  }

  @Test("of two questions in one message the last counts, and the message is echoed as it came")
  func twoQuestions() throws {
    let list = ReflectionRequest.services.bytes
    let nope = ReflectionRequest.fileNamed("nope").bytes
    #expect(try ReflectionResponse(self.responder.answer(list + nope)) == .error(5, "not found"))
    guard case .services = try ReflectionResponse(self.responder.answer(nope + list)) else {
      Issue.record("the list was asked for")
      return
    }
    #expect(try ProtobufNode(self.responder.answer(nope + list)).contents(2) == [nope + list])
  }

  @Test("a file whose imports are missing, or import each other, is answered with what there is")
  func incomplete() throws {
    var schema = ProtobufSchema()
    for bytes in [Descriptor.file("a", imports: ["b", "gone"]), Descriptor.file("b", imports: ["a"])] {
      try schema.add(file: bytes)
    }
    let responder = ReflectionResponder(schema: schema, services: ReflectionVersion.allCases.map(\.service))
    let answer = try ReflectionResponse(responder.answer(ReflectionRequest.fileNamed("a").bytes))
    #expect(answer == .files(["a", "b"].compactMap { schema.files[$0]?.bytes }))
  }

  @Test(
    "requests are read as they are written",
    arguments: [
      .fileNamed("a.proto"), .fileDeclaring("a.B"), .fileExtending("a.B", number: 7), .fileExtending("", number: -1),
      .extensionNumbers(of: "a.B"), .services,
    ] as [ReflectionRequest])
  func roundTrip(_ request: ReflectionRequest) throws {
    #expect(try ReflectionRequest(request.bytes) == request)
  }

  /// The names of the files of an answer; nil where there is none.
  private func names(_ request: ReflectionRequest) throws -> [String]? {
    guard case .files(let files) = try ReflectionResponse(self.responder.answer(request.bytes)) else { return nil }
    return try files.map { try ProtobufNode($0).text(1) ?? "" }
  }
}
