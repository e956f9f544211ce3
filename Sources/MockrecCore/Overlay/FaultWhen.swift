/// When a rule that matches a request fires. Everything that is given has to hold.
package struct FaultWhen: Sendable, Hashable {
  /// From 0 to 1.
  package var probability: Double?
  /// Occurrences of a key, from 1.
  package var calls: [Int] = []
  /// The first so many occurrences.
  package var first: Int?
  /// Not the first so many.
  package var after: Int?
  /// With `after`: so many of them.
  package var count: Int?
  /// Every n-th occurrence.
  package var every: Int?
  /// A time of the run, from its start.
  package var between: Range<Duration>?
  /// Once it fired for a key, it fires for it until the overlay is reset.
  package var untilReset = false
  /// The chance that the rule is switched on at all for a seed, from 0 to 1.
  package var activate: Double?

  package init() {}

  package static let words = [
    "probability", "calls", "first", "after", "for", "every", "between", "until-reset", "activate",
  ]

  /// Whether it holds of every request.
  package var isAlways: Bool { self == FaultWhen() }

  /// Whether the rule is switched on for the draw's seed.
  package func isActive(seed: UInt64, overlay: String, rule: Int) -> Bool {
    guard let activate = self.activate else { return true }
    var draw = FaultDraw(seed: seed, overlay: overlay, rule: rule)
    return draw.unit() < activate
  }

  /// Whether the rule fires; `draw` is that of this occurrence, and its first number is used up where there is a
  /// probability.
  ///
  /// - Parameters:
  ///   - occurrence: Which request of its key this is, from 1.
  ///   - elapsed: The time since the run began.
  package func fires(occurrence: Int, elapsed: Duration, _ draw: inout FaultDraw) -> Bool {
    if let probability = self.probability, draw.unit() >= probability { return false }
    if !self.calls.isEmpty, !self.calls.contains(occurrence) { return false }
    if let first = self.first, occurrence > first { return false }
    if let after = self.after {
      guard occurrence > after else { return false }
      if let count = self.count, occurrence > after + count { return false }
    }
    if let every = self.every, !occurrence.isMultiple(of: every) { return false }
    if let between = self.between, !between.contains(elapsed) { return false }
    return true
  }
}

extension FaultWhen {
  /// Reads what stands behind `when:`.
  package init(_ node: OverlayNode) throws(Diagnostic) {
    if case .text("always") = node.content { return }
    var fields = try OverlayFields(node, of: "`when`")
    if let value = fields.take("probability") { self.probability = try value.number("probability", in: 0...1) }
    if let value = fields.take("calls") {
      for call in try value.list("calls") { self.calls.append(try call.integer("calls", in: 1...1_000_000_000)) }
    }
    if let value = fields.take("first") { self.first = try value.integer("first", in: 1...1_000_000_000) }
    if let value = fields.take("after") { self.after = try value.integer("after", in: 0...1_000_000_000) }
    if let value = fields.take("for") {
      self.count = try value.integer("for", in: 1...1_000_000_000)
      guard self.after != nil else {
        throw value.problem("`for` goes with `after`", fix: "write `after: n` beside it, or `first: n`")
      }
    }
    if let value = fields.take("every") { self.every = try value.integer("every", in: 1...1_000_000_000) }
    if let value = fields.take("between") {
      let times = try value.list("between")
      guard times.count == 2 else {
        throw value.problem("`between` has two times", fix: "write `between: [10s, 20s]`")
      }
      let (start, end) = (try times[0].duration("between"), try times[1].duration("between"))
      guard start < end else {
        throw value.problem("`between` ends before it begins", fix: "write the earlier time first")
      }
      self.between = start..<end
    }
    if let value = fields.take("until-reset") { self.untilReset = try value.flag("until-reset") }
    if let value = fields.take("activate") { self.activate = try value.number("activate", in: 0...1) }
    try fields.finish(known: Self.words)
    if let problem = self.contradiction { throw node.problem(problem, fix: "change one of the two") }
  }

  /// Why no request can ever fulfil it; nil where one can.
  private var contradiction: String? {
    if self.probability == 0 { return "a `probability` of 0 never fires" }
    if self.activate == 0 { return "with `activate: 0` the rule is never switched on" }
    var low = (self.after ?? 0) + 1
    var high = self.count.map { low + $0 - 1 } ?? Int.max
    if let first = self.first { high = min(high, first) }
    if !self.calls.isEmpty {
      let calls = self.calls.filter { $0 >= low && $0 <= high && $0.isMultiple(of: self.every ?? 1) }
      return calls.isEmpty ? "none of `calls` fulfils the other conditions" : nil
    }
    if let every = self.every { low = (low + every - 1) / every * every }
    return low > high ? "no call fulfils all of these conditions" : nil
  }
}
