import MockrecCore
import MockrecWire

/// Reads an entry's body back as the bytes that were on the wire.
struct HTTPBodyReader {
  var source: SourceText
  var marks: HTTPMarks

  func read(_ text: BodyText?, at span: Range<Int>) throws(Diagnostic) -> Body {
    guard let text else { return Body() }
    switch text {
    case .json(let template):
      var shown = try HTTPWire.literal(template, in: self.source)
      guard let layout = self.marks.layout else { return try self.encoded(Array(shown.utf8)) }
      var bytes: [UInt8] = []
      guard shown.withUTF8({ layout.apply($0, to: &bytes) }) else {
        throw Diagnostic("this body is not JSON", at: .init(self.source, at: template.offset))
      }
      return try self.encoded(bytes)
    case .xml(let template), .oneline(let template):
      return try self.encoded(Array(try HTTPWire.literal(template, in: self.source).utf8))
    case .multiline(let multiline):
      let text = Array(try HTTPWire.literal(multiline.text, in: self.source).utf8)
      return try self.encoded(self.marks.hasCRLF ? text.flatMap { $0 == 10 ? [13, 10] : [$0] } : text)
    case .hex(let bytes, _), .base64(let bytes, _):
      return try self.encoded(bytes)
    case .file(let template):
      let name = try HTTPWire.literal(template, in: self.source)
      // The length is the file's own, and known when it is opened.
      return Body(file: name, length: 0)
    case .messages: throw Diagnostic(BodyText.severalMessages, at: .init(self.source, at: span.lowerBound))
    }
  }

  private func encoded(_ bytes: [UInt8]) throws(Diagnostic) -> Body {
    guard let encoding = self.marks.encoding else { return Body(bytes) }
    do {
      return Body(try encoding.encode(bytes))
    } catch {
      throw Diagnostic("this body cannot be encoded: \(error)")
    }
  }
}
