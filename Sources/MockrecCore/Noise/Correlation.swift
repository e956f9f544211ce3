/// Finds what a service made up and its client said again: ids and tokens of answers that stand in later requests.
///
/// Such a value becomes a capture of the answer that had it first and a variable in the requests that repeat it, so that
/// the session can be run against the service again, where it makes up others.
package enum Correlation {
  /// One exchange of a session, in its order.
  package struct Exchange: Sendable {
    /// The target, the values of header fields, and the body as text.
    package var request: [String]
    /// nil for an answer that is no JSON.
    package var answer: JSON?

    package init(request: [String], answer: JSON?) {
      self.request = request
      self.answer = answer
    }
  }

  /// One value that was said again.
  package struct Link: Sendable, Hashable {
    package var value: String
    /// Of the variable.
    package var name: String
    /// The exchange whose answer had the value first, and where in it.
    package var source: Int
    package var location: JSONLocation
    /// The exchanges whose requests repeat it, ascending.
    package var uses: [Int]
  }

  /// Values longer than this are no ids.
  private static let lengths = 4...200
  private static let maximumValues = 500

  /// The links of a session, in the order of their sources.
  ///
  /// A value is one when an answer has it as a text or integer, no request up to then has it, a later one does, and it
  /// does not look like what people write: it has a digit, at least 4 characters of `A-Za-z0-9_.-`, and is no date.
  ///
  /// - Parameter taken: Names that variables cannot have.
  /// - Complexity: O(bytes of the session).
  package static func links(_ session: [Exchange], taken: Set<String> = []) -> [Link] {
    var (links, byValue, said): ([Link], [String: Int], Set<String>) = ([], [:], [])
    for (index, exchange) in session.enumerated() {
      let words = Set(exchange.request.flatMap(self.words))
      for word in words.sorted() {
        if let link = byValue[word], links[link].uses.last != index { links[link].uses.append(index) }
      }
      said.formUnion(words)
      guard let answer = exchange.answer else { continue }
      var left = self.maximumValues
      self.scalars(answer, at: JSONLocation(), left: &left) { value, location in
        guard byValue[value] == nil, !said.contains(value), self.isMadeUp(value) else { return }
        byValue[value] = links.count
        links.append(Link(value: value, name: "", source: index, location: location, uses: []))
      }
    }
    var taken = taken
    return links.filter { !$0.uses.isEmpty }.map { link in
      var link = link
      link.name = self.name(link.location, taken: &taken)
      return link
    }
  }

  private static func isMadeUp(_ text: String) -> Bool {
    self.lengths.contains(text.utf8.count) && text.utf8.allSatisfy(self.isWordByte)
      && text.utf8.contains { (0x30...0x39).contains($0) } && !TextFormat.isDateTime(text) && !TextFormat.isIPv4(text)
  }

  private static func scalars(
    _ json: JSON, at location: JSONLocation, left: inout Int, _ found: (String, JSONLocation) -> Void
  ) {
    guard left > 0 else { return }
    switch json {
    case .string(let text):
      left -= 1
      found(text, location)
    case .number(let number) where number.isInteger:
      left -= 1
      found(number.text, location)
    case .array(let elements):
      for (index, element) in elements.enumerated() where left > 0 {
        self.scalars(element, at: location.appending(.index(index)), left: &left, found)
      }
    case .object(let object):
      for member in object.effectiveMembers where left > 0 {
        self.scalars(member.value, at: location.appending(.name(member.key)), left: &left, found)
      }
    case .null, .bool, .number: break
    }
  }

  private static func words(_ text: String) -> [String] {
    text.utf8.split { !self.isWordByte($0) }.map { String(Substring($0)) }
  }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20) || "_.-".utf8.contains(byte)
  }

  /// The last name on the way to the value, made a variable's: `uploadId`, and `uploadId2` for the next one.
  private static func name(_ location: JSONLocation, taken: inout Set<String>) -> String {
    let names = location.steps.compactMap { if case .name(let name) = $0 { name } else { nil } }
    var base = String(
      decoding: (names.last ?? "").utf8.filter { self.isWordByte($0) && $0 != 0x2E && $0 != 0x2D }, as: UTF8.self)
    if base.utf8.first.map({ (0x30...0x39).contains($0) }) ?? true { base = "value" + base }
    var (name, number) = (base, 1)
    while !taken.insert(name).inserted {
      number += 1
      name = "\(base)\(number)"
    }
    return name
  }
}

extension Entry {
  private static let was = "was"

