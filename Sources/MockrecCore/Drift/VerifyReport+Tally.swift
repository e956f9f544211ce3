extension VerifyReport {
  /// What is to be said of all steps together, counted in one pass. What it holds is bounded, whatever the run's length.
  package struct Tally: Sendable {
    package private(set) var steps = 0
    package private(set) var verdicts: [Verdict: Int] = [:]
    /// Steps of which there is more to say than that they agree.
    package private(set) var findings = 0
    /// Steps that fail the run.
    package private(set) var failing = 0
    /// Steps whose drift does not fail the run.
    package private(set) var toleratedDrift = 0
    /// Steps that the real service varies by itself, and in how many places.
    package private(set) var noisySteps = 0
    package private(set) var noisyPlaces = 0
    /// Differences that are none because mockrec.yaml says so.
    package private(set) var ignored = 0
    /// Contracts that expect nothing: all that was asked of them says nothing.
    package private(set) var vacuousUnits = 0
    /// The first of them.
    package private(set) var vacuousNames: [String] = []
    package private(set) var causes: [Cause] = []

    package static let maximumVacuousNames = 100

    init(_ units: Units, failOn: FailOn) {
      var causes = CauseTable()
      for unit in units {
        if unit.isVacuous {
          self.vacuousUnits += 1
          if self.vacuousNames.count < Self.maximumVacuousNames { self.vacuousNames.append(unit.name) }
        }
        for step in unit.steps {
          self.add(step, failOn)
          causes.add(step)
        }
      }
      self.causes = causes.sorted
    }

    private mutating func add(_ step: Step, _ failOn: FailOn) {
      self.steps += 1
      self.verdicts[step.verdict, default: 0] += 1
      if step.isFinding { self.findings += 1 }
      if step.fails(failOn) { self.failing += 1 } else if step.verdict == .drift { self.toleratedDrift += 1 }
      if !step.noise.isEmpty { self.noisySteps += 1 }
      self.noisyPlaces += step.noise.count
      self.ignored += step.ignored
    }
  }
}
