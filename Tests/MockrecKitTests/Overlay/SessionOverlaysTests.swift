import Foundation
import MockrecCore
import MockrecEngine
import MockrecIdentity
import MockrecTransport
import NIOCore
import Testing

@testable import MockrecKit

@Suite("Overlays of sessions")
struct SessionOverlaysTests {
  /// A run that is steered, without its listeners.
  private final class Steered {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("mockrec-laid-\(UUID().uuidString)")
    let loops = EventLoops(threads: 1)
    let table = SessionTable()
    let plan: OverlayPlan
    let api: ControlAPI

    init() throws {
      let cassette = self.folder.appendingPathComponent("users")
      try FileManager.default.createDirectory(at: cassette, withIntermediateDirectories: true)
      try "# mockrec 1\nGET {{users}}/a\n\nHTTP 200\n".write(
        to: cassette.appendingPathComponent("a.hurl"), atomically: true, encoding: .utf8)
      let file = self.folder.appendingPathComponent("o.yaml").path
      try "overlay: file\nrules: [{match: {path: /b}, fault: {stale-read: {answers: 2}}}]\n".write(
        toFile: file, atomically: true, encoding: .utf8)
      var settings = ServiceSettings(name: "users")
      settings.cassette = cassette.path
      var options = RunOptions(services: [settings], seed: 1)
      options.overlays = [file]
      options.stateDirectory = nil
      options.control = ControlOptions(address: HostPort(host: "127.0.0.1", port: 0))
      self.plan = try OverlayPlan(options)
      let run = try ReplayRun(settings, onMiss: .fail, keys: SigningKeys(options))
      _ = try run.answer(
        self.loops, RunJournal(mode: "replay", options: options, console: .silent), self.plan, .silent, self.table)
      self.api = ControlAPI(self.table, runs: [run], services: [], overlays: self.plan) { _, _ in
        throw CancellationError()
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

  private struct Weak {
    weak var session: Session?
    weak var overlays: SessionOverlays?
    weak var faults: LaidFaults?
  }

  @Test("of 2,000 sessions that were closed nothing is kept but what their rules came to")
  func closed() async throws {
    let run = try Steered()
    var kept: [Weak] = []
    for number in 0..<2000 {
      let path = "/sessions/s\(number)"
      let opened = try await run.ask("POST", "/sessions", #"{"name": "s\#(number)"}"#)
      let added = try await run.ask(
        "POST", "\(path)/overlays", #"{"name": "o", "rules": [{"match": {"path": "/a"}, "fault": {"status": 503}}]}"#)
      #expect(opened.status == 201 && added.status == 201)
      let session = try #require(run.table["s\(number)"])
      let overlays = try #require(run.plan.overlays(of: session))
      kept.append(Weak(session: session, overlays: overlays, faults: overlays.places.first))
      #expect(run.plan.openSessions == 1)
      let closed = try await run.ask("DELETE", path)
      #expect(closed.status == 204)
    }
    #expect(run.plan.openSessions == 0 && run.table.all.count == 1)
    #expect(!kept.contains { $0.session != nil || $0.overlays != nil || $0.faults != nil })
    #expect(run.plan.common.places.count == 1)
    #expect(run.plan.outcomes.map(\.overlay) == ["file", "o"])
    await run.end()
  }

  @Test("a session that cannot be opened leaves nothing, nor does an overlay that cannot be added")
  func refused() async throws {
    let run = try Steered()
    for name in ["default", "a", "a"] {
      _ = try await run.ask("POST", "/sessions", #"{"name": "\#(name)"}"#)
    }
    #expect(run.plan.openSessions == 1 && run.plan.common.places.count == 1)
    for text in ["rules: []", "rules: [{service: nobody, fault: hang}]", "rules: [{fault: {statu: 1}}]"] {
      let answer = try await run.ask("POST", "/sessions/a/overlays", #"{"overlay": "\#(text)"}"#)
      #expect(answer.status == 400)
    }
    #expect(run.plan.outcomes.map(\.overlay) == ["file"])
    // A rule for all behind it, or before it, would have one of them never fire.
    let all = #"{"rules": [{"fault": "hang"}]}"#
    let some = #"{"rules": [{"match": {"path": "/a"}, "fault": "hang"}]}"#
    #expect(try await run.ask("POST", "/sessions/a/overlays", all).status == 201)
    #expect(try await run.ask("POST", "/sessions/a/overlays", some).status == 400)
    let off = #"{"active": false}"#
    #expect(try await run.ask("PATCH", "/sessions/a/overlays/overlay-1", off).status == 200)
    #expect(try await run.ask("POST", "/sessions/a/overlays", some).status == 201)
    // Switched on again, it would not be behind the other: that one stands behind it.
    #expect(try await run.ask("PATCH", "/sessions/a/overlays/overlay-1", #"{"active": true}"#).status == 400)
    await run.end()
  }

  @Test("so many may be added, and no more")
  func many() async throws {
    let run = try Steered()
    for number in 0...SessionOverlays.most {
      let rule = #"{"rules": [{"match": {"path": "/\#(number)"}, "fault": "hang"}]}"#
      let answer = try await run.ask("POST", "/sessions/default/overlays", rule)
      #expect(answer.status == (number < SessionOverlays.most ? 201 : 409))
    }
    await run.end()
  }
}
