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
    var isSafe: Bool
    /// A hash of what makes its request equal to others; of no meaning for one that is not safe. Two that are equal by
    /// chance share a unit, and a fake that has both.
    var hash: Int
    /// nil for most.
    var more: More?

    var key: Int? { self.isSafe ? self.hash : nil }
    var name: String { self.place.name }
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
      let hash = isSafe ? CassetteLibrary.key(of: entry.recorded, binding, in: folder).hashValue : 0
      return Glance(
        place: .init(name: entry.name, position: Int32(position)), isSafe: isSafe, hash: hash,
        more: More(
          obstacle: reader.obstacle(entry.entry), recalls: entry.entry.recalledNames,
          captures: entry.entry.capturedNames))
    }
    self.skipped = self.glances.compactMap { glance in
      glance.more?.obstacle.map { "\(reader.path)/\(glance.name)" + ($0.isEmpty ? "" : " (\($0))") }
    }
  }

  /// All that can be sent, in recorded order, as one unit: what was asked before changes what is answered after.
  func whole() -> [VerifyUnit] {
    let places = self.glances.filter { $0.more?.obstacle == nil }.map(\.place)
    return RecordedUnits(self.reader, whole: places, name: self.reader.path).all
  }

  /// Safe requests: a unit for equal ones, and one for those that have to be asked in their order.
  ///
  /// - Returns: The files that answer the units of each part as well.
  mutating func safe() -> (units: [VerifyUnit], parts: [[String]]) {
    let path = self.reader.path
    let sendable = self.glances.filter { $0.more?.obstacle == nil }
    let (chain, orphans) = Self.chain(sendable)
    self.skipped += orphans.map {
      "\(path)/\(sendable[$0].name) (what it asks for is made by an unsafe request: --include-unsafe)"
    }
    let ordered = RecordedUnits(self.reader, whole: chain.map { sendable[$0].place }, name: "\(path), in order")
    let apart = Set(chain + orphans)
    var groupOf: [Int: Int] = [:]
    // Equal requests are few: a list for them alone.
    var firsts: [RecordedSteps.Place] = []
    var others: [Int: [RecordedSteps.Place]] = [:]
    for (index, glance) in sendable.enumerated() where !apart.contains(index) {
      guard let key = glance.key else { continue }
      if let group = groupOf[key] {
        others[group, default: []].append(glance.place)
      } else {
        groupOf[key] = firsts.count
        firsts.append(glance.place)
      }
    }
    // With a header set anew, a request may be equal to any other.
    let isWhole = !self.reader.headers.isEmpty
    let alone = RecordedUnits(self.reader, firsts, others, unitsOfPart: isWhole ? nil : Self.unitsOfPart)
    let units = ordered.all + alone.all
    guard !isWhole else { return (units, []) }
    var parts = [[String]](repeating: [], count: (firsts.count + Self.unitsOfPart - 1) / Self.unitsOfPart)
    // Also those that are not sent: the fake has them among equal ones.
    for glance in self.glances {
      guard let group = glance.key.flatMap({ groupOf[$0] }) else { continue }
      let part = group / Self.unitsOfPart
      if parts[part].last != glance.name { parts[part].append(glance.name) }
    }
    return (units, parts.map { Set($0).sorted() })
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
