import MockrecCore
import MockrecWire
import NIOCore

/// The recorder's work: finds the place of an exchange among its equals, and writes it down.
///
/// Equal answers in a row share an entry, which counts them (`# @times 3`): a client that polls a thousand times makes
/// one file, not a thousand, and still gets its thousand answers before the next one.
package final class RecordDesk: @unchecked Sendable {
  // Proof of @unchecked Sendable: the ledger is guarded by its own lock, and everything else that changes after init is
  // only used in jobs of one recorder's serial queue, and after that queue was finished by the thread that finished it.

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

  let service: Service
  let storage: any CassetteStorage
  let mode: RecordMode
  let volatile: VolatileFields
  let ledger: RecordLedger
  private var written: Set<String> = []
  private var existing: Set<String>
  /// Entries on disk that `order` does not list yet.
  private var unordered: [String] = []
  /// How long their service took to begin its reply.
  private var timings: [(name: String, time: Duration)] = []
  private let keepsTimings: Bool
  private var changes = RecordSummary()
  private(set) var failedCounts = 0

  package init(
    service: Service, storage: any CassetteStorage, mode: RecordMode, known: [Known], volatile: Set<String>,
    keepsTimings: Bool = false
  ) {
    self.service = service
    self.storage = storage
    self.keepsTimings = keepsTimings
    self.mode = mode == .once && !known.isEmpty ? .never : mode
    let volatile = VolatileFields(volatile)
    self.volatile = volatile
    self.existing = Set(known.map(\.name))
    self.ledger = RecordLedger(mode == .overwrite ? [] : known) { volatile.fingerprint($0) }
  }

  /// What the recording brought so far.
  var summary: RecordSummary {
    var summary = self.changes
    (summary.exchanges, summary.known) = self.ledger.totals
    return summary
  }

  /// Keeps one exchange; throws where it could not be.
  func keep(_ recording: Recording) throws {
    guard self.mode != .never else {
      self.ledger.skip()
      return self.ledger.note(self.event(recording, .forwarded, entry: nil))
    }
    let key = try recording.key ?? self.key(of: recording)
    var group = self.ledger.take(key, isEntered: recording.key != nil)
    defer { self.ledger.put(group, key) }
    let entry = try self.place(recording, in: &group, key: key)
    let event = self.event(recording, .recorded, entry: entry)
    group.last?.asked = (recording.exchange.request.start, event.summary)
    self.ledger.note(event)
  }

  /// Finds the exchange's entry, or writes one.
  private func place(_ recording: Recording, in group: inout RecordLedger.Group, key: MatchKey) throws -> String? {
    let raw = recording.raw ?? self.rawFingerprint(recording)
    if group.calls <= group.knownCalls {
      self.ledger.countKnown()
      try? self.discard(recording)
      return group.last?.name
    }
    if let last = group.last, let before = last.raw, before == raw {
      try? self.discard(recording)
      self.countAgain(&group, key: key)
      return last.name
    }
    var exchange = recording.exchange
    let asked = exchange.request.body.chunks
    exchange.request.body = try self.body(recording.requestBody)
    exchange.request.body.chunks = asked
    let chunks = exchange.reply?.body.chunks ?? []
    exchange.replies[exchange.replies.count - 1].message.body = try self.body(recording.replyBody)
    exchange.replies[exchange.replies.count - 1].message.body.chunks = chunks
    let clean = self.service.wire.redact(exchange, with: self.service.rules.redactor)
    let stored = clean.reply.map(self.volatile.fingerprint) ?? 0
    if let last = group.last, last.stored == stored {
      group.last?.raw = raw
      self.countAgain(&group, key: key)
      return last.name
    }
    try self.settle(&group, key: key)
    let name = try self.write(clean, key: key, occurrence: group.occurrences + 1)
    group.occurrences += 1
    group.last = RecordLedger.Last(name: name, times: 1, isOurs: true, stored: stored, raw: raw)
    return name
  }

  /// The last entry answered once more.
  private func countAgain(_ group: inout RecordLedger.Group, key: MatchKey) {
    group.last?.times += 1
    if group.last?.isOurs == true { self.ledger.markDirty(key) } else { self.ledger.countKnown() }
  }

  private func write(_ exchange: Exchange, key: MatchKey, occurrence: Int) throws -> String {
    let naming = self.service.wire.naming(exchange.request)
    let name = self.storage.name(
      verb: naming.verb, target: naming.target, key: key.bytes, occurrence: occurrence)
    let entry = try self.service.wire.entry(
      for: exchange, service: self.service.name, times: 1, digest: exchange.request.body.bytes == nil ? key.body : nil,
      volatile: self.volatile.names
    ) { bytes, ending in try self.storage.keep(body: bytes, extension: ending) }
    if self.existing.contains(name), self.holds(entry, as: name) {
      self.written.insert(name)
      self.ledger.countKnown()
      self.list(name, exchange)
      return name
    }
    let text = Array(NotationPrinter.print(ConversationFile(entries: [entry])).utf8)
    try self.checkReadable(text, as: name)
    let changed = try self.storage.write(name, text)
    self.written.insert(name)
    if self.existing.contains(name) {
      if changed { self.changes.changed.append(name) } else { self.ledger.countKnown() }
    } else {
      self.changes.added.append(name)
    }
    self.list(name, exchange)
    return name
  }

  /// Fails for an entry that could not be read again: one of them would keep the whole cassette from loading.
  private func checkReadable(_ text: [UInt8], as name: String) throws {
    let source = SourceText(name: name, bytes: text)
    do {
      let file = try NotationParser.parse(source, dialect: self.service.wire.dialect)
      for entry in file.entries { _ = try self.service.wire.exchange(from: entry.recalled(), in: source) }
    } catch {
      throw Diagnostic("what would be written of it could not be read again: \(error.message)")
    }
  }

  private func list(_ name: String, _ exchange: Exchange) {
    self.unordered.append(name)
    if self.keepsTimings, let reply = exchange.replies.last { self.timings.append((name, reply.at)) }
  }

  /// Whether the file holds this exchange but for what is known to vary: then it stays as it is.
  private func holds(_ entry: Entry, as name: String) -> Bool {
    let wire = self.service.wire
    guard let bytes = try? self.storage.read(name) else { return false }
    let source = SourceText(name: name, bytes: bytes)
    guard let file = try? NotationParser.parse(source, dialect: wire.dialect),
      file.entries.count == 1
    else { return false }
    if self.withoutTimes(file.entries[0]) == self.withoutTimes(entry) { return true }
    // Messages may say the same in other bytes: the name of the file tells that the requests are equal.
    guard let response = file.entries[0].response,
      let known = try? Noise.read(response, in: source).noise, !known.isEmpty || wire.holdsMessages,
      let recalled = try? file.entries[0].recalled(),
      let before = try? wire.exchange(from: recalled, in: source).exchange,
      let now = try? wire.exchange(from: entry, in: source).exchange,
      Self.withoutTimes(before.request) == Self.withoutTimes(now.request) || wire.holdsMessages,
      let old = before.reply.flatMap({ wire.answer(recorded: $0, to: before.request) }),
      let new = now.reply.flatMap({ wire.answer(recorded: $0, to: now.request) })
    else { return false }
    return Comparison.differences(fake: old, real: new, ignoring: known).isEmpty
  }

  /// The text of an entry but for what tells times.
  private func withoutTimes(_ entry: Entry) -> String {
    NotationPrinter.print(ConversationFile(entries: [self.service.wire.untimed(entry)]))
  }

  private static func withoutTimes(_ message: Message) -> Message {
    var message = message
    message.body.chunks = []
    return message
  }

  /// Lists the new entries in `order`: once for all exchanges that came together.
  func writeOrder() throws {
    guard !self.unordered.isEmpty else { return }
    defer { (self.unordered, self.timings) = ([], []) }
    try self.storage.appendOrder(self.unordered)
    if !self.timings.isEmpty { try self.storage.appendTimings(self.timings) }
  }

  /// Another answer follows: the count of the one before has to be right from here on.
  private func settle(_ group: inout RecordLedger.Group, key: MatchKey) throws {
    guard let last = group.last, last.times > 1 else { return }
    // A count of this run may be written already; one of an earlier run's entry never is.
    guard self.ledger.clean(key) || !last.isOurs else { return }
    try self.setTimes(last.times, of: last.name)
  }

  /// Writes the counts that have changed since the queue was last empty.
  func writeCounts() {
    for (name, times) in self.ledger.takeCounts() {
      do {
        try self.setTimes(times, of: name)
      } catch {
        self.failedCounts += 1
      }
    }
  }

  /// Changes an entry's count and nothing else: what people wrote into it stays.
  private func setTimes(_ times: Int, of name: String) throws {
    let source = SourceText(name: name, bytes: try self.storage.read(name))
    var file = try NotationParser.parse(source, dialect: self.service.wire.dialect)
    guard file.entries.count == 1 else { return }
    file.entries[0].leading.removeAll { Mark($0)?.name == "times" }
    file.entries[0].leading.insert(
      Mark("times", String(times)).trivia, at: min(1, file.entries[0].leading.count))
    try self.storage.write(name, Array(NotationPrinter.print(file).utf8))
  }

  /// Ends the recording: in `overwrite`, what the run did not see goes.
  func close() throws {
    self.writeCounts()
    try self.writeOrder()
    guard self.mode == .overwrite, !self.written.isEmpty else { return }
    for name in self.existing.subtracting(self.written).sorted()
    where self.storage.occurrence(in: name) != nil {
      try self.storage.remove(name)
      self.changes.removed.append(name)
    }
    try self.storage.tidy((self.existing.union(self.written)).subtracting(self.changes.removed).sorted())
  }
}
