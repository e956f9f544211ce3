import HTTPWire
import MockrecCore
import MockrecWire
import NIOCore
import Testing

@testable import MockrecEngine

@Suite("The record desk")
struct RecordDeskTests {
  private let service = Service(name: "svc", wire: HTTPWire(), rules: MatchRules(redactor: Redactor()))

  private func recording(_ path: String, _ body: String, date: String = "d") -> Recording {
    Recording(
      exchange: Exchange(
        request: Message(start: ["GET", path, "HTTP/1.1"]),
        replies: [
          .init(
            Message(
              start: ["HTTP/1.1", "200", "OK"], fields: Fields([("Content-Type", "text/plain"), ("Date", date)])))
        ]),
      requestBody: .bytes(ByteBuffer()), replyBody: .bytes(ByteBuffer(string: body)), connection: 1, started: 0)
  }

  /// Records bodies in order, over what the storage holds.
  @discardableResult
  private func record(
    _ exchanges: [(String, String)], into storage: MemoryStorage, mode: RecordMode = .append
  ) throws -> RecordSummary {
    let desk = RecordDesk(
      service: self.service, storage: storage, mode: mode, known: try self.known(storage),
      volatile: self.service.wire.volatileFields)
    for (index, exchange) in exchanges.enumerated() {
      try desk.keep(self.recording(exchange.0, exchange.1, date: "\(index)"))
      desk.writeCounts()
      try desk.writeOrder()
    }
    try desk.close()
    return desk.summary
  }

  private func known(_ storage: MemoryStorage) throws -> [RecordDesk.Known] {
    try storage.files.filter { !$0.key.hasPrefix("hand") }.map { name, text in
      let source = SourceText(name: name, text: text)
      let entry = try #require(try NotationParser.parse(source).entries.first)
      let recorded = try self.service.wire.exchange(from: entry, in: source)
      return RecordDesk.Known(
        key: self.service.wire.request(from: recorded.exchange.request).key(self.service.rules), name: name,
        occurrence: storage.occurrence(in: name) ?? 1, times: recorded.times,
        reply: try #require(recorded.exchange.reply))
    }
  }

  /// The names in order, each with how often it answered.
  private func times(_ storage: MemoryStorage) -> [String: Int] {
    storage.files.mapValues { text in
      text.split(separator: "\n").first { $0.hasPrefix("# @times ") }.flatMap { Int($0.dropFirst(9)) } ?? 1
    }
  }

  @Test("equal answers in a row share an entry that counts them")
  func counts() throws {
    let storage = MemoryStorage()
    try self.record([("/a", "1"), ("/a", "1"), ("/b", "x"), ("/a", "2"), ("/a", "1")], into: storage)
    #expect(self.times(storage) == ["GET-a": 2, "GET-a-2": 1, "GET-a-3": 1, "GET-b": 1])
    #expect(storage.order == ["GET-a", "GET-b", "GET-a-2", "GET-a-3"])
  }

  @Test("a count is right however late it is written")
  func lateCounts() throws {
    let storage = MemoryStorage()
    let desk = RecordDesk(
      service: self.service, storage: storage, mode: .append, known: [], volatile: self.service.wire.volatileFields)
    for body in ["1", "1", "1", "2", "2", "3"] { try desk.keep(self.recording("/a", body)) }
    desk.writeCounts()
    #expect(self.times(storage) == ["GET-a": 3, "GET-a-2": 2, "GET-a-3": 1])
  }

  @Test("recording an unchanged service again writes nothing", arguments: [RecordMode.append, .overwrite, .once])
  func again(mode: RecordMode) throws {
    let storage = MemoryStorage()
    let session = [("/a", "1"), ("/a", "1"), ("/b", "x"), ("/a", "2")]
    try self.record(session, into: storage)
    let before = storage.files
    let summary = try self.record(session, into: storage, mode: mode)
    #expect(storage.files == before)
    #expect(summary.removed.isEmpty)
    if mode != .overwrite { #expect(storage.writes == 4) }
  }

  @Test("append leaves what is known and adds what is new")
  func append() throws {
    let storage = MemoryStorage()
    try self.record([("/a", "old")], into: storage)
    let before = storage.files["GET-a"]
    let summary = try self.record([("/a", "new"), ("/a", "later"), ("/c", "x")], into: storage)
    #expect(storage.files["GET-a"] == before)
    #expect(summary.added == ["GET-a-2", "GET-c"])
    #expect(summary.known == 1)
  }

  @Test("in append, an earlier entry's count is set right when something else follows it")
  func settle() throws {
    let storage = MemoryStorage()
    try self.record([("/a", "1")], into: storage)
    try self.record([("/a", "1"), ("/a", "1"), ("/a", "1"), ("/a", "2")], into: storage)
    #expect(self.times(storage) == ["GET-a": 3, "GET-a-2": 1])
  }

  @Test("overwrite ends with what the run saw, and leaves what people named themselves")
  func overwrite() throws {
    let storage = MemoryStorage()
    try self.record([("/a", "1"), ("/a", "2"), ("/gone", "x")], into: storage)
    try storage.write("hand-written", Array("# mine\n".utf8))
    let summary = try self.record([("/a", "new")], into: storage, mode: .overwrite)
    #expect(Set(storage.files.keys) == ["GET-a", "hand-written"])
    #expect(storage.files["GET-a"]?.contains("new") == true)
    #expect(summary.removed == ["GET-a-2", "GET-gone"])
  }

  @Test("overwrite that sees nothing removes nothing")
  func overwriteNothing() throws {
    let storage = MemoryStorage()
    try self.record([("/a", "1")], into: storage)
    try self.record([], into: storage, mode: .overwrite)
    #expect(storage.files.count == 1)
  }

  @Test("once records into an empty cassette only; never not at all")
  func onceAndNever() throws {
    let storage = MemoryStorage()
    try self.record([("/a", "1")], into: storage, mode: .never)
    #expect(storage.files.isEmpty)
    try self.record([("/a", "1")], into: storage, mode: .once)
    try self.record([("/b", "1")], into: storage, mode: .once)
    #expect(Set(storage.files.keys) == ["GET-a"])
  }

  @Test("what cannot be written is an error, and the next exchange is tried again")
  func full() throws {
    let storage = MemoryStorage()
    let desk = RecordDesk(
      service: self.service, storage: storage, mode: .append, known: [], volatile: [])
    storage.setFull(true)
    #expect(throws: MemoryStorage.Full.self) { try desk.keep(self.recording("/a", "1")) }
    storage.setFull(false)
    try desk.keep(self.recording("/a", "1"))
    #expect(storage.files.count == 1)
  }

  @Test("people's edits survive a count that changes")
  func edits() throws {
    let storage = MemoryStorage()
    try self.record([("/a", "1")], into: storage)
    let edited = try #require(storage.files["GET-a"]).replacingFirst(
      "HTTP 200\n", with: "# checked by hand\nHTTP 200\n")
    try storage.write("GET-a", Array(edited.utf8))
    try self.record([("/a", "1"), ("/a", "1"), ("/a", "2")], into: storage)
    #expect(storage.files["GET-a"]?.contains("# checked by hand\n") == true)
    #expect(self.times(storage)["GET-a"] == 2)
  }
}

extension String {
  func replacingFirst(_ text: String, with other: String) -> String {
    guard let range = self.firstRange(of: text) else { return self }
    return self.replacingCharacters(in: range, with: other)
  }

  private func replacingCharacters(in range: Range<Index>, with other: String) -> String {
    var copy = self
    copy.replaceSubrange(range, with: other)
    return copy
  }
}
