/// One place at which two JSON documents differ.
struct JSONChange: Sendable, Hashable {
  enum Kind: Sendable, Hashable {
    case removed, added, type, nullability, value, order
    /// An element more or less.
    case length
  }

  var place: JSONLocation
  var kind: Kind
  /// nil where the left document has nothing there.
  var left: JSON?
  var right: JSON?

  /// What the left document asks for here, in words.
  var expectation: String { self.left.map(Excerpt.json) ?? "nothing" }
}

/// Compares two JSON documents place by place, apart from what each side's tolerance lets differ.
///
/// Arrays of one length are compared element by element, unless they hold the same elements in another order; of arrays
/// of different lengths the common beginning and end are set aside first, so that one element more is one change.
struct JSONDiff {
  /// Past this many changes the rest is not looked for.
  static let maximumChanges = 500

  let left: Tolerance
  let right: Tolerance
  private var changes: [JSONChange] = []
  private var path: [JSONLocation.Step] = []
  private var limit = JSONDiff.maximumChanges
  /// How many more values may be looked at only to find out which elements belong together.
  private var budget = 200_000
  private var isProbing = false

  init(left: Tolerance = Tolerance(), right: Tolerance = Tolerance()) {
    self.left = left
    self.right = right
  }

  /// The changes in the left document's order.
  mutating func changes(_ left: JSON, _ right: JSON) -> [JSONChange] {
    self.changes = []
    if left != right { self.walk(left, right, (self.left.root, self.right.root)) }
    return self.changes
  }

  private typealias Cursors = (left: Tolerance.Cursor, right: Tolerance.Cursor)

  private func aspects(_ at: Cursors) -> Tolerance.Aspects {
    self.left.aspects(at.left).union(self.right.aspects(at.right))
  }

  private mutating func note(_ kind: JSONChange.Kind, _ left: JSON?, _ right: JSON?, at step: JSONLocation.Step? = nil)
  {
    guard self.changes.count < self.limit else { return }
    self.changes.append(
      JSONChange(place: JSONLocation(self.path + (step.map { [$0] } ?? [])), kind: kind, left: left, right: right))
  }

  private mutating func walk(_ a: JSON, _ b: JSON, _ at: Cursors) {
    guard self.changes.count < self.limit else { return }
    if self.isProbing { self.budget -= 1 }
    let aspects = self.aspects(at)
    guard aspects != .everything else { return }
    switch (a, b) {
    case (.object(let ours), .object(let theirs)): self.objects(ours, theirs, at)
    case (.array(let ours), .array(let theirs)): self.arrays(ours, theirs, at, aspects)
    default:
      if a.kind == b.kind {
        if a != b, !aspects.contains(.value) { self.note(.value, a, b) }
      } else if !aspects.contains(.type) {
        self.note(a.isNull || b.isNull ? .nullability : .type, a, b)
      }
    }
  }

  private mutating func objects(_ ours: JSONObject, _ theirs: JSONObject, _ at: Cursors) {
    for member in ours.effectiveMembers {
      let cursors = self.member(member.key, at)
      guard let other = theirs[member.key] else {
        if !self.aspects(cursors).contains(.presence) {
          self.note(.removed, member.value, nil, at: .name(member.key))
        }
        continue
      }
      self.path.append(.name(member.key))
      self.walk(member.value, other, cursors)
      self.path.removeLast()
    }
    for member in theirs.effectiveMembers where ours[member.key] == nil {
      if !self.aspects(self.member(member.key, at)).contains(.presence) {
        self.note(.added, nil, member.value, at: .name(member.key))
      }
    }
  }

  private mutating func arrays(_ ours: [JSON], _ theirs: [JSON], _ at: Cursors, _ aspects: Tolerance.Aspects) {
    if aspects.contains(.length) {
      for index in 0..<min(ours.count, theirs.count) { self.element(ours[index], theirs[index], index, index, at) }
      return
    }
    if aspects.contains(.order) { return self.unordered(ours, theirs, at) }
    if self.isProbing {
      // Whether elements only moved does not matter here: that is a change too.
      guard ours.count == theirs.count else { return self.note(.length, nil, nil) }
      for index in ours.indices where self.changes.isEmpty {
        self.element(ours[index], theirs[index], index, index, at)
      }
      return
    }
    if ours.count == theirs.count {
      let unequal = ours.indices.filter { !self.isSame(ours[$0], theirs[$0], $0, $0, at) }
      guard !unequal.isEmpty else { return }
      if unequal.count > 1, self.isReordered(ours, theirs, unequal, at) {
        return self.note(.order, .array(ours), .array(theirs))
      }
      for index in unequal { self.element(ours[index], theirs[index], index, index, at) }
      return
    }
    self.aligned(ours, theirs, at)
  }

