import Foundation
import MockrecCore
import MockrecEngine
import MockrecIdentity
import MockrecTransport
import MockrecWire
import NIOCore
import Synchronization
import Testing

@testable import MockrecKit

@Suite("Sessions that are opened and closed over the control API")
struct ControlledSessionTests {
  /// A run that is steered, whose ports are opened by the test.
  private final class Steered: Sendable {
    let loops = EventLoops(threads: 1)
    let table = SessionTable()
    let api: ControlAPI
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("mockrec-\(UUID().uuidString)")

    init(listen: @escaping @Sendable () async throws -> @Sendable () async -> Void) throws {
      try FileManager.default.createDirectory(at: self.folder, withIntermediateDirectories: true)
      try "# mockrec 1\nGET {{users}}/a\n\nHTTP 200\n".write(
        to: self.folder.appendingPathComponent("a.hurl"), atomically: true, encoding: .utf8)
      var settings = ServiceSettings(name: "users")
      settings.cassette = self.folder.path
      var options = RunOptions(services: [settings], seed: 1)
      options.stateDirectory = nil
      options.control = ControlOptions(address: HostPort(host: "127.0.0.1", port: 0))
      let plan = try OverlayPlan(options)
      let run = try ReplayRun(settings, onMiss: .fail, keys: SigningKeys(options))
      _ = try run.answer(
        self.loops, RunJournal(mode: "replay", options: options, console: .silent), plan, .silent, self.table)
      self.api = ControlAPI(self.table, runs: [run], services: [], overlays: plan) { _, _ in
        ("http://127.0.0.1:1", try await listen())
      } shutDown: {
      }
    }

    func ask(_ method: String, _ path: String, _ body: String = "") async throws -> ControlAnswer {
      try await self.api.answer(
        ControlRequest(
          method: method, target: path, fields: Fields(), body: Array(body.utf8), loop: self.loops.group.next())
      ).get()
    }

    func end() async {
      await self.loops.shutdown()
      try? FileManager.default.removeItem(at: self.folder)
    }
  }

  @Test("one that is still being opened is not closed, and leaves no port open when it is")
  func closedWhileOpening() async throws {
    let (gate, open) = AsyncStream.makeStream(of: Void.self)
    let (begun, begin) = AsyncStream.makeStream(of: Void.self)
    let closed = Counter()
    let steered = try Steered {
      begin.yield()
      for await _ in gate { break }
      return { closed.count() }
    }
    async let opened = steered.ask("POST", "/sessions", #"{"name": "a", "ports": true}"#)
    for await _ in begun { break }
    #expect(try await steered.ask("DELETE", "/sessions/a").status == 409)
    open.yield()
    #expect(try await opened.status == 201)
    #expect(try await steered.ask("DELETE", "/sessions/a").status == 204)
    #expect(try await steered.ask("DELETE", "/sessions/a").status == 404)
    #expect(closed.value == 1, "its port is closed, once")
    await steered.end()
  }

  private final class Counter: Sendable {
    private let held = Mutex(0)
    var value: Int { self.held.withLock { $0 } }
    func count() { self.held.withLock { $0 += 1 } }
  }

  @Test("where no port is left, that is no mistake of who asks")
  func noPort() async throws {
    let steered = try Steered { throw Diagnostic("users cannot listen on 127.0.0.1: too many open files") }
    let answer = try await steered.ask("POST", "/sessions", #"{"name": "a", "ports": true}"#)
    #expect(answer.status == 503)
    #expect(answer.json?["detail"]?.string == "users cannot listen on 127.0.0.1: too many open files")
    #expect(steered.table["a"] == nil)
    #expect(try await steered.ask("POST", "/sessions", #"{"name": "a"}"#).status == 201)
    await steered.end()
  }

  @Test("a token is that of any spelling of its scheme, and of no other text")
  func token() {
    for field in ["Bearer t0k3n", "bearer t0k3n", "BEARER  t0k3n"] {
      #expect(ControlConversation.isGiven("t0k3n", field), "\(field)")
    }
    for field in ["", "Bearer", "Bearer ", "Bearer t0k3", "Bearer t0k3nn", "Bearer t0k3m", "Basic t0k3n", "t0k3n"] {
      #expect(!ControlConversation.isGiven("t0k3n", field), "\(field)")
    }
  }

  @Test(
    "what no client could send is refused before anything is served",
    arguments: [("", nil), ("a b", nil), ("t\u{e9}", nil), (nil, "X Bad"), (nil, ""), (nil, "X:")]
      as [(
        String?, String?
      )])
  func options(token: String?, header: String?) {
    let address = HostPort(host: "127.0.0.1", port: 0)
    #expect(throws: Failure.self) {
      _ = try ControlSettings(ControlOptions(address: address, token: token, sessionHeader: header))
    }
    #expect(throws: Never.self) {
      _ = try ControlSettings(ControlOptions(address: address, token: "t0k3n", sessionHeader: "X-Request-ID"))
    }
  }

  @Test("bodies are kept as far as all may hold together, and of no request that is refused")
  func bodies() async throws {
    let steered = try Steered { {} }
    let budget = steered.api.bodies
    let status = try await steered.loops.group.next().submit {
      let writer = StatusWriter(steered.loops.group.next())
      let conversation = ControlConversation(
        steered.api, on: steered.loops, token: "t", hosts: ["localhost"], writer: writer)
      func ask(_ token: String, _ length: String = "10") {
        conversation.requestBegan(
          Wires.http.request(
            from: Message(
              start: ["POST", "/sessions", "HTTP/1.1"],
              fields: Fields([
                ("Host", "localhost"), ("Authorization", "Bearer \(token)"), ("Content-Length", length),
              ]))))
      }
      // Answered by its head alone.
      ask("wrong")
      ask("t", "99999999")
      // By what others hold.
      let others = budget.most - 5
      #expect(budget.take(others))
      ask("t")
      conversation.requestBody(ByteBuffer(repeating: 0x20, count: 6))
      conversation.requestEnded(Fields())
      ask("t")
      conversation.requestBody(ByteBuffer(repeating: 0x20, count: 5))
      #expect(!budget.take(1))
      conversation.closed()
      #expect(budget.take(5) && !budget.take(1), "who has gone holds nothing")
      return writer.statuses
    }.get()
    #expect(status == ["401", "413", "503"])
    await steered.end()
  }

  /// Keeps the status of each reply.
  private final class StatusWriter: ReplyWriter {
    let eventLoop: any EventLoop
    private(set) var statuses: [String] = []

    init(_ eventLoop: any EventLoop) { self.eventLoop = eventLoop }

    var isWritable: Bool { true }
    var awaitsLeave: Bool { false }
    func wantBody() {}
    func interim(_ head: Message) {}
    func begin(_ head: Message) { self.statuses.append(head.start[1]) }
    func body(_ bytes: ByteBuffer) {}
    func end(_ trailers: Fields) {}
    func send(_ reply: PreparedReply) {}
    func flush() {}
    func settle() {}
    func push(_ bytes: ByteBuffer) {}
    func endConversation() {}
    func abort() {}
    func setReading(_ reading: Bool) {}
  }
}
