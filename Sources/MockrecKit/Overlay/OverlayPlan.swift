import Foundation
import MockrecCore
import MockrecEngine
import MockrecWire
import Synchronization

/// The overlays of a run, and what their rules mean to each of its services.
final class OverlayPlan: Sendable {
  /// What a rule came to.
  struct Outcome: Sendable {
    var overlay: String
    var file: String
    var number: Int
    var line: Int
    var name: String
    /// Whether the seed switched it on.
    var isActive: Bool
    var matched: Int
    var fired: Int
    /// How often a fault was decided on that had nothing to act on.
    var idle: Int

    /// Whether it was there for nothing.
    var isVacuous: Bool { self.isActive && self.fired == 0 }
  }

  private struct Entry: Sendable {
    var overlay: Overlay
    var rule: OverlayRule
    var count: FaultCount
    /// The services whose own list names the overlay; nil for all of the run.
    var services: Set<String>?
  }

  private let entries: [Entry]
  /// What was made for services so far.
  private let made = Mutex<[ServiceFaults]>([])
  private let madeHandshakes = Mutex<[HandshakeFaults]>([])
  private let services: [ServiceSettings]
  let seed: UInt64

  /// Reads the files.
  ///
  /// - Parameter others: Names of services that the run leaves out; rules for them are left out, too.
  init(_ options: RunOptions) throws {
    self.seed = options.seed
    self.services = options.services
    var files: [(path: String, services: Set<String>?)] = options.overlays.map { ($0, nil) }
    for service in options.services {
      for path in service.overlays {
        if let index = files.firstIndex(where: { $0.path == path }) {
          files[index].services?.insert(service.name)
        } else {
          files.append((path, [service.name]))
        }
      }
    }
    var entries: [Entry] = []
    for (path, services) in files {
      let overlay = try OverlayFile.load(path)
      for rule in overlay.rules {
        entries.append(Entry(overlay: overlay, rule: rule, count: FaultCount(), services: services))
      }
    }
    self.entries = entries
    try self.checkServices(others: options.otherServices)
  }

  var isEmpty: Bool { self.entries.isEmpty }

  /// Whether a fault takes its answer from a cassette.
  var takesRecorded: Bool {
    self.entries.contains { entry in
      guard case .mapping(let pairs) = entry.rule.fault.content else { return false }
      return pairs.contains { if case .text(Fault.Word.recorded.rawValue) = $0.key.content { true } else { false } }
    }
  }

