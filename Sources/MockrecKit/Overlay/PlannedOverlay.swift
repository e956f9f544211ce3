import MockrecCore
import MockrecEngine
import MockrecStore
import MockrecWire
import Synchronization

/// An overlay, and what its rules mean to the services of a run. Made out once for all sessions.
final class PlannedOverlay: Sendable {
  /// A rule as a service understands it.
  struct Rule: Sendable {
    /// Where it stands in its overlay, from 0.
    var index: Int
    var rule: FaultRule
    var place: Diagnostic.Place
  }

  private typealias Understood = (index: Int, rule: OverlayRule, compiled: OverlayPlan.Compiled)

  private struct Known {
    var compiled: [String: [Understood]] = [:]
    var rules: [String: [Rule]] = [:]
  }

  let overlay: Overlay
  /// Whether it is of a file; else it was added to a session.
  let isFile: Bool
  /// What its rules came to in all sessions.
  let totals: [FaultCount]
  /// The services whose own list names it; nil for all of the run.
  private let services: Set<String>?
  private let run: OverlayRun
  private let known = Mutex(Known())

  init(_ overlay: Overlay, isFile: Bool = true, services: Set<String>? = nil, totals: [FaultCount], of run: OverlayRun)
  {
    self.overlay = overlay
    self.isFile = isFile
    self.services = services
    self.totals = totals
    self.run = run
  }

  /// A rule names a service that there is, or words that some wire of the run knows.
  ///
  /// - Parameter others: Names of services that the run leaves out; rules for them are left out, too.
  func checkServices(others: [String] = []) throws {
    let names = self.run.services.map(\.name)
    for rule in self.overlay.rules {
      guard let node = rule.service else {
        let wires = try self.run.services.filter { self.services?.contains($0.name) ?? true }
          .map { try ServiceBinding.wire($0) }
        if wires.contains(where: { OverlayPlan.knows($0, rule) }) { continue }
        // The first wire says what it misses.
        if let wire = wires.first { _ = try OverlayPlan.compile(rule, wire, folder: self.folder) }
        continue
      }
      let name = try OverlayPlan.reading { () throws(Diagnostic) in try node.text("service") }
      guard names.contains(name) || others.contains(name) else {
        throw Failure(
          ExitStatus.data,
          node.problem(
            "there is no service `\(name)`", nearest: nearestWord(to: name, among: names + others),
            fix: "write one of \((names + others).joined(separator: ", "))"
          ).description)
      }
    }
  }

  /// Where the files lie that it names; nil for one that can name none.
  private var folder: String? { self.isFile ? ConfigFile.directory(of: self.overlay.file) : nil }

  /// The rules that concern a service's requests and are switched on for the seed.
  func rules(_ site: FaultSite) throws -> [Rule] {
    if let known = self.known.withLock({ $0.rules[site.name] }) { return known }
    var rules: [Rule] = []
    for (index, rule, compiled) in try self.compiled(site.binding) where !compiled.isHandshake {
      if case .clock = compiled.fault.effect, site.turnClock == nil {
        throw Failure(
          ExitStatus.data,
          rule.fault.problem(
            "\(site.name) has no time that could be turned: it is no model",
            fix: "play it by `fake: {model: …}`, or remove it"
          ).description)
      }
      if site.isForwarded { try OverlayPlan.checkAcknowledgement(compiled, rule) }
      rules.append(
        self.rule(
          index, rule, compiled, recorded: try OverlayPlan.recorded(compiled.fault, of: site),
          key: try compiled.entry.map { try OverlayPlan.key(of: $0, site) }))
    }
    self.known.withLock { $0.rules[site.name] = rules }
    return rules
  }

  /// Those that concern its connections before any request.
  func handshakes(_ binding: ServiceBinding) throws -> [Rule] {
    try self.compiled(binding).filter(\.compiled.isHandshake).map { self.rule($0.index, $0.rule, $0.compiled) }
  }

  private func rule(
    _ index: Int, _ rule: OverlayRule, _ compiled: OverlayPlan.Compiled, recorded: PreparedReply? = nil,
    key: MatchKey? = nil
  ) -> Rule {
    Rule(
      index: index,
      rule: FaultRule(
        overlay: self.overlay.name, number: rule.number, pattern: compiled.pattern,
        occurrences: compiled.occurrences, connections: compiled.connections, when: rule.when, fault: compiled.fault,
        recorded: recorded, changes: compiled.changes, entry: key, count: self.totals[index]),
      place: rule.place)
  }

  private func compiled(_ binding: ServiceBinding) throws -> [Understood] {
    let (name, wire) = (binding.settings.name, binding.service.wire)
    guard self.services?.contains(name) ?? true else { return [] }
    if let known = self.known.withLock({ $0.compiled[name] }) { return known }
    var found: [Understood] = []
    for (index, rule) in self.overlay.rules.enumerated() {
      if let service = rule.service {
        guard case .text(name) = service.content else { continue }
      } else if !OverlayPlan.knows(wire, rule) {
        continue
      }
      let compiled = try OverlayPlan.compile(rule, wire, folder: self.folder)
      if compiled.isHandshake, !binding.settings.tls {
        // A rule for whoever it may concern concerns those that it can.
        if rule.service == nil, self.run.services.contains(where: \.tls) { continue }
        throw Failure(
          ExitStatus.data,
          rule.fault.problem(
            "\(name) does not speak TLS to its clients", fix: "write `tls: true` for it, or the fault `refuse`"
          ).description)
      }
      if self.run.isActive(rule, of: self.overlay) { found.append((index, rule, compiled)) }
    }
    self.known.withLock { $0.compiled[name] = found }
    return found
  }
}

/// What overlays have to know of their run.
final class OverlayRun: Sendable {
  let seed: UInt64
  let services: [ServiceSettings]
  private let timings = Mutex<[String: [String: Duration]]>([:])
  private let recordings = Mutex<[String: CassetteIndex?]>([:])

  init(_ options: RunOptions) {
    self.seed = options.seed
    self.services = options.services
  }

  /// Whether the seed switches a rule on.
  func isActive(_ rule: OverlayRule, of overlay: Overlay) -> Bool {
    rule.when.isActive(seed: self.seed, overlay: overlay.name, rule: rule.number)
  }

  /// The cassette of a service that does not answer from it; nil where it has none.
  func recorded(_ binding: ServiceBinding) throws -> CassetteIndex? {
    try self.recordings.withLock { recordings in
      if let known = recordings[binding.settings.name] { return known }
      let read = try CassetteLibrary.indexIfAny(binding)
      recordings[binding.settings.name] = .some(read)
      return read
    }
  }

  /// How long the service took for each entry of its cassette; empty where it does not tell.
  func timings(_ binding: ServiceBinding) throws -> [String: Duration] {
    try self.timings.withLock { timings in
      if let known = timings[binding.settings.name] { return known }
      let read = try CassetteLibrary.open(binding).timings()
      timings[binding.settings.name] = read
      return read
    }
  }
}
