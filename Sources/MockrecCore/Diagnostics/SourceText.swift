/// A text with a name, in which a place can be shown: file:line:column, the line itself and a caret.
public struct SourceText: Sendable, Hashable {
  /// The file's path as the user would write it, or a name such as `<stdin>`.
  public let name: String
  public let bytes: [UInt8]
  /// What is known of the lines at every `step` bytes.
  private let marks: [Mark]

  /// A line that a byte stands in, from 1, and where it starts.
  private struct Mark: Sendable, Hashable {
    var line = 1
    var start = 0

    mutating func pass(_ bytes: [UInt8], _ range: Range<Int>) {
      for index in range where bytes[index] == UInt8(ascii: "\n") {
        self.line += 1
        self.start = index + 1
      }
    }
  }

  private static let step = 16 << 10

  /// - Complexity: O(1) for the text of one exchange as they usually are; else O(`bytes.count`), to know the lines.
  public init(name: String, bytes: [UInt8]) {
    self.name = name
    self.bytes = bytes
    var mark = Mark()
    self.marks = stride(from: Self.step, through: bytes.count, by: Self.step).map { offset in
      mark.pass(bytes, (offset - Self.step)..<offset)
      return mark
    }
  }

  public init(name: String, text: String) { self.init(name: name, bytes: Array(text.utf8)) }

  /// A place in a text, both numbers from 1; the column counts Unicode scalars.
  public struct Position: Sendable, Hashable {
    public var line: Int
    public var column: Int
  }

  /// The place of a byte offset.
  ///
  /// - Complexity: O(length of its line), whatever the text's.
  public func position(of offset: Int) -> Position {
    let end = min(max(offset, 0), self.bytes.count)
    let passed = end / Self.step
    var mark = passed == 0 ? Mark() : self.marks[passed - 1]
    mark.pass(self.bytes, (passed * Self.step)..<end)
    let column = self.bytes[mark.start..<end].reduce(into: 1) { if $1 & 0xC0 != 0x80 { $0 += 1 } }
    return Position(line: mark.line, column: column)
  }

  /// The line that holds a byte offset, without its end.
  public func line(at offset: Int) -> String {
    let end = min(max(offset, 0), self.bytes.count)
    let start = self.bytes[..<end].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    var stop = self.bytes[end...].firstIndex(of: UInt8(ascii: "\n")) ?? self.bytes.count
    if stop > start, self.bytes[stop - 1] == UInt8(ascii: "\r") { stop -= 1 }
    return String(decoding: self.bytes[start..<max(start, stop)], as: UTF8.self)
  }
}
