import MockrecCore
import MockrecEngine
import MockrecStore
import MockrecTransport
import MockrecWire
import NIOCore
import Synchronization

/// One service while it is recorded.
final class RecordRun: Sendable {
  /// What a recorded service came to.
  struct Outcome: Sendable {
    var name: String
    var folder: String
    var recorded: RecordSummary
    var tally: Tally
    /// Whether the cassette held anything before the run.
    var hadEntries: Bool
  }

  let binding: ServiceBinding
  let mode: RecordMode
  private let tally = Tally()
  private let recorder = Mutex<Recorder?>(nil)
  private let origin = Mutex<OriginRun?>(nil)
  private let connections: ConnectionNumbers

  private let keepsTimings: Bool

  init(_ settings: ServiceSettings, mode: RecordMode, keepsTimings: Bool = false) throws {
    self.keepsTimings = keepsTimings
    self.binding = try ServiceBinding(settings, needsOrigin: true)
    self.connections = ConnectionNumbers(self.binding.service.wire)
    self.mode = mode
  }

  /// A recorder for a cassette as it is on disk; a cassette that does not parse is refused before anything is touched.
  ///
  /// - Parameter loops: Where the real service is asked for the types of its messages; nil where it is not asked.
  static func recorder(
    _ binding: ServiceBinding, mode: RecordMode, keepsTimings: Bool = false, loops: EventLoops?, journal: RunJournal,
    console: Console
  ) throws -> Recorder {
    let path = binding.settings.cassette
    let known: [LibraryEntry]
    let folder: CassetteFolder
    do {
      let existing = try? CassetteFolder(reading: path)
      known = try existing.map { try CassetteLibrary.entries(binding, in: $0) } ?? []
      folder = try CassetteFolder(writing: path)
    } catch let error as StoreError {
      throw Failure(
        ExitStatus.finding,
        Diagnostic("service \(binding.settings.name) cannot be recorded: \(error)").description)
    }
    return Recorder(
      service: binding.service, storage: FolderStorage(folder: folder), mode: mode,
      known: known.compactMap { entry in
        guard let reply = entry.recorded.exchange.reply else { return nil }
        return RecordDesk.Known(
          key: CassetteLibrary.key(of: entry.recorded, binding, in: folder), name: entry.name,
          occurrence: entry.occurrence, times: entry.recorded.times, reply: reply)
      }, volatile: binding.volatile, keepsTimings: keepsTimings,
      learner: mode == .never ? nil : SchemaLearner(binding, folder: folder, loops: loops, console: console),
      journal: journal,
      alarm: { console.message("error: \($0)\n") })
  }

  func listen(in session: RunSession, journal: RunJournal, console: Console) async throws {
    if let wire = self.binding.service.wire as? any StreamWire {
      let recorder = try self.open(session.loops, journal: journal, console: console)
      return try await self.tunnel(wire, recorder, in: session, journal: journal)
    }
    try await session.listen(
      self.binding, tally: self.tally, conversation: self.answer(session.loops, journal, console))
  }

  private func open(_ loops: EventLoops, journal: RunJournal, console: Console) throws -> Recorder {
    let recorder = try Self.recorder(
      self.binding, mode: self.mode, keepsTimings: self.keepsTimings, loops: loops, journal: journal,
      console: console)
    self.recorder.withLock { $0 = recorder }
    return recorder
  }

  /// Begins to record what is asked request by request.
  ///
  /// - Returns: Makes what answers on one connection.
  func answer(
    _ loops: EventLoops, _ journal: RunJournal, _ console: Console
  ) throws -> @Sendable (any ReplyWriter, any Channel) -> any Conversation {
    let recorder = try self.open(loops, journal: journal, console: console)
    let origins = try OriginRunner(self.binding.service, recorder: recorder, tally: self.tally, journal: journal)
    self.origin.withLock { $0 = origins.run }
    return { writer, channel in
      OriginConversation(
        run: origins.run, writer: writer, connector: origins.pools.value(on: channel.eventLoop),
        connection: self.connections.number(of: channel))
    }
  }

  /// Byte streams are forwarded first, and a copy is read.
  private func tunnel(
    _ wire: any StreamWire, _ recorder: Recorder, in session: RunSession, journal: RunJournal
  ) async throws {
    let service = self.binding.service
    guard let origin = service.origin else { return }
    let run = OriginRun(service: service, origin: origin, recorder: recorder, tally: self.tally, journal: journal)
    self.origin.withLock { $0 = run }
    let feed = TapeFeed(recorder: recorder)
    try await session.listen(self.binding, tally: self.tally, tunnel: Tunnel(service: service, origin: origin)) {
      loop in
      StreamTape(
        run: run, feed: feed, machine: wire.conversation(limits: service.limits),
        connection: self.connections.next(), eventLoop: loop)
    }
  }

  /// The event loops are about to end: what still waits is told to them no more.
  func end() {
    self.origin.withLock { $0 }?.end()
    self.recorder.withLock { $0 }?.settle()
  }

  func finish() -> Outcome {
    Outcome(
      name: self.binding.settings.name, folder: self.binding.settings.cassette,
      recorded: self.recorder.withLock { $0 }?.finish() ?? RecordSummary(), tally: self.tally,
      hadEntries: self.recorder.withLock { $0?.hadEntries } ?? false)
  }
}
