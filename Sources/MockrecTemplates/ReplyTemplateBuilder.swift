import MockrecCore
import Mustache

/// Makes a `ReplyTemplate` of a template's pieces.
///
/// What swift-mustache is given has every placeholder and every tag replaced by a number between delimiters that no text
/// of it holds; it sees to sections, and to lines on which nothing but a tag stands.
struct ReplyTemplateBuilder {
  private let compiler: ReplyCompiler
  private let escaping: Escaping
  private(set) var values: [ReplyTemplate.Value] = []
  private(set) var length = 0
  private var pieces: [ReplyTemplate.Piece] = []
  /// nil while no section and no comment has come.
  private var mustache: String?
  private var open: [Section] = []
  private var quotes = Quotes()
  private var offset = 0

  private struct Section {
    var index: Int
    var name: String
    var spelling: String
    var offset: Int
    var isInverted: Bool
  }

  /// Control characters, which no text of a mock holds but by an escape; two, which swift-mustache takes for granted.
  private static let delimiters = ("\u{1}\u{1}", "\u{2}\u{2}")

  init(_ compiler: ReplyCompiler, _ escaping: Escaping) {
    self.compiler = compiler
    self.escaping = escaping
  }

  mutating func read(_ template: Template) throws(Diagnostic) {
    self.offset = template.offset
    if template.pieces.contains(where: { $0.isSection }) { self.mustache = "" }
    for piece in template.pieces {
      switch piece {
      case .text(let text, let spelling):
        try self.text(text)
        self.offset += spelling.utf8.count
      case .placeholder(let text, let spelling):
        try self.value(text, spelling, isRaw: false)
        self.offset += spelling.utf8.count
      case .tag(let tag, let spelling):
        try self.tag(tag, spelling)
        self.offset += spelling.utf8.count
      }
    }
    if let section = self.open.last {
      throw self.compiler.failure(
        "the section \(section.spelling) is not closed", at: section.offset, fix: "close it with `{{/\(section.name)}}`"
      )
    }
  }

  private mutating func text(_ text: String) throws(Diagnostic) {
    if self.escaping == .json { self.quotes.pass(text) }
    guard self.mustache != nil else {
      self.pieces.append(.text(Array(text.utf8)))
      self.length += text.utf8.count
      return
    }
    guard !text.utf8.contains(where: { $0 == 1 || $0 == 2 }) else {
      throw self.compiler.failure(
        "the control characters 1 and 2 cannot stand in a text with sections", at: self.offset)
    }
    self.mustache?.append(text)
    // What an inverted section says is counted with what is around it.
    if let section = self.open.last(where: { !$0.isInverted }),
      case .section(let bytes) = self.values[section.index].use
    {
      self.values[section.index].use = .section(bytes: bytes + text.utf8.count)
    } else {
      self.length += text.utf8.count
    }
  }

  private mutating func value(_ text: String, _ spelling: String, isRaw: Bool) throws(Diagnostic) {
    let place = Spelling(self.escaping, isQuoted: self.quotes.isOpen, isRaw: isRaw)
    self.emit("&", try self.add(text, spelling, .value(place)))
    self.pieces.append(.value(self.values.count - 1))
  }

  private mutating func tag(_ tag: Template.Tag, _ spelling: String) throws(Diagnostic) {
    switch tag {
    case .raw(let text): try self.value(text, spelling, isRaw: true)
    case .comment: self.mustache?.append("\(Self.delimiters.0)!\(Self.delimiters.1)")
    case .section(let text): try self.begin(text, spelling, isInverted: false)
    case .inverted(let text): try self.begin(text, spelling, isInverted: true)
    case .end(let text):
      guard let section = self.open.popLast() else {
        throw self.compiler.failure(
          "\(spelling) closes no section", at: self.offset, fix: "open one before it with `{{#\(text)}}`")
      }
      guard section.name == text else {
        throw self.compiler.failure(
          "the section \(section.spelling) is closed by \(spelling)", at: self.offset,
          fix: "write `{{/\(section.name)}}`"
        ).noting("opened", "at line \(self.compiler.source.position(of: section.offset).line)")
      }
      self.emit("/", section.index)
    }
  }

  private mutating func begin(_ text: String, _ spelling: String, isInverted: Bool) throws(Diagnostic) {
    guard self.open.count < ReplyCompiler.deepest else {
      throw self.compiler.failure("sections stand deeper than \(ReplyCompiler.deepest)", at: self.offset)
    }
    let index = try self.add(text, spelling, isInverted ? .inverted : .section(bytes: 0))
    self.emit(isInverted ? "^" : "#", index)
    self.open.append(
      Section(
        index: index, name: try self.name(text, spelling), spelling: spelling, offset: self.offset,
        isInverted: isInverted))
  }

  /// What a section is closed by: its expression without arguments and filters.
  private func name(_ text: String, _ spelling: String) throws(Diagnostic) -> String {
    let (source, start) = self.compiler.place(of: text, in: spelling, at: self.offset)
    let read = try Expression(ofReply: source, at: start)
    return String(decoding: source.bytes[read.name], as: UTF8.self)
  }

  private mutating func add(
    _ text: String, _ spelling: String, _ use: ReplyTemplate.Use
  ) throws(Diagnostic) -> Int {
    let depth = self.open.count { !$0.isInverted }
    let expression = try self.compiler.expression(text, in: spelling, at: self.offset, depth: depth)
    self.values.append(ReplyTemplate.Value(expression: expression, use: use))
    return self.values.count - 1
  }

  private mutating func emit(_ sigil: String, _ index: Int) {
    self.mustache?.append("\(Self.delimiters.0)\(sigil)\(index)\(Self.delimiters.1)")
  }

  consuming func form() throws(Diagnostic) -> ReplyTemplate.Form {
    guard let text = self.mustache else { return .pieces(self.pieces) }
    let (start, end) = Self.delimiters
    do {
      // The line of a tag that changes delimiters is left out.
      return .sections(try MustacheTemplate(string: "{{=\(start) \(end)=}}\n\(text)"))
    } catch {
      throw self.compiler.failure("this text is no template: \(error)", at: self.offset)
    }
  }
}

extension Template.Piece {
  /// Whether swift-mustache has to see to it.
  fileprivate var isSection: Bool {
    switch self {
    case .text, .placeholder, .tag(.raw, _): false
    case .tag: true
    }
  }
}
