import MockrecCore
import MockrecEngine
import MockrecStore
import MockrecWire

/// A cassette's exchanges as contracts. Of each entry is kept where it stands and what makes its request equal to
/// others; it is read again when its turn comes, so that a verification's memory does not grow with the entries' bytes.
struct RecordedContracts {
  /// How many units share a part of the cassette, and so a fake.
  private static let unitsOfPart = 1_000

  /// What is kept of an entry.
  private struct Glance: Sendable {
    var place: RecordedSteps.Place
    /// A hash of what makes its request equal to others; nil for one that is not safe. Two that are equal by chance share
    /// a unit, and a fake that has both.
    var key: Int?
    /// nil for most.
    var more: More?

    var recalls: [String] { self.more?.recalls ?? [] }
    var captures: [String] { self.more?.captures ?? [] }
  }

  private final class More: Sendable {
    /// Why it cannot be sent.
    let obstacle: String?
    let recalls: [String]
    let captures: [String]

    /// nil where there is nothing of it.
    init?(obstacle: String?, recalls: [String], captures: [String]) {
      guard obstacle != nil || !recalls.isEmpty || !captures.isEmpty else { return nil }
      self.obstacle = obstacle
      self.recalls = recalls
      self.captures = captures
    }
  }

  private let reader: RecordedSteps
  private let glances: [Glance]
  /// Recorded requests that are not sent, each with the reason.
  private(set) var skipped: [String] = []

  /// Reads every entry once.
  ///
  /// - Throws: `Failure` with exit status 65 and every problem of the cassette.
  init(_ reader: RecordedSteps) throws {
    self.reader = reader
    let (binding, folder) = (reader.binding, reader.folder)
    let wire = binding.service.wire
    self.glances = try CassetteLibrary.mapEntries(reader.names, binding, in: folder) { entry, file, position in
      Glance(
        place: .init(file: Int32(file), position: Int32(position)),
        key: wire.isSafe(entry.entry)
          ? CassetteLibrary.key(of: entry.recorded, binding, in: folder).hashValue : nil,
        more: More(
          obstacle: reader.obstacle(entry), recalls: entry.entry.recalledNames,
          captures: entry.entry.capturedNames))
    }
    self.skipped = self.glances.compactMap { glance in
      glance.more?.obstacle.map { "\(self.path(of: glance)) (\($0))" }
    }
  }

  private func path(of glance: Glance) -> String { "\(self.reader.path)/\(self.reader.name(of: glance.place))" }

  /// Positions of what can be sent.
  private var sendable: some Sequence<Int> {
    self.glances.indices.lazy.filter { self.glances[$0].more?.obstacle == nil }
  }

  /// All that can be sent, in recorded order, as one unit: what was asked before changes what is answered after.
  func whole() -> VerifyUnits {
    let places = self.sendable.map { self.glances[$0].place }
    return RecordedUnits(self.reader, whole: places, name: self.reader.path).all
  }

  /// Safe requests: a unit for equal ones, and one for those that have to be asked in their order.
  ///
  /// - Returns: The parts of the cassette that the units speak of as well; nil where each takes the whole.
  mutating func safe() -> (units: VerifyUnits, parts: CassetteParts?) {
    let (chain, orphans) = self.chain()
    self.skipped += orphans.map {
      "\(self.path(of: self.glances[$0])) (what it asks for is made by an unsafe request: --include-unsafe)"
    }
    let ordered = RecordedUnits(
      self.reader, whole: chain.map { self.glances[$0].place }, name: "\(self.reader.path), in order")
    let apart = Set(chain + orphans)
    var groupOf: [Int: Int32] = [:]
    // Equal requests are few: a list for them alone.
    var firsts: [RecordedSteps.Place] = []
    var others: [Int: [RecordedSteps.Place]] = [:]
    for index in self.sendable where !apart.contains(index) {
      let glance = self.glances[index]
      guard let key = glance.key else { continue }
      if let group = groupOf[key] {
        others[Int(group), default: []].append(glance.place)
      } else {
        groupOf[key] = Int32(firsts.count)
        firsts.append(glance.place)
      }
    }
    let unsafe = self.sendable.filter { self.glances[$0].key == nil }.count
    if chain.isEmpty, firsts.isEmpty, unsafe > 0 {
      self.skipped.append(
        "\(self.reader.path): \(counted(unsafe, "request")) that may change the service (--include-unsafe sends them)")
    }
    // With a header set anew, a request may be equal to any other.
    let isWhole = !self.reader.headers.isEmpty
    let alone = RecordedUnits(self.reader, firsts, others, unitsOfPart: isWhole ? nil : Self.unitsOfPart)
    return (ordered.all + alone.all, isWhole ? nil : self.parts(firsts.count, groupOf))
  }

  /// - Parameters:
  ///   - units: How many there are.
  ///   - unitOf: The unit of each key.
  private func parts(_ units: Int, _ unitOf: [Int: Int32]) -> CassetteParts {
    var parts = [[Int32]](repeating: [], count: (units + Self.unitsOfPart - 1) / Self.unitsOfPart)
    // Also those that are not sent: the fake has them among equal ones.
    for glance in self.glances {
      guard let unit = glance.key.flatMap({ unitOf[$0] }) else { continue }
      let part = Int(unit) / Self.unitsOfPart
      // In recorded order, so that entries of one file follow each other.
      if parts[part].last != glance.place.file { parts[part].append(glance.place.file) }
    }
    return CassetteParts(names: self.reader.names, files: parts)
  }

  /// Safe entries that have to be asked in their order, as one captures what another says again; and safe ones that say
  /// what only an unsafe one captures.
  private func chain() -> (chain: [Int], orphans: [Int]) {
    var (captors, used, orphans): ([String: Int], Set<Int>, [Int]) = ([:], [], [])
    for index in self.sendable {
      let glance = self.glances[index]
      guard glance.key != nil else { continue }
      if glance.recalls.allSatisfy({ captors[$0] != nil }) {
        if !glance.recalls.isEmpty { used.formUnion(glance.recalls.compactMap { captors[$0] } + [index]) }
        for name in glance.captures { captors[name] = index }
      } else {
        orphans.append(index)
      }
    }
    return (used.sorted(), orphans)
  }
}
