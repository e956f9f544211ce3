import MockrecCore
import MockrecEngine
import MockrecStore
import Synchronization

/// Results of a verification on disk, sealed, as they hold what was answered: a run's memory does not grow with its length.
///
/// In memory stays where each lies, 16 bytes a unit.
final class SpilledResults: ResultStore {
  private struct State {
    var places: [SealedFile.Place?] = []
    var problem: StoreError?
  }

  private let file: SealedFile
  private let state = Mutex(State())

  /// - Parameter folder: Has room for about a kilobyte a step, more where they differ.
  init(in folder: String) throws(StoreError) { self.file = try SealedFile(in: folder) }

  func add(_ unit: VerifyReport.Unit, at index: Int) throws {
    let place = try self.file.append(ResultWriter.bytes(of: unit))
    self.state.withLock { state in
      if state.places.count <= index {
        state.places += Array(repeating: nil, count: index + 1 - state.places.count)
      }
      state.places[index] = place
    }
  }

  func units() -> VerifyReport.Units {
    VerifyReport.Units(count: self.state.withLock { $0.places.count }) { self.unit(at: $0) }
  }

  /// Why something that was added could not be read again: what was made of the results is not whole.
  var problem: StoreError? { self.state.withLock { $0.problem } }

  private func unit(at index: Int) -> VerifyReport.Unit {
    guard let place = self.state.withLock({ $0.places[index] }) else { return VerifyReport.Unit(name: "", steps: []) }
    do throws(StoreError) {
      var reader = ResultReader(try self.file.read(place))
      guard let unit = reader.unit() else { throw StoreError(.unusable, "cannot read", "a result", "it has changed") }
      return unit
    } catch {
      self.state.withLock { $0.problem = error }
      return VerifyReport.Unit(name: "", steps: [])
    }
  }
}
