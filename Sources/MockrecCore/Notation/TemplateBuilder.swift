/// Gathers the pieces of a template while its text is read.
struct TemplateBuilder {
  private let offset: Int
  private var pieces: [Template.Piece] = []
  /// Where the text piece that is being read begins.
  private var start: Int
  /// That piece with its escapes undone, up to `copied`; nil while it has had none.
  private var decoded: String?
  private var copied: Int

  init(at offset: Int) {
    self.offset = offset
    self.start = offset
    self.copied = offset
  }

  /// Takes the scalar that an escape in `start..<end` stands for.
  mutating func unescape(_ scalar: Unicode.Scalar, at start: Int, upTo end: Int, in reader: NotationReader) {
    var text = self.decoded ?? ""
    text += reader.string(self.copied..<start)
    text.unicodeScalars.append(scalar)
    self.decoded = text
    self.copied = end
  }

  /// Takes a placeholder that stands in `start..<end`.
  mutating func placeholder(_ expression: String, at start: Int, upTo end: Int, in reader: NotationReader) {
    self.append(.placeholder(expression, spelling: reader.string(start..<end)), at: start, upTo: end, in: reader)
  }

  /// Takes a tag that stands in `start..<end`.
  mutating func tag(_ tag: Template.Tag, at start: Int, upTo end: Int, in reader: NotationReader) {
    self.append(.tag(tag, spelling: reader.string(start..<end)), at: start, upTo: end, in: reader)
  }

  private mutating func append(_ piece: Template.Piece, at start: Int, upTo end: Int, in reader: NotationReader) {
    self.flush(upTo: start, in: reader)
    self.pieces.append(piece)
    self.start = end
    self.copied = end
  }

  /// Whether all that was read is text, spelt as it reads.
  var isPlain: Bool { self.pieces.isEmpty && self.decoded == nil }

  mutating func finish(at end: Int, in reader: NotationReader) -> Template {
    if self.isPlain {
      return Template(end > self.start ? reader.string(self.start..<end) : "", offset: self.offset)
    }
    self.flush(upTo: end, in: reader)
    return Template(pieces: self.pieces, offset: self.offset)
  }

  private mutating func flush(upTo end: Int, in reader: NotationReader) {
    guard end > self.start else { return }
    let spelling = reader.string(self.start..<end)
    var text = spelling
    if let decoded = self.decoded {
      text = decoded + reader.string(self.copied..<end)
      self.decoded = nil
    }
    self.pieces.append(.text(text, spelling: spelling))
  }
}
