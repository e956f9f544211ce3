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
    var name: String
    /// Its position in its file.
    var position: Int
    var isSafe: Bool
    /// Why it cannot be sent.
    var obstacle: String?
    /// nil for one that is not safe.
    var key: MatchKey?
    var recalls: [String]
    var captures: [String]
  }

  private let reader: RecordedSteps
  private let glances: [Glance]
  /// Recorded requests that are not sent, each with the reason where it is another than a secret that the cassette does
  /// not hold.
  private(set) var skipped: [String] = []

  /// Reads every entry once.
  ///
  /// - Throws: `Failure` with exit status 65 and every problem of the cassette.
  init(_ reader: RecordedSteps) throws {
    self.reader = reader
    let (binding, folder) = (reader.binding, reader.folder)
    let wire = binding.service.wire
    self.glances = try CassetteLibrary.mapEntries(binding, in: folder) { entry, position in
      let isSafe = wire.isSafe(entry.entry)
      let key = isSafe ? CassetteLibrary.key(of: entry.recorded, binding, in: folder) : nil
      return Glance(
        name: entry.name, position: position, isSafe: isSafe, obstacle: reader.obstacle(entry.entry), key: key,
        recalls: entry.entry.recalledNames, captures: entry.entry.capturedNames)
    }
    self.skipped = self.glances.compactMap { glance in
      glance.obstacle.map { "\(reader.path)/\(glance.name)" + ($0.isEmpty ? "" : " (\($0))") }
    }
  }

  /// All that can be sent, in recorded order, as one unit: what was asked before changes what is answered after.
  func whole() -> [VerifyUnit] {
    let glances = self.glances.filter { $0.obstacle == nil }
    return glances.isEmpty ? [] : [self.unit(self.reader.path, glances, part: nil)]
  }

  /// Safe requests: a unit for equal ones, and one for those that have to be asked in their order.
  ///
  /// - Returns: The files that answer the units of each part as well.
  mutating func safe() -> (units: [VerifyUnit], parts: [[String]]) {
    let path = self.reader.path
    let sendable = self.glances.filter { $0.obstacle == nil }
    let (chain, orphans) = Self.chain(sendable)
    self.skipped += orphans.map {
      "\(path)/\(sendable[$0].name) (what it asks for is made by an unsafe request: --include-unsafe)"
    }
    var units: [VerifyUnit] = []
    if !chain.isEmpty { units.append(self.unit("\(path), in order", chain.map { sendable[$0] }, part: nil)) }
    var groupOf: [MatchKey: Int] = [:]
    var groups: [[Glance]] = []
    let apart = Set(chain + orphans)
    for (index, glance) in sendable.enumerated() where !apart.contains(index) {
      guard let key = glance.key else { continue }
      if let group = groupOf[key] {
        groups[group].append(glance)
      } else {
        groupOf[key] = groups.count
        groups.append([glance])
      }
    }
    // With a header set anew, a request may be equal to any other.
    let isWhole = !self.reader.headers.isEmpty
    units += groups.enumerated().map { index, glances in
      self.unit("\(path)/\(glances[0].name)", glances, part: isWhole ? nil : index / Self.unitsOfPart)
    }
    guard !isWhole else { return (units, []) }
    var parts = [[String]](repeating: [], count: (groups.count + Self.unitsOfPart - 1) / Self.unitsOfPart)
    // Also those that are not sent: the fake has them among equal ones.
    for glance in self.glances {
      guard let group = glance.key.flatMap({ groupOf[$0] }) else { continue }
      let part = group / Self.unitsOfPart
      if parts[part].last != glance.name { parts[part].append(glance.name) }
    }
    return (units, parts.map { Set($0).sorted() })
  }

  private func unit(_ name: String, _ glances: [Glance], part: Int?) -> VerifyUnit {
    let places = glances.map { RecordedSteps.Place(name: $0.name, position: $0.position) }
    return VerifyUnit(
      name: name, count: places.count, recording: .init(service: self.reader.binding.settings.name, part: part)
    ) { [reader] in try reader.steps(at: places) }
  }

  /// Safe entries that have to be asked in their order, as one captures what another says again; and safe ones that say
  /// what only an unsafe one captures.
  private static func chain(_ glances: [Glance]) -> (chain: [Int], orphans: [Int]) {
    var (captors, used, orphans): ([String: Int], Set<Int>, [Int]) = ([:], [], [])
    for (index, glance) in glances.enumerated() where glance.isSafe {
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
