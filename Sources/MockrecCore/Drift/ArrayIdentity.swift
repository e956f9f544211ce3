/// The member that tells the elements of an array of objects apart, so that they are compared with their own kind
/// wherever they stand.
struct ArrayIdentity {
  let name: String

  /// Names that identify, the surest first; beside them each that ends in `id`.
  private static let names = ["id", "_id", "uuid", "guid", "arn", "key", "name", "slug", "code"]

  /// - Parameter isSteady: Whether the values of a name are the same from answer to answer.
  /// - Returns: The first name that every element of both arrays has, with a text or number, no two alike, and one of
  ///   them on both sides; nil where there is none, or an array is empty.
  /// - Complexity: O(elements) for each name tried.
  static func find(_ ours: [JSON], _ theirs: [JSON], isSteady: (String) -> Bool) -> ArrayIdentity? {
    guard let first = ours.first?.object, !theirs.isEmpty else { return nil }
    let keys = first.effectiveMembers.map(\.key)
    let known = Self.names.compactMap { name in keys.first { $0.lowercased() == name } }
    let others = keys.filter { key in
      !known.contains(key) && (key.hasSuffix("_id") || key.hasSuffix("Id") || key.hasSuffix("ID"))
    }
    for name in known + others {
      guard let left = Self.values(name, ours), let right = Self.values(name, theirs) else { continue }
      if left.contains(where: { right[$0.key] != nil }), isSteady(name) { return ArrayIdentity(name: name) }
    }
    return nil
  }

  /// Where each value stands; nil where it identifies nothing.
  private static func values(_ name: String, _ elements: [JSON]) -> [JSON: Int]? {
    var places: [JSON: Int] = [:]
    for (index, element) in elements.enumerated() {
      guard let value = self.value(name, element), places.updateValue(index, forKey: value) == nil else { return nil }
    }
    return places
  }

  /// A text or number; in XML, where children are lists, the only one of its name.
  private static func value(_ name: String, _ element: JSON) -> JSON? {
    switch element[name] {
    case .string, .number: element[name]
    case .array(let children) where children.count == 1: children[0].string.map { .string($0) }
    default: nil
    }
  }

  /// In the left array's order; what only the right one has comes last.
  func pairs(_ ours: [JSON], _ theirs: [JSON]) -> [JSONDiff.Pair] {
    let right = Self.values(self.name, theirs) ?? [:]
    var pairs: [JSONDiff.Pair] = ours.indices.map { index in
      (index, Self.value(self.name, ours[index]).flatMap { right[$0] })
    }
    let found = Set(pairs.compactMap(\.right))
    pairs += theirs.indices.filter { !found.contains($0) }.map { (nil, $0) }
    return pairs
  }
}

/// Arrays that list what may be said: of scopes, methods, states.
enum WordList {
  /// Whether both are lists of different words, and the second says some of the first and nothing else.
  static func narrows(_ ours: [JSON], to theirs: [JSON]) -> Bool {
    guard !theirs.isEmpty, theirs.count < ours.count, let a = self.words(ours), let b = self.words(theirs) else {
      return false
    }
    return b.isSubset(of: a)
  }

  private static func words(_ elements: [JSON]) -> Set<String>? {
    var words: Set<String> = []
    for element in elements {
      guard let word = element.string, self.isWord(word), words.insert(word).inserted else { return nil }
    }
    return words
  }

  /// A letter, and then letters, digits and what joins them.
  private static func isWord(_ text: String) -> Bool {
    guard let first = text.utf8.first, text.utf8.count <= 64, self.isLetter(first) else { return false }
    return text.utf8.allSatisfy {
      self.isLetter($0) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || "-_.:/+".utf8.contains($0)
    }
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }
}
