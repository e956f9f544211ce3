/// Runs a program over a text to learn whether it matches, following every state at once.
struct PatternMachine {
  private let program: PatternProgram
  private var current: StepSet
  private var following: StepSet
  private var pending: [Int] = []
  private var budget: Int

  init(_ program: PatternProgram, budget: Int = PatternLimitError.steps) {
    self.program = program
    self.budget = budget
    current = StepSet(capacity: program.steps.count)
    following = StepSet(capacity: program.steps.count)
  }

  mutating func run(_ text: String, isWhole: Bool) throws(PatternLimitError) -> Bool {
    var scalars = text.unicodeScalars.makeIterator()
    var before: UInt32?
    var here = scalars.next()?.value
    var isMatch = follow(0, before: nil, after: here)
    while let value = here {
      if isMatch, !isWhole { return true }
      if current.isEmpty, isWhole { return false }
      budget -= current.count + 1
      guard budget > 0 else { throw PatternLimitError() }
      before = value
      here = scalars.next()?.value
      isMatch = step(over: value, after: here)
      if !isWhole { isMatch = follow(0, before: before, after: here) || isMatch }
    }
    return isMatch
  }

  /// Goes from the current states over one scalar; whether a match is among those reached.
  private mutating func step(over value: UInt32, after: UInt32?) -> Bool {
    swap(&current, &following)
    current.removeAll()
    var isMatch = false
    for place in 0..<following.count {
      let number = following[place]
      let isTaken =
        switch program.steps[number] {
        case .scalar(let expected): expected == value
        case .set(let set): program.sets[set].contains(value)
        default: false
        }
      if isTaken, follow(number + 1, before: value, after: after) { isMatch = true }
    }
    return isMatch
  }

  /// Adds a step and all that can be reached from it without taking a scalar; whether a match is among them.
  private mutating func follow(_ start: Int, before: UInt32?, after: UInt32?) -> Bool {
    var isMatch = false
    pending.append(start)
    while let number = pending.popLast() {
      guard current.insert(number) else { continue }
      switch program.steps[number] {
      case .split(let first, let second):
        pending.append(second)
        pending.append(first)
      case .jump(let target):
        pending.append(target)
      case .save:
        pending.append(number + 1)
      case .assertion(let assertion):
        if assertion.holds(before: before, after: after) { pending.append(number + 1) }
      case .match:
        isMatch = true
      case .scalar, .set:
        break
      }
    }
    return isMatch
  }
}

/// A set of step numbers in order of insertion, emptied at no cost.
struct StepSet {
  private var members: [Int]
  /// Where each number stands in `members`, trusted only after a look there.
  private var places: [Int]
  private(set) var count = 0

  init(capacity: Int) {
    members = Array(repeating: 0, count: capacity)
    places = Array(repeating: 0, count: capacity)
  }

  var isEmpty: Bool { count == 0 }

  subscript(place: Int) -> Int { members[place] }

  /// Whether the number is new.
  mutating func insert(_ number: Int) -> Bool {
    let place = places[number]
    if place < count, members[place] == number { return false }
    places[number] = count
    members[count] = number
    count += 1
    return true
  }

  mutating func removeAll() {
    count = 0
  }
}
