import MockrecCore
import MockrecEngine
import MockrecWire
import Synchronization

/// The overlays of one session: those of the run's files and those that were added to it, in this order, with counts of
/// its own. A change holds for the next request of every connection.
final class SessionOverlays: Sendable {
  /// An overlay as the session has it.
  private struct Laid: Sendable {
    var planned: PlannedOverlay
    var counts: [FaultCount]
    /// From 1, never given twice in a session.
    var id: Int
    var isOn = true
    /// When it was added, or switched on; nil where it was there from the beginning.
    var since: ContinuousClock.Instant?

    var name: String { self.planned.overlay.name }
  }

  /// A service of the session.
  private struct Place: Sendable {
    var site: FaultSite
    var faults: LaidFaults
    var started = ContinuousClock.now
    /// What its model was told to remember.
    var lookback = 0
  }

  private struct State: Sendable {
    var overlays: [Laid] = []
    var places: [Place] = []
    var ports: [(binding: ServiceBinding, faults: HandshakeFaults, started: ContinuousClock.Instant)] = []
    var lastID = 0
  }

  /// An overlay and what its rules came to in the session.
  struct Shown: Sendable {
    var name: String
    /// nil where it was added.
    var file: String?
    var isOn: Bool
    var rules: [OverlayPlan.Outcome]
  }

  private let run: OverlayRun
  /// Whether nothing of it changes: its counts are those of the run.
  private let isFixed: Bool
  /// Whether connections belong to it before they say anything.
  private let hasPorts: Bool
  private let state = Mutex(State())
  /// Overlays that may be added.
  static let most = 100
  /// Rules of one overlay are fewer than this.
  private static let slots = 1 << 16

  init(_ files: [PlannedOverlay], of run: OverlayRun, isFixed: Bool, hasPorts: Bool) {
    self.run = run
    self.isFixed = isFixed
    self.hasPorts = hasPorts
    self.state.withLock { state in for file in files { state.overlays.append(self.laid(file, &state.lastID)) } }
  }

  private func laid(_ planned: PlannedOverlay, _ lastID: inout Int) -> Laid {
    lastID += 1
    return Laid(
      planned: planned, counts: self.isFixed ? planned.totals : planned.totals.map { FaultCount(partOf: $0) },
      id: lastID)
  }

  /// What the overlays do to a service of the session; nil where they do nothing, and never will.
  func lay(over site: FaultSite) throws -> LaidFaults? {
    try self.state.withLock { state in
      var place = Place(site: site, faults: LaidFaults(service: site.binding.service, isFixed: self.isFixed))
      let faults = try self.faults(place, state.overlays)
      if self.isFixed, faults == nil { return nil }
      Self.put(faults, in: &place)
      state.places.append(place)
      return place.faults
    }
  }

  /// What they do to the connections of one of its ports before any request; nil where they do nothing, and never will.
  func lay(overPort binding: ServiceBinding, journal: any JournalSink) throws -> HandshakeFaults? {
    guard self.hasPorts, binding.settings.tls || self.isFixed else { return nil }
    return try self.state.withLock { state in
      let faults = HandshakeFaults(service: binding.settings.name, seed: self.run.seed, journal: journal)
      let started = ContinuousClock.now
      let rules = try self.handshakes(binding, started, state.overlays)
      if self.isFixed, rules.isEmpty { return nil }
      faults.put(rules)
      state.ports.append((binding, faults, started))
      return faults
    }
  }

  private static func put(_ faults: ServiceFaults?, in place: inout Place) {
    if let lookback = faults?.lookback, lookback != place.lookback {
      place.lookback = lookback
      place.site.lookBack?(lookback)
    }
    place.faults.put(faults)
  }

  private func faults(_ place: Place, _ overlays: [Laid]) throws -> ServiceFaults? {
    var rules: [PlannedOverlay.Rule] = []
    for laid in overlays where laid.isOn {
      rules += try laid.planned.rules(place.site).map { Self.rule($0, laid, place.started) }
    }
    try OverlayPlan.checkShadows(rules)
    guard !rules.isEmpty else { return nil }
    return ServiceFaults(
      service: place.site.binding.service, rules: rules.map(\.rule), seed: self.run.seed, journal: place.site.journal,
      occurrences: place.faults.occurrences, recordedTime: try OverlayPlan.recordedTime(rules, place.site, self.run),
      turnClock: place.site.turnClock)
  }

  private func handshakes(
    _ binding: ServiceBinding, _ started: ContinuousClock.Instant, _ overlays: [Laid]
  ) throws -> [FaultRule] {
    try overlays.filter(\.isOn).flatMap { laid in
      try laid.planned.handshakes(binding).map { Self.rule($0, laid, started).rule }
    }
  }

  /// A rule with what it is in this session.
  private static func rule(
    _ rule: PlannedOverlay.Rule, _ laid: Laid, _ started: ContinuousClock.Instant
  ) -> PlannedOverlay.Rule {
    var rule = rule
    rule.rule.count = laid.counts[rule.index]
    rule.rule.slot = laid.id * Self.slots + rule.index
    rule.rule.since = laid.since.map { max($0, started) } ?? started
    return rule
  }
}

