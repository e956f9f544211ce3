import MockrecCore

/// Reads a template's placeholders and tags when a mock is loaded, and finds what is wrong with them.
struct ReplyCompiler {
  let source: SourceText
  let functions: [String: ReplyFunction]
  let captures: Set<String>

  /// Sections within sections.
  static let deepest = 16

  func failure(_ message: String, at offset: Int, nearest: String? = nil, fix: String? = nil) -> Diagnostic {
    Diagnostic(message, at: Diagnostic.Place(self.source, at: offset), nearest: nearest, fix: fix)
  }

  /// Reads what stands between braces.
  ///
  /// - Parameters:
  ///   - spelling: With the braces.
  ///   - offset: Of the first brace.
  ///   - depth: How many sections it stands in.
  func expression(
    _ text: String, in spelling: String, at offset: Int, depth: Int
  ) throws(Diagnostic) -> ReplyExpression {
    let (source, start) = self.place(of: text, in: spelling, at: offset)
    return try ReplyCompiler(source: source, functions: self.functions, captures: self.captures)
      .expression(Expression(ofReply: source, at: start), text: text, at: start, depth: depth)
  }

  /// The text in which an expression stands, and where: the mock's own, or the expression's alone where the template was
  /// not read from it.
  func place(of text: String, in spelling: String, at offset: Int) -> (source: SourceText, offset: Int) {
    let bytes = Array(spelling.utf8)
    let lead = bytes.count - spelling.drop { "{#^/ \t".contains($0) }.utf8.count
    let end = offset + bytes.count
    if offset >= 0, end <= self.source.bytes.count, self.source.bytes[offset..<end].elementsEqual(bytes) {
      return (self.source, offset + lead)
    }
    return (SourceText(name: self.source.name, text: spelling), lead)
  }

  private func expression(
    _ read: Expression, text: String, at offset: Int, depth: Int
  ) throws(Diagnostic) -> ReplyExpression {
    var filters: [(filter: BoundFilter, arguments: [ReplyExpression.Argument])] = []
    for word in read.filters {
      guard let filter = BoundFilter(word.name) else { continue }
      var arguments: [ReplyExpression.Argument] = []
      for (index, literal) in word.arguments.enumerated() {
        arguments.append(
          try self.argument(literal, at: word.span.lowerBound, depth: depth, .none) { value throws(WordError) in
            try filter.reading(value, at: index)
          })
      }
      filters.append((filter, arguments))
    }
    return ReplyExpression(
      head: try self.head(of: read, depth: depth), filters: filters, text: text, offset: offset)
  }

  private func head(of read: Expression, depth: Int) throws(Diagnostic) -> ReplyExpression.Head {
    let offset = read.name.lowerBound
    if read.head == "request" {
      try self.checkNoArguments(read)
      do throws(RequestPart.Problem) {
        return .request(try RequestPart(read.path, captures: self.captures))
      } catch {
        throw self.failure(error.message, at: offset, nearest: error.nearest, fix: error.fix)
      }
    }
    if read.path.isEmpty, let function = self.functions[read.head] {
      return try self.call(function, read, depth: depth)
    }
    if let position = ReplyExpression.Position(rawValue: read.head), depth > 0 {
      try self.checkNoArguments(read)
      return .position(position)
    }
    guard depth > 0, !read.head.hasSuffix("()") else { throw self.unknown(read, isInSection: depth > 0) }
    try self.checkNoArguments(read)
    return read.head == "." ? .field(read.path, climbs: false) : .field([read.head] + read.path, climbs: true)
  }

  private func checkNoArguments(_ read: Expression) throws(Diagnostic) {
    guard !read.arguments.isEmpty || !read.options.isEmpty else { return }
    throw self.failure(
      "only a function takes arguments", at: read.name.lowerBound,
      nearest: nearestWord(to: read.head, among: self.functions.keys.sorted()))
  }

  private func unknown(_ read: Expression, isInSection: Bool) -> Diagnostic {
    let offset = read.name.lowerBound
    if read.head == "." || ReplyExpression.Position(rawValue: read.head) != nil, !isInSection {
      return self.failure(
        "`\(read.head)` speaks of an element of a section, and stands in none", at: offset,
        fix: "write it between `{{#…}}` and `{{/…}}`")
    }
    let positions = ReplyExpression.Position.allCases.map(\.rawValue)
    let known = self.functions.keys.sorted() + ["request"] + (isInSection ? positions : [])
    let nearest = nearestWord(to: read.head, among: known)
    return self.failure(
      "there is no function `\(read.head)`", at: offset,
      nearest: nearest.map { ([$0] + ($0 == "request" ? read.path : [])).joined(separator: ".") },
      fix: nearest == nil ? "one of \(known.joined(separator: ", "))" : nil)
  }

  private func call(
    _ function: ReplyFunction, _ read: Expression, depth: Int
  ) throws(Diagnostic) -> ReplyExpression.Head {
    let offset = read.name.lowerBound
    guard function.arguments.contains(read.arguments.count) else {
      throw self.failure(
        "`\(read.head)` takes \(Self.words(function.arguments)), not \(read.arguments.count)", at: offset)
    }
    var arguments: [ReplyExpression.Argument] = []
    for (index, literal) in read.arguments.enumerated() {
      arguments.append(
        try self.argument(literal, at: offset, depth: depth, function.escaping(of: .index(index))) {
          value throws(WordError) in
          try function.read(.index(index), value)
        })
    }
    var options: [(name: String, value: ReplyExpression.Argument)] = []
    for option in read.options {
      if let known = function.options, !known.contains(option.name) {
        throw self.failure(
          "`\(read.head)` has no `\(option.name)`", at: option.span.lowerBound,
          nearest: nearestWord(to: option.name, among: known).map { "\($0)=…" },
          fix: known.isEmpty ? "take it out" : "one of \(known.joined(separator: ", "))")
      }
      guard !options.contains(where: { $0.name == option.name }) else {
        throw self.failure(
          "`\(option.name)` is given twice", at: option.span.lowerBound, fix: "leave one of them out")
      }
      if function.secrets.contains(option.name) { try self.checkNoSecret(option) }
      let name = ReplyArgument.option(option.name)
      let argument = try self.argument(
        option.value, at: option.span.lowerBound, depth: depth, function.escaping(of: name)
      ) { value throws(WordError) in try function.read(name, value) }
      options.append((option.name, argument))
    }
    do throws(WordError) { try function.prepare() } catch { throw self.failure(error.reason, at: offset) }
    if options.isEmpty { try self.tryOut(function, arguments, at: offset) }
    return .call(function, arguments, options: options)
  }

