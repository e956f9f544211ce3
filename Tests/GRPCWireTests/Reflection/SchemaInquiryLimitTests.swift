import GRPCWire
import MockrecCore
import Testing

/// What services can make of a question that has no end.
@Suite struct SchemaInquiryLimitTests {
  /// A file that imports another one, which imports another one, and so on.
  private func chain(_ count: Int) -> [[UInt8]] {
    (0..<count).map { Descriptor.file("\($0)", imports: ["\($0 + 1)"], service: $0 == 0 ? "x.A" : nil) }
  }

  @Test("a chain of imports, one a stream, ends with the streams")
  func streams() async throws {
    let service = try ReflectingService(self.chain(100))
    service.manner = .tonic
    let learned = try await service.learn()
    #expect(service.streams.count == 32 && learned.schema.files.count == 31)
    #expect(learned.notes == ["not all was asked for: 32 streams did not suffice"])
  }

  @Test("files end at a number and at bytes", arguments: [true, false])
  func files(byNumber: Bool) async throws {
    var limits = SchemaInquiry.Limits()
    if byNumber { limits.files = 10 } else { limits.bytes = 60 }
    let service = try ReflectingService(self.chain(20))
    service.manner = .tonic
    let learned = try await service.learn(limits)
    #expect(1...10 ~= learned.schema.files.count && service.streams.count <= 12)
    #expect(learned.schema.files.values.reduce(0) { $0 + $1.bytes.count } <= limits.bytes)
    #expect(learned.notes.count == 1 && learned.notes[0].hasPrefix("the service's files are too many or too large"))
    // In one answer none of them is taken.
    service.manner = .grpcio
    let none = try await service.learn(limits)
    #expect(none.schema.files.isEmpty && none.notes.count == 1)
  }

  @Test("services are asked for a few at a time; those that came with another are not asked for again")
  func services() async throws {
    let names = (0..<100).map { "x.S\($0)" }
    let service = try ReflectingService(names.map { Descriptor.file($0, service: $0) })
    let learned = try await service.learn()
    #expect(learned.schema.services == names.sorted() && learned.notes.isEmpty)
    #expect(service.streams.map(\.messages.count) == [1, 32, 32, 32, 4])
    let first = try #require(names.min())
    service.replaced[.fileDeclaring(first)] = .files(names.map { Descriptor.file($0, service: $0) })
    let before = service.streams.count
    _ = try await service.learn()
    #expect(service.streams.count == before + 2)
    var limits = SchemaInquiry.Limits()
    limits.services = 5
    let few = try await service.learn(limits)
    #expect(few.services.count == 5 && few.notes.count == 1)
  }

  @Test("a server that ends its streams at what it does not know is asked again for what stood behind")
  func endings() async throws {
    let names = (0..<40).map { "x.S\($0 + 10)" }
    let known = names.filter { $0.hasSuffix("0") || $0.hasSuffix("5") || $0.hasSuffix("7") }
    let service = try ReflectingService(known.map { Descriptor.file($0, service: $0) }, services: names)
    service.manner = .tonic
    let learned = try await service.learn()
    #expect(learned.schema.services == known && learned.notes.count == names.count - known.count)
    #expect(service.streams.count == 1 + learned.notes.count)
  }

  @Test("notes are counted beyond a number, and cut")
  func notes() async throws {
    let long = String(repeating: "e\u{301}", count: 10_000)
    let service = try ReflectingService([], services: (0..<100).map { "\(long)\($0)" })
    let learned = try await service.learn()
    #expect(learned.notes.count == 65 && learned.notes.last == "36 more things could not be had")
    #expect(learned.notes.allSatisfy { $0.unicodeScalars.count < 300 })
    let empty = try await ReflectingService([]).learn()
    #expect(empty.notes == ["the service lists no services but reflection"])
  }
}