  /// The request with `{{name}}` wherever the value stands as a word of its own, and a mark that says what it was.
  package func saying(_ name: String, for value: String) throws(Diagnostic) -> Entry {
    var entry = try self.rewritten { Self.replacing(value, with: "{{\(name)}}", in: $0) }
    entry.leading.append(Mark(Self.was, "\(name) \(value)").trivia)
    return entry
  }

  /// The names that the response captures.
  package var capturedNames: [String] {
    (self.response?.sections ?? []).flatMap { section in
      if case .captures(let captures) = section.lines { captures.compactMap(\.name.literal) } else { [String]() }
    }
  }

  /// The names of variables in the request whose recorded values are known.
  package var recalledNames: [String] {
    self.leading.compactMap(Mark.init).filter { $0.name == Self.was }.compactMap {
      $0.value.split(separator: " ").first.map(String.init)
    }
  }

  /// The entry as it was recorded: with the values that its variables had.
  package func recalled() throws(Diagnostic) -> Entry {
    let values = self.leading.compactMap(Mark.init).filter { $0.name == Self.was }.map { mark in
      mark.value.split(separator: " ", maxSplits: 1).map(String.init)
    }
    guard !values.isEmpty else { return self }
    return try self.rewritten { text in
      values.reduce(text) { text, pair in pair.count == 2 ? text.replacing("{{\(pair[0])}}", with: pair[1]) : text }
    }
  }

  private func rewritten(_ change: (String) -> String) throws(Diagnostic) -> Entry {
    let alone = Entry(request: self.request, response: nil)
    let source = SourceText(
      name: "<entry>", text: change(NotationPrinter.print(ConversationFile(entries: [alone]))))
    // A request alone needs no word of its wire but where it has several messages.
    let hasSeveral = (self.request.body?.each.count ?? 0) > 1
    let verbs: Set<String> = hasSeveral ? [self.request.verb] : []
    let dialect = Dialect(wireVerbs: verbs, messageVerbs: verbs)
    guard let request = try NotationParser.parse(source, dialect: dialect).entries.first?.request else { return self }
    var entry = self
    entry.request = request
    return entry
  }

  private static func replacing(_ value: String, with other: String, in text: String) -> String {
    let isWord = { (character: Character?) in
      character.map { $0.isLetter || $0.isNumber || "_.-".contains($0) } ?? false
    }
    var (replaced, from) = ("", text.startIndex)
    for range in text.ranges(of: value) where range.lowerBound >= from {
      let before = range.lowerBound == text.startIndex ? nil : text[text.index(before: range.lowerBound)]
      let after = range.upperBound == text.endIndex ? nil : text[range.upperBound]
      guard !isWord(before), !isWord(after) else { continue }
      replaced += text[from..<range.lowerBound] + other
      from = range.upperBound
    }
    return replaced + text[from...]
  }
}

extension Response {
  /// Adds a capture of what stands at a place of the body.
  package mutating func capture(_ location: JSONLocation, as name: String) {
    let query = Word("jsonpath", [Literal(escaping: location.shortDescription)])
    let capture = Capture(name: Template(escapingKey: name), query: query)
    if let index = self.sections.firstIndex(where: { $0.kind == .captures }),
      case .captures(let before) = self.sections[index].lines
    {
      self.sections[index].lines = .captures(before + [capture])
    } else {
      self.sections.insert(Section(kind: .captures, lines: .captures([capture])), at: 0)
    }
  }
}

extension Answer {
  /// The answer with what one side's variables hold replaced by what the other's do, as far as it says that they are no
  /// accident: values of fewer than 4 characters stay.
  package func replacing(_ ours: Variables, by theirs: Variables) -> Answer {
    var pairs: [(String, String)] = []
    for (name, value) in ours {
      guard let mine = value.variableText, let other = theirs[name]?.variableText, mine != other, mine.utf8.count >= 4
      else { continue }
      pairs.append((mine, other))
    }
    guard !pairs.isEmpty else { return self }
    // Longer ones first: one may hold another.
    pairs.sort { ($1.0.utf8.count, $0.0) < ($0.0.utf8.count, $1.0) }
    let change = { (text: String) in pairs.reduce(text) { $0.replacing($1.0, with: $1.1) } }
    let text = String(validating: self.body, as: UTF8.self)
    return self.replacing(
      fields: Fields(self.fields.list.map { ($0.name, change($0.value)) }), body: text.map { Array(change($0).utf8) })
  }
}
