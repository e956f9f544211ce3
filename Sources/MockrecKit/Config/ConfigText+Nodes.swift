import MockrecCore
import Yams

extension ConfigText {
  /// Values of a file read all in all, aliases followed.
  private static let maximumValues = 500_000
  private static let maximumDepth = 16

  /// A value of the text, and all below it, each with its place.
  func node(_ node: Node) throws(Diagnostic) -> OverlayNode {
    var count = 0
    return try self.node(node, count: &count, depth: 0)
  }

  private func node(_ node: Node, count: inout Int, depth: Int) throws(Diagnostic) -> OverlayNode {
    let place = self.place(Spot(line: node.mark?.line ?? 1, column: node.mark?.column ?? 1))
    count += 1
    guard count <= Self.maximumValues, depth <= Self.maximumDepth else {
      throw Diagnostic("too many values, or nested too deep", at: place, fix: "split the file")
    }
    switch node {
    case .scalar(let scalar):
      let isEmpty = scalar.style == .plain && ["", "~", "null", "Null", "NULL"].contains(scalar.string)
      return OverlayNode(isEmpty ? .empty : .text(scalar.string), at: place, isQuoted: scalar.style != .plain)
    case .sequence(let sequence):
      var list: [OverlayNode] = []
      for node in sequence { list.append(try self.node(node, count: &count, depth: depth + 1)) }
      return OverlayNode(.list(list), at: place)
    case .mapping(let mapping):
      var pairs: [(key: OverlayNode, value: OverlayNode)] = []
      for (key, value) in mapping {
        pairs.append(
          (try self.node(key, count: &count, depth: depth + 1), try self.node(value, count: &count, depth: depth + 1)))
      }
      return OverlayNode(.mapping(pairs), at: place)
    case .alias: throw Diagnostic("an alias that names nothing", at: place, fix: "write the value out")
    }
  }
}
