/// One place at which two JSON documents differ.
struct JSONChange: Sendable, Hashable {
  enum Kind: Sendable, Hashable {
    case removed, added, type, value
    /// A text or number that is not of the format that it has elsewhere: no UUID, no date, no integer.
    case format
    /// The left document has a value where the right one has null.
    case newNull
    /// The other way round.
    case noNull
    /// Elements of an array in another order.
    case order
    /// Members of an object in another order.
    case keyOrder
    /// An element more or less.
    case length
    /// A word less in a list of words: what may be said there is less than it was.
    case narrowed
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
/// Elements of arrays are compared with those that they belong to: see `arrays`.
struct JSONDiff {
  /// Past this many changes of one kind the rest of that kind is not kept.
  static let maximumChanges = 500

  let left: Tolerance
  let right: Tolerance
  /// Whether the order of an object's members is compared.
  let comparesKeyOrder: Bool
  private(set) var changes: [JSONChange] = []
  private var counts: [JSONChange.Kind: Int] = [:]
  private var path: [JSONLocation.Step] = []
  private var limit = JSONDiff.maximumChanges
  /// How many more values may be looked at only to find out which elements belong together.
  var budget = 200_000
  private(set) var isProbing = false

  init(left: Tolerance = Tolerance(), right: Tolerance = Tolerance(), comparesKeyOrder: Bool = false) {
    self.left = left
    self.right = right
    self.comparesKeyOrder = comparesKeyOrder
  }

  /// The changes in the left document's order.
  mutating func changes(_ left: JSON, _ right: JSON) -> [JSONChange] {
    (self.changes, self.counts) = ([], [:])
    if self.comparesKeyOrder || left != right { self.walk(left, right, (self.left.root, self.right.root)) }
    return self.changes
  }

  typealias Cursors = (left: Tolerance.Cursor, right: Tolerance.Cursor)

  func aspects(_ at: Cursors) -> Tolerance.Aspects {
    self.left.aspects(at.left).union(self.right.aspects(at.right))
  }

  mutating func note(_ kind: JSONChange.Kind, _ left: JSON?, _ right: JSON?, at step: JSONLocation.Step? = nil) {
    guard self.counts[kind, default: 0] < self.limit else { return }
    self.counts[kind, default: 0] += 1
    self.changes.append(
      JSONChange(place: JSONLocation(self.path + (step.map { [$0] } ?? [])), kind: kind, left: left, right: right))
  }

  private mutating func walk(_ a: JSON, _ b: JSON, _ at: Cursors) {
    if self.isProbing {
      guard self.changes.isEmpty else { return }
      self.budget -= 1
    }
    let aspects = self.aspects(at)
    guard aspects != .everything else { return }
    switch (a, b) {
    case (.object(let ours), .object(let theirs)): self.objects(ours, theirs, at, aspects)
    case (.array(let ours), .array(let theirs)): self.arrays(ours, theirs, at, aspects)
    default: self.values(a, b, aspects, shape: self.left.shape(at.left) ?? self.right.shape(at.right))
    }
  }

  /// Values of which at least one is neither object nor array, or they are not both of the same.
  private mutating func values(_ a: JSON, _ b: JSON, _ aspects: Tolerance.Aspects, shape: PlaceShape?) {
    guard a != b else { return }
    guard let shape, aspects.contains(.value) else {
      if a.kind == b.kind {
        if !aspects.contains(.value) { self.note(.value, a, b) }
      } else if !aspects.contains(.type) {
        self.note(b.isNull ? .newNull : a.isNull ? .noNull : .type, a, b)
      }
      return
    }
    switch shape.misfit(b) ?? shape.misfit(a) {
    case nil: break
    case .kind where a.kind != b.kind: self.note(b.isNull ? .newNull : a.isNull ? .noNull : .type, a, b)
    case .kind, .value: self.note(.value, a, b)
    case .format: self.note(.format, a, b)
    }
  }

  private mutating func objects(
    _ ours: JSONObject, _ theirs: JSONObject, _ at: Cursors, _ aspects: Tolerance.Aspects
  ) {
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
    if self.comparesKeyOrder, !aspects.contains(.keyOrder) { self.keyOrder(ours, theirs) }
  }

  private mutating func keyOrder(_ ours: JSONObject, _ theirs: JSONObject) {
    let shared = { (a: JSONObject, b: JSONObject) in a.effectiveMembers.map(\.key).filter { b[$0] != nil } }
    let (a, b) = (shared(ours, theirs), shared(theirs, ours))
    guard !a.elementsEqual(b, by: { $0.hasSameScalars(as: $1) }) else { return }
    self.note(.keyOrder, .array(a.map { .string($0) }), .array(b.map { .string($0) }))
  }

  /// Whether two elements differ in nothing but what is tolerated.
  mutating func isSame(_ a: JSON, _ b: JSON, _ i: Int, _ j: Int, _ at: Cursors) -> Bool {
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

  mutating func element(_ a: JSON, _ b: JSON, _ i: Int, _ j: Int, _ at: Cursors) {
    self.path.append(.index(i))
    self.walk(a, b, (self.left.element(i, of: at.left), self.right.element(j, of: at.right)))
    self.path.removeLast()
  }

  func member(_ name: String, _ at: Cursors) -> Cursors {
    (self.left.member(name, of: at.left), self.right.member(name, of: at.right))
  }

  func elements(_ i: Int, _ j: Int, _ at: Cursors) -> Cursors {
    (self.left.element(i, of: at.left), self.right.element(j, of: at.right))
  }
}