  /// A rule names a service that there is, or words that some wire of the run knows.
  private func checkServices(others: [String]) throws {
    let names = self.services.map(\.name)
    for entry in self.entries {
      guard let node = entry.rule.service else {
        let wires = try self.services.filter { entry.services?.contains($0.name) ?? true }
          .map { try ServiceBinding.wire($0) }
        if wires.contains(where: { Self.knows($0, entry.rule) }) { continue }
        // The first wire says what it misses.
        if let wire = wires.first { _ = try Self.compile(entry.rule, wire, file: entry.overlay.file) }
        continue
      }
      let name = try Self.reading { () throws(Diagnostic) in try node.text("service") }
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

  /// What the overlays do to a service; nil where they do nothing.
  ///
  /// - Parameters:
  ///   - recorded: Its cassette, for faults that take their answer from it; nil where there is none.
  ///   - state: Which of its answers is the next; nil where it does not answer.
  ///   - isForwarded: Whether the real service answers.
  ///   - turnClock: Turns its model's time; nil where it has none.
  ///   - forget: Has its model forget what it answered earlier; nil where it has none.
  func faults(
    _ binding: ServiceBinding, recorded: CassetteIndex?, state: ReplayState? = nil, journal: any JournalSink,
    isForwarded: Bool = false, turnClock: (@Sendable (ClockChange) -> Void)? = nil,
    forget: (@Sendable () -> Void)? = nil
  ) throws -> ServiceFaults? {
    var rules: [(rule: FaultRule, place: Diagnostic.Place)] = []
    let name = binding.settings.name
    for (entry, compiled) in try self.compiled(binding) where !compiled.isHandshake {
      if case .clock = compiled.fault.effect, turnClock == nil {
        throw Failure(
          ExitStatus.data,
          entry.rule.fault.problem(
            "\(name) has no time that could be turned: it is no model",
            fix: "play it by `fake: {model: …}`, or remove it"
          ).description)
      }
      if isForwarded { try Self.checkAcknowledgement(compiled, entry.rule) }
      rules.append(
        (
          Self.rule(
            entry, compiled, recorded: try Self.recorded(compiled.fault, in: recorded, of: name),
            key: try compiled.entry.map { try Self.key(of: $0, binding, in: state == nil ? nil : recorded) }),
          entry.rule.place
        ))
    }
    try Self.checkShadows(rules)
    guard !rules.isEmpty else { return nil }
    let faults = ServiceFaults(
      service: binding.service, rules: rules.map(\.rule), seed: self.seed, journal: journal,
      recordedTime: try self.recordedTime(rules, binding, recorded, state), turnClock: turnClock,
      forget: forget)
    self.made.withLock { $0.append(faults) }
    return faults
  }

  /// What the overlays do to a service's connections before any request; nil where they do nothing.
  func handshakes(_ binding: ServiceBinding, journal: any JournalSink) throws -> HandshakeFaults? {
    let rules = try self.compiled(binding).filter(\.1.isHandshake).map { Self.rule($0, $1) }
    guard !rules.isEmpty else { return nil }
    let made = HandshakeFaults(service: binding.settings.name, rules: rules, seed: self.seed, journal: journal)
    self.madeHandshakes.withLock { $0.append(made) }
    return made
  }

  /// The rules that concern a service and are switched on for the seed.
  private func compiled(_ binding: ServiceBinding) throws -> [(Entry, Compiled)] {
    var found: [(Entry, Compiled)] = []
    let (name, wire) = (binding.settings.name, binding.service.wire)
    for entry in self.entries where entry.services?.contains(name) ?? true {
      if let service = entry.rule.service {
        guard case .text(name) = service.content else { continue }
      } else if !Self.knows(wire, entry.rule) {
        continue
      }
      let compiled = try Self.compile(entry.rule, wire, file: entry.overlay.file)
      if compiled.isHandshake, !binding.settings.tls {
        // A rule for whoever it may concern concerns those that it can.
        if entry.rule.service == nil, self.services.contains(where: \.tls) { continue }
        throw Failure(
          ExitStatus.data,
          entry.rule.fault.problem(
            "\(name) does not speak TLS to its clients", fix: "write `tls: true` for it, or the fault `refuse`"
          ).description)
      }
      guard entry.rule.when.isActive(seed: self.seed, overlay: entry.overlay.name, rule: entry.rule.number) else {
        continue
      }
      found.append((entry, compiled))
    }
    return found
  }

  private static func rule(
    _ entry: Entry, _ compiled: Compiled, recorded: PreparedReply? = nil, key: MatchKey? = nil
  ) -> FaultRule {
    FaultRule(
      overlay: entry.overlay.name, number: entry.rule.number, pattern: compiled.pattern,
      occurrences: compiled.occurrences, connections: compiled.connections, when: entry.rule.when,
      fault: compiled.fault,
      recorded: recorded, changes: compiled.changes, entry: key, count: entry.count)
  }

  /// Counts from the beginning: every request is the first of its key again, and what fired `until-reset` is quiet.
  func reset() {
    for faults in self.made.withLock({ $0 }) { faults.reset() }
    for faults in self.madeHandshakes.withLock({ $0 }) { faults.reset() }
  }

  /// How long the service took, where a rule asks for that.
  private func recordedTime(
    _ rules: [(rule: FaultRule, place: Diagnostic.Place)], _ binding: ServiceBinding, _ index: CassetteIndex?,
    _ state: ReplayState?
  ) throws -> (@Sendable (MatchKey) -> Duration?)? {
    guard let place = rules.first(where: { $0.rule.fault.pace.recorded != nil })?.place else { return nil }
    let timings = try index == nil ? [:] : CassetteLibrary.open(binding).timings()
    guard let index, let state, !timings.isEmpty else {
      throw Failure(
        ExitStatus.data,
        Diagnostic(
          index == nil || state == nil
            ? "`timing` is of recorded answers, and \(binding.settings.name) is not answered from a cassette"
            : "the cassette of \(binding.settings.name) does not tell how long its service took", at: place,
          fix: "mockrec record \(binding.settings.name) --mode overwrite --timings, or write `latency`"
        ).description)
    }
    return { key in index.entry(for: key, state).flatMap { timings[$0] } }
  }

  /// What each rule came to, in the order of the files.
  var outcomes: [Outcome] {
    self.entries.compactMap { entry in
      // A rule for a service that this run leaves out is none of its business.
      if case .text(let name)? = entry.rule.service?.content, !self.services.contains(where: { $0.name == name }) {
        return nil
      }
      return Outcome(
        overlay: entry.overlay.name, file: entry.overlay.file, number: entry.rule.number,
        line: entry.rule.place.position.line, name: Self.name(entry.rule),
        isActive: entry.rule.when.isActive(
          seed: self.seed, overlay: entry.overlay.name, rule: entry.rule.number),
        matched: entry.count.matched, fired: entry.count.fired, idle: entry.count.idle)
    }
  }

  /// The words of a fault, with the values that are short, or the name of its recipe.
  static func name(_ rule: OverlayRule) -> String {
    if let recipe = rule.recipe { return "recipe \(recipe.name)" }
    guard case .mapping(let pairs) = rule.fault.content else { return "" }
    return pairs.compactMap { key, value in
      guard case .text(let word) = key.content else { return nil }
      if case .text(let text) = value.content, text.utf8.count <= 40 { return "\(word) \(text.printable())" }
      return word
    }
    .joined(separator: ", ")
  }
}
