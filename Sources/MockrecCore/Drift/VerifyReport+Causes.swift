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
    /// The request lines of the steps that show it, in the order of the report.
    package var places: [Diagnostic.Place]
    /// The first of its differences.
    package var example: Difference
  }

  /// The causes of all differences: the worst first, then what most answers show, then in the order of the report.
  package var causes: [Cause] {
    struct Key: Hashable {
      var service: String?
      var kind: Difference.Kind
      var path: String
    }
    // Changed where they lie: a cause may have as many places as the run has steps.
    var (causes, index): ([Cause], [Key: Int]) = ([], [:])
    for step in self.steps {
      for difference in step.differences {
        let key = Key(service: step.service, kind: difference.kind, path: difference.cause)
        guard let known = index[key] else {
          index[key] = causes.count
          causes.append(
            Cause(
              service: step.service, kind: difference.kind, path: key.path, severity: difference.severity, count: 1,
              places: [step.place], example: difference))
          continue
        }
        causes[known].count += 1
        causes[known].severity = max(causes[known].severity, difference.severity)
        if causes[known].places.last != step.place { causes[known].places.append(step.place) }
      }
    }
    return causes.enumerated().sorted { a, b in
      let rank = { (cause: Cause) in (cause.severity, cause.places.count) }
      return rank(a.element) == rank(b.element) ? a.offset < b.offset : rank(a.element) > rank(b.element)
    }.map(\.element)
  }
}
