import MockrecCore

/// What an overlay says of a command.
final class RedisTampering {
  let silent: SilentFault?
  /// Whether a fault of a later command may need to know what this one reads or changes.
  let isRemembered: Bool
  /// The keys of the command, or of those that it carries out.
  let keys: [RedisBytes]
  let changes: Bool?
  let changesEverything: Bool
  /// The fault had nothing to act on.
  var isIdle = false

  init?(_ request: RedisRequest?, silent: SilentFault?, isRemembered: Bool) {
    guard let request, isRemembered || silent != nil else { return nil }
    let commands = request.carriedOut
    self.silent = silent
    self.isRemembered = isRemembered
    self.keys = Array(Set(commands.flatMap(\.keys).map { RedisBytes($0) })).sorted()
    let subject = RedisWire().subject(of: request)
    (self.changes, self.changesEverything) = (subject.changes, subject.isEverything)
  }
}

extension RedisFake {
  /// Carries out a command as a silent fault wants it.
  func execute(
    _ arguments: [RedisBytes], as command: Command?, for client: RedisClient, into out: inout RESPWriter,
    _ tampering: RedisTampering, _ history: inout RedisHistory
  ) -> RedisOutcome {
    let database = client.database
    let start = out.bytes.count
    switch tampering.silent {
    case .dropWrite:
      return self.rehearse(self.copies(tampering.keys, client)) {
        self.execute(arguments, as: command, for: client, into: &out)
      }
    case .staleRead, .staleAnswer:
      let keys = tampering.keys.map { key -> (entry: Rehearsed, isEarlier: Bool) in
        let place = RedisHistory.Key(database: database.index, key: key)
        let earlier: RedisHistory.Earlier =
          if case .staleAnswer(let count) = tampering.silent {
            history.answer(count, ago: place)
          } else {
            history.beforeChange(place)
          }
        return switch earlier {
        case .same: (Rehearsed(database: database, key: key, entry: database.entryCopy(key)), isEarlier: false)
        case .entry(let entry): (Rehearsed(database: database, key: key, entry: entry), isEarlier: true)
        }
      }
      tampering.isIdle = !keys.contains(where: \.isEarlier)
      history.note(tampering, database)
      return self.rehearse(keys.map(\.entry)) { self.execute(arguments, as: command, for: client, into: &out) }
    case .evict:
      tampering.isIdle = true
      for key in tampering.keys {
        let before = database.entryCopy(key)
        guard database.remove(key) else { continue }
        tampering.isIdle = false
        self.changes += 1
        database.spoilWatches(of: key)
        history.changed(.init(database: database.index, key: key), before: before)
      }
    case .applyTwice:
      let queue = client.queue
      let outcome = self.remembering(tampering, &history, database) {
        self.execute(arguments, as: command, for: client, into: &out)
      }
      guard outcome == .replied else { return outcome }
      out.rewind(to: start)
      // EXEC has emptied it.
      if command?.name == "exec" { client.queue = queue }
    case nil: break
    }
    return self.remembering(tampering, &history, database) {
      self.execute(arguments, as: command, for: client, into: &out)
    }
  }

  /// Notes what `body` answers from, and what it changes.
  private func remembering(
    _ tampering: RedisTampering, _ history: inout RedisHistory, _ database: Database, _ body: () -> RedisOutcome
  ) -> RedisOutcome {
    guard tampering.isRemembered, let changes = tampering.changes else { return body() }
    guard changes else {
      history.note(tampering, database)
      return body()
    }
    let keys =
      tampering.changesEverything
      ? history.keys : tampering.keys.map { RedisHistory.Key(database: database.index, key: $0) }
    let before = keys.map { self.databases[$0.database].entryCopy($0.key) }
    let count = self.changes
    let outcome = body()
    if self.changes != count || tampering.changesEverything {
      for (key, entry) in zip(keys, before) { history.changed(key, before: entry) }
    }
    return outcome
  }

  /// Copies of these keys in every database, and of those that the client watches.
  private func copies(_ keys: [RedisBytes], _ client: RedisClient) -> [Rehearsed] {
    var copies: [Rehearsed] = []
    for database in self.databases where database.count > 0 {
      for key in keys {
        copies.append(Rehearsed(database: database, key: key, entry: database.entryCopy(key)))
      }
    }
    for (database, key, _) in client.watched where !keys.contains(key) {
      copies.append(Rehearsed(database: database, key: key, entry: database.entryCopy(key)))
    }
    return copies
  }
}

extension RedisHistory {
  fileprivate mutating func note(_ tampering: RedisTampering, _ database: Database) {
    for key in tampering.keys { self.answered(Key(database: database.index, key: key)) }
  }
}
