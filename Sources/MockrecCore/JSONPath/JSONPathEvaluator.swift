/// Selects nodes of one document. Source: RFC 9535 section 2.
struct JSONPathEvaluator {
  struct Node {
    let value: JSON
    fileprivate let trail: Trail?

    var location: JSONLocation {
      var steps: [JSONLocation.Step] = []
      var place = trail
      while let here = place {
        steps.append(here.step)
        place = here.parent
      }
      return JSONLocation(steps.reversed())
    }
  }

  /// The way to a node, shared by all nodes beyond it.
  fileprivate final class Trail {
    let parent: Trail?
    let step: JSONLocation.Step

    init(parent: Trail?, step: JSONLocation.Step) {
      self.parent = parent
      self.step = step
    }
  }

  let root: JSON
  /// The last computed pattern: most often the document gives the same one again and again.
  var lastPattern: (text: String, pattern: Pattern?)?
  private let limits: JSONPathLimits
  private let keepsLocations: Bool
  private(set) var visits = 0

  init(_ root: JSON, limits: JSONPathLimits, keepsLocations: Bool) {
    self.root = root
    self.limits = limits
    self.keepsLocations = keepsLocations
  }

  /// The nodes of a query, whose current node is `current` when it is relative.
  mutating func nodes(of query: JSONPathQuery, current: JSON? = nil) throws(JSONPathLimitError) -> [Node] {
    var nodes = [Node(value: query.isRelative ? current ?? root : root, trail: nil)]
    for segment in query.segments {
      var selected: [Node] = []
      for node in nodes {
        switch segment {
        case .child(let selectors):
          for selector in selectors { try apply(selector, to: node, &selected) }
        case .descendant(let selectors):
          try applyToAll(selectors, under: node, &selected)
        }
      }
      nodes = selected
    }
    return nodes
  }

  /// The one value of a singular query, with nothing made on the way.
  func value(at steps: [JSONLocation.Step], from start: JSON) -> JSON? {
    var value = start
    for step in steps {
      switch (step, value) {
      case (.name(let name), .object(let object)):
        guard let member = object[name] else { return nil }
        value = member
      case (.index(let index), .array(let elements)):
        let place = index < 0 ? elements.count + index : index
        guard elements.indices.contains(place) else { return nil }
        value = elements[place]
      default:
        return nil
      }
    }
    return value
  }

  /// Applies the selectors to a node and all below it, each before its children; the stack is no deeper than memory.
  private mutating func applyToAll(
    _ selectors: [JSONPathQuery.Selector], under node: Node, _ selected: inout [Node]
  ) throws(JSONPathLimitError) {
    var waiting = [node]
    while let node = waiting.popLast() {
      for selector in selectors { try apply(selector, to: node, &selected) }
      let first = waiting.count
      switch node.value {
      case .array(let elements):
        for (index, element) in elements.enumerated() {
          try visit()
          waiting.append(child(of: node, element, .index(index)))
        }
      case .object(let object):
        for member in object.effectiveMembers {
          try visit()
          waiting.append(child(of: node, member.value, .name(member.key)))
        }
      default:
        break
      }
      waiting[first...].reverse()
    }
  }

  private mutating func apply(
    _ selector: JSONPathQuery.Selector, to node: Node, _ selected: inout [Node]
  ) throws(JSONPathLimitError) {
    try visit()
    switch (selector, node.value) {
    case (.name(let name), .object(let object)):
      if let value = object[name] { try add(child(of: node, value, .name(name)), to: &selected) }
    case (.index(let index), .array(let elements)):
      let place = index < 0 ? elements.count + index : index
      if elements.indices.contains(place) {
        try add(child(of: node, elements[place], .index(place)), to: &selected)
      }
    case (.slice(let slice), .array(let elements)):
      for place in slice.indices(count: elements.count) {
        try add(child(of: node, elements[place], .index(place)), to: &selected)
      }
    case (.wildcard, .array(let elements)):
      for (place, element) in elements.enumerated() {
        try add(child(of: node, element, .index(place)), to: &selected)
      }
    case (.wildcard, .object(let object)):
      for member in object.effectiveMembers {
        try add(child(of: node, member.value, .name(member.key)), to: &selected)
      }
    case (.filter(let condition), .array(let elements)):
      for (place, element) in elements.enumerated() where try holds(condition, at: element) {
        try add(child(of: node, element, .index(place)), to: &selected)
      }
    case (.filter(let condition), .object(let object)):
      for member in object.effectiveMembers where try holds(condition, at: member.value) {
        try add(child(of: node, member.value, .name(member.key)), to: &selected)
      }
    default:
      break
    }
  }

  private func child(of node: Node, _ value: JSON, _ step: @autoclosure () -> JSONLocation.Step) -> Node {
    Node(value: value, trail: keepsLocations ? Trail(parent: node.trail, step: step()) : nil)
  }

  private mutating func add(_ node: Node, to selected: inout [Node]) throws(JSONPathLimitError) {
    try visit()
    guard selected.count < limits.maximumNodes else {
      throw JSONPathLimitError(message: "the expression selects more than \(limits.maximumNodes) values")
    }
    selected.append(node)
  }

  /// Counts a value looked at, or work that takes as long as so many.
  mutating func visit(_ count: Int = 1) throws(JSONPathLimitError) {
    visits += count
    guard visits <= limits.maximumVisits else {
      throw JSONPathLimitError(message: "the expression looks at more than \(limits.maximumVisits) values")
    }
  }
}
