/// What a verification found: one model for every rendering.
///
/// It holds what was answered, secrets and all: a rendering passes every value through a redactor.
package struct VerifyReport: Sendable {
  /// Which side alone was asked.
  package enum Only: String, Sendable, Hashable, CaseIterable { case fake, real }

  /// From which severity on drift fails the run. A broken contract, an unstable service and a fake that does not meet
  /// its contract fail it always.
  package enum FailOn: String, Sendable, Hashable, CaseIterable { case any, breaking }

  package struct Service: Sendable, Hashable {
    package var name: String
    /// Where the real one is; nil where it was not asked.
    package var real: String?

    package init(name: String, real: String?) {
      self.name = name
      self.real = real
    }
  }

  package struct Side: Sendable {
    package var state: Verdict.Side
    /// The status of its first answer.
    package var status: String?
    package var failures: [ExpectationFailure]
    /// Why there is no answer, or why its answers do not go together.
    package var trouble: String?
    /// How long each answer took, in the order in which they were asked.
    package var durations: [Duration]
    /// Its first answer, redacted, where the step is a finding and the run's bound on such answers is not reached.
    package var answer: ShownAnswer?

    package init(
      state: Verdict.Side, status: String? = nil, failures: [ExpectationFailure] = [], trouble: String? = nil,
      durations: [Duration] = [], answer: ShownAnswer? = nil
    ) {
      self.state = state
      self.status = status
      self.failures = failures
      self.trouble = trouble
      self.durations = durations
      self.answer = answer
    }
  }

  package struct Step: Sendable {
    /// The request line in its contract.
    package var place: Diagnostic.Place
    /// The request line as written, `GET {{users}}/users/42`.
    package var summary: String
    package var service: String?
    /// Whether it was recorded, so that its literal response is the fake's own answer.
    package var isRecorded: Bool
    package var verdict: Verdict
    /// nil where the side was not to be asked.
    package var fake: Side?
    package var real: Side?
    package var differences: [Difference]
    /// What the real varied by itself, one line a place.
    package var noise: [String]
    package var expectations: Int
    /// Where in its file a path of the differences stands, for those that stand anywhere in it.
    package var places: [String: Diagnostic.Place] = [:]
    /// How many differences are none because mockrec.yaml says so.
    package var ignored = 0

    package init(
      place: Diagnostic.Place, summary: String, service: String?, isRecorded: Bool, verdict: Verdict, fake: Side?,
      real: Side?, differences: [Difference], noise: [String], expectations: Int
    ) {
      self.place = place
      self.summary = summary
      self.service = service
      self.isRecorded = isRecorded
      self.verdict = verdict
      self.fake = fake
      self.real = real
      self.differences = differences
      self.noise = noise
      self.expectations = expectations
    }

    /// Where a path stands in the step's file: its own line, or the request's.
    package func place(of path: String) -> Diagnostic.Place { self.places[path] ?? self.place }

    /// The worst difference; nil where there is none.
    package var severity: Difference.Severity? { self.differences.lazy.map(\.severity).max() }

    /// Whether there is something to say of it beyond that it agrees.
    package var isFinding: Bool { self.verdict != .agree || !self.differences.isEmpty }

    /// Whether it fails a run.
    package func fails(_ failOn: FailOn) -> Bool {
      switch self.verdict {
      case .agree, .unreachable: false
      case .broken, .unstable: true
      case .drift:
        switch failOn {
        case .any: true
        case .breaking: self.severity == .breaking || self.fake.map { $0.state != .met } ?? false
        }
      }
    }
  }

  /// A contract file, or a group of recorded exchanges that were run in order.
  package struct Unit: Sendable {
    package var name: String
    package var steps: [Step]

    package init(name: String, steps: [Step]) {
      self.name = name
      self.steps = steps
    }

    /// Whether nothing is expected anywhere in it.
    package var isVacuous: Bool { self.steps.allSatisfy { $0.expectations == 0 } }
  }

  package var seed: UInt64
  /// When the run began, as an ISO 8601 date.
  package var started: String
  package var duration: Duration
  package var only: Only?
  package var samples: Int
  package let failOn: FailOn
  package var allowVacuous: Bool
  package var services: [Service]
  package let units: Units
  /// Of all steps together.
  package let tally: Tally
  /// Captured values that contracts marked `redact`: they are never shown.
  package var secrets: Set<String>

  /// - Complexity: Reads every unit once.
  package init(
    seed: UInt64, started: String, duration: Duration, only: Only? = nil, samples: Int, failOn: FailOn = .breaking,
    allowVacuous: Bool = false, services: [Service], units: Units, secrets: Set<String> = []
  ) {
    self.seed = seed
    self.started = started
    self.duration = duration
    self.only = only
    self.samples = samples
    self.failOn = failOn
    self.allowVacuous = allowVacuous
    self.services = services
    self.units = units
    self.tally = Tally(units, failOn: failOn)
    self.secrets = secrets
  }
}

extension VerifyReport {
  /// Of all units, one after the other, and no copy of them: to be gone through from the first to the last.
  package var steps: some Collection<Step> { self.units.lazy.flatMap(\.steps) }

  package func count(_ verdict: Verdict) -> Int { self.tally.verdicts[verdict] ?? 0 }

  /// Steps of which there is more to say than that they agree, those that fail the run first. Two passes at most, over
  /// as much as is asked for.
  package var findings: some Sequence<Step> {
    let (failOn, steps) = (self.failOn, self.steps)
    let isFailing = self.tally.failing > 0
    return [true, false].lazy.filter { !$0 || isFailing }.flatMap { fails in
      steps.lazy.filter { $0.isFinding && $0.fails(failOn) == fails }
    }
  }

  /// Whether the run checked nothing, or one of its contracts expects nothing.
  package var isVacuous: Bool { self.units.isEmpty || self.tally.vacuousUnits > 0 }

  /// Whether a step fails the run.
  package func fails(_ step: Step) -> Bool { step.fails(self.failOn) }

  /// Who was asked, for people. What is no service's has no fake.
  package var sides: String {
    if let only { return "\(only.rawValue) only" }
    return self.services.isEmpty ? "real only" : "fake against real"
  }

  /// 0 all is well; 1 a finding, or a run that checked nothing; 69 a real service that gave no answer, where nothing
  /// else is wrong.
  package var exitStatus: Int32 {
    if self.tally.failing > 0 || (self.isVacuous && !self.allowVacuous) { return 1 }
    return self.count(.unreachable) > 0 ? 69 : 0
  }
}
