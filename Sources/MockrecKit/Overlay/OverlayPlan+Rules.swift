import Foundation
import MockrecCore
import MockrecEngine
import MockrecWire

/// What rules mean to the wire of a service, and which of them can mean nothing.
extension OverlayPlan {
  struct Compiled {
    var pattern: any RequestPattern
    var occurrences: [Int]
    var connections: [Int]
    /// The name of a recorded exchange.
    var entry: OverlayNode?
    var fault: Fault
    /// Whether only requests are meant that change something, or only those that do not.
    var changes: Bool?

    /// Whether it comes before any request.
    var isHandshake: Bool { if case .tlsHandshake? = self.fault.effect { true } else { false } }
  }

  /// Whether all words of a rule are words of this wire.
  static func knows(_ wire: any Wire, _ rule: OverlayRule) -> Bool {
    if let recipe = rule.recipe, recipe.wire != wire.name { return false }
    func words(_ node: OverlayNode?) -> [String] {
      guard case .mapping(let pairs)? = node?.content else { return [] }
      return pairs.compactMap { if case .text(let word) = $0.key.content { word } else { nil } }
    }
    let faults = Self.faultWords(of: wire)
    return words(rule.match).allSatisfy { (wire.matchWords + OverlayRule.commonWords).contains($0) }
      && words(rule.fault).allSatisfy { faults.contains($0) }
  }

  /// The words of `fault:` that mean something to a wire.
  private static func faultWords(of wire: any Wire) -> [String] {
    Fault.Word.allCases.filter { !wire.impossibleFaults.contains($0) }.map(\.rawValue) + wire.replyWords
  }

  /// - Parameter folder: Where the files lie that a rule names; nil where it can name none.
  static func compile(_ rule: OverlayRule, _ wire: any Wire, folder: String?) throws -> Compiled {
    try Self.reading { () throws(Diagnostic) in
      if let recipe = rule.recipe, recipe.wire != wire.name {
        throw rule.fault.problem(
          "the recipe `\(recipe.name)` is for the wire \(recipe.wire), and this one is \(wire.name)",
          fix: "mockrec recipes lists those for \(wire.name)")
      }
      var match = try OverlayFields(
        rule.match ?? OverlayNode(.empty, at: rule.place), of: "`match` of the wire \(wire.name)")
      let occurrences = try Self.numbers(match.take("occurrence"), "occurrence")
      let connections = try Self.numbers(match.take("connection"), "connection")
      let entry = match.take("entry")
      let pattern = try wire.requestPattern(&match)
      try match.finish(known: wire.matchWords + OverlayRule.commonWords)

      var words = try OverlayFields(rule.fault, of: "`fault` of the wire \(wire.name)")
      for word in words.fields {
        guard let fault = Fault.Word(rawValue: word.name), wire.impossibleFaults.contains(fault) else { continue }
        throw word.key.problem(
          "`\(word.name)` has no meaning for the wire \(wire.name)"
            + (wire.whyImpossible(fault).map { ": \($0)" } ?? ""),
          fix: "write another fault, or another service")
      }
      var fault = try Fault(&words) { fields throws(Diagnostic) in
        let trailers = try wire.faultTrailers(&fields)
        try fields.finish(known: ["after"] + wire.replyWords)
        return trailers
      }
      if let reply = try wire.faultReply(&words, file: { node throws(Diagnostic) in try Self.file(node, in: folder) }) {
        guard fault.effect == nil else {
          throw rule.fault.problem(
            "a reply and `\(fault.name)` exclude each other",
            fix: "write a rule for each; slow words alone go with others")
        }
        fault.effect = .reply(reply)
      }
      try words.finish(known: Self.faultWords(of: wire))
      guard fault.effect != nil || fault.pace != Pace() else {
        throw rule.fault.problem("this fault does nothing", fix: "write `fault: {status: 503}`, or another")
      }
      fault.name = Self.name(rule)
      if case .tlsHandshake? = fault.effect { try Self.checkHandshake(rule, fault) }
      return Compiled(
        pattern: pattern, occurrences: occurrences, connections: connections, entry: entry, fault: fault,
        changes: try Self.changes(fault, pattern, rule))
    }
  }

  /// Nothing is known of a connection yet but its number.
  private static func checkHandshake(_ rule: OverlayRule, _ fault: Fault) throws(Diagnostic) {
    if case .mapping(let pairs)? = rule.match?.content {
      for (key, _) in pairs {
        guard case .text(let word) = key.content, !["connection", "occurrence"].contains(word) else { continue }
        throw key.problem(
          "`tls-handshake` comes before any request, so `\(word)` can match nothing",
          fix: "match `connection`, or leave `match` out")
      }
    }
    guard fault.pace != Pace() else { return }
    throw rule.fault.problem("a handshake that fails is not slow as well", fix: "write a rule for each")
  }

  /// A silent fault is of writes or of reads: where the pattern means the others, it can have no meaning.
  private static func changes(
    _ fault: Fault, _ pattern: any RequestPattern, _ rule: OverlayRule
  ) throws(Diagnostic) -> Bool? {
    guard case .silent(let silent)? = fault.effect, let wanted = silent.concernsWrites else { return nil }
    guard let changes = pattern.changes, changes != wanted else { return wanted }
    throw rule.fault.problem(
      wanted
        ? "`\(fault.name)` is for requests that change something, and these only read"
        : "`\(fault.name)` is for requests that only read, and these change something",
      fix: "match other requests, or write another fault")
  }

