import MockrecCore
import MockrecWire
import NIOCore

/// The recorder's work: finds the place of an exchange among its equals, and writes it down.
///
/// Equal answers in a row share an entry, which counts them (`# @times 3`): a client that polls a thousand times makes
/// one file, not a thousand, and still gets its thousand answers before the next one.
package final class RecordDesk: @unchecked Sendable {
  // Proof of @unchecked Sendable: after init, everything that changes is only used in jobs of one recorder's serial
  // queue, and after that queue was finished by the thread that finished it.

  /// An entry that the cassette holds.
  package struct Known: Sendable {
    package var key: MatchKey
    package var name: String
    package var occurrence: Int
    package var times: Int
    package var reply: Message

    package init(key: MatchKey, name: String, occurrence: Int, times: Int, reply: Message) {
      self.key = key
      self.name = name
      self.occurrence = occurrence
      self.times = times
      self.reply = reply
    }
  }

  /// The entry that answered last, and how often.
  private struct Last {
    var name: String
    var times: Int
    /// Whether this run wrote it. The count of another run's entry only matters when something else follows.
    var isOurs: Bool
    /// The reply as it is in the cassette, and as it came, secrets and all.
    var stored: UInt64
    var raw: UInt64?
  }

  private struct Group {
    /// Calls that the cassette answered before this run.
    var knownCalls: Int
    var calls = 0
    var occurrences: Int
    var last: Last?
  }

  let service: Service
  let storage: any CassetteStorage
  let mode: RecordMode
  let volatile: Set<String>
  private var groups: [MatchKey: Group] = [:]
  private var written: Set<String> = []
  private var existing: Set<String>
  private var dirty: Set<MatchKey> = []
  /// What happened since the queue was last idle, for the journal.
  var events: [JournalEvent] = []
  private(set) var summary = RecordSummary()
  private(set) var failedCounts = 0

  package init(
    service: Service, storage: any CassetteStorage, mode: RecordMode, known: [Known], volatile: Set<String>
  ) {
    self.service = service
    self.storage = storage
    self.mode = mode == .once && !known.isEmpty ? .never : mode
    self.volatile = volatile
    self.existing = Set(known.map(\.name))
    guard mode != .overwrite else { return }
    for entry in known.sorted(by: { ($0.occurrence, $0.name) < ($1.occurrence, $1.name) }) {
      var group = self.groups[entry.key] ?? Group(knownCalls: 0, occurrences: 0)
      group.knownCalls += entry.times
      group.occurrences = max(group.occurrences + 1, entry.occurrence)
      group.last = Last(
        name: entry.name, times: entry.times, isOurs: false, stored: self.fingerprint(entry.reply))
      self.groups[entry.key] = group
    }
  }

  /// Keeps one exchange; throws where it could not be.
  func keep(_ recording: Recording) throws -> JournalEvent {
    var exchange = recording.exchange
    guard self.mode != .never else {
      self.summary.exchanges += 1
      return self.event(recording, .forwarded, entry: nil)
    }
    let key = try self.key(of: recording)
    self.summary.exchanges += 1
    var group = self.groups[key] ?? Group(knownCalls: 0, occurrences: 0)
    defer { self.groups[key] = group }
    group.calls += 1
    let raw = self.rawFingerprint(recording)
    if group.calls <= group.knownCalls {
      self.summary.known += 1
      try? self.discard(recording)
      return self.event(recording, .recorded, entry: group.last?.name)
    }
    if let last = group.last, let before = last.raw, before == raw {
      try? self.discard(recording)
      self.countAgain(&group, key: key)
      return self.event(recording, .recorded, entry: last.name)
    }
    exchange.request.body = try self.body(recording.requestBody)
    exchange.replies[exchange.replies.count - 1].message.body = try self.body(recording.replyBody)
    let clean = self.service.wire.redact(exchange, with: self.service.rules.redactor)
    let stored = clean.reply.map(self.fingerprint) ?? 0
    if let last = group.last, last.stored == stored {
      group.last?.raw = raw
      self.countAgain(&group, key: key)
      return self.event(recording, .recorded, entry: last.name)
    }
    try self.settle(&group, key: key)
    let name = try self.write(clean, key: key, occurrence: group.occurrences + 1)
    group.occurrences += 1
    group.last = Last(name: name, times: 1, isOurs: true, stored: stored, raw: raw)
    return self.event(recording, .recorded, entry: name)
  }

  /// The last entry answered once more.
  private func countAgain(_ group: inout Group, key: MatchKey) {
    group.last?.times += 1
    guard group.last?.isOurs == true else {
      self.summary.known += 1
      return
    }
    self.dirty.insert(key)
  }

  private func write(_ exchange: Exchange, key: MatchKey, occurrence: Int) throws -> String {
    let naming = self.service.wire.naming(exchange.request)
    let name = self.storage.name(
      verb: naming.verb, target: naming.target, key: key.bytes, occurrence: occurrence)
    let entry = try self.service.wire.entry(
      for: exchange, service: self.service.name, times: 1, digest: exchange.request.body.bytes == nil ? key.body : nil,
      volatile: self.volatile
    ) { bytes, ending in try self.storage.keep(body: bytes, extension: ending) }
    let text = Array(NotationPrinter.print(ConversationFile(entries: [entry])).utf8)
    let changed = try self.storage.write(name, text)
    self.written.insert(name)
    if self.existing.contains(name) {
      if changed { self.summary.changed.append(name) } else { self.summary.known += 1 }
    } else {
      self.summary.added.append(name)
    }
    try self.storage.appendOrder([name])
    return name
  }

  /// Another answer follows: the count of the one before has to be right from here on.
  private func settle(_ group: inout Group, key: MatchKey) throws {
    guard let last = group.last, last.times > 1 else { return }
    // A count of this run may be written already; one of an earlier run's entry never is.
    guard self.dirty.remove(key) != nil || !last.isOurs else { return }
    try self.setTimes(last.times, of: last.name)
  }

  /// Writes the counts that have changed since the queue was last empty.
  func writeCounts() {
    for key in self.dirty {
      guard let last = self.groups[key]?.last else { continue }
      do {
        try self.setTimes(last.times, of: last.name)
      } catch {
        self.failedCounts += 1
      }
    }
    self.dirty = []
  }

  /// Changes an entry's count and nothing else: what people wrote into it stays.
  private func setTimes(_ times: Int, of name: String) throws {
    let source = SourceText(name: name, bytes: try self.storage.read(name))
    let dialect = Dialect(wireVerbs: Set(self.service.wire.notationVerbs))
    var file = try NotationParser.parse(source, dialect: dialect)
    guard file.entries.count == 1 else { return }
    file.entries[0].leading.removeAll { Mark($0)?.name == "times" }
    file.entries[0].leading.insert(
      Mark("times", String(times)).trivia, at: min(1, file.entries[0].leading.count))
    try self.storage.write(name, Array(NotationPrinter.print(file).utf8))
  }

  /// Ends the recording: in `overwrite`, what the run did not see goes.
  func close() throws {
    self.writeCounts()
    guard self.mode == .overwrite, !self.written.isEmpty else { return }
    for name in self.existing.subtracting(self.written).sorted()
    where self.storage.occurrence(in: name) != nil {
      try self.storage.remove(name)
      self.summary.removed.append(name)
    }
    try self.storage.tidy((self.existing.union(self.written)).subtracting(self.summary.removed).sorted())
  }
}
