/// A text with a name, in which a place can be shown: file:line:column, the line itself and a caret.
public struct SourceText: Sendable, Hashable {
  /// The file's path as the user would write it, or a name such as `<stdin>`.
  public let name: String
  public let bytes: [UInt8]

  public init(name: String, bytes: [UInt8]) {
    self.name = name
    self.bytes = bytes
  }

  public init(name: String, text: String) { self.init(name: name, bytes: Array(text.utf8)) }

  /// A place in a text, both numbers from 1; the column counts Unicode scalars.
  public struct Position: Sendable, Hashable {
    public var line: Int
    public var column: Int
  }

  /// The place of a byte offset. O(`offset`): only asked when something is wrong.
  public func position(of offset: Int) -> Position {
    let end = min(max(offset, 0), self.bytes.count)
    var (line, start) = (1, 0)
    for index in 0..<end where self.bytes[index] == UInt8(ascii: "\n") {
      line += 1
      start = index + 1
    }
    let column = self.bytes[start..<end].reduce(into: 1) { if $1 & 0xC0 != 0x80 { $0 += 1 } }
    return Position(line: line, column: column)
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
