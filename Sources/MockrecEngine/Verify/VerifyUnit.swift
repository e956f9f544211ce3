import MockrecCore

/// Steps that are run in order and share their variables: a contract file, or a group of recorded exchanges.
///
/// It only says where to ask, and is made anew each time that it is looked at (`VerifyUnits`).
package struct VerifyUnit: Sendable {
  /// Where a unit of recorded exchanges comes from.
  package struct Recording: Sendable, Hashable {
    /// The service that all its steps ask.
    package var service: String
    /// The part of the cassette that answers all its requests; nil where it takes the whole.
    package var part: Int?

    package init(service: String, part: Int? = nil) {
      self.service = service
      self.part = part
    }
  }

  private let source: any VerifyUnitSource
  private let index: Int

  package init(_ index: Int, of source: any VerifyUnitSource) {
    self.source = source
    self.index = index
  }

  package init(name: String, steps: [VerifyStep]) { self.init(0, of: WrittenUnit(name: name, written: steps)) }

  package var name: String { self.source.name(of: self.index) }
  /// How many steps it has.
  package var count: Int { self.source.count(of: self.index) }
  /// nil for a unit that was written by hand.
  package var recording: Recording? { self.source.recording(of: self.index) }

  /// Its steps; recorded ones are read each time that they are asked for, so that a run holds those alone that are under
  /// way.
  package func steps() throws -> [VerifyStep] { try self.source.steps(of: self.index) }
}

/// Knows many units.
package protocol VerifyUnitSource: AnyObject, Sendable {
  func name(of unit: Int) -> String
  func count(of unit: Int) -> Int
  func recording(of unit: Int) -> VerifyUnit.Recording?
  func steps(of unit: Int) throws -> [VerifyStep]
}

/// A unit that was written by hand.
private final class WrittenUnit: VerifyUnitSource {
  private let name: String
  private let written: [VerifyStep]

  init(name: String, written: [VerifyStep]) {
    self.name = name
    self.written = written
  }

  func name(of unit: Int) -> String { self.name }
  func count(of unit: Int) -> Int { self.written.count }
  func recording(of unit: Int) -> VerifyUnit.Recording? { nil }
  func steps(of unit: Int) -> [VerifyStep] { self.written }
}
