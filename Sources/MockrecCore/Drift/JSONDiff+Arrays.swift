extension JSONDiff {
  /// Elements that stand for the same thing; one of them is nil where the other side has no such element.
  typealias Pair = (left: Int?, right: Int?)

  /// Compares arrays whose elements are first brought together: by identity where they have one (`ArrayIdentity`), else
  /// regardless of order where that is noise, else by least edit. One element more or less is one change, and so are
  /// the same elements in another order.
  mutating func arrays(_ ours: [JSON], _ theirs: [JSON], _ at: Cursors, _ aspects: Tolerance.Aspects) {
    if self.isProbing { return self.probe(ours, theirs, at, aspects) }
    let pairs: [Pair]
    if let identity = self.identity(ours, theirs, at) {
      pairs = identity.pairs(ours, theirs)
      if !aspects.contains(.order), !Self.isAscending(pairs.compactMap { $0.left == nil ? nil : $0.right }) {
        self.note(.order, .array(ours), .array(theirs))
      }
    } else if aspects.contains(.order) {
      pairs = self.unordered(ours, theirs, at)
    } else if ours.count == theirs.count {
      var unequal: [Int] = []
      for index in ours.indices where !self.isSame(ours[index], theirs[index], index, index, at) {
        unequal.append(index)
      }
      if unequal.count > 1, self.isReordered(ours, theirs, unequal, at) {
        return self.note(.order, .array(ours), .array(theirs))
      }
      pairs = unequal.count > 1 ? self.leastEdit(ours, theirs, at) : ours.indices.map { ($0, $0) }
    } else {
      pairs = self.leastEdit(ours, theirs, at)
    }
    let narrows = WordList.narrows(ours, to: theirs)
    for pair in pairs {
      switch pair {
      case (let i?, let j?): self.element(ours[i], theirs[j], i, j, at)
      case (let i?, nil):
        if !aspects.contains(.length) { self.note(narrows ? .narrowed : .length, ours[i], nil, at: .index(i)) }
      case (nil, let j?): if !aspects.contains(.length) { self.note(.length, nil, theirs[j], at: .index(j)) }
      case (nil, nil): break
      }
    }
  }

  /// Only whether there is a change counts here: elements that moved are one, unless that is noise.
  private mutating func probe(_ ours: [JSON], _ theirs: [JSON], _ at: Cursors, _ aspects: Tolerance.Aspects) {
    guard ours.count == theirs.count || aspects.contains(.length) else { return self.note(.length, nil, nil) }
    if aspects.contains(.order) {
      let alone = self.unordered(ours, theirs, at).filter { $0.left != nil && $0.right != nil }
      for (i, j) in alone where self.changes.isEmpty {
        if let i, let j { self.element(ours[i], theirs[j], i, j, at) }
      }
      return
    }
    for index in 0..<min(ours.count, theirs.count) where self.changes.isEmpty {
      self.element(ours[index], theirs[index], index, index, at)
    }
  }

  private static func isAscending(_ indices: [Int]) -> Bool { zip(indices, indices.dropFirst()).allSatisfy { $0 < $1 } }

  /// What identifies the elements of both arrays, if anything does that does not vary by itself.
  private func identity(_ ours: [JSON], _ theirs: [JSON], _ at: Cursors) -> ArrayIdentity? {
    ArrayIdentity.find(ours, theirs) { name in
      ours.indices.allSatisfy { self.aspects(self.member(name, self.elements($0, $0, at))).isDisjoint(with: .value) }
        && theirs.indices.allSatisfy {
          self.aspects(self.member(name, self.elements($0, $0, at))).isDisjoint(with: .value)
        }
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

  /// Arrays whose order means nothing: what finds no equal on the other side is paired in the order it stands.
  private mutating func unordered(_ ours: [JSON], _ theirs: [JSON], _ at: Cursors) -> [Pair] {
    var open = Array(theirs.indices)
    var alone: [Int] = []
    for index in ours.indices {
      if let partner = self.partner(of: ours[index], index, among: open, of: theirs, at) {
        open.remove(at: partner)
      } else {
        alone.append(index)
      }
    }
    return zip(alone, open).map { ($0, $1) } + alone.dropFirst(open.count).map { ($0, nil) }
      + open.dropFirst(alone.count).map { (nil, $0) }
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

  /// The pairs of the shortest way from one array to the other.
  private mutating func leastEdit(_ ours: [JSON], _ theirs: [JSON], _ at: Cursors) -> [Pair] {
    let equal = LeastEdit.equalPairs(ours.count, theirs.count) { i, j in
      self.isSame(ours[i], theirs[j], i, j, at)
    }
    var pairs: [Pair] = []
    var (i, j) = (0, 0)
    for (left, right) in equal + [(ours.count, theirs.count)] {
      pairs += LeastEdit.similarPairs(ours[i..<left], theirs[j..<right])
      // Equal elements are walked as well: what is cosmetic in them is not seen by `isSame`.
      if left < ours.count, right < theirs.count { pairs.append((left, right)) }
      (i, j) = (left + 1, right + 1)
    }
    return pairs
  }
}
