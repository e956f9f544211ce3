import Foundation
import MockrecCore
import MockrecEngine
import MockrecStore
import MockrecTransport
import MockrecWire

/// Makes a verification's units of contract files, or of a cassette.
struct ContractLibrary {
  /// The wires of the services, by the services' names.
  var wires: [String: any Wire]
  /// Those of whom no service is known.
  var others: [any Wire] = Wires.all
  /// Makes what asks a service, or where that is nil all services of a wire. Called once for each unit: connections may
  /// carry a state.
  typealias MakeClient = @Sendable (_ wire: any Wire, _ service: String?, _ isRecorded: Bool) -> any ContractClient

  var client: MakeClient
  /// Set on every recorded request: what the cassette does not hold, such as credentials.
  var headers: [(name: String, value: String)] = []
  /// Recorded requests that are not sent, each with the reason.
  private(set) var skipped: [String] = []
  /// The parts of cassettes, by the services' names.
  private(set) var parts: [String: CassetteParts] = [:]

  init(
    wires: [String: any Wire], client: @escaping MakeClient,
    headers: [(name: String, value: String)]
  ) {
    self.wires = wires
    self.client = client
    self.headers = headers
  }

  /// One unit a file. All files are read before any request is sent.
  ///
  /// - Throws: `Failure` with exit status 65 and every problem of every file.
  func units(of paths: [String]) throws -> [VerifyUnit] {
    var units: [VerifyUnit] = []
    var problems: [Diagnostic] = []
    for path in paths {
      let source = try UserFile.read(path)
      do throws(Diagnostic) {
        let file = try NotationParser.parse(source, dialect: Wires.dialect)
        problems += file.entries.compactMap { self.misdirected($0, in: source) }
        var clients: [String: any ContractClient] = [:]
        let steps = file.entries.map { entry in
          let (wire, service) = self.wire(of: entry)
          let name = "\(wire.name) \(service ?? "")"
          let client = clients[name] ?? self.client(wire, service, false)
          clients[name] = client
          return VerifyStep(
            entry, in: source, wire: wire, client: client, readFile: Self.reader(beside: path),
            writeFile: Self.writer(beside: path))
        }
        units.append(VerifyUnit(name: path, steps: steps))
      } catch {
        problems.append(error)
      }
    }
    guard problems.isEmpty else { throw Failure.data(Diagnostics(problems)) }
    return units
  }

  /// Recorded exchanges as contracts: equal requests in their recorded order; with unsafe ones, the whole cassette in its
  /// recorded order, as what was asked before changes what is answered after.
  mutating func units(of binding: ServiceBinding, includesUnsafe: Bool) throws -> VerifyUnits {
    var recorded = try RecordedContracts(RecordedSteps(binding, client: self.client, headers: self.headers))
    defer { self.skipped += recorded.skipped }
    guard !includesUnsafe else { return recorded.whole() }
    let (units, parts) = recorded.safe()
    self.parts[binding.settings.name] = parts
    return units
  }

  /// An entry that speaks to a service in the words of another wire.
  private func misdirected(_ entry: Entry, in source: SourceText) -> Diagnostic? {
    let request = entry.request
    guard request.target.beginsWithPlaceholder, let service = request.target.placeholders.first,
      let wire = self.wires[service]
    else { return nil }
    let isHTTP = !Wires.dialect.wireVerbs.contains(request.verb)
    guard wire.notationVerbs.isEmpty ? !isHTTP : !wire.notationVerbs.contains(request.verb) else { return nil }
    return Diagnostic(
      "\(service) is of wire \(wire.name), and \(request.verb) is \(isHTTP ? "HTTP's" : "another wire's")",
      at: Diagnostic.Place(source, at: request.target.offset), fix: "write `\(wire.requestLine(of: service))`")
  }

  /// The wire of an entry's service, and the service where it has a client of its own; else the wire that has the verb.
  private func wire(of entry: Entry) -> (wire: any Wire, service: String?) {
    let verb = entry.request.verb
    let service = entry.request.target.placeholders.first
    if let service, let wire = self.wires[service], wire.notationVerbs.contains(verb) {
      return (wire, wire is any StreamWire ? service : nil)
    }
    return (self.others.first { $0.notationVerbs.contains(verb) } ?? self.others[0], nil)
  }

  /// Reads body files that stand beside a file, or below; nothing else.
  static func reader(beside path: String) -> @Sendable (String) -> [UInt8]? {
    let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    return { name in
      guard let folder = try? CassetteFolder(reading: folder) else { return nil }
      return try? folder.open(bodyFile: name).contents(limit: 64 << 20)
    }
  }

  /// Writes files beside a file, or below, and says why one cannot be written.
  private static func writer(beside path: String) -> @Sendable (String, [UInt8]) -> String? {
    let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    return { name, bytes in
      let parts = name.split(separator: "/", omittingEmptySubsequences: false)
      guard parts.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." }) else {
        return "the name leads outside the contract's folder"
      }
      let target = URL(fileURLWithPath: folder).appendingPathComponent(name)
      // A link could lead anywhere.
      let real = target.deletingLastPathComponent().resolvingSymlinksInPath().path
      let base = URL(fileURLWithPath: folder).resolvingSymlinksInPath().path
      guard real == base || real.hasPrefix(base + "/") else { return "the name leads outside the contract's folder" }
      do {
        // Written anew and renamed: a link in its place is replaced, not followed.
        try Data(bytes).write(to: target, options: .atomic)
        return nil
      } catch { return (error as NSError).localizedDescription }
    }
  }
}
