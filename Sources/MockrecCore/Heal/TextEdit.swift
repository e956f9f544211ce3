/// Bytes in place of a part of a text.
package struct TextEdit: Sendable, Hashable {
  /// Empty where something is put in.
  package var range: Range<Int>
  package var text: [UInt8]

  package init(_ range: Range<Int>, _ text: [UInt8]) {
    self.range = range
    self.text = text
  }
}

extension [TextEdit] {
  /// The text with these edits in it; nil where two of them overlap or one lies outside the text. Of those that begin at
  /// the same place the first comes first.
  package func applied(to text: [UInt8]) -> [UInt8]? {
    var result: [UInt8] = []
    var end = 0
    for (_, edit) in self.enumerated().sorted(by: { ($0.1.range.lowerBound, $0.0) < ($1.1.range.lowerBound, $1.0) }) {
      guard edit.range.lowerBound >= end, edit.range.upperBound <= text.count else { return nil }
      result += text[end..<edit.range.lowerBound]
      result += edit.text
      end = edit.range.upperBound
    }
    return result + text[end...]
  }
}

extension TextEdit {
  /// The one edit of whole lines that makes one text of another; nil for equal texts.
  package init?(from old: [UInt8], to new: [UInt8]) {
    guard old != new else { return nil }
    let (before, after) = (old.lines, new.lines)
    var head = 0
    while head < Swift.min(before.count, after.count), before[head] == after[head] { head += 1 }
    var tail = 0
    while tail < Swift.min(before.count, after.count) - head,
      before[before.count - 1 - tail] == after[after.count - 1 - tail]
    {
      tail += 1
    }
    let (from, to) = (before[head..<(before.count - tail)], after[head..<(after.count - tail)])
    let start = from.first?.startIndex ?? before[..<head].last?.endIndex ?? 0
    self.init(start..<(from.last?.endIndex ?? start), Array(to.joined()))
  }
}

extension [UInt8] {
  /// Its lines, each with its line feed.
  var lines: [ArraySlice<UInt8>] {
    var lines: [ArraySlice<UInt8>] = []
    var start = 0
    for index in self.indices where self[index] == .lineFeed {
      lines.append(self[start...index])
      start = index + 1
    }
    if start < self.count { lines.append(self[start...]) }
    return lines
  }
}
