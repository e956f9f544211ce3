/// What templates and words are worked out with: variables, the outside world, and the step's own moment and dice.
///
/// Both sides of a step share the moment and the dice, so that `newDate` and `newUuid` send them the same request; they
/// differ in their variables.
package struct ContractScope: Sendable {
  package var variables: Variables
  /// Whether a JSONPath always gives the list of what it selects (`no-jsonpath-coercion`), and not the one value or
  /// nothing.
  package var keepsNodeLists = false
  package let services: ContractServices
  /// When the step began.
  package let moment: Timestamp
  /// From which everything random in the step is made.
  package let seed: UInt64
  /// Gives the bytes of a file that the contract names, nil where it cannot be read.
  package let readFile: @Sendable (String) -> [UInt8]?

  package init(
    _ variables: Variables = [:], services: ContractServices = ContractServices(), moment: Timestamp? = nil,
    seed: UInt64 = 0, readFile: @escaping @Sendable (String) -> [UInt8]? = { _ in nil }
  ) {
    self.readFile = readFile
    self.variables = variables
    self.services = services
    self.moment = moment ?? services.now()
    self.seed = seed
  }

  /// The text with every placeholder replaced by its value.
  ///
  /// - Throws: for a placeholder whose value cannot be had, at its place.
  package func text(_ template: Template, in source: SourceText) throws(Diagnostic) -> String {
    try self.joined(template, source) { text, _ in text }
  }

  /// The text of a JSON body: a placeholder between quotes is escaped as JSON strings are.
  package func json(_ template: Template, in source: SourceText) throws(Diagnostic) -> String {
    try self.joined(template, source) { text, isQuoted in
      isQuoted ? String(JSONString.quote(text).dropFirst().dropLast()) : text
    }
  }

  /// The text between fences, its templates replaced where they mean something: of a GraphQL document, the JSON in which
  /// it is sent.
  package func text(_ multiline: Multiline, in source: SourceText) throws(Diagnostic) -> String {
    guard multiline.hasPlaceholders else { return multiline.text.literal ?? multiline.text.spelling }
    let text = try self.text(multiline.text, in: source)
    guard multiline.attributes.first == "graphql" else { return text }
    guard let json = GraphQLText(text).json else {
      throw Diagnostic(
        "the variables of this GraphQL request are no JSON object",
        at: Diagnostic.Place(source, at: multiline.text.offset),
        fix: "write them behind the query: variables {\"id\": 1}")
    }
    return json
  }

  /// The value of the only placeholder in it.
  func value(_ template: Template, in source: SourceText) throws(Diagnostic) -> ContractValue {
    guard template.pieces.count == 1, case .placeholder(let expression, _) = template.pieces[0] else {
      return .text(try self.text(template, in: source))
    }
    return try self.value(of: expression, at: template.offset, source)
  }

  /// - Parameter write: Is given a value's text and whether an odd number of quotes stands before it.
  private func joined(
    _ template: Template, _ source: SourceText, write: (String, _ isQuoted: Bool) -> String
  ) throws(Diagnostic) -> String {
    if let literal = template.literal { return literal }
    var text = ""
    var isQuoted = false
    var offset = template.offset
    for piece in template.pieces {
      switch piece {
      case .text(let part, let spelling):
        text += part
        var isEscaped = false
        for byte in part.utf8 {
          if byte == UInt8(ascii: "\""), !isEscaped { isQuoted.toggle() }
          isEscaped = byte == UInt8(ascii: "\\") && !isEscaped
        }
        offset += spelling.utf8.count
      case .placeholder(let expression, let spelling):
        let value = try self.value(of: expression, at: offset, source)
        guard let shown = value.variableText else {
          throw Diagnostic(
            "{{\(expression)}} is \(value.kind), which cannot be put into a text",
            at: Diagnostic.Place(source, at: offset), fix: "make a text of it with a filter, such as toHex or count")
        }
        text += write(shown, isQuoted)
        offset += spelling.utf8.count
      case .tag: throw Self.tag(at: Diagnostic.Place(source, at: offset))
      }
    }
    return text
  }

  /// - Parameter offset: Where the placeholder begins.
  private func value(of text: String, at offset: Int, _ source: SourceText) throws(Diagnostic) -> ContractValue {
    // What is found at once is a plain name; a function of the same name has the word before it.
    if Vocabulary.functions[text] == nil, let value = self.variables[text] { return value }
    let place = Diagnostic.Place(source, at: offset)
    let expression = try Expression(reading: text)
    var value: ContractValue
    if let function = WordTable.functions[expression.head] {
      let arguments = try self.values(expression.arguments, in: source)
      do throws(WordError) { value = try function(FunctionCall(self, at: offset), arguments) } catch {
        throw Diagnostic("{{\(text)}}: \(error.reason)", at: place)
      }
    } else if let found = self.variables[expression.head] {
      value = found
    } else {
      throw Self.undefined(expression.head, among: self.variables.keys.sorted(), at: place)
    }
    for filter in expression.filters {
      guard let rule = WordTable.filters[filter.name] else { continue }
      let made: ContractValue?
      let arguments = try self.values(filter.arguments, in: source)
      do throws(WordError) { made = try rule.apply(self, value, arguments) } catch {
        throw Diagnostic("{{\(text)}}: \(filter.name) is given \(error.reason)", at: place)
      }
      guard let made else { throw Diagnostic("{{\(text)}}: \(filter.name) gives nothing", at: place) }
      value = made
    }
    return value
  }

  func values(_ literals: [Literal], in source: SourceText) throws(Diagnostic) -> [ContractValue] {
    var values: [ContractValue] = []
    for literal in literals { values.append(try self.value(literal, in: source)) }
    return values
  }

  /// The bytes of the file that a `file,…;` names.
  package func file(_ name: Template, in source: SourceText) throws(Diagnostic) -> [UInt8] {
    let path = try self.text(name, in: source)
    guard let bytes = self.readFile(path) else {
      throw Diagnostic(
        "the file \(path) cannot be read", at: Diagnostic.Place(source, at: name.offset),
        fix: "the path is relative to the contract's own folder and must not leave it")
    }
    return bytes
  }

  func value(_ literal: Literal, in source: SourceText) throws(Diagnostic) -> ContractValue {
    switch literal {
    case .null: return .json(.null)
    case .bool(let value): return .json(.bool(value))
    case .number(let spelling):
      // JSON has no leading zeros, and contracts may.
      guard let number = JSONNumber(spelling) ?? Double(spelling).flatMap(JSONNumber.init) else {
        throw Diagnostic("\(spelling) is no number")
      }
      return .json(.number(number))
    case .string(let template), .raw(let template): return .text(try self.text(template, in: source))
    case .regex(let text): return .pattern(text)
    case .multiline(let text): return try self.value(text, in: source)
    case .hex(let bytes, _), .base64(let bytes, _): return .bytes(bytes)
    case .file(let name): return .bytes(try self.file(name, in: source))
    case .variable(let template): return try self.value(template, in: source)
    }
  }

  /// The bytes of a fenced text in `hex` or `base64`; nil for any other.
  package func bytes(_ multiline: Multiline, in source: SourceText) throws(Diagnostic) -> [UInt8]? {
    if case .bytes(let bytes) = try self.value(multiline, in: source) { bytes } else { nil }
  }

  /// The JSON of a fenced text that says it is some and is; nil for any other.
  func json(_ multiline: Multiline, in source: SourceText) throws(Diagnostic) -> JSON? {
    guard ["json", "graphql"].contains(multiline.attributes.first) else { return nil }
    return try? JSON.parse(try self.text(multiline, in: source))
  }

  /// The value of a fenced text: bytes for `hex` and `base64`, else text.
  func value(_ multiline: Multiline, in source: SourceText) throws(Diagnostic) -> ContractValue {
    let text = try self.text(multiline, in: source)
    guard let coding = multiline.attributes.first, coding == "hex" || coding == "base64" else { return .text(text) }
    let digits = text.utf8.filter { $0 > 0x20 }
    guard let bytes = coding == "hex" ? TextCoding.hex(digits) : TextCoding.base64(digits) else {
      throw Diagnostic("this text is not \(coding)", at: Diagnostic.Place(source, at: multiline.text.offset))
    }
    return .bytes(bytes)
  }

  static func tag(at place: Diagnostic.Place) -> Diagnostic {
    Diagnostic(
      "sections, comments in braces and `{{{…}}}` stand in the replies of mocks, not in contracts", at: place,
      fix: "write what is expected, or an assert")
  }

  static func undefinedInRule(_ name: String, at place: Diagnostic.Place) -> Diagnostic {
    Diagnostic(
      "a mock's rule has no variables, and so no {{\(name)}}", at: place,
      fix: "write the value itself, or a predicate that takes several, such as `matches /…/` or `exists`")
  }

  static func undefined(_ name: String, among known: [String], at place: Diagnostic.Place) -> Diagnostic {
    if Vocabulary.isOfReplies(name) {
      return Diagnostic(
        "{{\(name)}} stands in the replies of mocks, not in contracts", at: place,
        fix: "write what is expected, or take a value in [Captures] of an earlier entry")
    }
    return Diagnostic(
      "{{\(name)}} is neither a service nor a variable", at: place,
      nearest: nearestName(to: name, among: known).map { "{{\($0)}}" },
      fix:
        "name a service of mockrec.yaml, give --variable \(name)=VALUE, or take the value in [Captures] of an earlier entry"
    )
  }
}

extension Template {
  /// The names of variables between the braces, in order.
  package var placeholders: [String] { self.placeholderNames.map(\.name) }

  /// The same with the byte offset at which each placeholder begins.
  var placeholderNames: [(name: String, offset: Int)] {
    guard self.literal == nil else { return [] }
    var names: [(name: String, offset: Int)] = []
    var offset = self.offset
    for piece in self.pieces {
      switch piece {
      case .text(_, let spelling): offset += spelling.utf8.count
      case .placeholder(let text, let spelling):
        let head = String(text.prefix { $0 != " " && $0 != "\t" })
        if Vocabulary.functions[head] == nil { names.append((head, offset)) }
        offset += spelling.utf8.count
      case .tag(_, let spelling): offset += spelling.utf8.count
      }
    }
    return names
  }

  /// The byte offset of the first tag, where there is one.
  var firstTag: Int? {
    guard self.literal == nil else { return nil }
    var offset = self.offset
    for piece in self.pieces {
      switch piece {
      case .text(_, let spelling), .placeholder(_, let spelling): offset += spelling.utf8.count
      case .tag: return offset
      }
    }
    return nil
  }
}
