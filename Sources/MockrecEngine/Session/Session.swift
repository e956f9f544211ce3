import MockrecCore
import MockrecWire
import NIOCore
import Synchronization

/// A scope of a run: what is asked in it has entries, counts, states and a log of its own.
package final class Session: Sendable {
  package let name: String
  package let log = RequestLog()
  /// What it has open for itself alone.
  package let ports: SessionPorts
  /// What it has of each service, by name. Given once, before it is served.
  private let scopes = Mutex<[String: ServiceScope]>([:])
  private let ended = Atomic<Bool>(false)

  /// Whether entries that were added to the default session answer what its own do not.
  package let sharesEntries: Bool

  /// - Parameter hasPorts: Whether ports of its own are about to be opened.
  package init(_ name: String, hasPorts: Bool = false, sharesEntries: Bool = false) {
    self.name = name
    self.sharesEntries = sharesEntries
    self.ports = SessionPorts(isOpening: hasPorts)
  }

  /// Whether it is that of requests that name none.
  package var isCommon: Bool { self.name == SessionTable.commonName }

  package func add(_ scope: ServiceScope, for service: String) { self.scopes.withLock { $0[service] = scope } }
  /// It is over: nobody waits for it any more, and nothing of it is kept.
  package func end() {
    self.ended.store(true, ordering: .releasing)
    self.log.close(.closed)
    self.log.clear()
    let scopes = self.scopes.withLock { scopes in
      defer { scopes = [:] }
      return scopes.values
    }
    for scope in scopes { scope.end() }
  }

  var isOver: Bool { self.ended.load(ordering: .acquiring) }

  package func scope(_ service: String) -> ServiceScope? { self.scopes.withLock { $0[service] } }
}

/// What one session has of one service.
package final class ServiceScope: Sendable {
  package let session: Session
  package let service: String
  /// Entries that were added while it is served.
  package let layer: EntryLayer?
  package let state: ReplayState?
  /// What plays it; nil where a cassette does.
  package let model: SessionModel?
  /// Its time in this session.
  package let clock: TurnableTime
  package let tally: Tally
  /// The names of its cassette's entries.
  let entries: [String]
  let make: @Sendable (any ReplyWriter, any Channel, RequestNote?) -> any Conversation
  let now: @Sendable () -> Int64
  let snapshots = Mutex(ScopeSnapshots())

  /// - Parameter make: Makes what answers on one connection, in this session, and notes how.
  package init(
    _ session: Session, service: String, layer: EntryLayer? = nil, state: ReplayState? = nil,
    model: SessionModel? = nil, clock: TurnableTime, tally: Tally, time: ModelTime,
    entries: [String] = [], make: @escaping @Sendable (any ReplyWriter, any Channel, RequestNote?) -> any Conversation
  ) {
    self.session = session
    self.service = service
    self.layer = layer
    self.state = state
    self.model = model
    self.clock = clock
    self.tally = tally
    self.entries = entries
    self.now = time.now
    self.make = make
  }

  /// Nothing that was put into it is kept, though a connection that waits for its next request still has the scope.
  fileprivate func end() {
    self.layer?.removeAll()
    self.model?.reset()
  }

  /// Everything is as it was at first, but for the entries that were added.
  package func reset() {
    self.clock.put(back: nil)
    self.state?.reset()
    self.layer?.reset()
    self.model?.reset()
  }
}

/// The sessions of a run.
package final class SessionTable: Sendable {
  /// That of requests that name none.
  package let common = Session(SessionTable.commonName)
  package static let commonName = "default"
  private let named = Mutex<[String: Session]>([:])
  private let count = Atomic<Int>(0)
  private let countsRequestIDs = Atomic<Bool>(false)
  private let closings = Atomic<Int>(0)
  /// The field whose value names a session, besides the usual ones.
  package let field: String?
  package static let most = 10_000

  package init(field: String? = nil) { self.field = field }

  /// The field that names the call of which a request is a part, in services that pass it on.
  package static let requestID = "X-Request-ID"

  /// From now on that field names sessions too.
  package func countRequestIDs() { self.countsRequestIDs.store(true, ordering: .releasing) }

  package subscript(name: String) -> Session? {
    name == self.common.name ? self.common : self.named.withLock { $0[name] }
  }

  package var all: [Session] { [self.common] + self.named.withLock { $0.values.sorted { $0.name < $1.name } } }

  /// - Returns: False where there is one of this name, or too many.
  package func open(_ session: Session) -> Bool {
    self.named.withLock { named in
      guard session.name != self.common.name, named[session.name] == nil, named.count < Self.most else { return false }
      named[session.name] = session
      self.count.store(named.count, ordering: .releasing)
      return true
    }
  }

  /// Nobody finds it any more.
  ///
  /// - Returns: False where it was not open.
  package func close(_ session: Session) -> Bool {
    self.named.withLock { named in
      guard named[session.name] === session else { return false }
      named[session.name] = nil
      self.count.store(named.count, ordering: .releasing)
      self.closings.wrappingAdd(1, ordering: .releasing)
      return true
    }
  }

  /// Who waits for requests is told that none come any more.
  package func endWaits() {
    for session in self.all { session.log.close(.ending) }
  }

  /// How many sessions were closed: where it is the same as before, what was open is.
  var closed: Int { self.closings.load(ordering: .acquiring) }

  /// The session that a request names; nil where there is none of that name. On the hot path.
  func session(of request: any WireRequest) -> Session? {
    // A field that has other purposes too names none while there is none.
    let hasNamed = self.count.load(ordering: .acquiring) > 0
    if let mark = request.session(field: hasNamed ? self.field : nil) {
      if let session = self[mark.name] { return session }
      // Such a field may hold anything.
      if mark.isCertain { return nil }
    }
    if hasNamed, self.countsRequestIDs.load(ordering: .acquiring),
      let session = request.session(field: Self.requestID).flatMap({ self[$0.name] })
    {
      return session
    }
    return self.common
  }
}
