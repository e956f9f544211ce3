/// The word that somebody who wrote `word` most likely meant, or nil where none is near.
///
/// Near is an edit distance (Levenshtein) of at most a third of the longer word, and at least one edit allowed.
/// - Complexity: O(`candidates.count` × length²); words are cut at 64 characters.
package func nearestWord(to word: String, among candidates: some Sequence<String>) -> String? {
  let wanted = Array(word.lowercased().prefix(64))
  var best: (word: String, distance: Int)?
  for candidate in candidates {
    let other = Array(candidate.lowercased().prefix(64))
    let distance = editDistance(wanted, other)
    let allowed = max(1, max(wanted.count, other.count) / 3)
    if distance <= allowed, distance < best?.distance ?? .max { best = (candidate, distance) }
  }
  return best?.word
}

/// The number of insertions, deletions and replacements that make `b` of `a`.
package func editDistance<Element: Equatable>(_ a: [Element], _ b: [Element]) -> Int {
  guard !a.isEmpty, !b.isEmpty else { return max(a.count, b.count) }
  var row = Array(0...b.count)
  for (i, x) in a.enumerated() {
    var diagonal = row[0]
    row[0] = i + 1
    for (j, y) in b.enumerated() {
      let change = diagonal + (x == y ? 0 : 1)
      diagonal = row[j + 1]
      row[j + 1] = min(change, diagonal + 1, row[j] + 1)
    }
  }
  return row[b.count]
}
