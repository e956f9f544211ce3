/// Two texts as a unified diff, which `git apply` and `patch` take.
///
/// Source: GNU diffutils manual, Detailed Description of Unified Format.
package enum UnifiedDiff {
  private static let context = 3

  /// - Parameters:
  ///   - old: nil for a file that is new.
  ///   - path: Relative to where the diff is to be applied.
  /// - Returns: Empty for equal texts.
  package static func text(_ old: [UInt8]?, _ new: [UInt8], path: String) -> String {
    let (a, b) = ((old ?? []).lines, new.lines)
    let hunks = self.hunks(a, b)
    guard !hunks.isEmpty || old == nil else { return "" }
    // A tab ends a name with a space in it.
    let end = path.contains(" ") ? "\t\n" : "\n"
    var text = old == nil ? "--- /dev/null\n" : "--- a/\(path)\(end)"
    text += "+++ b/\(path)\(end)"
    for hunk in hunks { text += self.text(hunk, a, b) }
    return text
  }

  /// Lines of the old text in place of which those of the new one stand, with the context around them.
  private struct Hunk {
    var changes: [(old: Range<Int>, new: Range<Int>)]
  }

  private static func hunks(_ a: [ArraySlice<UInt8>], _ b: [ArraySlice<UInt8>]) -> [Hunk] {
    var hunks: [Hunk] = []
    var (i, j) = (0, 0)
    for (left, right) in LeastEdit.equalPairs(a.count, b.count, isSame: { a[$0] == b[$1] }) + [(a.count, b.count)] {
      if i < left || j < right {
        let change = (old: i..<left, new: j..<right)
        if let last = hunks.last?.changes.last, i - last.old.upperBound <= 2 * self.context {
          hunks[hunks.count - 1].changes.append(change)
        } else {
          hunks.append(Hunk(changes: [change]))
        }
      }
      (i, j) = (left + 1, right + 1)
    }
    return hunks
  }

  private static func text(_ hunk: Hunk, _ a: [ArraySlice<UInt8>], _ b: [ArraySlice<UInt8>]) -> String {
    guard let first = hunk.changes.first, let last = hunk.changes.last else { return "" }
    let before = min(self.context, first.old.lowerBound)
    let old = (first.old.lowerBound - before)..<min(a.count, last.old.upperBound + self.context)
    let new = (first.new.lowerBound - before)..<(last.new.upperBound + old.upperBound - last.old.upperBound)
    var text = "@@ -\(self.span(old)) +\(self.span(new)) @@\n"
    var at = old.lowerBound
    for change in hunk.changes {
      for line in a[at..<change.old.lowerBound] { text += self.line(" ", line) }
      for line in a[change.old] { text += self.line("-", line) }
      for line in b[change.new] { text += self.line("+", line) }
      at = change.old.upperBound
    }
    for line in a[at..<old.upperBound] { text += self.line(" ", line) }
    return text
  }

  /// The first line, from 1, and how many; an empty span names the line before it.
  private static func span(_ lines: Range<Int>) -> String {
    "\(lines.isEmpty ? lines.lowerBound : lines.lowerBound + 1)\(lines.count == 1 ? "" : ",\(lines.count)")"
  }

  private static func line(_ mark: String, _ line: ArraySlice<UInt8>) -> String {
    mark + String(decoding: line, as: UTF8.self) + (line.last == .lineFeed ? "" : "\n\\ No newline at end of file\n")
  }
}
