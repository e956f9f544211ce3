/// Where in a JSON document values may differ, and in which way: a tree of places, walked beside the document.
struct Tolerance: Sendable {
  /// The ways in which two values at one place may differ.
  struct Aspects: OptionSet, Sendable, Hashable {
    var rawValue: UInt8

    static let value = Aspects(rawValue: 1)
    /// Also null in place of a value.
    static let type = Aspects(rawValue: 2)
    /// One document has it, the other has not.
    static let presence = Aspects(rawValue: 4)
    static let order = Aspects(rawValue: 8)
    static let length = Aspects(rawValue: 16)
    /// Of an object's members.
    static let keyOrder = Aspects(rawValue: 32)
    /// The place and all below it.
    static let everything = Aspects(rawValue: 255)

    var words: [String] {
      let names: [(Aspects, String)] = [
        (.value, "value"), (.type, "type"), (.presence, "presence"), (.order, "order"), (.length, "length"),
        (.keyOrder, "order of names"),
      ]
      return names.compactMap { self.contains($0.0) ? $0.1 : nil }
    }
  }

  /// Nodes of the tree that stand for one place: a place may be named by its index and by `[*]`.
  typealias Cursor = [Int]

  private struct Node: Sendable {
    var aspects: Aspects = []
    /// What varies there is of this shape; nil where nothing is known of it yet.
    var shape: PlaceShape?
    var names: [ExactText: Int] = [:]
    var indices: [Int: Int] = [:]
    var every: Int?
  }

  private var nodes = [Node()]

  var isEmpty: Bool { self.nodes.count == 1 && self.nodes[0].aspects.isEmpty }

  /// - Parameter steps: nil stands for every element of an array.
  mutating func add(_ steps: some Sequence<JSONLocation.Step?>, _ aspects: Aspects, shape: PlaceShape? = nil) {
    var at = 0
    for step in steps {
      let next = self.nodes.count
      switch step {
      case .name(let name):
        let known = self.nodes[at].names[ExactText(name)]
        if known == nil { self.nodes[at].names[ExactText(name)] = next }
        at = known ?? next
      case .index(let index):
        let known = self.nodes[at].indices[index]
        if known == nil { self.nodes[at].indices[index] = next }
        at = known ?? next
      case nil:
        let known = self.nodes[at].every
        if known == nil { self.nodes[at].every = next }
        at = known ?? next
      }
      if at == next { self.nodes.append(Node()) }
    }
    self.nodes[at].aspects.formUnion(aspects)
    if let shape { self.nodes[at].shape = shape }
  }

  /// The shape of what varies at a place.
  func shape(_ cursor: Cursor) -> PlaceShape? {
    for node in cursor { if let shape = self.nodes[node].shape { return shape } }
    return nil
  }

  /// Whether the shape of what varies at these steps is known.
  func hasShape(_ steps: [JSONLocation.Step?]) -> Bool {
    var cursor = self.root
    for step in steps {
      switch step {
      case .name(let name): cursor = self.member(name, of: cursor)
      case .index(let index): cursor = self.element(index, of: cursor)
      case nil: cursor = cursor.compactMap { self.nodes[$0].every }
      }
    }
    return self.shape(cursor) != nil
  }

  /// The same tolerance that lets everything differ which the paths select in `document`.
  func freeing(_ paths: [JSONPath], in document: JSON) -> Tolerance {
    var copy = self
    for path in paths {
      // A selection beyond its limits frees nothing: what is not known to be asserted is compared.
      guard let nodes = try? path.selectNodes(document) else { continue }
      for node in nodes { copy.add(node.location.steps.map { $0 }, .everything) }
      // An assert on what is not there speaks of that place all the same.
      if nodes.isEmpty, let location = path.location { copy.add(location.steps.map { $0 }, .everything) }
    }
    return copy
  }

  var root: Cursor { self.isEmpty ? [] : [0] }

  func aspects(_ cursor: Cursor) -> Aspects {
    cursor.reduce(into: []) { $0.formUnion(self.nodes[$1].aspects) }
  }

  func member(_ name: String, of cursor: Cursor) -> Cursor {
    cursor.isEmpty ? [] : cursor.compactMap { self.nodes[$0].names[ExactText(name)] }
  }

  func element(_ index: Int, of cursor: Cursor) -> Cursor {
    cursor.isEmpty ? [] : cursor.flatMap { [self.nodes[$0].indices[index], self.nodes[$0].every].compactMap { $0 } }
  }
}
