import ArgumentParser

/// Options of the form `name=value`.
enum Pairs {
  static func variables(_ words: [String]) throws -> [String: String] {
    var values: [String: String] = [:]
    for word in words {
      guard let pair = self.split(word) else { throw ValidationError("--variable \(word): write it as name=value") }
      values[pair.0] = pair.1
    }
    return values
  }

  /// Header lines.
  static func headers(_ words: [String]) throws -> [(name: String, value: String)] {
    try words.map { word in
      let pair = word.split(separator: ":", maxSplits: 1)
      guard pair.count == 2, !pair[0].contains(" ") else {
        throw ValidationError("--header \(word.prefix { $0 != ":" }): write it as 'Name: value'")
      }
      return (String(pair[0]), String(pair[1].drop { $0 == " " }))
    }
  }

  static func split(_ word: String) -> (String, String)? {
    guard let mark = word.firstIndex(of: "="), mark != word.startIndex else { return nil }
    return (String(word[..<mark]), String(word[word.index(after: mark)...]))
  }
}
