import MockrecWire
import Synchronization

/// What a session had of a service at some moments, by name.
struct ScopeSnapshots {
  /// The entries that were added are no part of it.
  fileprivate struct Snapshot: Sendable {
    var turn: TurnableTime.Turn?
    var model: (any ModelSnapshot)?
    var state: ReplayState.Snapshot?
    var layer: EntryLayer.Snapshot?
  }

  fileprivate var held: [(name: String, snapshot: Snapshot)] = []
  fileprivate var next = 1
}

extension ServiceScope {
  /// How many a session may have of one service.
  package static let mostSnapshots = 100

  /// - Returns: The snapshot's name; nil where there are too many.
  package func takeSnapshot() -> String? {
    guard self.snapshots.withLock({ $0.held.count < Self.mostSnapshots }) else { return nil }
    let snapshot = ScopeSnapshots.Snapshot(
      turn: self.clock.turned, model: self.model?.model.snapshot(), state: self.state?.snapshot,
      layer: self.layer?.snapshot)
    return self.snapshots.withLock { snapshots in
      guard snapshots.held.count < Self.mostSnapshots else { return nil }
      let name = "s\(snapshots.next)"
      snapshots.next += 1
      snapshots.held.append((name, snapshot))
      return name
    }
  }

  package var snapshotNames: [String] { self.snapshots.withLock { $0.held.map(\.name) } }

  /// Everything is as it was then; the time goes as it went, so that nothing has ended that had not.
  ///
  /// - Returns: Whether there is such a snapshot.
  package func restore(_ name: String) -> Bool {
    guard let snapshot = self.snapshots.withLock({ $0.held.first { $0.name == name }?.snapshot }) else { return false }
    self.clock.put(back: snapshot.turn)
    if let model = snapshot.model { self.model?.model.restore(model) }
    if let state = snapshot.state { self.state?.restore(state) }
    self.layer?.restore(snapshot.layer)
    return true
  }

  /// - Returns: Whether there was such a snapshot.
  package func removeSnapshot(_ name: String) -> Bool {
    self.snapshots.withLock { snapshots in
      guard let index = snapshots.held.firstIndex(where: { $0.name == name }) else { return false }
      snapshots.held.remove(at: index)
      return true
    }
  }
}
