extension VerifyReport {
  /// One thing that changed in a service, however many of its answers show it: differences of one kind at one path,
  /// numbers of elements aside.
  package struct Cause: Sendable, Hashable {
    package var service: String?
    package var kind: Difference.Kind
    /// `$.items[*].price`.
    package var path: String
    /// The worst of its differences.
    package var severity: Difference.Severity
    /// How many differences there are.
    package var count: Int
    /// How many steps show it.
    package var steps: Int
    /// The request lines of the first of them, in the order of the report.
    package var places: [Diagnostic.Place]

    package static let maximumPlaces = 3
  }

  /// The causes of all differences: the worst first, then what most answers show, then in the order of the report.
  package var causes: [Cause] { self.tally.causes }

  /// Causes as they are found, step by step.
  struct CauseTable {
    private struct Key: Hashable {
      var service: String?
      var kind: Difference.Kind
      var path: String
    }

    /// A run may have as many causes as it has differences; who has more than these reads none of them.
    private static let maximum = 10_000
    private var causes: [Cause] = []
    private var index: [Key: Int] = [:]
    /// For each cause, the latest place that shows it.
    private var latest: [Diagnostic.Place] = []

    mutating func add(_ step: Step) {
      for difference in step.differences {
        let key = Key(service: step.service, kind: difference.kind, path: difference.cause)
        guard let known = self.index[key] else {
          guard self.causes.count < Self.maximum else { continue }
          self.index[key] = self.causes.count
          self.latest.append(step.place)
          self.causes.append(
            Cause(
              service: step.service, kind: difference.kind, path: key.path, severity: difference.severity, count: 1,
              steps: 1, places: [step.place]))
          continue
        }
        // Changed where it lies.
        self.causes[known].count += 1
        self.causes[known].severity = max(self.causes[known].severity, difference.severity)
        guard self.latest[known] != step.place else { continue }
        self.latest[known] = step.place
        self.causes[known].steps += 1
        if self.causes[known].places.count < Cause.maximumPlaces { self.causes[known].places.append(step.place) }
      }
    }

    var sorted: [Cause] {
      self.causes.enumerated().sorted { a, b in
        let rank = { (cause: Cause) in (cause.severity, cause.steps) }
        return rank(a.element) == rank(b.element) ? a.offset < b.offset : rank(a.element) > rank(b.element)
      }.map(\.element)
    }
  }
}
