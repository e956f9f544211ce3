import MockrecCore
import MockrecWire
import Testing

@testable import GRPCWire

@Suite("gRPC: contracts")
struct GRPCContractTests {
  private static func parse(_ text: String) throws -> (entry: Entry, source: SourceText) {
    let source = SourceText(name: "a.hurl", bytes: Array(text.utf8))
    return (try NotationParser.parse(source, dialect: GRPCEntryTests.wire.dialect).entries[0], source)
  }

  private static func problems(_ text: String) throws -> [Diagnostic] {
    let (entry, source) = try self.parse(text)
    return GRPCEntryTests.wire.problems(of: entry, in: source)
  }

  private static func request(_ text: String) throws -> ContractRequest {
    let (entry, source) = try self.parse(text)
    return try GRPCEntryTests.wire.contractRequest(
      for: entry, scope: ContractScope(["g": .text("grpc://127.0.0.1:1")]), file: source)
  }

  @Test(
    "what can never hold is found before anything is asked, with its place and what helps",
    arguments: [
      ("GRPC NOTFOUND\n", "a.hurl:4:1", "nearest: NOT_FOUND"),
      ("GRPC OK\n[Asserts]\nstatus == 5\n", "a.hurl:6:8", "write \"NOT_FOUND\" in place of 5"),
      ("GRPC OK\n[Asserts]\nstatus != \"UNAVAILABEL\"\n", "a.hurl:6:8", "nearest: UNAVAILABLE"),
      ("GRPC OK\n[Asserts]\nheader \"Grpc-Status\" == \"5\"\n", "a.hurl:6:1", "status == \"NOT_FOUND\""),
      ("GRPC OK\n[Captures]\nx: cookie \"a\"\n", "a.hurl:6:4", "the query cookie finds nothing"),
    ])
  func impossible(response: String, place: String, words: String) throws {
    let text = try Self.problems("GRPC {{g}} x.Greeter/Greet\n{\"text\": \"a\"}\n\n" + response)
      .map { "\($0)" }.joined(separator: "\n")
    #expect(text.contains(place) && text.contains(words), "\(text)")
  }

  @Test("a call that takes one message is not sent two")
  func surplus() throws {
    let two = "{\"text\": \"a\"}\n{\"text\": \"b\"}\n\nGRPC OK\n"
    let found = try Self.problems("GRPC {{g}} x.Greeter/Greet\n" + two)
    #expect(found.map(\.message) == ["x.Greeter/Greet takes one message, and here are 2"])
    #expect(found.first?.place?.position.line == 3)
    // Of one that nobody described, nothing is known.
    #expect(try Self.problems("GRPC {{g}} y.Greeter/Greet\n" + two).isEmpty)
  }

  @Test(
    "a name that is nearly one of the schema's is told where it stands; so is a wrong field",
    arguments: [
      ("x.Greeter/Gret\n{\"text\": \"a\"}", "x.Greeter has no method Gret", "1:12", "Greet"),
      ("x.Greter/Greet\n{\"text\": \"a\"}", "the descriptors have no service x.Greter", "1:12", "x.Greeter"),
      ("x.Greeter/Greet\n{\n  \"txt\": \"a\"}", "x.Text has no field 'txt'", "3:3", "text"),
    ])
  func misspelt(call: String, message: String, place: String, nearest: String) throws {
    let error = try #require(throws: Diagnostic.self) { try Self.request("GRPC {{g}} \(call)\n\nGRPC OK\n") }
    #expect(error.message == message)
    #expect(error.place.map { "\($0.position.line):\($0.position.column)" } == place)
    #expect(error.notes.first?.text == nearest)
  }

  @Test("a service that nobody described has its fields by their numbers, and the message says how to change that")
  func undescribed() throws {
    let error = try #require(throws: Diagnostic.self) {
      try Self.request("GRPC {{g}} other.Thing/Do\n{\"text\": \"a\"}\n\nGRPC OK\n")
    }
    #expect("\(error)".contains("`proto-descriptor: FILE` in mockrec.yaml"), "\(error)")
  }

  @Test("a status is expected by its word or its number, and bytes with padding or without")
  func expected() throws {
    let (entry, source) = try Self.parse("GRPC {{g}} x.Greeter/Greet\n\nGRPC 5\nx-bin: AAE=\nx-text: a=\n")
    let response = GRPCEntryTests.wire.expected(of: entry, in: source)
    #expect(response?.status == "NOT_FOUND")
    #expect(response?.headers.map(\.value.literal) == ["AAE", "a="])
    #expect(GRPCEntryTests.wire.problems(of: entry, in: source).isEmpty)
  }

  @Test("a status alone has the same type as a reply with messages")
  func statusAlone() throws {
    let asked = Message(start: ["POST", "/x.Greeter/Greet", "HTTP/2"])
    let type = Fields([("content-type", "application/grpc")])
    let whole = Message(
      start: ["HTTP/2", "200", ""], fields: type, body: Body([0, 0, 0, 0, 0]), trailers: Fields([("grpc-status", "0")]))
    var alone = Message(start: ["HTTP/2", "200", ""], fields: type)
    alone.fields.append("grpc-status", "12")
    alone.fields.append("some-bin", "AAE=")
    let answers = [whole, alone].compactMap { GRPCEntryTests.wire.answer(recorded: $0, to: asked) }
    #expect(answers.map { $0.fields[all: "content-type"] } == [["application/grpc"], ["application/grpc"]])
    #expect(answers.map(\.statusText) == ["OK", "UNIMPLEMENTED"])
    #expect(answers[1].fields[first: "some-bin"] == "AAE")
  }

  @Test("a call that ended at its deadline is sent again only where the entry says what that is")
  func deadline() throws {
    let head = "GRPC {{g}} x.Greeter/Greet\n"
    let reply = "\nGRPC DEADLINE_EXCEEDED\n"
    let obstacle = GRPCEntryTests.wire.obstacle(try Self.parse(head + reply).entry)
    #expect(obstacle?.contains("its deadline is not in the cassette") == true)
    #expect(GRPCEntryTests.wire.obstacle(try Self.parse(head + "grpc-timeout: 400m\n" + reply).entry) == nil)
    let request = try Self.request(head + "grpc-timeout: 400m\n" + reply)
    #expect(request.message.fields[first: "grpc-timeout"] == "400m")
  }
}
