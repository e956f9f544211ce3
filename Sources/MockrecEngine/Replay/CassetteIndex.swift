import MockrecCore
import MockrecWire
import NIOCore

/// A cassette ready to be served: never changed once it is made, so every event loop reads it without a lock.
///
/// A look-up is one hash of the request's key; its cost does not grow with the cassette.
package final class CassetteIndex: Sendable {
  /// One recorded answer in the sequence of answers to equal requests. A class, so that serving it copies nothing.
  final class Step: Sendable {
    let reply: PreparedReply
    /// The index of its entry.
    let entry: Int32
    /// The number of calls, over the whole sequence, after which the next step's turn comes.
    let upTo: Int32

    init(reply: PreparedReply, entry: Int32, upTo: Int32) {
      self.reply = reply
      self.entry = entry
      self.upTo = upTo
    }
  }

  /// The answers to equal requests, in recorded order.
  struct Group: Sendable {
    var steps: Range<Int>
    /// Calls until every recorded answer was given as often as it was recorded.
    var calls: Int
    /// Whether each answer is its bytes and nothing else: no file, no remark on how to send it.
    var isBytes: Bool
    /// Whether somebody wrote one of them for whatever body such a request has.
    var takesAnyBody: Bool
  }

  /// Names of the entries, as people know them.
  package let entries: [String]
  /// The entries that somebody wrote; nil where there are none.
  let mocks: MockBook?
  let steps: [Step]
  let groups: [Group]
  /// The group of each key.
  let table: KeyTable
  /// The heads of all requests, where these are sequences of messages; empty for others.
  let heads: Set<String>
  /// Of these, the heads under which any request was answered before its client had said anything.
  let speakers: Set<String>
  /// By the heads of requests: what may be asked with such a head, where any of it is answered before the client's end.
  let dialogues: [String: [Dialogue.Opening]]
  /// What each entry was asked and answers, in a few words, in the order of `entries`.
  package let summaries: [(request: String, status: String)]

  init(
    entries: [String], summaries: [(request: String, status: String)], mocks: MockBook? = nil, steps: [Step],
    groups: [Group],
    table: KeyTable, dialogues: [String: [Dialogue.Opening]] = [:], heads: Set<String> = [], speakers: Set<String> = []
  ) {
    self.mocks = mocks
    self.heads = heads
    self.speakers = speakers
    self.dialogues = dialogues
    self.entries = entries
    self.summaries = summaries
    self.steps = steps
    self.groups = groups
    self.table = table
  }

  /// Whether any request under this head was answered before its client had said anything.
  package func speaksFirst(_ head: String) -> Bool { self.speakers.contains(head) }

  /// The first recorded answer, by the names of entries, whose status this is, or begins so; nil where there is none.
  package func reply(status: String) -> PreparedReply? {
    let found = self.steps.filter { step in
      let known = self.summaries[Int(step.entry)].status
      return known == status || known.hasPrefix(status) && !status.isEmpty
    }
    return found.min { self.entries[Int($0.entry)] < self.entries[Int($1.entry)] }?.reply
  }

  /// The group that answers a request: that of its key, or else one that takes any body.
  func find(_ key: MatchKey) -> Int? {
    if let found = self.table.find(key) { return found }
    guard key.body != 0, let found = self.table.find(MatchKey(head: key.head)), self.groups[found].takesAnyBody else {
      return nil
    }
    return found
  }

  /// The name of the entry that answers the next request of a key; nil where none does.
  package func entry(for key: MatchKey, _ state: ReplayState) -> String? {
    self.find(key).map { group in
      self.entries[Int(self.step(of: self.groups[group], call: state.calls[group]).entry)]
    }
  }

  /// The step that answers the n-th call (from 0) of a group; the last one for all calls after.
  @inline(__always)
  func step(of group: Group, call: Int) -> Step {
    if group.steps.count == 1 { return self.steps[group.steps.lowerBound] }
    for index in group.steps where call < Int(self.steps[index].upTo) { return self.steps[index] }
    return self.steps[group.steps.upperBound - 1]
  }
}

/// What changes while a cassette is served: how often each request was asked. One for a run, or one for each scope.
package final class ReplayState: Sendable {
  let calls: AtomicCounters
  /// How often each mock answered.
  let mockCalls: AtomicCounters
  package let scenarios: ScenarioStates
  /// The states that its entries name, by scenario.
  let named: [String: Set<String>]

  package init(_ index: CassetteIndex, scenarios: ScenarioStates = ScenarioStates()) {
    self.scenarios = scenarios
    self.named = index.mocks?.scenarios ?? [:]
    self.calls = AtomicCounters(count: index.groups.count)
    self.mockCalls = AtomicCounters(count: index.mocks?.pages.count ?? 0)
  }

  package func reset() {
    self.resetCalls()
    self.scenarios.reset()
  }

  func resetCalls() {
    self.calls.reset()
    self.mockCalls.reset()
  }

  /// What it was at one moment.
  struct Snapshot: Sendable {
    var counts: Counts
    var scenarios: ScenarioStates.Values
  }

  /// How often everything was asked.
  struct Counts: Sendable {
    fileprivate var calls: [Int]
    fileprivate var mockCalls: [Int]
  }

  var counts: Counts { Counts(calls: self.calls.all, mockCalls: self.mockCalls.all) }

  func restore(_ counts: Counts) {
    self.calls.set(counts.calls)
    self.mockCalls.set(counts.mockCalls)
  }

  var snapshot: Snapshot { Snapshot(counts: self.counts, scenarios: self.scenarios.snapshot) }

  func restore(_ snapshot: Snapshot) {
    self.restore(snapshot.counts)
    self.scenarios.restore(snapshot.scenarios)
  }

  /// Goes on where another left off, for what both have.
  func take(over other: ReplayState, of old: CassetteIndex, in new: CassetteIndex) {
    for (group, key) in old.table.keys.enumerated() where other.calls[group] > 0 {
      if let place = new.table.find(key) { self.calls.set(place, to: other.calls[group]) }
    }
  }
}

extension CassetteIndex {
  /// How many recorded answers were given, and the entries that never were.
  package func usage(_ state: ReplayState, _ sequence: SequenceRule = .repeat) -> (served: Int, unused: [String]) {
    var served = 0
    var unused: [String] = []
    for (index, group) in self.groups.enumerated() {
      // Calls beyond what was recorded were misses where nothing repeats.
      let calls = sequence == .once ? min(state.calls[index], group.calls) : state.calls[index]
      served += calls
      var before = 0
      for step in self.steps[group.steps] {
        if calls <= before { unused.append(self.entries[Int(step.entry)]) }
        before = Int(step.upTo)
      }
    }
    for (number, page) in (self.mocks?.pages ?? []).enumerated() {
      served += state.mockCalls[number]
      if state.mockCalls[number] == 0 { unused.append(self.entries[Int(page.entry)]) }
    }
    return (served, unused.sorted())
  }
}
