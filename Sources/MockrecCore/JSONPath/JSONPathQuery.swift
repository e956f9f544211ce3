/// A JSONPath expression as a tree. Source: RFC 9535, whose words these are.
struct JSONPathQuery: Sendable {
  enum Segment: Sendable {
    case child([Selector])
    case descendant([Selector])
  }

  enum Selector: Sendable {
    case name(String)
    case wildcard
    case index(Int)
    case slice(JSONPathSlice)
    case filter(Condition)
  }

  indirect enum Condition: Sendable {
    case any([Condition])
    case all([Condition])
    case not(Condition)
    case comparison(Comparable, Comparison, Comparable)
    case exists(JSONPathQuery)
    case call(JSONPathCall)
  }

  enum Comparison: Sendable {
    case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual
  }

  /// What gives one value, or nothing.
  enum Comparable: Sendable {
    case literal(JSON)
    case query(JSONPathQuery)
    case call(JSONPathCall)
  }

  /// Whether it starts at the current node (`@`), not at the root (`$`).
  let isRelative: Bool
  let segments: [Segment]

  /// The location, relative to where the query starts, when it can select one node at most; negative indices included.
  let singularSteps: [JSONLocation.Step]?

  init(isRelative: Bool, segments: [Segment]) {
    self.isRelative = isRelative
    self.segments = segments
    var steps: [JSONLocation.Step]? = []
    for segment in segments {
      guard case .child(let selectors) = segment, selectors.count == 1 else {
        steps = nil
        break
      }
      switch selectors[0] {
      case .name(let name): steps?.append(.name(name))
      case .index(let index): steps?.append(.index(index))
      default: steps = nil
      }
    }
    singularSteps = steps
  }
}

/// A slice selector. Source: RFC 9535 section 2.3.4.
struct JSONPathSlice: Sendable {
  var start: Int?
  var end: Int?
  var step = 1

  /// The indices that it selects from an array of `count` elements, in order.
  func indices(count: Int) -> StrideTo<Int> {
    func normal(_ index: Int) -> Int { index >= 0 ? index : count + index }
    if step > 0 {
      let lower = min(max(normal(start ?? 0), 0), count)
      let upper = min(max(normal(end ?? count), 0), count)
      return stride(from: lower, to: upper, by: step)
    }
    let upper = min(max(normal(start ?? count - 1), -1), count - 1)
    let lower = min(max(end.map(normal) ?? -1, -1), count - 1)
    return step == 0 ? stride(from: 0, to: 0, by: 1) : stride(from: upper, to: lower, by: step)
  }
}