  /// A write that is not sent on has to be answered all the same.
  static func checkAcknowledgement(_ compiled: Compiled, _ rule: OverlayRule) throws {
    guard case .silent(.dropWrite)? = compiled.fault.effect, let request = compiled.pattern.unacknowledged else {
      return
    }
    throw Failure(
      ExitStatus.data,
      rule.fault.problem(
        "what the real service would answer to \(request) is not known",
        fix: "match a request whose acknowledgement is known, or write an answer in the place of `drop-write` "
          + "(`{status: 200}` over HTTP): it is not sent on either"
      ).description)
  }

  private static func numbers(_ node: OverlayNode?, _ name: String) throws(Diagnostic) -> [Int] {
    guard let node else { return [] }
    var numbers: [Int] = []
    for number in try node.list(name) { numbers.append(try number.integer(name, in: 1...1_000_000_000)) }
    return numbers
  }

  /// What makes requests equal to a recorded one.
  static func key(of node: OverlayNode, _ site: FaultSite) throws -> MatchKey {
    let (binding, index) = (site.binding, site.state == nil ? nil : try site.recorded())
    let name = try Self.reading { () throws(Diagnostic) in try node.text("entry") }
    if let key = CassetteLibrary.openingKey(of: name, binding, in: index) { return key }
    let names = (try? CassetteLibrary.open(binding).entryNames()) ?? []
    throw Failure(
      ExitStatus.data,
      node.problem(
        "the cassette of \(binding.settings.name) has no entry `\(name)`", nearest: nearestWord(to: name, among: names),
        fix: "write the name of a file of \(binding.settings.cassette)"
      ).description)
  }

  private static func file(_ node: OverlayNode, in folder: String?) throws(Diagnostic) -> [UInt8] {
    let name = try node.text("file")
    guard let folder else {
      throw node.problem("an overlay that is added has its bodies in its text", fix: "write `body`")
    }
    let path = name.hasPrefix("/") || folder.isEmpty ? name : joinPath(folder, name)
    guard let data = FileManager.default.contents(atPath: path), data.count <= 16 << 20 else {
      throw node.problem("there is no file \(path) of at most 16MiB", fix: "paths are relative to the overlay's folder")
    }
    return Array(data)
  }

  static func recorded(_ fault: Fault, of site: FaultSite) throws -> PreparedReply? {
    guard case .recorded(let wanted)? = fault.effect else { return nil }
    let index = try site.recorded()
    if let reply = index?.reply(status: wanted.status) { return reply }
    let known = index.map { Set($0.summaries.map(\.status)).sorted() } ?? []
    throw Failure(
      ExitStatus.data,
      Diagnostic(
        "the cassette of \(site.name) has no answer with \(wanted.status)", at: wanted.place,
        nearest: nearestWord(to: wanted.status, among: known),
        fix: known.isEmpty ? "record one" : "it has \(known.prefix(10).joined(separator: ", "))"
      ).description)
  }

  /// A rule behind one that takes all its requests would never fire.
  static func checkShadows(_ rules: [PlannedOverlay.Rule]) throws {
    for (index, later) in rules.enumerated() {
      let earlier = rules[..<index].first { earlier in
        let rule = earlier.rule
        return rule.when.isAlways && rule.occurrences.isEmpty && rule.connections.isEmpty && rule.entry == nil
          && (rule.changes == nil || rule.changes == later.rule.changes) && rule.pattern.covers(later.rule.pattern)
      }
      guard let earlier else { continue }
      throw Failure(
        ExitStatus.data,
        Diagnostic(
          "this rule never fires: the one at \(earlier.place.file):\(earlier.place.position.line) takes all its requests",
          at: later.place,
          fix: earlier.rule.overlay == later.rule.overlay
            ? "put it before that one, or give that one a `when`"
            : "put it before that one, give that one a `when`, or switch the overlay '\(earlier.rule.overlay)' off"
        ).description)
    }
  }

  /// How long the service took, where a rule asks for that.
  static func recordedTime(
    _ rules: [PlannedOverlay.Rule], _ site: FaultSite, _ run: OverlayRun
  ) throws -> (@Sendable (MatchKey) -> Duration?)? {
    guard let place = rules.first(where: { $0.rule.fault.pace.recorded != nil })?.place else { return nil }
    let index = try site.recorded()
    let timings = try index == nil ? [:] : run.timings(site.binding)
    guard let index, let state = site.state, !timings.isEmpty else {
      throw Failure(
        ExitStatus.data,
        Diagnostic(
          index == nil || site.state == nil
            ? "`timing` is of recorded answers, and \(site.name) is not answered from a cassette"
            : "the cassette of \(site.name) does not tell how long its service took", at: place,
          fix: "mockrec record \(site.name) --mode overwrite --timings, or write `latency`"
        ).description)
    }
    return { key in index.entry(for: key, state).flatMap { timings[$0] } }
  }

  static func reading<Value>(_ body: () throws(Diagnostic) -> Value) throws -> Value {
    do throws(Diagnostic) {
      return try body()
    } catch {
      throw Failure(ExitStatus.data, error.description)
    }
  }
}
