import MockrecCore
import MockrecWire

extension GRPCWire: SchemaWire {
  /// A serialized `google.protobuf.FileDescriptorSet`, as `protoc` and `buf` write it.
  package var schemaFile: String { "descriptors.binpb" }

  package var schema: [UInt8]? {
    let schema = self.types.schema
    guard !schema.files.isEmpty else { return nil }
    var writer = ProtobufWriter()
    for name in self.types.reflections.sorted() { writer.delimited(Self.reflectionField, name.utf8) }
    return schema.fileDescriptorSet + writer.bytes
  }

  /// Behind the files, a field that others pass over: which versions of reflection the service has.
  private static let reflectionField = 1000

  package func reading(_ files: [(name: String, bytes: [UInt8])]) throws(Diagnostic) -> any SchemaWire {
    var all = self.types.schema
    var reflections = self.types.reflections
    for (name, bytes) in files {
      let schema: ProtobufSchema
      do throws(ProtobufError) {
        schema = try ProtobufSchema(fileDescriptorSet: bytes)
      } catch {
        throw Diagnostic(
          "\(name) is no set of descriptors: \(error)",
          fix: "make it with `protoc --include_imports --descriptor_set_out=FILE *.proto`, or `buf build -o FILE.binpb`"
        )
      }
      reflections.formUnion((try? ProtobufNode(bytes).texts(Self.reflectionField)) ?? [])
      for file in schema.files.values.sorted(by: { $0.name < $1.name }) where all.files[file.name] == nil {
        do throws(ProtobufError) { try all.add(file: file.bytes) } catch { throw Diagnostic("\(name): \(error)") }
      }
    }
    return GRPCWire(types: GRPCTypes(all, reflections: reflections))
  }

  package func knows(_ request: Message) -> Bool {
    self.types.knows(request.callPath) || self.types.isUntold(request.callPath)
  }

  package func learn(_ request: Message, at address: String, ask: any ContractClient) async -> [String] {
    defer { self.types.asked(request.callPath) }
    do {
      let reflected = try await SchemaInquiry.run { stream in
        var body: [UInt8] = []
        for message in stream.messages { GRPCFrame.append(message, isCompressed: false, to: &body) }
        let asked = Message(
          start: ["POST", address + stream.version.path],
          fields: Fields([("content-type", Self.mediaType), ("te", "trailers")]), body: Body(body))
        let answer = try await ask.ask(ContractRequest(message: asked))
        let frames = GRPCFrame.split(answer.rawBody) ?? []
        return ReflectionReplies(
          messages: frames.map { Array(answer.rawBody[$0.payload]) },
          status: GRPCStatus.number(answer.statusText) ?? 2,
          statusMessage: answer.fields[first: GRPCStatus.messageField] ?? "")
      }
      let files = reflected.schema.files.values.sorted { $0.name < $1.name }.map(\.bytes)
      self.types.list(reflected.reflections)
      var notes = reflected.notes
      // What the user gave describes as well, and goes first.
      let known = self.types.schema.files
      do throws(ProtobufError) {
        try self.types.add(files.filter { bytes in !known.values.contains { $0.bytes == bytes } })
      } catch {
        notes.append("its descriptors contradict those that are known: \(error)")
      }
      guard !self.types.knows(request.callPath) else { return notes }
      return notes + [self.untold(request, "its reflection does not know the call")]
    } catch let failure as ReflectionFailure {
      return [self.untold(request, failure.description)]
    } catch {
      return [
        self.untold(request, "its reflection cannot be asked: \((error as? OriginFailure)?.message ?? "\(error)")")
      ]
    }
  }

  private func untold(_ request: Message, _ reason: String) -> String {
    let call = request.callPath.dropFirst()
    let rest = "numbers of their fields, so that no secret is known by a field's name"
    guard let missing = self.types.missing(request.callPath) else {
      return "messages of \(call) are shown by the \(rest): \(reason); give the descriptors (--proto-descriptor FILE)"
    }
    return
      "messages of \(call) are shown by the \(rest): the descriptors lack \(missing); make them with all that they "
      + "import (protoc --include_imports)"
  }
}
