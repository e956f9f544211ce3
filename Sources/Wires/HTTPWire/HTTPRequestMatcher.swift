import MockrecCore
import MockrecWire

/// Patterns by their paths, segment by segment: a request is held only against those whose path it may have.
struct HTTPRequestMatcher: RequestMatcher {
  private struct Node: Sendable {
    var literals: [String: Int] = [:]
    /// By what may stand there; any segment where nil.
    var globs: [(pattern: TextPattern?, node: Int)] = []
    /// Patterns that end here.
    var ends: [Int] = []
    /// Patterns of which `**` stands here, last or not: these are looked at whole.
    var rests: [Int] = []
  }

  private let patterns: [HTTPRequestPattern]
  private var nodes = [Node()]
  /// Patterns without a path.
  private var anywhere: [Int] = []

  init(_ patterns: [HTTPRequestPattern]) {
    self.patterns = patterns
    for (number, pattern) in patterns.enumerated() {
      guard let path = pattern.path else {
        self.anywhere.append(number)
        continue
      }
      self.add(path.segments, number)
    }
  }

  private mutating func add(_ segments: [HTTPRequestPattern.PathPattern.Segment], _ number: Int) {
    var at = 0
    for segment in segments {
      switch segment {
      case .any:
        self.nodes[at].rests.append(number)
        return
      case .literal(let text):
        if let next = self.nodes[at].literals[text] {
          at = next
        } else {
          self.nodes.append(Node())
          self.nodes[at].literals[text] = self.nodes.count - 1
          at = self.nodes.count - 1
        }
      case .glob, .capture:
        let glob: TextPattern? = if case .glob(let pattern) = segment { pattern } else { nil }
        if let next = self.nodes[at].globs.first(where: { $0.pattern == glob })?.node {
          at = next
        } else {
          self.nodes.append(Node())
          self.nodes[at].globs.append((glob, self.nodes.count - 1))
          at = self.nodes.count - 1
        }
      }
    }
    self.nodes[at].ends.append(number)
  }

  func find(_ request: any WireRequest, into numbers: inout [Int]) {
    guard let request = request as? HTTPRequest else { return }
    for number in self.anywhere where self.patterns[number].matches(request, path: nil) { numbers.append(number) }
    guard self.nodes.count > 1 || !self.nodes[0].rests.isEmpty else { return }
    let path = HTTPTarget(request.target).path
    self.walk(0, path.utf8.first == UInt8(ascii: "/") ? path.dropFirst() : path, path, request, &numbers)
    // Rules are asked in the order in which they are written.
    if numbers.count > 1 { numbers.sort() }
  }

  private func walk(
    _ at: Int, _ rest: Substring?, _ path: Substring, _ request: HTTPRequest, _ numbers: inout [Int]
  ) {
    for number in self.nodes[at].rests where self.patterns[number].matches(request, path: path) {
      numbers.append(number)
    }
    guard let rest else {
      for number in self.nodes[at].ends where self.patterns[number].matches(request, path: nil) {
        numbers.append(number)
      }
      return
    }
    guard !self.nodes[at].literals.isEmpty || !self.nodes[at].globs.isEmpty else { return }
    let slash = rest.utf8.firstIndex(of: UInt8(ascii: "/"))
    let segment = rest[..<(slash ?? rest.endIndex)]
    let behind = slash.map { rest[rest.utf8.index(after: $0)...] }
    if !self.nodes[at].literals.isEmpty, let next = self.nodes[at].literals[String(segment)] {
      self.walk(next, behind, path, request, &numbers)
    }
    for (glob, next) in self.nodes[at].globs where glob?.matches(segment) ?? !segment.isEmpty {
      self.walk(next, behind, path, request, &numbers)
    }
  }
}
