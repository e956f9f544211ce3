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

/// The number of insertions, deletions, replacements and swaps of neighbours that make `b` of `a` (optimal string
/// alignment).
package func editDistance<Element: Equatable>(_ a: [Element], _ b: [Element]) -> Int {
  guard !a.isEmpty, !b.isEmpty else { return max(a.count, b.count) }
  var before: [Int] = []
  var last = Array(0...b.count)
  for i in 1...a.count {
    var row = [i] + Array(repeating: 0, count: b.count)
    for j in 1...b.count {
      row[j] = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1))
      if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] { row[j] = min(row[j], before[j - 2] + 1) }
    }
    (before, last) = (last, row)
  }
  return last[b.count]
}

/// Which defined name somebody meant by one that is not: the nearest word, or else the nearest of those that share a part
/// with it, as `user_id` does with `userIdentifier` and `id`; nil where none does.
///
/// A name is made of words, whatever divides them: `user_id`, `user-id` and `userID` are two. A part is a word of two
/// characters or more, or the beginning of one that is the other's whole.
package func nearestName(to name: String, among candidates: some Sequence<String>) -> String? {
  if let near = nearestWord(to: name, among: candidates) { return near }
  let wanted = wordsOfName(name)
  return candidates.lazy.map { (name: $0, shared: sharedParts(wanted, wordsOfName($0))) }.filter { $0.shared > 0 }
    .min { a, b in
      guard a.shared == b.shared else { return a.shared > b.shared }
      let distances = [a, b].map { editDistance(Array(name.prefix(64)), Array($0.name.prefix(64))) }
      return distances[0] == distances[1] ? a.name < b.name : distances[0] < distances[1]
    }?.name
}

/// In small letters, at most 16.
private func wordsOfName(_ name: String) -> [String] {
  var words = [""]
  var wasSmall = false
  for character in name.prefix(64) {
    let isPart = character.isLetter || character.isNumber
    if !isPart || (wasSmall && character.isUppercase) { words.append("") }
    if isPart { words[words.count - 1] += character.lowercased() }
    wasSmall = character.isLowercase || character.isNumber
  }
  return Array(words.lazy.filter { $0.count > 1 }.prefix(16))
}

/// In characters.
private func sharedParts(_ a: [String], _ b: [String]) -> Int {
  a.reduce(0) { sum, word in
    sum + (b.lazy.filter { word.hasPrefix($0) || $0.hasPrefix(word) }.map { min($0.count, word.count) }.max() ?? 0)
  }
}
