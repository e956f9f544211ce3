import MockrecCore
import MockrecWire
import Synchronization

/// Entries that are added to a service, changed and taken away while it is served. They answer before its cassette does.
package final class EntryLayer: Sendable {
  /// What is served of them.
  struct Served: Sendable {
    var index: CassetteIndex
    var state: ReplayState
  }

  package struct Added: Sendable {
    package var id: String
    package var text: String
  }

  private struct Held {
    var texts: [(added: Added, builder: CassetteBuilder)] = []
    var place: [String: Int] = [:]
    /// nil where it has to be made anew.
    var served: Served?
    /// What was served before that.
    var before: Served?
    var nextID = 1
  }

  private let service: Service
  private let scenarios: ScenarioStates
  private let held = Mutex(Held())
  private let isEmpty = Atomic<Bool>(true)
  private let answers = Atomic<Int>(0)
  package static let most = 100_000

  package init(service: Service, scenarios: ScenarioStates) {
    self.service = service
    self.scenarios = scenarios
  }

  /// How many requests they have answered.
  package var answered: Int { self.answers.load(ordering: .relaxed) }

  func count() { self.answers.wrappingAdd(1, ordering: .relaxed) }

  /// nil where there are none.
  var served: Served? {
    guard !self.isEmpty.load(ordering: .acquiring) else { return nil }
    return self.held.withLock { held in
      if let served = held.served { return served }
      // What was added has been read already.
      guard let index = try? CassetteBuilder.finish(held.texts.map(\.builder)) else { return nil }
      let state = ReplayState(index, scenarios: self.scenarios)
      if let before = held.before { state.take(over: before.state, of: before.index, in: index) }
      held.served = Served(index: index, state: state)
      held.before = held.served
      return held.served
    }
  }

  package var all: [Added] { self.held.withLock { $0.texts.map(\.added) } }

  /// Adds texts, each with one entry or more; all or, where one cannot be read, none.
  ///
  /// - Returns: Their identifiers.
  package func add(_ texts: [String]) throws(Diagnostics) -> [String] { try self.put(texts, replacing: false) }

  /// The same, in the place of all that were added before.
  package func replace(with texts: [String]) throws(Diagnostics) -> [String] { try self.put(texts, replacing: true) }

  private func put(_ texts: [String], replacing: Bool) throws(Diagnostics) -> [String] {
    let full = Diagnostics([Diagnostic("there may be \(Self.most) entries", fix: "take some away")])
    guard texts.count <= Self.most else { throw full }
    var builders: [CassetteBuilder] = []
    var problems: [Diagnostic] = []
    for (index, text) in texts.enumerated() {
      let builder = self.builder(text, name: texts.count == 1 ? "entry" : "entry \(index + 1)")
      problems += builder.problems
      builders.append(builder)
    }
    guard problems.isEmpty else { throw Diagnostics(problems) }
    let ids = self.held.withLock { held -> [String]? in
      guard (replacing ? 0 : held.texts.count) + texts.count <= Self.most else { return nil }
      if replacing { (held.texts, held.place, held.served, held.before) = ([], [:], nil, nil) }
      return zip(texts, builders).map { text, builder in
        let id = "e\(held.nextID)"
        held.nextID += 1
        held.place[id] = held.texts.count
        held.texts.append((Added(id: id, text: text), builder))
        held.served = nil
        return id
      }
    }
    guard let ids else { throw full }
    self.isEmpty.store(false, ordering: .releasing)
    return ids
  }

  /// - Returns: Whether there was such an entry.
  package func change(_ id: String, to text: String) throws(Diagnostics) -> Bool {
    let builder = self.builder(text, name: id)
    guard builder.problems.isEmpty else { throw Diagnostics(builder.problems) }
    return self.held.withLock { held in
      guard let place = held.place[id] else { return false }
      held.texts[place] = (Added(id: id, text: text), builder)
      held.served = nil
      return true
    }
  }

  package func remove(_ id: String) -> Bool {
    self.held.withLock { held in
      guard let place = held.place[id] else { return false }
      held.texts.remove(at: place)
      held.place = Dictionary(
        held.texts.enumerated().map { ($1.added.id, $0) }, uniquingKeysWith: { first, _ in first })
      held.served = nil
      self.isEmpty.store(held.texts.isEmpty, ordering: .releasing)
      return true
    }
  }

  package func removeAll() {
    self.held.withLock { held in
      (held.texts, held.place, held.served, held.before) = ([], [:], nil, nil)
      self.isEmpty.store(true, ordering: .releasing)
    }
  }

  /// Every entry answers as for the first time.
  func reset() {
    self.held.withLock { held in
      held.served?.state.resetCalls()
      held.before?.state.resetCalls()
    }
  }

  /// How often its entries were asked at one moment.
  struct Snapshot: Sendable {
    fileprivate var index: CassetteIndex
    fileprivate var counts: ReplayState.Counts
  }

  /// nil where there are none.
  var snapshot: Snapshot? { self.served.map { Snapshot(index: $0.index, counts: $0.state.counts) } }

  /// Counts go on from there; what was added since answers as for the first time.
  func restore(_ snapshot: Snapshot?) {
    guard let snapshot else { return self.reset() }
    self.held.withLock { held in
      if let served = held.served, served.index === snapshot.index { return served.state.restore(snapshot.counts) }
      let then = Served(index: snapshot.index, state: ReplayState(snapshot.index))
      then.state.restore(snapshot.counts)
      held.before = then
      guard let served = held.served else { return }
      served.state.resetCalls()
      served.state.take(over: then.state, of: then.index, in: served.index)
    }
  }

  private func builder(_ text: String, name: String) -> CassetteBuilder {
    var builder = CassetteBuilder(service: self.service, files: 1, slabBytes: 0) { name in
      throw Diagnostic("an entry that is added has its body in its text, and not in the file \(name)")
    } readFile: { _, _ in
    }
    builder.add(SourceText(name: name, text: text), name: name, occurrence: nil)
    if builder.problems.isEmpty, builder.isEmpty {
      builder.note(Diagnostic("no entry stands in this text", fix: "write a request line and a response line"))
    }
    builder.seal()
    return builder
  }
}
