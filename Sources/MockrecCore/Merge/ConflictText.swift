/// Two texts in one, with git's markers around the lines in which they differ.
enum ConflictText {
  static func between(_ ours: String, _ theirs: String) -> String {
    let (a, b) = (self.lines(ours), self.lines(theirs))
    let pairs = LeastEdit.equalPairs(a.count, b.count) { a[$0].hasSameScalars(as: b[$1]) } + [(a.count, b.count)]
    var text = ""
    var (left, right) = (0, 0)
    for (nextLeft, nextRight) in pairs {
      if left < nextLeft || right < nextRight {
        text += "<<<<<<< ours\n" + a[left..<nextLeft].joined() + "=======\n" + b[right..<nextRight].joined()
        text += ">>>>>>> theirs\n"
      }
      if nextLeft < a.count { text += a[nextLeft] }
      (left, right) = (nextLeft + 1, nextRight + 1)
    }
    return text
  }

  /// Each with its line feed; one is given to a last line that has none, as a marker has to follow.
  private static func lines(_ text: String) -> [String] {
    guard !text.isEmpty else { return [] }
    return text.utf8.split(separator: .lineFeed, omittingEmptySubsequences: false).dropLast(
      text.utf8.last == .lineFeed ? 1 : 0
    )
    .map { String(decoding: $0, as: UTF8.self) + "\n" }
  }
}
