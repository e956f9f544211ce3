/// A consumer group of a stream.
package final class StreamGroup {
  package let name: RedisBytes
  /// The last entry delivered with `>`.
  package var lastID: StreamID
  /// How many entries the group has read ever; nil when that cannot be known.
  package var entriesRead: Int64?
  /// What was delivered and not acknowledged, over all consumers.
  package var pending = StreamTable<StreamPending>()
  /// In order of their names.
  package private(set) var consumers: [StreamConsumer] = []

  package init(name: RedisBytes, lastID: StreamID, entriesRead: Int64?) {
    self.name = name
    self.lastID = lastID
    self.entriesRead = entriesRead
  }

  package func consumer(_ name: RedisBytes) -> StreamConsumer? {
    let place = self.place(of: name)
    return place < self.consumers.count && self.consumers[place].name == name ? self.consumers[place] : nil
  }

  /// Adds a consumer that is not there.
  package func addConsumer(_ name: RedisBytes, seen: Int64) -> StreamConsumer {
    let consumer = StreamConsumer(name: name, seen: seen)
    self.consumers.insert(consumer, at: self.place(of: name))
    return consumer
  }

  /// Removes a consumer with all it had pending.
  package func removeConsumer(_ consumer: StreamConsumer) {
    for place in 0..<consumer.pending.count { self.pending.remove(consumer.pending.id(at: place)) }
    self.consumers.removeAll { $0 === consumer }
  }

  package func copy() -> StreamGroup {
    let copy = StreamGroup(name: self.name, lastID: self.lastID, entriesRead: self.entriesRead)
    for consumer in self.consumers {
      let twin = copy.addConsumer(consumer.name, seen: consumer.seen)
      for place in 0..<consumer.pending.count {
        let (id, pending) = consumer.pending[place]
        let entry = StreamPending(consumer: twin, delivered: pending.delivered, deliveries: pending.deliveries)
        twin.pending.set(id, entry)
        copy.pending.set(id, entry)
      }
    }
    return copy
  }

  private func place(of name: RedisBytes) -> Int {
    self.consumers.firstIndex { !($0.name < name) } ?? self.consumers.count
  }
}

/// One reader of a group.
package final class StreamConsumer {
  package let name: RedisBytes
  /// When it last asked for something, in ms since 1970.
  package var seen: Int64
  package var pending = StreamTable<StreamPending>()

  package init(name: RedisBytes, seen: Int64) {
    self.name = name
    self.seen = seen
  }
}

/// An entry that was delivered and is not acknowledged.
package final class StreamPending {
  package unowned var consumer: StreamConsumer
  /// When it was last delivered, in ms since 1970.
  package var delivered: Int64
  package var deliveries: Int64

  package init(consumer: StreamConsumer, delivered: Int64, deliveries: Int64) {
    self.consumer = consumer
    self.delivered = delivered
    self.deliveries = deliveries
  }
}
