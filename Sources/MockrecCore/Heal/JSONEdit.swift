/// Brings changes into a JSON text and leaves all else of it as it stands, white space and spelling of numbers too.
struct JSONEdit {
  private let old: [UInt8]
  /// As people read it: what is taken from it stands as deep there as it will here.
  private let new: [UInt8]
  private let changes: [JSONLocation: [JSONChange]]

  /// - Parameter changes: Of `JSONDiff`, between these two texts. What they do not name is not touched.
  /// - Returns: The text with the changes in it; nil where one of the texts is not JSON.
  static func text(_ old: [UInt8], becoming new: [UInt8], by changes: [JSONChange]) -> [UInt8]? {
    guard let pretty = JSONLayout.pretty(new), let ours = JSONNode.read(old), let theirs = JSONNode.read(pretty) else {
      return nil
    }
    let edit = JSONEdit(old: old, new: pretty, changes: Dictionary(grouping: changes, by: \.place))
    var text = Array(old[..<ours.range.lowerBound])
    text += edit.value(ours, theirs, at: JSONLocation())
    text += old[ours.range.upperBound...]
    return text
  }

  private func value(_ ours: JSONNode, _ theirs: JSONNode, at place: JSONLocation) -> [UInt8] {
    let here = self.changes[place] ?? []
    if here.contains(where: { $0.kind != .keyOrder && $0.left != nil && $0.right != nil }) {
      return Array(self.new[theirs.range])
    }
    let items: [Item]
    switch (ours.kind, theirs.kind) {
    case (.object(let a), .object(let b)): items = self.members(a, b, at: place)
    case (.array(let a), .array(let b)): items = self.elements(a, b, at: place)
    default: return Array(self.old[ours.range])
    }
    return self.container(ours, items, depth: place.steps.count)
  }

  /// A member or an element as it will stand, and the one that it was.
  private struct Item {
    var text: [UInt8]
    /// Its index in the old container; nil for a new one.
    var index: Int?
  }

  private func members(_ ours: [JSONNode.Member], _ theirs: [JSONNode.Member], at place: JSONLocation) -> [Item] {
    var items: [Item] = []
    var names: [String] = []
    for (index, member) in ours.enumerated() {
      let inner = place.appending(.name(member.name))
      let changes = self.changes[inner] ?? []
      guard !changes.contains(where: { $0.right == nil }) else { continue }
      var text = Array(self.old[member.range])
      if let other = theirs.last(where: { $0.name.hasSameScalars(as: member.name) }) {
        text = Array(self.old[member.range.lowerBound..<member.value.range.lowerBound])
        text += self.value(member.value, other.value, at: inner)
      }
      items.append(Item(text: text, index: index))
      names.append(member.name)
    }
    // Each new one stands behind the one that it follows in the new text.
    var last: String?
    for member in theirs {
      let changes = self.changes[place.appending(.name(member.name))] ?? []
      if changes.contains(where: { $0.left == nil }), !names.contains(where: { $0.hasSameScalars(as: member.name) }) {
        let at = last.flatMap { last in names.lastIndex { $0.hasSameScalars(as: last) } }.map { $0 + 1 } ?? 0
        items.insert(Item(text: Array(self.new[member.range])), at: at)
        names.insert(member.name, at: at)
      }
      if names.contains(where: { $0.hasSameScalars(as: member.name) }) { last = member.name }
    }
    return items
  }

  private func elements(_ ours: [JSONNode], _ theirs: [JSONNode], at place: JSONLocation) -> [Item] {
    let pairs = Self.pairs(ours.count, theirs.count) { self.changes[place.appending(.index($0))] ?? [] }
    return pairs.map { old, new in
      guard let old else { return Item(text: new.map { Array(self.new[theirs[$0].range]) } ?? []) }
      let text = new.map { self.value(ours[old], theirs[$0], at: place.appending(.index(old))) }
      return Item(text: text ?? Array(self.old[ours[old].range]), index: old)
    }
  }

  /// The elements of an array as it will be, in order: the index that each had, nil for a new one, and the one that it
  /// has in the new array, nil for one that is not in it and stays all the same.
  ///
  /// - Parameter changes: Those at an element's own place.
  static func pairs(_ ours: Int, _ theirs: Int, changes: (Int) -> [JSONChange]) -> [(old: Int?, new: Int?)] {
    var kept = (0..<ours).filter { !changes($0).contains { $0.right == nil } }[...]
    var pairs: [(old: Int?, new: Int?)] = []
    for index in 0..<theirs {
      if changes(index).contains(where: { $0.left == nil }) {
        pairs.append((nil, index))
      } else if let old = kept.popFirst() {
        pairs.append((old, index))
      }
    }
    return pairs + kept.map { ($0, nil) }
  }

  /// The container with these items, each with the white space that was around it.
  private func container(_ node: JSONNode, _ items: [Item], depth: Int) -> [UInt8] {
    let ranges: [Range<Int>] =
      switch node.kind {
      case .scalar: []
      case .object(let members): members.map(\.range)
      case .array(let elements): elements.map(\.range)
      }
    let (open, close) = (self.old[node.range.lowerBound], self.old[node.range.upperBound - 1])
    if items.isEmpty { return ranges.isEmpty ? Array(self.old[node.range]) : [open, close] }
    // The white space before each item, and before the comma behind it.
    let gaps = ranges.indices.map { index -> [UInt8] in
      let start = index == 0 ? node.range.lowerBound + 1 : ranges[index - 1].upperBound
      let gap = self.old[start..<ranges[index].lowerBound]
      return Array(gap.firstIndex(of: UInt8(ascii: ",")).map { gap[($0 + 1)...] } ?? gap)
    }
    let ends = ranges.indices.dropLast().map { index in
      Array(self.old[ranges[index].upperBound...].prefix { $0 != UInt8(ascii: ",") })
    }
    let indent = { (depth: Int) in [.lineFeed] + [UInt8](repeating: .space, count: 2 * depth) }
    var text = [open]
    for (index, item) in items.enumerated() {
      if index > 0 {
        if let before = items[index - 1].index, before < ends.count { text += ends[before] }
        text.append(UInt8(ascii: ","))
      }
      // The first one's white space is the bracket's, the others' the comma's.
      let gap = index == 0 ? gaps.first : item.index.flatMap { $0 > 0 ? gaps[$0] : nil } ?? gaps.dropFirst().first
      text += gap ?? gaps.first ?? indent(depth + 1)
      text += item.text
    }
    let tail = ranges.last.map { Array(self.old[$0.upperBound..<(node.range.upperBound - 1)]) }
    text += tail ?? indent(depth)
    text.append(close)
    return text
  }
}
