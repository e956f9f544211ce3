/// A pattern as steps for a machine.
struct PatternProgram: Sendable, Hashable {
  enum Step: Sendable, Hashable {
    case scalar(UInt32)
    /// An index into `sets`.
    case set(Int)
    case assertion(PatternAssertion)
    /// Go on at both; the first is preferred.
    case split(Int, Int)
    case jump(Int)
    /// Remember the place: slot 2n where group n starts, 2n + 1 where it ends.
    case save(Int)
    case match
  }

  static let maximumSteps = 10_000

  private(set) var steps: [Step] = []
  private(set) var sets: [ScalarSet] = []
  /// How many capturing groups there are.
  let groups: Int
  private var setNumbers: [ScalarSet: Int] = [:]
  private var visits = 0

  init(_ node: PatternNode, groups: Int) throws(PatternError) {
    self.groups = groups
    try append(node)
    try append(.match)
    setNumbers = [:]
  }

  private mutating func append(_ step: Step) throws(PatternError) {
    guard steps.count < Self.maximumSteps else { throw Self.tooLarge }
    steps.append(step)
  }

  private static let tooLarge = PatternError(
    offset: 0, message: "the pattern is too large once its counts are written out; use smaller ones")

  private mutating func append(_ node: PatternNode) throws(PatternError) {
    // Counts of nothing add no step, but must not be counted for ever.
    visits += 1
    guard visits <= Self.maximumSteps * 4 else { throw Self.tooLarge }
    switch node {
    case .empty:
      break
    case .scalar(let value):
      try append(Step.scalar(value))
    case .set(let set):
      let number = setNumbers[set] ?? sets.count
      if number == sets.count {
        setNumbers[set] = number
        sets.append(set)
      }
      try append(Step.set(number))
    case .assertion(let assertion):
      try append(Step.assertion(assertion))
    case .sequence(let nodes):
      for node in nodes { try append(node) }
    case .group(let number, let node):
      try append(Step.save(number * 2))
      try append(node)
      try append(Step.save(number * 2 + 1))
    case .choice(let branches):
      try appendChoice(branches)
    case .repetition(let node, let minimum, let maximum, let isLazy):
      for _ in 0..<minimum { try append(node) }
      if let maximum {
        try appendOptional(node, count: maximum - minimum, isLazy: isLazy)
      } else {
        try appendLoop(node, isLazy: isLazy)
      }
    }
  }

  private mutating func appendChoice(_ branches: [PatternNode]) throws(PatternError) {
    var jumps: [Int] = []
    for branch in branches.dropLast() {
      let split = steps.count
      try append(Step.split(split + 1, 0))
      try append(branch)
      jumps.append(steps.count)
      try append(Step.jump(0))
      steps[split] = .split(split + 1, steps.count)
    }
    if let last = branches.last { try append(last) }
    for jump in jumps { steps[jump] = .jump(steps.count) }
  }

  /// `(x(x(x)?)?)?`: each further one only after the one before.
  private mutating func appendOptional(_ node: PatternNode, count: Int, isLazy: Bool) throws(PatternError) {
    var splits: [Int] = []
    for _ in 0..<count {
      splits.append(steps.count)
      try append(Step.split(0, 0))
      try append(node)
    }
    for split in splits { steps[split] = Self.split(into: split + 1, past: steps.count, isLazy: isLazy) }
  }

  private mutating func appendLoop(_ node: PatternNode, isLazy: Bool) throws(PatternError) {
    let split = steps.count
    try append(Step.split(0, 0))
    try append(node)
    try append(Step.jump(split))
    steps[split] = Self.split(into: split + 1, past: steps.count, isLazy: isLazy)
  }

  private static func split(into: Int, past: Int, isLazy: Bool) -> Step {
    isLazy ? .split(past, into) : .split(into, past)
  }
}
