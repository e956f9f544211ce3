import MockrecEngine
import MockrecStore

/// Units of recorded exchanges: knows where their entries stand, and reads them when their turn comes.
final class RecordedUnits: VerifyUnitSource {
  private let reader: RecordedSteps
  /// The first entry of each unit.
  private let firsts: [RecordedSteps.Place]
  /// The other entries of the units that have more than one.
  private let others: [Int: [RecordedSteps.Place]]
  /// Of the one unit that there is; nil where each is named after its first entry.
  private let name: String?
  /// How many units share a part of the cassette; nil where each takes the whole.
  private let unitsOfPart: Int?

  init(
    _ reader: RecordedSteps, _ firsts: [RecordedSteps.Place], _ others: [Int: [RecordedSteps.Place]],
    name: String? = nil, unitsOfPart: Int?
  ) {
    self.reader = reader
    self.firsts = firsts
    self.others = others
    self.name = name
    self.unitsOfPart = unitsOfPart
  }

  /// One unit of these entries; none where there are none.
  convenience init(_ reader: RecordedSteps, whole places: [RecordedSteps.Place], name: String) {
    self.init(
      reader, Array(places.prefix(1)), places.count > 1 ? [0: Array(places.dropFirst())] : [:], name: name,
      unitsOfPart: nil)
  }

  var all: VerifyUnits { VerifyUnits(count: self.firsts.count) { VerifyUnit($0, of: self) } }

  func name(of unit: Int) -> String { self.name ?? "\(self.reader.path)/\(self.reader.name(of: self.firsts[unit]))" }

  func count(of unit: Int) -> Int { 1 + (self.others[unit]?.count ?? 0) }

  func recording(of unit: Int) -> VerifyUnit.Recording? {
    .init(service: self.reader.binding.settings.name, part: self.unitsOfPart.map { unit / $0 })
  }

  func steps(of unit: Int) throws -> [VerifyStep] {
    try self.reader.steps(at: [self.firsts[unit]] + (self.others[unit] ?? []))
  }
}

/// The parts of a cassette: which of its files answer the units of each.
struct CassetteParts: Sendable {
  /// The cassette's files.
  let names: FileNames
  /// The positions of each part's files among the names.
  let files: [[Int32]]

  func names(of part: Int) -> FileNames { FileNames(self.files[part].lazy.map { self.names[Int($0)] }) }
}
