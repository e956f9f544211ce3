import Foundation
import MockrecCore
import MockrecIdentity
import MockrecTransport
import MockrecWire
import NIOCore

@testable import MockrecEngine
@testable import MockrecKit

/// A run that is steered, whose ports are opened by the test.
final class Steered: Sendable {
  let loops = EventLoops(threads: 1)
  let table = SessionTable()
  let api: ControlAPI
  private let runs: [ReplayRun]
  private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("mockrec-\(UUID().uuidString)")

  /// - Parameter names: Of the services; requests come to the first.
  init(
    _ names: [String] = ["users"], listen: @escaping @Sendable () async throws -> @Sendable () async -> Void = { {} }
  ) throws {
    try FileManager.default.createDirectory(at: self.folder, withIntermediateDirectories: true)
    var services: [ServiceSettings] = []
    for name in names {
      let cassette = self.folder.appendingPathComponent(name)
      try FileManager.default.createDirectory(at: cassette, withIntermediateDirectories: true)
      try "# mockrec 1\nGET {{\(name)}}/a\n\nHTTP 200\n".write(
        to: cassette.appendingPathComponent("a.hurl"), atomically: true, encoding: .utf8)
      var settings = ServiceSettings(name: name)
      settings.cassette = cassette.path
      services.append(settings)
    }
    var options = RunOptions(services: services, seed: 1)
    options.stateDirectory = nil
    options.control = ControlOptions(address: HostPort(host: "127.0.0.1", port: 0))
    let plan = try OverlayPlan(options)
    let journal = RunJournal(mode: "replay", options: options, console: .silent)
    self.runs = try services.map { try ReplayRun($0, onMiss: .fail, keys: SigningKeys(options)) }
    for run in self.runs { _ = try run.answer(self.loops, journal, plan, .silent, self.table) }
    self.api = ControlAPI(self.table, runs: self.runs, services: [], overlays: plan) { _, _ in
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

  /// A request of the default session, as if it had come.
  ///
  /// - Parameter count: Bytes of its body, where more came than are kept.
  @discardableResult
  func came(
    _ target: String, _ body: [UInt8] = [], count: Int? = nil, fields: Fields = Fields(), method: String = "POST"
  ) -> Int {
    let service = self.runs[0].binding.service
    let request = service.wire.request(from: Message(start: [method, target, "HTTP/1.1"], fields: fields))
    let log = self.table.common.log
    var head = ByteBuffer()
    request.pack(into: &head)
    return log.append(head, of: log.place(of: service), body: body, bodyBytes: count ?? body.count, at: 0)
  }

  func end() async {
    await self.loops.shutdown()
    try? FileManager.default.removeItem(at: self.folder)
  }
}

/// Keeps the status of each reply.
final class StatusWriter: ReplyWriter {
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
