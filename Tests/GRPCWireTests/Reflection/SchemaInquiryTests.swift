import Foundation
import GRPCWire
import MockrecCore
import Testing

@Suite struct SchemaInquiryTests {
  let files: [[UInt8]]

  init() throws {
    self.files = try Fixture.load("reflection", as: Fixture.Reflection.self).files.values.map { [UInt8]($0) }
  }

  @Test(
    "what services are made of is learnt, whatever the manner of the server",
    arguments: ReflectingService.Manner.allCases)
  func learn(_ manner: ReflectingService.Manner) async throws {
    let service = try ReflectingService(self.files)
    service.manner = manner
    let learned = try await service.learn()
    #expect(learned.services == ["Plain", "shop.Orders", "shop.Stock"] && learned.services == learned.schema.services)
    #expect(learned.version == .v1 && learned.notes.isEmpty)
    // The files of old/ are of no service.
    var expected = ProtobufSchema()
    for file in self.files where try ProtobufNode(file).text(2) != "old" { try expected.add(file: file) }
    #expect(learned.schema.fileDescriptorSet == expected.fileDescriptorSet)
    #expect(service.streams.count == (manner == .tonic ? 4 : 2))
  }

  @Test("the older version is asked where there is no newer one, and a service without reflection is told apart")
  func versions() async throws {
    let service = try ReflectingService(self.files)
    service.versions = [.v1alpha]
    let learned = try await service.learn()
    #expect(learned.version == .v1alpha && learned.services.count == 3)
    #expect(service.streams.map(\.version) == [.v1, .v1alpha, .v1alpha])
    service.versions = []
    await #expect(throws: ReflectionFailure.noReflection) { try await service.learn() }
  }

  @Test("a service that does not list its services says why")
  func refused() async throws {
    let service = try ReflectingService(self.files)
    service.replaced[.services] = .error(16, "who are you?\u{1B}")
    let failure = await #expect(throws: ReflectionFailure.self) { try await service.learn() }
    #expect(
      failure?.description == #"the service does not list its services: UNAUTHENTICATED, "who are you?\u001b""#)
    service.replaced[.services] = .files([])
    await #expect(throws: ReflectionFailure.unreadable("the answer is another one")) { try await service.learn() }
    await #expect(throws: ReflectionFailure.refused(7, "no")) {
      try await SchemaInquiry.run { _ in ReflectionReplies(messages: [], status: 7, statusMessage: "no") }
    }
    await #expect(throws: ReflectionFailure.self) {
      try await SchemaInquiry.run { _ in ReflectionReplies(messages: [[0x0A]]) }
    }
  }

  @Test(
    "services and imports that cannot be had are noted, and the others learnt",
    arguments: ReflectingService.Manner.allCases)
  func gaps(_ manner: ReflectingService.Manner) async throws {
    let files = [
      Descriptor.file("a.proto", imports: ["gone.proto", "common.proto"], service: "x.A"),
      Descriptor.file("common.proto"), Descriptor.file("d.proto", service: "x.D"),
    ]
    let service = try ReflectingService(files, services: ["x.A", "x.B", "x.C", "x.D"])
    service.manner = manner
    service.replaced[.fileDeclaring("x.C")] = .files([[0xFF]])
    let learned = try await service.learn()
    #expect(learned.services == ["x.A", "x.B", "x.C", "x.D"] && learned.schema.services == ["x.A", "x.D"])
    #expect(learned.schema.files.keys.sorted() == ["a.proto", "common.proto", "d.proto"])
    #expect(learned.notes.count == 3)
    #expect(learned.notes.contains { $0 == #"the types of "x.B" are not known: NOT_FOUND, "not found""# })
    #expect(learned.notes.contains { $0.hasPrefix(#"the types of "x.C" are not known: byte 0:"#) })
    #expect(learned.notes.contains { $0 == #""gone.proto", which is imported, is not known: NOT_FOUND, "not found""# })
  }

  @Test("a service whose file differs from one of that name is skipped whole, as is one whose files do not declare it")
  func clash() async throws {
    let files = [
      Descriptor.file("a.proto", imports: ["common.proto"], service: "x.A"), Descriptor.file("common.proto"),
    ]
    let service = try ReflectingService(files, services: ["x.A", "x.B", "x.C"])
    service.replaced[.fileDeclaring("x.B")] = .files([
      Descriptor.file("b.proto", imports: ["common.proto"], service: "x.B"),
      Descriptor.file("common.proto", imports: ["a.proto"]),
    ])
    service.replaced[.fileDeclaring("x.C")] = .files([
      Descriptor.file("a.proto", imports: ["common.proto"], service: "x.A")
    ])
    let learned = try await service.learn()
    #expect(learned.schema.services == ["x.A"] && learned.schema.files.count == 2)
    #expect(
      learned.notes == [
        #"the types of "x.B" are not known: byte 0: there is another file named common.proto, which differs"#,
        #"the types of "x.C" are not known: other files came"#,
      ])
  }

  @Test("what a service has of reflection itself is kept, and nothing is said where it does not tell")
  func reflection() async throws {
    let own = Descriptor.file("reflection.proto", service: "grpc.reflection.v1.ServerReflection")
    for tells in [true, false] {
      let service = try ReflectingService([Descriptor.file("a.proto", imports: [], service: "x.A"), own])
      if !tells { service.replaced[.fileDeclaring("grpc.reflection.v1.ServerReflection")] = .error(5, "not found") }
      let learned = try await service.learn()
      #expect(learned.services == ["x.A"] && learned.notes.isEmpty)
      #expect(learned.schema.files.keys.sorted() == ["a.proto"] + (tells ? ["reflection.proto"] : []))
    }
  }
}
