import MockrecCore

/// A request that is one line of text, as it stands on the request line: `"EHLO client"`.
///
/// All between the first and the last quote of the line is meant as it stands. The line's end is not shown: it is that
/// of the framing, or a mark tells it.
struct ByteLine {
  private static let longest = 1024

  var text: String
  var mark: Mark?

  /// nil for what is not one line of visible text.
  init?(_ bytes: [UInt8], framing: Framing) {
    guard bytes.count <= Self.longest else { return nil }
    let usual = Self.usualEnd(framing)
    let ends: [(end: [UInt8], mark: Mark?)] =
      [(usual, nil)]
      + Self.ends.compactMap { name, end in end == usual ? nil : (end, Mark("end", name)) }
    for (end, mark) in ends where bytes.suffix(end.count).elementsEqual(end) {
      let line = bytes.dropLast(end.count)
      guard line.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }), let text = String(validating: line, as: UTF8.self) else {
        continue
      }
      self.text = "\"\(text)\""
      self.mark = mark
      guard (try? Self.bytes(self.text, marks: mark.map { [$0] } ?? [], framing: framing)) == bytes else { return nil }
      return
    }
    return nil
  }

  private static let ends: [(name: String, end: [UInt8])] = [("crlf", [13, 10]), ("lf", [10]), ("none", [])]

  static func usualEnd(_ framing: Framing) -> [UInt8] {
    switch framing {
    case .line: [13, 10]
    case .delimiter(let bytes): bytes
    case .length, .idle, .connection: []
    }
  }

  /// The bytes of a request that is written in its line.
  static func bytes(_ text: String, marks: [Mark], framing: Framing) throws(ByteNotation.Problem) -> [UInt8] {
    let written = Array(text.utf8)
    guard written.count >= 2, written.first == UInt8(ascii: "\""), written.last == UInt8(ascii: "\"") else {
      throw ByteNotation.Problem(
        message: "a request is a line of text in quotes, or a body below",
        fix: "write \"\(text.filter { $0 != "\"" })\", or the bytes below the line as text between ``` or as hex,…;")
    }
    var end = Self.usualEnd(framing)
    if let mark = marks.first(where: { $0.name == "end" }) {
      guard let known = Self.ends.first(where: { $0.name == mark.value }) else {
        throw ByteNotation.Problem(
          message: "`@end` wants one of crlf, lf and none, not '\(mark.value)'", fix: "write `# @end crlf`")
      }
      end = known.end
    }
    return Array(written.dropFirst().dropLast()) + end
  }
}
