/// A stream: entries in order of their IDs, and the groups that read them.
package final class StreamValue {
  /// Names and values in turn, by ID.
  package private(set) var entries = StreamTable<[RedisBytes]>()
  package private(set) var nodes = StreamNodes()
  package var lastID = StreamID.zero
  /// The highest ID that was removed by name, which leaves a gap.
  package var maximumDeletedID = StreamID.zero
  package var entriesAdded: Int64 = 0
  /// In order of their names.
  package private(set) var groups: [StreamGroup] = []

  package init() {}

  package var count: Int { self.entries.count }

  /// The first entry's ID; 0-0 when there is none.
  package var firstID: StreamID { self.entries.isEmpty ? .zero : self.entries.id(at: 0) }

  /// Appends an entry whose ID is above `lastID`.
  package func append(_ id: StreamID, _ fields: ArraySlice<RedisBytes>, limits: EncodingLimits) {
    self.entries.set(id, Array(fields))
    self.nodes.append(id, fields, limits: limits)
    self.lastID = id
    self.entriesAdded += 1
  }

  /// Removes an entry by name. Returns whether it was there.
  package func remove(_ id: StreamID) -> Bool {
    guard self.entries.remove(id) != nil else { return false }
    self.nodes.remove(id)
    return true
  }

  /// Removes the first `count` entries, as trimming does.
  package func removeFirst(_ count: Int) {
    self.entries.removeFirst(count)
    self.nodes.removeFirst(count)
  }

  package func group(_ name: RedisBytes) -> StreamGroup? { self.groups.first { $0.name == name } }

  /// Adds a group that is not there.
  package func addGroup(_ group: StreamGroup) {
    self.groups.insert(group, at: self.groups.firstIndex { !($0.name < group.name) } ?? self.groups.count)
  }

  package func removeGroup(_ group: StreamGroup) { self.groups.removeAll { $0 === group } }

  package func copy() -> StreamValue {
    let copy = StreamValue()
    copy.entries = self.entries
    copy.nodes = self.nodes
    copy.lastID = self.lastID
    copy.maximumDeletedID = self.maximumDeletedID
    copy.entriesAdded = self.entriesAdded
    copy.groups = self.groups.map { $0.copy() }
    return copy
  }
}

extension StreamValue {
  /// Whether an entry at or after `id`, and not only before the first that is left, was removed by name.
  package func hasGap(after id: StreamID) -> Bool {
    guard self.count > 0, self.maximumDeletedID != .zero else { return false }
    return self.firstID <= self.maximumDeletedID && id <= self.maximumDeletedID
  }

  /// How many entries were added up to `id`, where that can be known.
  package func entriesAdded(upTo id: StreamID) -> Int64? {
    guard self.entriesAdded > 0 else { return 0 }
    if self.count == 0, id <= self.lastID { return self.entriesAdded }
    if id == self.lastID { return self.entriesAdded }
    if id > self.lastID { return nil }
    guard self.maximumDeletedID == .zero || self.maximumDeletedID < self.firstID else { return nil }
    if id < self.firstID { return self.entriesAdded - Int64(self.count) }
    return id == self.firstID ? self.entriesAdded - Int64(self.count) + 1 : nil
  }

  /// How many entries the group has still to read, where that can be known.
  package func lag(of group: StreamGroup) -> Int64? {
    guard self.entriesAdded > 0 else { return 0 }
    if let read = group.entriesRead, !self.hasGap(after: group.lastID) { return self.entriesAdded - read }
    return self.entriesAdded(upTo: group.lastID).map { self.entriesAdded - $0 }
  }
}