  private mutating func aligned(_ ours: [JSON], _ theirs: [JSON], _ at: Cursors) {
    let shorter = min(ours.count, theirs.count)
    var (head, tail) = (0, 0)
    while head < shorter, self.isSame(ours[head], theirs[head], head, head, at) { head += 1 }
    while tail < shorter - head,
      self.isSame(
        ours[ours.count - 1 - tail], theirs[theirs.count - 1 - tail], ours.count - 1 - tail, theirs.count - 1 - tail, at
      )
    { tail += 1 }
    for index in head..<(shorter - tail) { self.element(ours[index], theirs[index], index, index, at) }
    for index in (shorter - tail)..<max(shorter - tail, ours.count - tail) {
      self.note(.length, ours[index], nil, at: .index(index))
    }
    for index in (shorter - tail)..<max(shorter - tail, theirs.count - tail) {
      self.note(.length, nil, theirs[index], at: .index(index))
    }
  }

  /// Whether the unequal elements of both arrays are the same ones, as far as the budget allows to find out.
  private mutating func isReordered(_ ours: [JSON], _ theirs: [JSON], _ unequal: [Int], _ at: Cursors) -> Bool {
    var open = unequal
    for index in unequal {
      guard let partner = self.partner(of: ours[index], index, among: open, of: theirs, at) else { return false }
      open.remove(at: partner)
    }
    return true
  }

  /// Arrays whose order means nothing: what finds no equal on the other side is compared in the order it stands.
  private mutating func unordered(_ ours: [JSON], _ theirs: [JSON], _ at: Cursors) {
    var open = Array(theirs.indices)
    var alone: [Int] = []
    for index in ours.indices {
      if let partner = self.partner(of: ours[index], index, among: open, of: theirs, at) {
        open.remove(at: partner)
      } else {
        alone.append(index)
      }
    }
    for (index, other) in zip(alone, open) { self.element(ours[index], theirs[other], index, other, at) }
    for index in alone.dropFirst(open.count) { self.note(.length, ours[index], nil, at: .index(index)) }
    for index in open.dropFirst(alone.count) { self.note(.length, nil, theirs[index], at: .index(index)) }
  }

  /// The position in `open` of the first index whose element is the same.
  private mutating func partner(
    of element: JSON, _ index: Int, among open: [Int], of theirs: [JSON], _ at: Cursors
  ) -> Int? {
    for (position, other) in open.enumerated() {
      guard self.budget > 0 else { return nil }
      if self.isSame(element, theirs[other], index, other, at) { return position }
    }
    return nil
  }

  /// Whether two elements differ in nothing but what is tolerated.
  private mutating func isSame(_ a: JSON, _ b: JSON, _ i: Int, _ j: Int, _ at: Cursors) -> Bool {
    if self.left.isEmpty, self.right.isEmpty {
      self.budget -= 1
      return a == b
    }
    guard self.budget > 0 else { return a == b }
    var probe = JSONDiff(left: self.left, right: self.right)
    probe.isProbing = true
    probe.limit = 1
    probe.budget = self.budget
    probe.walk(a, b, (self.left.element(i, of: at.left), self.right.element(j, of: at.right)))
    self.budget = probe.budget - 1
    return probe.changes.isEmpty
  }

  private mutating func element(_ a: JSON, _ b: JSON, _ i: Int, _ j: Int, _ at: Cursors) {
    self.path.append(.index(i))
    self.walk(a, b, (self.left.element(i, of: at.left), self.right.element(j, of: at.right)))
    self.path.removeLast()
  }

  private func member(_ name: String, _ at: Cursors) -> Cursors {
    (self.left.member(name, of: at.left), self.right.member(name, of: at.right))
  }
}
