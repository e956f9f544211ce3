/// Runs a program over a text and keeps what each group took: of all matches the leftmost, and of those the one that a
/// backtracking engine would find first.
struct PatternCaptureMachine {
  private enum Task {
    case follow(Int)
    /// Put back what a `save` has overwritten, before the next alternative is followed.
    case restore(slot: Int, offset: Int)
  }

  private static let unset = -1

  private let program: PatternProgram
  private let slotCount: Int
  private var current: StepSet
  private var following: StepSet
  /// For each step of a set, the UTF-8 offsets that its thread has saved.
  private var currentSlots: [Int]
  private var followingSlots: [Int]
  private var slots: [Int]
  private var pending: [Task] = []
  private var budget: Int

  init(_ program: PatternProgram, budget: Int = PatternLimitError.steps) {
    self.program = program
    self.budget = budget
    slotCount = (program.groups + 1) * 2
    current = StepSet(capacity: program.steps.count)
    following = StepSet(capacity: program.steps.count)
    currentSlots = Array(repeating: Self.unset, count: program.steps.count * slotCount)
    followingSlots = currentSlots
    slots = Array(repeating: Self.unset, count: slotCount)
  }

  /// - Parameter start: Where the first match may begin; what stands before it is still there for `^` and `\b`.
  mutating func run(
    _ text: String, from start: String.Index? = nil
  ) throws(PatternLimitError) -> [Substring?]? {
    let start = start ?? text.startIndex
    var scalars = text.unicodeScalars[start...].makeIterator()
    var before = text.unicodeScalars[..<start].last?.value
    var here = scalars.next()
    var offset = text.utf8.distance(from: text.startIndex, to: start)
    var best: [Int]?
    current.removeAll()
    while true {
      if best == nil {
        slots = Array(repeating: Self.unset, count: slotCount)
        slots[0] = offset
        follow(0, offset: offset, before: before, after: here?.value)
      }
      if current.isEmpty { break }
      budget -= (current.count + 1) * slotCount
      guard budget > 0 else { throw PatternLimitError() }
      let after = here == nil ? nil : scalars.next()
      let width = here.map { UTF8.width($0) } ?? 0
      swap(&current, &following)
      swap(&currentSlots, &followingSlots)
      current.removeAll()
      step(over: here?.value, from: offset, width: width, after: after?.value, best: &best)
      guard let taken = here else { break }
      before = taken.value
      here = after
      offset += width
    }
    return best.map { substrings(of: text, slots: $0) }
  }

  /// Goes on with each thread in order of preference; a match cuts off all that are less preferred.
  private mutating func step(over value: UInt32?, from offset: Int, width: Int, after: UInt32?, best: inout [Int]?) {
    for place in 0..<following.count {
      let number = following[place]
      let isTaken: Bool
      switch program.steps[number] {
      case .scalar(let expected):
        isTaken = expected == value
      case .set(let set):
        isTaken = value.map(program.sets[set].contains) ?? false
      case .match:
        load(number)
        slots[1] = offset
        best = slots
        return
      default:
        isTaken = false
      }
      if isTaken {
        load(number)
        follow(number + 1, offset: offset + width, before: value, after: after)
      }
    }
  }

  private mutating func load(_ number: Int) {
    for slot in 0..<slotCount { slots[slot] = followingSlots[number * slotCount + slot] }
  }

  private mutating func follow(_ start: Int, offset: Int, before: UInt32?, after: UInt32?) {
    pending.append(.follow(start))
    while let task = pending.popLast() {
      guard case .follow(let number) = task else {
        if case .restore(let slot, let offset) = task { slots[slot] = offset }
        continue
      }
      guard current.insert(number) else { continue }
      switch program.steps[number] {
      case .split(let first, let second):
        pending.append(.follow(second))
        pending.append(.follow(first))
      case .jump(let target):
        pending.append(.follow(target))
      case .save(let slot):
        pending.append(.restore(slot: slot, offset: slots[slot]))
        slots[slot] = offset
        pending.append(.follow(number + 1))
      case .assertion(let assertion):
        if assertion.holds(before: before, after: after) { pending.append(.follow(number + 1)) }
      case .match, .scalar, .set:
        for slot in 0..<slotCount { currentSlots[number * slotCount + slot] = slots[slot] }
      }
    }
  }

  private func substrings(of text: String, slots: [Int]) -> [Substring?] {
    stride(from: 0, to: slotCount, by: 2).map { slot in
      guard slots[slot] != Self.unset, slots[slot + 1] != Self.unset else { return nil }
      let utf8 = text.utf8
      let start = utf8.index(utf8.startIndex, offsetBy: slots[slot])
      return text[start..<utf8.index(start, offsetBy: slots[slot + 1] - slots[slot])]
    }
  }
}
