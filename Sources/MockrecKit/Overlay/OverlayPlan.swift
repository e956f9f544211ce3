import Foundation
import MockrecCore
import MockrecEngine
import MockrecWire
import Synchronization

/// The overlays of a run: those of its files, those that its sessions have, and what all of them came to.
final class OverlayPlan: Sendable {
  /// What a rule came to.
  struct Outcome: Sendable {
    var overlay: String
    /// nil where it was added over the control API.
    var file: String?
    /// 0 for all that are not told apart.
    var number: Int
    var line: Int
    var name: String
    var service: String?
    /// Whether the seed switched it on.
    var isActive: Bool
    var matched: Int
    var fired: Int
    /// How often a fault was decided on that had nothing to act on.
    var idle: Int

    /// Whether it was there for nothing. Who adds rules while the run goes on sees to that himself.
    var isVacuous: Bool { self.file != nil && self.isActive && self.fired == 0 }

    init(_ rule: OverlayRule, of overlay: Overlay, isFile: Bool, in run: OverlayRun, _ count: FaultCount) {
      self.overlay = overlay.name
      self.file = isFile ? overlay.file : nil
      self.number = rule.number
      self.line = rule.place.position.line
      self.name = OverlayPlan.name(rule)
      if case .text(let service)? = rule.service?.content { self.service = service }
      self.isActive = run.isActive(rule, of: overlay)
      (self.matched, self.fired, self.idle) = (count.matched, count.fired, count.idle)
    }
  }

  /// A rule that was added somewhere, and what it came to in all sessions that it was added to.
  fileprivate struct Added {
    var outcome: Outcome
    var total: FaultCount
    /// Whether a session has taken it.
    var isKept = false
  }

  fileprivate struct Sessions {
    var open: [ObjectIdentifier: SessionOverlays] = [:]
    var added: [String: Added] = [:]
    var order: [String] = []
  }

  let run: OverlayRun
  private let files: [PlannedOverlay]
  /// Those of requests that name no session.
  let common: SessionOverlays
  private let sessions = Mutex(Sessions())
  /// Added rules that the summary tells apart.
  private static let mostAdded = 100

  var seed: UInt64 { self.run.seed }

  /// Reads the files.
  init(_ options: RunOptions) throws {
    let run = OverlayRun(options)
    var paths: [(path: String, services: Set<String>?)] = options.overlays.map { ($0, nil) }
    for service in options.services {
      for path in service.overlays {
        if let index = paths.firstIndex(where: { $0.path == path }) {
          paths[index].services?.insert(service.name)
        } else {
          paths.append((path, [service.name]))
        }
      }
    }
    let files = try paths.map { path, services in
      let overlay = try OverlayFile.load(path)
      return PlannedOverlay(
        overlay, services: services, totals: overlay.rules.map { _ in FaultCount() }, of: run)
    }
    for file in files { try file.checkServices(others: options.otherServices) }
    (self.run, self.files) = (run, files)
    self.common = SessionOverlays(files, of: run, isFixed: options.control == nil, hasPorts: true)
  }

  /// A rule for a service that this run leaves out is none of its business.
  private func concerns(_ rule: OverlayRule) -> Bool {
    guard case .text(let name)? = rule.service?.content else { return true }
    return self.run.services.contains { $0.name == name }
  }

  /// What each rule came to in all sessions: those of files in their order, then those that were added.
  var outcomes: [Outcome] {
    let ofFiles = self.files.flatMap { file in
      zip(file.overlay.rules, file.totals).filter { self.concerns($0.0) }
        .map { Outcome($0, of: file.overlay, isFile: true, in: self.run, $1) }
    }
    let added = self.sessions.withLock { sessions in sessions.order.compactMap { sessions.added[$0] } }
      .filter(\.isKept)
    let names = Dictionary(added.enumerated().map { ($1.outcome.overlay, $0) }, uniquingKeysWith: { first, _ in first })
    return ofFiles
      + added.enumerated().sorted {
        (names[$0.1.outcome.overlay] ?? 0, $0.0) < (names[$1.1.outcome.overlay] ?? 0, $1.0)
      }
      .map { _, added in
        var outcome = added.outcome
        (outcome.matched, outcome.fired, outcome.idle) = (added.total.matched, added.total.fired, added.total.idle)
        return outcome
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

// Sessions, and what is added to them.
extension OverlayPlan {
  /// Those of a session; nil of one that is closed.
  func overlays(of session: Session) -> SessionOverlays? {
    session.isCommon ? self.common : self.sessions.withLock { $0.open[ObjectIdentifier(session)] }
  }

  /// What they do to a service of a session, where there are several; nil where they do nothing, and never will.
  func lay(over site: FaultSite, in session: Session?) throws -> LaidFaults? {
    guard let session else { return try self.common.lay(over: site) }
    return try self.overlays(of: session)?.lay(over: site)
  }

  /// A session begins with the overlays of files, all switched on.
  ///
  /// - Parameter hasPorts: Whether its connections can be told before they say anything.
  func open(_ session: Session, hasPorts: Bool) {
    let overlays = SessionOverlays(self.files, of: self.run, isFixed: false, hasPorts: hasPorts)
    self.sessions.withLock { $0.open[ObjectIdentifier(session)] = overlays }
  }

  /// Nothing is kept of a session but what its rules came to.
  func close(_ session: Session) {
    self.sessions.withLock { $0.open.removeValue(forKey: ObjectIdentifier(session)) }?.close()
  }

  /// How many sessions have overlays of their own.
  var openSessions: Int { self.sessions.withLock { $0.open.count } }

  /// An overlay that is to be added to a session. Equal rules of overlays of one name are one for the summary.
  func planned(_ overlay: Overlay) -> PlannedOverlay {
    let totals = self.sessions.withLock { sessions in
      overlay.rules.map { rule in
        let added = Added(
          outcome: Outcome(rule, of: overlay, isFile: false, in: self.run, FaultCount()), total: FaultCount())
        return sessions.add(added, isKept: false, most: Self.mostAdded)
      }
    }
    return PlannedOverlay(overlay, isFile: false, totals: totals, of: self.run)
  }

  /// A session has taken it: the summary tells of it.
  func keep(_ planned: PlannedOverlay) {
    self.sessions.withLock { sessions in
      for (rule, total) in zip(planned.overlay.rules, planned.totals) {
        let outcome = Outcome(rule, of: planned.overlay, isFile: false, in: self.run, FaultCount())
        _ = sessions.add(Added(outcome: outcome, total: total), isKept: true, most: Self.mostAdded)
      }
    }
  }
}

extension OverlayPlan.Sessions {
  /// - Returns: What counts the rule, and those that are equal to it.
  fileprivate mutating func add(_ rule: OverlayPlan.Added, isKept: Bool, most: Int) -> FaultCount {
    var rule = rule
    var name = "\(rule.outcome.overlay)\u{0}\(rule.outcome.number)\u{0}\(rule.outcome.name)"
    if self.added[name] == nil, self.added.count >= most {
      // What was refused makes room.
      self.added = self.added.filter(\.value.isKept)
      self.order.removeAll { self.added[$0] == nil }
    }
    if self.added[name] == nil, self.added.count >= most {
      (name, rule.outcome.overlay, rule.outcome.number) = ("", "others", 0)
      (rule.outcome.name, rule.outcome.line, rule.outcome.service) = ("all rules of more overlays", 0, nil)
    }
    if self.added[name] == nil {
      self.added[name] = rule
      self.order.append(name)
    }
    if isKept { self.added[name]?.isKept = true }
    return self.added[name]?.total ?? rule.total
  }
}
