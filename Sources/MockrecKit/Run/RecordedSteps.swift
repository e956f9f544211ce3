import MockrecCore
import MockrecEngine
import MockrecStore
import MockrecWire

/// Reads steps of a verification from a cassette. A class: every unit of the cassette refers to it.
final class RecordedSteps: Sendable {
  /// Where an entry stands.
  struct Place: Sendable {
    /// Its file's position among the cassette's.
    var file: Int32
    /// Its position in the file, from 0.
    var position: Int32
  }

  let binding: ServiceBinding
  let folder: CassetteFolder
  /// The cassette's files, in recorded order.
  let names: FileNames
  /// Set on every request that has them: what the cassette does not hold, such as credentials.
  let headers: [(name: String, value: String)]
  private let client: ContractLibrary.MakeClient
  /// Asks for all steps of a wire on which an entry tells what its connection was.
  private let shared: (any ContractClient)?

  var path: String { self.binding.settings.cassette }

  /// - Throws: `Failure` with exit status 64 where there is no cassette.
  init(
    _ binding: ServiceBinding, client: @escaping ContractLibrary.MakeClient, headers: [(name: String, value: String)]
  ) throws {
    let wire = binding.service.wire
    self.binding = binding
    self.folder = try CassetteLibrary.open(binding)
    self.names = try self.folder.recordedNames()
    self.headers = headers
    self.client = client
    self.shared =
      (wire as? any StreamWire)?.entriesStandAlone == false ? client(wire, binding.settings.name, true) : nil
  }

  /// The name of an entry's file in the cassette.
  func name(of place: Place) -> String { self.names[Int(place.file)] }

  /// The entries at these places, read anew.
  ///
  /// - Throws: `Failure` where a file has changed since and does not parse, or is gone.
  func steps(at places: [Place]) throws -> [VerifyStep] {
    var read: (file: Int32, entries: [LibraryEntry]) = (-1, [])
    return try places.map { place in
      let name = self.name(of: place)
      if read.file != place.file { read = (place.file, try self.entries(of: name)) }
      guard read.entries.indices.contains(Int(place.position)) else {
        throw Failure.data(Diagnostics([Diagnostic("\(self.path)/\(name) has changed while it was verified")]))
      }
      return try self.step(read.entries[Int(place.position)])
    }
  }

  private func entries(of name: String) throws -> [LibraryEntry] {
    let source = SourceText(name: "\(self.path)/\(name)", bytes: try self.folder.read(name))
    do throws(Diagnostic) {
      return try CassetteLibrary.read(source, name: name, self.binding)
    } catch {
      throw Failure.data(Diagnostics([error]))
    }
  }

  private func step(_ entry: LibraryEntry) throws -> VerifyStep {
    let wire = self.binding.service.wire
    var step = VerifyStep(
      self.setting(self.headers, on: entry.entry), in: entry.source, wire: wire,
      client: self.shared ?? self.client(wire, self.binding.settings.name, true), isRecorded: true,
      readFile: ContractLibrary.reader(beside: "\(self.path)/x"))
    guard let response = step.entry.response else { return step }
    do throws(Diagnostic) {
      let read = try Noise.read(response, in: entry.source)
      step.known = read.noise
      step.entry.response = read.response
    } catch {
      throw Failure.data(Diagnostics([error]))
    }
    return step
  }

  /// Why an entry cannot be sent; nil where it can be.
  func obstacle(_ entry: LibraryEntry) -> String? {
    if entry.mock != nil { return "a mock: no recording that the service could agree with" }
    let entry = entry.entry
    if let obstacle = self.binding.service.wire.obstacle(entry) { return obstacle }
    var request = entry.request
    request.headers.removeAll { line in
      self.headers.contains { line.key.literal?.equalsIgnoringCase($0.name) ?? false }
    }
    guard Self.holdsPseudonym(request) else { return nil }
    request.headers = []
    return Self.holdsPseudonym(request)
      ? "a secret of it is not in the cassette"
      : "a header field of it is not in the cassette: --header 'Name: value' sends it"
  }

  /// Whether there is a pseudonym: the service would refuse the request.
  private static func holdsPseudonym(_ request: Request) -> Bool {
    let text = NotationPrinter.print(ConversationFile(entries: [Entry(request: request, response: nil)]))
    return Pseudonym.occurs(in: Array(text.utf8))
  }

  private func setting(_ headers: [(name: String, value: String)], on entry: Entry) -> Entry {
    var entry = entry
    for header in headers {
      let line = KeyValue(key: Template(escapingKey: header.name), value: Template(escapingHeaderValue: header.value))
      let old = entry.request.headers.firstIndex { $0.key.literal?.equalsIgnoringCase(header.name) ?? false }
      // What was asked without it is asked without it: the fake knows no other request.
      if let old { entry.request.headers[old] = line }
    }
    return entry
  }
}
