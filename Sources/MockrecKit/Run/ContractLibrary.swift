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
  /// Makes what asks a service, or where that is nil all services of a wire. Called once for each unit: connections may
  /// carry a state.
  typealias MakeClient = (_ wire: any Wire, _ service: String?, _ isRecorded: Bool) -> any ContractClient

  var client: MakeClient
  /// Set on every recorded request: what the cassette does not hold, such as credentials.
  var headers: [(name: String, value: String)] = []
  /// Recorded requests that cannot be sent, as their secrets are not in the cassette.
  private(set) var skipped: [String] = []

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
      let bytes: [UInt8]
      do {
        bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
      } catch {
        throw Failure(ExitStatus.usage, "error: cannot read \(path): \((error as NSError).localizedDescription)")
      }
      let source = SourceText(name: path, bytes: bytes)
      do throws(Diagnostic) {
        let file = try NotationParser.parse(source, dialect: Wires.dialect)
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
  mutating func units(of binding: ServiceBinding, includesUnsafe: Bool) throws -> [VerifyUnit] {
    let folder = try CassetteLibrary.open(binding)
    let path = binding.settings.cassette
    let entries = try CassetteLibrary.entries(binding, in: folder).filter { entry in
      if let obstacle = binding.service.wire.obstacle(entry.entry) {
        self.skipped.append("\(path)/\(entry.name) (\(obstacle))")
        return false
      }
      guard !self.isComplete(entry.entry.request) else { return true }
      self.skipped.append("\(path)/\(entry.name)")
      return false
    }
    let wire = binding.service.wire
    let overrides = self.headers
    // An entry that tells what its connection was goes over one of its own.
    let name = binding.settings.name
    let shared = (wire as? any StreamWire)?.entriesStandAlone == false ? self.client(wire, name, true) : nil
    func step(_ entry: LibraryEntry) throws -> VerifyStep {
      var step = VerifyStep(
        Self.setting(overrides, on: entry.entry), in: entry.source, wire: wire,
        client: shared ?? self.client(wire, name, true), isRecorded: true, readFile: Self.reader(beside: "\(path)/x"))
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
    if includesUnsafe {
      return entries.isEmpty ? [] : [VerifyUnit(name: path, steps: try entries.map(step))]
    }
    var groups: [MatchKey: Int] = [:]
    var units: [VerifyUnit] = []
    let (chain, orphans) = Self.chain(entries.map { (entry: $0.entry, isSafe: wire.isSafe($0.entry)) })
    self.skipped += orphans.map {
      "\(path)/\(entries[$0].name) (what it asks for is made by an unsafe request: --include-unsafe)"
    }
    if !chain.isEmpty {
      units.append(VerifyUnit(name: "\(path), in order", steps: try chain.map { try step(entries[$0]) }))
    }
    let apart = Set(chain + orphans)
    for (index, entry) in entries.enumerated() where wire.isSafe(entry.entry) && !apart.contains(index) {
      let key = CassetteLibrary.key(of: entry.recorded, binding, in: folder)
      if let group = groups[key] {
        units[group].steps.append(try step(entry))
      } else {
        groups[key] = units.count
        units.append(VerifyUnit(name: "\(path)/\(entry.name)", steps: [try step(entry)]))
      }
    }
    return units
  }

  /// Safe entries that have to be asked in their order, as one captures what another says again; and safe ones that say
  /// what only an unsafe one captures.
  private static func chain(_ entries: [(entry: Entry, isSafe: Bool)]) -> (chain: [Int], orphans: [Int]) {
    var (captors, used, chain, orphans): ([String: Int], Set<Int>, [Int], [Int]) = ([:], [], [], [])
    for (index, item) in entries.enumerated() where item.isSafe {
      let names = item.entry.recalledNames
      if names.allSatisfy({ captors[$0] != nil }) {
        if !names.isEmpty { used.formUnion(names.compactMap { captors[$0] } + [index]) }
        for name in item.entry.capturedNames { captors[name] = index }
      } else {
        orphans.append(index)
      }
    }
    chain = used.sorted()
    return (chain, orphans)
  }

  /// Whether the request holds no pseudonym but where a header is set anew: the service would refuse it.
  private func isComplete(_ request: Request) -> Bool {
    let headers = request.headers.filter { line in
      !self.headers.contains { line.key.literal?.equalsIgnoringCase($0.name) ?? false }
    }
    let rest = Request(
      verb: request.verb, target: request.target, headers: headers, sections: request.sections, body: request.body)
    let text = Array(NotationPrinter.print(ConversationFile(entries: [Entry(request: rest, response: nil)])).utf8)
    return !Pseudonym.occurs(in: text)
  }

  private static func setting(_ headers: [(name: String, value: String)], on entry: Entry) -> Entry {
    var entry = entry
    for header in headers {
      let line = KeyValue(key: Template(escapingKey: header.name), value: Template(escapingHeaderValue: header.value))
      let old = entry.request.headers.firstIndex { $0.key.literal?.equalsIgnoringCase(header.name) ?? false }
      if let old { entry.request.headers[old] = line } else { entry.request.headers.append(line) }
    }
    return entry
  }

  /// The wire of an entry's service, and the service where it has a client of its own; else the wire that has the verb.
  private func wire(of entry: Entry) -> (wire: any Wire, service: String?) {
    let verb = entry.request.verb
    let service = entry.request.target.placeholders.first
    if let service, let wire = self.wires[service], wire.notationVerbs.contains(verb) {
      return (wire, wire is any StreamWire ? service : nil)
    }
    return (Wires.all.first { $0.notationVerbs.contains(verb) } ?? Wires.all[0], nil)
  }

  /// Reads body files that stand beside a file, or below; nothing else.
  private static func reader(beside path: String) -> @Sendable (String) -> [UInt8]? {
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
