/// The part in which two texts differ: what is left of both without their common first and last lines.
struct TextDiff: Sendable, Hashable {
  /// Of the first line that differs, from 1.
  let line: Int
  let left: String
  let right: String

  private static let maximumLines = 8

  /// nil for equal texts.
  init?(_ a: String, _ b: String) {
    guard !a.hasSameScalars(as: b) else { return nil }
    let (ours, theirs) = (Self.lines(a), Self.lines(b))
    let shorter = min(ours.count, theirs.count)
    var (head, tail) = (0, 0)
    while head < shorter, ours[head].elementsEqual(theirs[head]) { head += 1 }
    while tail < shorter - head, ours[ours.count - 1 - tail].elementsEqual(theirs[theirs.count - 1 - tail]) {
      tail += 1
    }
    self.line = head + 1
    self.left = Self.excerpt(ours[head..<(ours.count - tail)])
    self.right = Self.excerpt(theirs[head..<(theirs.count - tail)])
  }

  private typealias Line = Substring.UTF8View

  private static func lines(_ text: String) -> [Line] {
    text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
  }

  private static func excerpt(_ lines: ArraySlice<Line>) -> String {
    guard !lines.isEmpty else { return "no such line" }
    let shown = lines.prefix(self.maximumLines).map { Excerpt.text(String(Substring($0))) }
    let more = lines.count - shown.count
    return (shown + (more > 0 ? ["… \(more) more lines"] : [])).joined(separator: "\n")
  }
}

/// Where two byte strings differ.
struct BytesDiff: Sendable, Hashable {
  let left: String
  let right: String

  /// nil for equal bytes.
  init?(_ a: [UInt8], _ b: [UInt8]) {
    guard a != b else { return nil }
    let offset = zip(a, b).enumerated().first { $0.element.0 != $0.element.1 }?.offset ?? min(a.count, b.count)
    self.left = Self.excerpt(a, offset)
    self.right = Self.excerpt(b, offset)
  }

  private static func excerpt(_ bytes: [UInt8], _ offset: Int) -> String {
    guard offset < bytes.count else { return "\(bytes.count) bytes, ending here" }
    let shown = bytes[offset...].prefix(16).map(Excerpt.hex).joined()
    return "\(bytes.count) bytes, from byte \(offset): hex,\(shown);"
  }
}
