import HTTPWire
import MockrecCore
import MockrecWire
import NIOCore
import Synchronization
import Testing

@testable import MockrecEngine

@Suite("The recorder")
struct RecorderTests {
  private let storage = MemoryStorage()
  private let journal = KeptJournal()

  private func recorder(known: [RecordDesk.Known] = []) -> Recorder {
    let service = Service(name: "svc", wire: HTTPWire(), rules: MatchRules(redactor: Redactor()))
    return Recorder(
      service: service, storage: self.storage, mode: .append, known: known, volatile: service.wire.volatileFields,
      journal: self.journal, alarm: { _ in })
  }

  private func recording(_ path: String, _ body: String, date: String = "d") -> Recording {
    Recording(
      exchange: Exchange(
        request: Message(start: ["GET", path, "HTTP/1.1"], fields: Fields([("Host", "x")])),
        replies: [.init(Message(start: ["HTTP/1.1", "200", "OK"], fields: Fields([("date", date)])))]),
      requestBody: .bytes(ByteBuffer()), replyBody: .bytes(ByteBuffer(string: body)), connection: 1, started: 0)
  }

  /// Waits for the disk where there is something to wait for; whether there was.
  @discardableResult
  private func keep(_ recording: Recording, in recorder: Recorder) async -> Bool {
    await withCheckedContinuation { continuation in
      if recorder.submit(recording, kept: { continuation.resume(returning: true) }) {
        continuation.resume(returning: false)
      }
    }
  }

  @Test("what is new waits for the disk; the same again does not, whatever is volatile in it")
  func again() async {
    let recorder = self.recorder()
    var waited: [Bool] = []
    for (date, body) in [("1", "a"), ("2", "a"), ("3", "b"), ("4", "a"), ("5", "a")] {
      waited.append(await self.keep(self.recording("/x", body, date: date), in: recorder))
    }
    let summary = recorder.finish()
    #expect(waited == [true, false, true, true, false])
    #expect(summary.exchanges == 5)
    #expect(self.storage.files["GET-x"]?.contains("# @times 2\n") == true)
    #expect(self.storage.files["GET-x-2"]?.contains("@times") == false)
    #expect(self.storage.files["GET-x-3"]?.contains("# @times 2\n") == true)
    #expect(self.journal.events.map(\.entry) == ["GET-x", "GET-x", "GET-x-2", "GET-x-3", "GET-x-3"])
    #expect(Set(self.journal.events.map(\.summary)) == ["GET /x"])
  }

  @Test("an equal request that came while another was being written is counted behind it")
  func order() {
    let recorder = self.recorder()
    for body in ["a", "b", "a", "a", "b", "b"] { _ = recorder.submit(self.recording("/x", body)) {} }
    #expect(recorder.finish().exchanges == 6)
    let times = self.storage.order.map { self.storage.files[$0]?.contains("@times 2") == true ? 2 : 1 }
    #expect(times == [1, 1, 2, 2])
  }

  @Test("requests that are equal but were written otherwise are each told as they were asked")
  func spelling() async {
    let recorder = self.recorder()
    for path in ["/x?a=1&b=2", "/x?b=2&a=1", "/x?b=2&a=1"] {
      await self.keep(self.recording(path, "same"), in: recorder)
    }
    #expect(recorder.finish().added.count == 1)
    #expect(self.journal.events.map(\.summary) == ["GET /x?a=1&b=2", "GET /x?b=2&a=1", "GET /x?b=2&a=1"])
  }

  @Test("secrets in what is counted again stay out of the journal")
  func secrets() async {
    let recorder = self.recorder()
    for _ in 0..<3 { await self.keep(self.recording("/x?token=hunter2hunter2", "same"), in: recorder) }
    _ = recorder.finish()
    #expect(self.journal.events.count == 3)
    #expect(self.journal.events.allSatisfy { !$0.summary.contains("hunter2") })
  }

  @Test("calls that the cassette answered before the run are known, and nothing is written for them")
  func known() async {
    let first = self.recorder()
    for body in ["a", "a", "b"] { await self.keep(self.recording("/x", body), in: first) }
    _ = first.finish()
    let before = self.storage.writes
    let known = [("GET-x", 1, 2, "a"), ("GET-x-2", 2, 1, "b")].map { name, occurrence, times, body in
      RecordDesk.Known(
        key: MatchKey(head: "GET /x"), name: name, occurrence: occurrence, times: times,
        reply: Message(start: ["HTTP/1.1", "200", "OK"], body: Body(Array(body.utf8))))
    }
    let second = self.recorder(known: known)
    for body in ["a", "a", "b"] { await self.keep(self.recording("/x", body), in: second) }
    let summary = second.finish()
    #expect(summary.known == 3)
    #expect(self.storage.writes == before)
  }

  @Test("from many threads at once, nothing is lost and every count is right")
  func parallel() async {
    let recorder = self.recorder()
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<8 {
        group.addTask {
          for call in 0..<500 { await self.keep(self.recording("/\(call % 7)", "body"), in: recorder) }
        }
      }
    }
    #expect(recorder.finish().exchanges == 4000)
    let counts = self.storage.files.values.compactMap { text in
      text.split(separator: "\n").first { $0.hasPrefix("# @times ") }.flatMap { Int($0.dropFirst(9)) }
    }
    #expect(counts.count == 7)
    #expect(counts.reduce(0, +) == 4000)
    #expect(self.journal.events.count == 4000)
  }
}

/// A journal that a test can read.
private final class KeptJournal: JournalSink {
  private let kept = Mutex<[JournalEvent]>([])

  var events: [JournalEvent] { self.kept.withLock { $0 } }

  func write(_ events: [JournalEvent]) { self.kept.withLock { $0 += events } }
  func served(_ batch: [ServedEvent], service: String) {}
}
