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

  /// That of the default session, where its entries answer what these do not.
  let common: EntryLayer?
  private let service: Service
  private let scenarios: ScenarioStates
  private let held = Mutex(Held())
  private let hasNone = Atomic<Bool>(true)
  private let answers = Atomic<Int>(0)
  package static let most = 100_000

  package init(service: Service, scenarios: ScenarioStates, common: EntryLayer? = nil) {
    self.common = common
    self.service = service
    self.scenarios = scenarios
  }

  /// How many requests they have answered.
  package var answered: Int { self.answers.load(ordering: .relaxed) }

  /// On the hot path.
  var isEmpty: Bool { self.hasNone.load(ordering: .acquiring) }

  func count() { self.answers.wrappingAdd(1, ordering: .relaxed) }

  /// nil where there are none.
  var served: Served? {
    guard !self.isEmpty else { return nil }
    return self.held.withLock { held in
      if let served = held.served { return served }
      // What was added has been read already.
      guard let index = try? CassetteBuilder.finish(held.texts.map(\.builder), isInOrder: true) else { return nil }
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
    let first = self.held.withLock { held in
      defer { held.nextID += texts.count }
      return held.nextID
    }
    for (index, text) in texts.enumerated() {
      let builder = self.builder(text, first + index, label: texts.count == 1 ? "entry" : "entry \(index + 1)")
      problems += builder.problems
      builders.append(builder)
    }
    guard problems.isEmpty else { throw Diagnostics(problems) }
    let ids = texts.indices.map { "e\(first + $0)" }
    let isDone = self.held.withLock { held in
      guard (replacing ? 0 : held.texts.count) + texts.count <= Self.most else { return false }
      if replacing { (held.texts, held.place, held.served, held.before) = ([], [:], nil, nil) }
      for (index, builder) in builders.enumerated() {
        held.place[ids[index]] = held.texts.count
        held.texts.append((Added(id: ids[index], text: texts[index]), builder))
        held.served = nil
      }
      return true
    }
    guard isDone else { throw full }
    self.hasNone.store(false, ordering: .releasing)
    return ids
  }

  /// - Returns: Whether there was such an entry.
  package func change(_ id: String, to text: String) throws(Diagnostics) -> Bool {
    guard let number = Int(id.dropFirst()), id.hasPrefix("e") else { return false }
    let builder = self.builder(text, number, label: id)
    guard builder.problems.isEmpty else { throw Diagnostics(builder.problems) }
    return self.held.withLock { held in
      guard let place = held.place[id] else { return false }
      held.texts[place] = (Added(id: id, text: text), builder)
      held.served = nil
      return true
    }
  }

  /// Whether all of these are there.
  package func has(_ ids: [String]) -> Bool { self.held.withLock { held in ids.allSatisfy { held.place[$0] != nil } } }

  package func remove(_ id: String) -> Bool {
    self.held.withLock { held in
      guard let place = held.place[id] else { return false }
      held.texts.remove(at: place)
      held.place = Dictionary(
        held.texts.enumerated().map { ($1.added.id, $0) }, uniquingKeysWith: { first, _ in first })
      held.served = nil
      self.hasNone.store(held.texts.isEmpty, ordering: .releasing)
      return true
    }
  }

  package func removeAll() {
    self.held.withLock { held in
      (held.texts, held.place, held.served, held.before) = ([], [:], nil, nil)
      self.hasNone.store(true, ordering: .releasing)
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

  /// The request of an entry, as a miss is compared with it; nil where it is gone.
  ///
  /// - Parameter name: Its identifier, with `#2` behind that of the second of a text.
  func request(_ name: String) -> (request: Message, line: Int)? {
    let parts = name.split(separator: "#")
    let text = self.held.withLock { held in
      parts.first.flatMap { held.place[String($0)] }.map { held.texts[$0].added.text }
    }
    guard let text else { return nil }
    let source = SourceText(name: name, text: text)
    let position = parts.count > 1 ? (Int(parts[1]) ?? 1) - 1 : 0
    guard let entries = try? NotationParser.parse(source, dialect: self.service.wire.dialect).entries,
      entries.indices.contains(position),
      let recorded = try? self.service.wire.exchange(from: entries[position].recalled(), in: source)
    else { return nil }
    return (recorded.exchange.request, source.position(of: entries[position].span.lowerBound).line)
  }

  /// - Parameters:
  ///   - number: That of its identifier; of equal requests the smallest answers first.
  ///   - label: What problems call it.
  private func builder(_ text: String, _ number: Int, label: String) -> CassetteBuilder {
    var builder = CassetteBuilder(service: self.service, files: 1, slabBytes: 0) { name in
      throw Diagnostic("an entry that is added has its body in its text, and not in the file \(name)")
    } readFile: { _, _ in
    }
    builder.add(SourceText(name: label, text: text), name: "e\(number)", occurrence: nil, place: number)
    if builder.problems.isEmpty, builder.isEmpty {
      builder.note(Diagnostic("no entry stands in this text", fix: "write a request line and a response line"))
    }
    builder.seal()
    return builder
  }
}