// What tests change.
extension SessionOverlays {
  /// Why an overlay cannot be changed so.
  enum Refusal: Error {
    /// There is none of this name; these are there.
    case unknown(names: [String])
    case exists
    case tooMany
    /// It is a file's: it can only be switched off.
    case isOfFile(String)
  }

  /// All that changes is checked, and then changes at once; what cannot be leaves everything as it was.
  private func change(_ edit: (inout [Laid], inout Int) throws -> Void) throws {
    try self.state.withLock { state in
      var (overlays, lastID) = (state.overlays, state.lastID)
      try edit(&overlays, &lastID)
      let faults = try state.places.map { try self.faults($0, overlays) }
      let handshakes = try state.ports.map { try self.handshakes($0.binding, $0.started, overlays) }
      for index in state.places.indices { Self.put(faults[index], in: &state.places[index]) }
      for (port, rules) in zip(state.ports, handshakes) { port.faults.put(rules) }
      let ids = Set(overlays.map(\.id))
      let gone = state.overlays.filter { !ids.contains($0.id) }.map(\.id)
      (state.overlays, state.lastID) = (overlays, lastID)
      guard !gone.isEmpty else { return }
      for table in state.places.map(\.faults.occurrences) + state.ports.map(\.faults.occurrences) {
        table.forget { gone.contains($0 / Self.slots) }
      }
    }
  }

  /// Lays an overlay behind those that there are.
  func add(_ planned: PlannedOverlay) throws {
    try self.check(planned)
    try self.change { overlays, lastID in
      guard !overlays.contains(where: { $0.name == planned.overlay.name }) else { throw Refusal.exists }
      guard overlays.count(where: { !$0.planned.isFile }) < Self.most else { throw Refusal.tooMany }
      var laid = self.laid(planned, &lastID)
      laid.since = .now
      overlays.append(laid)
    }
  }

  /// Puts an overlay, whose counts begin anew, in the place of one that was added.
  func replace(_ name: String, with planned: PlannedOverlay) throws {
    try self.check(planned)
    try self.change { overlays, lastID in
      let index = try Self.added(name, in: overlays)
      var laid = self.laid(planned, &lastID)
      laid.since = .now
      laid.isOn = overlays[index].isOn
      overlays[index] = laid
    }
  }

  func remove(_ name: String) throws {
    try self.change { overlays, _ in overlays.remove(at: try Self.added(name, in: overlays)) }
  }

  /// Switches an overlay on or off. It keeps its counts.
  func switchOverlay(_ name: String, on isOn: Bool) throws {
    try self.change { overlays, _ in
      let index = try Self.index(of: name, in: overlays)
      if isOn, !overlays[index].isOn { overlays[index].since = .now }
      overlays[index].isOn = isOn
    }
  }

  private static func index(of name: String, in overlays: [Laid]) throws -> Int {
    guard
      let index = overlays.firstIndex(where: { $0.name == name })
        ?? overlays.firstIndex(where: { $0.planned.isFile && $0.planned.overlay.file == name })
    else { throw Refusal.unknown(names: overlays.map(\.name)) }
    return index
  }

  private static func added(_ name: String, in overlays: [Laid]) throws -> Int {
    let index = try Self.index(of: name, in: overlays)
    let planned = overlays[index].planned
    if planned.isFile { throw Refusal.isOfFile(planned.overlay.file) }
    return index
  }

  private func check(_ planned: PlannedOverlay) throws {
    try planned.checkServices()
    guard !self.hasPorts else { return }
    for rule in planned.overlay.rules {
      guard case .mapping(let pairs) = rule.fault.content else { continue }
      for (key, _) in pairs {
        guard case .text(Fault.Word.tlsHandshake.rawValue) = key.content else { continue }
        throw Failure(
          ExitStatus.data,
          key.problem(
            "a TLS handshake comes before any request, and nobody knows of which session it is",
            fix: "open the session with `ports: true`, or add the rule to the session `default`"
          ).description)
      }
    }
  }

  /// A name for one that was given none: faults are drawn by it, so that it is the same in sessions that do the same.
  var freeName: String {
    let names = Set(self.state.withLock { $0.overlays.map(\.name) })
    return (1...).lazy.map { "overlay-\($0)" }.first { !names.contains($0) } ?? ""
  }

  var all: [Shown] {
    self.state.withLock { $0.overlays }.map { laid in
      let overlay = laid.planned.overlay
      return Shown(
        name: overlay.name, file: laid.planned.isFile ? overlay.file : nil, isOn: laid.isOn,
        rules: zip(overlay.rules, laid.counts).map {
          OverlayPlan.Outcome($0, of: overlay, isFile: laid.planned.isFile, in: self.run, $1)
        })
    }
  }

  /// What was laid over its services.
  var places: [LaidFaults] { self.state.withLock { $0.places.map(\.faults) } }

  /// Counts from the beginning: every request is the first of its key again, and what fired `until-reset` is quiet.
  func reset() {
    self.state.withLock { state in
      for place in state.places {
        place.faults.reset()
        place.site.forget?()
      }
      for port in state.ports { port.faults.reset() }
      guard !self.isFixed else { return }
      for laid in state.overlays { for count in laid.counts { count.reset() } }
    }
  }

  /// The session is over; a request that is under way may still look.
  func close() {
    self.state.withLock { state in
      for place in state.places { place.faults.put(nil) }
      for port in state.ports { port.faults.put([]) }
      state = State()
    }
  }
}
