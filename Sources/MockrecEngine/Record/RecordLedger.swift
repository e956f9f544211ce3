import MockrecCore
import MockrecWire
import Synchronization

/// The books of one recording: which entry answers which requests, and how often.
///
/// Event loops count in it what the cassette holds already; the recorder's queue writes what is new. While exchanges of
/// a key wait in the queue, the key's books are the queue's, so that equal requests are counted in their order.
final class RecordLedger: Sendable {
  /// The entry that answered last, and how often.
  struct Last {
    var name: String
    var times: Int
    /// Whether this run wrote it. The count of another run's entry only matters when something else follows.
    var isOurs: Bool
    /// The reply as it is in the cassette, and as it came, secrets and all.
    var stored: UInt64
    var raw: UInt64?
    /// A request line as it came, and as people may read it.
    var asked: (start: [String], summary: String)?
  }

  struct Group {
    /// Calls that the cassette answered before this run.
    var knownCalls = 0
    var calls = 0
    var occurrences = 0
    var last: Last?
    /// Exchanges on their way to the queue.
    var waiting = 0
  }

  private struct Books {
    var groups: [MatchKey: Group] = [:]
    var dirty: Set<MatchKey> = []
    var events: [JournalEvent] = []
    var exchanges = 0
    var known = 0
  }

  private let books: Mutex<Books>

  init(_ known: [RecordDesk.Known], fingerprint: (Message) -> UInt64) {
    var groups: [MatchKey: Group] = [:]
    for entry in known.sorted(by: { ($0.occurrence, $0.name) < ($1.occurrence, $1.name) }) {
      var group = groups[entry.key] ?? Group()
      group.knownCalls += entry.times
      group.occurrences = max(group.occurrences + 1, entry.occurrence)
      group.last = Last(name: entry.name, times: entry.times, isOurs: false, stored: fingerprint(entry.reply))
      groups[entry.key] = group
    }
    self.books = Mutex(Books(groups: groups))
  }

  /// What came of an exchange that was entered.
  enum Finding: Equatable {
    /// It is in the cassette: it was counted, and all that is left is a count to be written.
    case counted
    /// The queue has to look at it, which is expected to `take` it.
    case queued
  }

  /// Events that are handed to the journal at once.
  static let eventBatch = 512

  /// Counts an exchange where the cassette holds its answer already and no equal one waits.
  ///
  /// - Parameter raw: The digest of the reply as it came; nil to leave the comparing to the queue.
  func enter(
    _ key: MatchKey, raw: UInt64?, start: [String], event: (_ entry: String, _ summary: String) -> JournalEvent
  ) -> Finding {
    self.books.withLock { books in
      guard let index = books.groups.index(forKey: key) else {
        books.groups[key] = Group(waiting: 1)
        return .queued
      }
      let group = books.groups.values[index]
      guard group.waiting == 0, let raw, let last = group.last, let asked = last.asked, asked.start == start,
        group.calls < group.knownCalls || (last.raw == raw && last.isOurs)
      else {
        books.groups.values[index].waiting += 1
        return .queued
      }
      books.groups.values[index].calls += 1
      books.exchanges += 1
      if group.calls < group.knownCalls {
        books.known += 1
      } else {
        books.groups.values[index].last?.times += 1
        books.dirty.insert(key)
      }
      books.events.append(event(last.name, asked.summary))
      return .counted
    }
  }

  /// The books of a key, for the queue: one call more was made. They are to be `put` back.
  func take(_ key: MatchKey, isEntered: Bool) -> Group {
    self.books.withLock { books in
      books.exchanges += 1
      var group = books.groups[key] ?? Group()
      group.calls += 1
      if !isEntered { group.waiting += 1 }
      books.groups[key] = group
      return group
    }
  }

  /// Puts them back, changed. One exchange less waits.
  func put(_ group: Group, _ key: MatchKey) {
    self.books.withLock { books in
      var group = group
      group.waiting = (books.groups[key]?.waiting ?? 1) - 1
      books.groups[key] = group
    }
  }

  /// An exchange that is not to be kept.
  func skip() { self.books.withLock { $0.exchanges += 1 } }

  func note(_ event: JournalEvent) { self.books.withLock { $0.events.append(event) } }

  func countKnown() { self.books.withLock { $0.known += 1 } }

  func markDirty(_ key: MatchKey) { self.books.withLock { _ = $0.dirty.insert(key) } }

  /// Whether the key's count was still to be written; now it is not.
  func clean(_ key: MatchKey) -> Bool { self.books.withLock { $0.dirty.remove(key) != nil } }

  /// The counts to be written.
  func takeCounts() -> [(name: String, times: Int)] {
    self.books.withLock { books in
      let counts = books.dirty.compactMap { books.groups[$0]?.last.map { ($0.name, $0.times) } }
      books.dirty.removeAll(keepingCapacity: true)
      return counts
    }
  }

  var hasEventBatch: Bool { self.books.withLock { $0.events.count >= Self.eventBatch } }

  /// What happened since the last call, for the journal.
  func takeEvents() -> [JournalEvent] {
    self.books.withLock { books in
      let events = books.events
      books.events = []
      books.events.reserveCapacity(events.count)
      return events
    }
  }

  var totals: (exchanges: Int, known: Int) { self.books.withLock { ($0.exchanges, $0.known) } }
}
