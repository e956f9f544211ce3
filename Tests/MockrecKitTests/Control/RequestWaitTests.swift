import Dispatch
import MockrecCore
import MockrecWire
import NIOCore
import Synchronization
import Testing

@testable import MockrecEngine
@testable import MockrecKit

@Suite("Waiting for requests over the control API")
struct RequestWaitTests {
  private static let requests = "/sessions/default/requests"

  @Test("who has gone waits no more, and who finds too many waiting is told so")
  func gone() async throws {
    let steered = try Steered()
    let loop = steered.loops.group.next()
    let client = ControlClient()
    func wait(_ client: ControlClient = ControlClient()) -> EventLoopFuture<ControlAnswer> {
      steered.api.answer(
        ControlRequest(
          method: "POST", target: Self.requests + "/wait", fields: Fields(),
          body: Array(#"{"match": {"path": "/late"}, "timeout": 60000}"#.utf8), loop: loop, client: client))
    }
    let first = wait(client)
    let others = (1..<RequestLog.mostWaiters).map { _ in wait() }
    await #expect(throws: ControlProblem.self) { try await wait().get() }
    client.hasGone()
    #expect(try await first.get().status == 408)
    let second = wait()
    steered.came("/late")
    #expect(try await second.get().status == 200)
    for other in others { #expect(try await other.get().status == 200) }
    await steered.end()
  }

  /// Counts how often bodies are read, and holds up who looks at them.
  private final class HeldPattern: RequestPattern {
    let reads = Atomic<Int>(0)
    let gate = DispatchSemaphore(value: 0)
    var readsBody: Bool { true }
    var changes: Bool? { nil }
    var ofSubject: any RequestPattern { self }

    func matches(_ request: any WireRequest) -> Bool { true }
    func covers(_ other: any RequestPattern) -> Bool { false }

    func documents(of body: [UInt8], in request: any WireRequest) -> [JSON] {
      self.reads.wrappingAdd(1, ordering: .relaxed)
      return []
    }

    func matches(_ documents: [JSON]) -> Bool {
      self.gate.wait()
      self.gate.signal()
      return true
    }
  }

  @Test("a body is read once for all who wait, and neither who adds to the log nor who waits for heads waits for that")
  func bodies() async throws {
    let steered = try Steered()
    let (log, loop) = (steered.table.common.log, steered.loops.group.next())
    let pattern = HeldPattern()
    var filter = RequestLog.Filter()
    let head = log.wait(for: 2, filter, within: .seconds(60), on: loop)
    filter.pattern = pattern
    let slow = (0..<200).map { _ in log.wait(for: 1, filter, within: .seconds(60), on: loop) }
    // Comes back, and is answered, while the first of them is held up.
    steered.came("/a", [0x7B, 0x7D])
    steered.came("/b")
    #expect(try await head.waited.get().count == 2)
    pattern.gate.signal()
    for wait in slow { #expect(try await wait.waited.get().requests.map(\.number) == [1]) }
    #expect(pattern.reads.load(ordering: .relaxed) <= 2, "once for each request")
    await steered.end()
  }

  @Test("a client that leaves, or says nothing more, waits no more", arguments: [true, false])
  func left(closes: Bool) async throws {
    let steered = try Steered()
    let loop = steered.loops.group.next()
    let log = steered.table.common.log
    let conversation = try await loop.submit {
      let writer = StatusWriter(loop)
      let conversation = ControlConversation(
        steered.api, on: steered.loops, token: nil, hosts: ["localhost"], writer: writer)
      conversation.requestBegan(
        Wires.http.request(
          from: Message(
            start: ["POST", Self.requests + "/wait", "HTTP/1.1"], fields: Fields([("Host", "localhost")]))))
      conversation.requestBody(ByteBuffer(string: #"{"timeout": 600000}"#))
      conversation.requestEnded(Fields())
      return NIOLoopBound((conversation, writer), eventLoop: loop)
    }.get()
    while log.held.withLock({ $0.waiting }) == 0 { try await Task.sleep(for: .milliseconds(1)) }
    try await loop.submit {
      if closes { conversation.value.0.closed() } else { conversation.value.0.inputEnded() }
    }.get()
    #expect(log.held.withLock { $0.waiting } == 0)
    await steered.end()
  }
}