  /// Calls a function whose arguments are all known, as for a request of no account: how it must not be called, it says.
  private func tryOut(
    _ function: ReplyFunction, _ arguments: [ReplyExpression.Argument], at offset: Int
  ) throws(Diagnostic) {
    var values: [ContractValue] = []
    for argument in arguments {
      guard case .constant(let value) = argument else { return }
      values.append(value)
    }
    let context = ReplyContext(
      ReplyRequest(method: "GET", target: "/"), moment: Timestamp(seconds: 0), seed: 0, counter: { _ in 1 })
    do throws(WordError) {
      _ = try function.evaluate(ReplyCall(arguments: values, options: [], context: context))
    } catch {
      if case .misuse(let reason) = error { throw self.failure(reason, at: offset) }
    }
  }

  /// Secrets do not stand in mocks: git keeps what was committed.
  private func checkNoSecret(_ option: Expression.Option) throws(Diagnostic) {
    if case .variable = option.value { return }
    let position = self.source.position(of: option.span.lowerBound)
    // The line would show it.
    let place = Diagnostic.Place(file: self.source.name, line: position.line, column: position.column, text: "")
    throw Diagnostic(
      "`\(option.name)` is a secret, which does not stand in a mock", at: place,
      fix: "write \(option.name)={{getEnv \"NAME\"}}")
  }

  private static func words(_ counts: ClosedRange<Int>) -> String {
    let (low, high) = (counts.lowerBound, counts.upperBound)
    if high == 0 { return "no arguments" }
    if low == high { return "\(low) argument\(low == 1 ? "" : "s")" }
    return low == 0 ? "up to \(high) argument\(high == 1 ? "" : "s")" : "\(low) to \(high) arguments"
  }

  /// - Parameter offset: Of its word, where the argument has no place of its own.
  private func argument(
    _ literal: Literal, at offset: Int, depth: Int, _ escaping: Escaping,
    read: @escaping ReplyExpression.Read
  ) throws(Diagnostic) -> ReplyExpression.Argument {
    switch literal {
    case .null: return try self.constant(.json(.null), at: offset, read)
    case .bool(let value): return try self.constant(.json(.bool(value)), at: offset, read)
    case .number(let spelling):
      guard let number = JSONNumber(spelling) else { throw self.failure("\(spelling) is no number", at: offset) }
      return try self.constant(.json(.number(number)), at: offset, read)
    case .hex(let bytes, _), .base64(let bytes, _): return try self.constant(.bytes(bytes), at: offset, read)
    case .regex(let text): return try self.constant(.pattern(text), at: offset, read)
    case .variable(let template):
      guard case .placeholder(let text, let spelling)? = template.pieces.first else { return .constant(.text("")) }
      return .value(try self.expression(text, in: spelling, at: template.offset, depth: depth), read: read)
    case .string(let template), .raw(let template):
      if let text = template.literal { return try self.constant(.text(text), at: template.offset, read) }
      return .text(try self.pieces(of: template, depth: depth, escaping), read: read)
    case .multiline, .file: throw self.failure("this cannot be an argument in a reply", at: offset)
    }
  }

  private func constant(
    _ value: ContractValue, at offset: Int, _ read: ReplyExpression.Read
  ) throws(Diagnostic) -> ReplyExpression.Argument {
    do throws(WordError) { return .constant(try read(value)) } catch { throw self.failure(error.reason, at: offset) }
  }

  private func pieces(
    of template: Template, depth: Int, _ escaping: Escaping
  ) throws(Diagnostic) -> [ReplyExpression.Piece] {
    var pieces: [ReplyExpression.Piece] = []
    var (offset, quotes) = (template.offset, Quotes())
    for piece in template.pieces {
      switch piece {
      case .text(let text, let spelling):
        quotes.pass(text)
        pieces.append(.text(text))
        offset += spelling.utf8.count
      case .placeholder(let text, let spelling):
        let expression = try self.expression(text, in: spelling, at: offset, depth: depth)
        pieces.append(.value(expression, Spelling(escaping, isQuoted: quotes.isOpen, isRaw: false)))
        offset += spelling.utf8.count
      case .tag: throw self.failure("a section stands in a body, not in an argument", at: offset)
      }
    }
    return pieces
  }
}

extension ReplyFunction {
  fileprivate func escaping(of argument: ReplyArgument) -> Escaping { self.json.contains(argument) ? .json : .none }
}

/// Whether a place in JSON is between the quotes of a string.
struct Quotes {
  private(set) var isOpen = false

  mutating func pass(_ text: String) {
    var isEscaped = false
    for byte in text.utf8 {
      if byte == UInt8(ascii: "\""), !isEscaped { self.isOpen.toggle() }
      isEscaped = byte == UInt8(ascii: "\\") && !isEscaped
    }
  }
}
