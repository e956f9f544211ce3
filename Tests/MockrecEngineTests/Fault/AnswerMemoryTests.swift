import MockrecCore
import MockrecWire
import NIOCore
import Testing

@testable import MockrecEngine

@Suite("What silent faults answer from")
struct AnswerMemoryTests {
  private func subject(_ name: String, changes: Bool) -> RequestSubject {
    RequestSubject(names: [name], changes: changes)
  }

  /// Reads `name`, where the service would say `answer`; the answer that is given, none for an absence.
  private func read(
    _ memory: AnswerMemory, _ name: String, _ answer: String, _ fault: SilentFault? = nil
  ) -> String? {
    let reply = PreparedReply(bytes: ByteBuffer(string: answer), headLength: 0)
    switch memory.read(MatchKey(head: name), self.subject(name, changes: false), .prepared(reply), fault: fault) {
    case .asIs: return answer
    case .earlier(.prepared(let earlier)): return String(buffer: earlier.bytes)
    case .earlier(.message), .absence: return nil
    }
  }

  private func write(_ memory: AnswerMemory, _ name: String, isDropped: Bool = false) {
    memory.wrote(self.subject(name, changes: true), isDropped: isDropped)
  }

  @Test("after a dropped write a name keeps its answer, until the next write that is none")
  func drop() {
    let memory = AnswerMemory(lookback: 1)
    #expect(self.read(memory, "a", "1") == "1")
    self.write(memory, "a", isDropped: true)
    #expect(self.read(memory, "a", "2") == "1")
    #expect(self.read(memory, "a", "3") == "1")
    #expect(self.read(memory, "b", "2") == "2", "another name")
    self.write(memory, "a")
    #expect(self.read(memory, "a", "4") == "4")
    self.write(memory, "new", isDropped: true)
    #expect(self.read(memory, "new", "1") == nil, "nothing was there before")
  }

  @Test(
    "a stale read is answered as before the last write, an answer of which nothing is known as if nothing was there")
  func stale() {
    let memory = AnswerMemory(lookback: 1)
    #expect(self.read(memory, "a", "1", .staleRead) == "1", "nothing was written")
    self.write(memory, "a")
    #expect(self.read(memory, "a", "2", .staleRead) == "1")
    #expect(self.read(memory, "a", "2", .staleRead) == "1")
    #expect(self.read(memory, "a", "2") == "2")
    self.write(memory, "a")
    #expect(self.read(memory, "a", "3", .staleRead) == "2")
    self.write(memory, "b")
    #expect(self.read(memory, "b", "1", .staleRead) == nil)
    var everything = RequestSubject(names: [], changes: true)
    everything.isEverything = true
    memory.wrote(everything, isDropped: false)
    #expect(self.read(memory, "a", "4", .staleRead) == "3")
  }

  @Test("so many answers ago, the first at most", arguments: [1, 2, 3])
  func answers(count: Int) {
    let memory = AnswerMemory(lookback: 3)
    var seen: [String?] = []
    for number in 1...5 { seen.append(self.read(memory, "a", "\(number)", .staleAnswer(count))) }
    #expect(seen == (1...5).map { "\(max(1, $0 - count))" })
  }

  @Test("what is kept is bounded")
  func bounded() {
    let memory = AnswerMemory(lookback: 1)
    for number in 0..<(1 << 16) + 10 { _ = self.read(memory, "\(number)", "x") }
    self.write(memory, "0")
    self.write(memory, "\((1 << 16) + 5)")
    #expect(self.read(memory, "0", "y", .staleRead) == "x")
    #expect(self.read(memory, "\((1 << 16) + 5)", "y", .staleRead) == "y", "more are not followed")
  }
}
