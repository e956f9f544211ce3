/// Learnt noise as entries hold it.
///
/// The shape of one value is an assert with the comment `# @learned`. What an assert cannot say is a mark before the
/// response line, `# @varies WHAT at PLACE`: the shape of a value in each element of an array or in XML, a kind that may
/// stand in its place, `presence`, `order`, `length`, `names` (the order of an object's members), `lines N` and the shape
/// of `line N` of a text, `text`, `bytes` and `bytes N`.
extension Noise {
  private static let learned = "@learned"
  private static let varies = "varies"

  /// Reads what an entry says of noise, and gives the response without it: what is left is what people wrote.
  ///
  /// - Throws: Where a mark says nothing that is known.
  package static func read(
    _ response: Response, in source: SourceText
  ) throws(Diagnostic) -> (noise: Noise, response: Response) {
    var noise = Noise()
    var rest = response
    for (index, section) in response.sections.enumerated() {
      guard case .asserts(let asserts) = section.lines else { continue }
      rest.sections[index].lines = .asserts(asserts.filter { !self.isLearned($0) })
      for assert in asserts where self.isLearned(assert) {
        guard let place = self.place(of: assert), let shape = ValueShape(assert.predicate), !assert.negated else {
          throw Diagnostic(
            "this is no shape that is learnt", at: .init(source, at: assert.span.lowerBound),
            fix: "take the comment @learned away: then it is an assert of your own")
        }
        noise.allow(place, shape)
      }
    }
    rest.sections.removeAll { if case .asserts(let asserts) = $0.lines { asserts.isEmpty } else { false } }
    for mark in response.leading.compactMap(Mark.init) where mark.name == self.varies {
      guard noise.read(mark.value) else {
        throw Diagnostic(
          "`@varies \(mark.value)` says nothing that is known", at: .init(source, at: response.span.lowerBound),
          fix: "write `# @varies WHAT at PLACE`, as in `# @varies order at $.items`")
      }
    }
    return (noise, rest)
  }

  /// The response with what was learnt written into it, in place of what was learnt before.
  package func written(into response: Response) -> Response {
    var written = response
    written.leading.removeAll { Mark($0)?.name == Self.varies }
    for index in written.sections.indices {
      guard case .asserts(let asserts) = written.sections[index].lines else { continue }
      written.sections[index].lines = .asserts(asserts.filter { !Self.isLearned($0) })
    }
    written.sections.removeAll { if case .asserts(let asserts) = $0.lines { asserts.isEmpty } else { false } }
    let asserts = self.findings.flatMap(Self.asserts)
    if !asserts.isEmpty {
      let own = written.sections.firstIndex { $0.kind == .asserts }
      if let own, case .asserts(let before) = written.sections[own].lines {
        written.sections[own].lines = .asserts(before + asserts)
      } else {
        written.sections.append(Section(kind: .asserts, lines: .asserts(asserts)))
      }
    }
    written.leading += self.findings.flatMap { self.marks($0) }.map { Mark(Self.varies, $0).trivia }
    return written
  }

  private static func isLearned(_ assert: Assert) -> Bool {
    assert.comment.map { $0.split(whereSeparator: { $0 == " " || $0 == "#" }).contains("@learned") } ?? false
  }

  // MARK: - Asserts

  private static func asserts(_ finding: Finding) -> [Assert] {
    guard case .shape(let shape) = finding.what, let query = self.query(finding.place, shape) else { return [] }
    return shape.shapes.map { Assert(query: query, predicate: $0.predicate, comment: " # \(self.learned)") }
  }

  /// The query of one value of one kind; nil where there may be several.
  private static func query(_ place: Finding.Place, _ shape: PlaceShape) -> Query? {
    guard shape.kinds == Set(shape.shapes.map(\.kind)), shape.kinds.count == 1 else { return nil }
    switch place {
    case .json(let steps):
      guard steps.allSatisfy({ $0 != nil }) else { return nil }
      return Word("jsonpath", [Literal(escaping: place.text)])
    case .header(let name): return Word("header", [Literal(escaping: name)])
    case .markup, .body: return nil
    }
  }

  private static func place(of assert: Assert) -> Finding.Place? {
    guard case .string(let template)? = assert.query.arguments.first, let text = template.literal else { return nil }
    switch assert.query.name {
    case "jsonpath": return self.place(text)
    case "header": return .header(text.lowercased())
    default: return nil
    }
  }

  // MARK: - Marks

  private func marks(_ finding: Finding) -> [String] {
    let place = finding.place.text
    switch finding.what {
    case .shape(let shape):
      guard Self.query(finding.place, shape) == nil else { return [] }
      let kinds = shape.kinds.subtracting(shape.shapes.map(\.kind)).sorted()
      return (shape.shapes.map(\.predicate.spelling) + kinds).map { "\($0) at \(place)" }
    case .presence: return ["presence at \(place)"]
    case .order: return ["order at \(place)"]
    case .length: return ["length at \(place)"]
    case .keyOrder: return ["names at \(place)"]
    case .body:
      switch self.body {
      case .text: return ["text at body"]
      case .bytes(nil): return ["bytes at body"]
      case .bytes(let length?): return ["bytes \(length) at body"]
      case .lines(let count, let varying):
        return ["lines \(count) at body"]
          + varying.sorted { $0.key < $1.key }.map { "\($0.value.predicate.spelling) at line \($0.key + 1)" }
      case nil: return []
      }
    }
  }

  /// Whether the mark could be read.
  private mutating func read(_ mark: String) -> Bool {
    // A place or a pattern may hold the word that parts them.
    mark.ranges(of: " at ").contains { split in
      self.read(String(mark[..<split.lowerBound]), at: String(mark[split.upperBound...]))
    }
  }

  private mutating func read(_ what: String, at place: String) -> Bool {
    if place == "body" { return self.readBody(what) }
    if place.hasPrefix("line "), let line = Int(place.dropFirst(5)), line > 0, let shape = Self.shape(what) {
      guard case .lines(let count, var varying)? = self.body else { return false }
      varying[line - 1] = shape
      self.body = .lines(count: count, varying: varying)
      return true
    }
    let words: [String: (Tolerance.Aspects, Finding.What)] = [
      "presence": (.presence, .presence), "order": (.order, .order), "length": (.length, .length),
      "names": (.keyOrder, .keyOrder),
    ]
    let isArray = ["presence", "order", "length"].contains(what)
    guard let place = Self.place(place, isArray: isArray) else { return false }
    if let (aspects, finding) = words[what] {
      switch place {
      case .json(let steps): self.json.add(steps, aspects)
      case .markup(let steps): self.markup.add(steps, aspects)
      case .header(let name) where what == "presence": self.headers[name, default: Header()].presence = true
      case .header, .body: return false
      }
      self.findings.append(Finding(place: place, what: finding))
      return true
    }
    if let shape = Self.shape(what) {
      self.allow(place, shape)
      return true
    }
    guard ["null", "boolean", "number", "string", "array", "object"].contains(what) else { return false }
    self.allow(place, kind: what)
    return true
  }

  private mutating func readBody(_ what: String) -> Bool {
    let words = what.split(separator: " ")
    switch (words.first, words.dropFirst().first.flatMap { Int($0) }) {
    case ("text", nil): self.body = .text
    case ("bytes", let length): self.body = .bytes(length: length)
    case ("lines", let count?): self.body = .lines(count: count, varying: [:])
    default: return false
    }
    self.findings.append(Finding(place: .body, what: .body))
    return true
  }

  private static func shape(_ text: String) -> ValueShape? {
    if text.hasPrefix("matches /"), text.hasSuffix("/"), text.utf8.count > 10 {
      return .pattern(String(text.dropFirst(9).dropLast()).replacing("\\/", with: "/"))
    }
    let words = text.split(separator: " ").map(String.init)
    return ValueShape(Word(words.first ?? "", words.dropFirst().map { .number($0) }))
  }

  /// - Parameter isArray: Whether all children of a name are meant, not each of them: they are written alike in XML.
  private static func place(_ text: String, isArray: Bool = false) -> Finding.Place? {
    if text.hasPrefix("header "), text.utf8.count > 7 { return .header(text.dropFirst(7).lowercased()) }
    if text.hasPrefix("/") {
      var steps: [JSONLocation.Step?] = []
      for name in text.dropFirst().split(separator: "/") {
        steps.append(.name(name == "text()" ? "#text" : String(name)))
        if steps.count > 1, !name.hasPrefix("@"), name != "text()" { steps.append(nil) }
      }
      if isArray, steps.last == .some(nil) { steps.removeLast() }
      return .markup(steps)
    }
    guard text.hasPrefix("$"), let path = try? JSONPath(text) else { return nil }
    var steps: [JSONLocation.Step?] = []
    for segment in path.query.segments {
      guard case .child(let selectors) = segment, selectors.count == 1 else { return nil }
      switch selectors[0] {
      case .name(let name): steps.append(.name(name))
      case .index(let index) where index >= 0: steps.append(.index(index))
      case .wildcard: steps.append(nil)
      default: return nil
      }
    }
    return .json(steps)
  }

  // MARK: - Building

  private mutating func allow(_ place: Finding.Place, _ shape: ValueShape) {
    self.widen(place) { known in
      known.kinds.insert(shape.kind)
      known.shapes.append(shape)
    }
  }

  private mutating func allow(_ place: Finding.Place, kind: String) { self.widen(place) { $0.kinds.insert(kind) } }

  private mutating func widen(_ place: Finding.Place, _ change: (inout PlaceShape) -> Void) {
    let index = self.findings.firstIndex { finding in
      if finding.place == place, case .shape = finding.what { true } else { false }
    }
    var shape = PlaceShape(kinds: [], shapes: [])
    if let index, case .shape(let known) = self.findings[index].what { shape = known }
    change(&shape)
    if let index {
      self.findings[index].what = .shape(shape)
    } else {
      self.findings.append(Finding(place: place, what: .shape(shape)))
    }
    let aspects: Tolerance.Aspects = shape.kinds.count > 1 ? [.value, .type] : .value
    switch place {
    case .json(let steps): self.json.add(steps, aspects, shape: shape)
    case .markup(let steps): self.markup.add(steps, aspects, shape: shape)
    case .header(let name):
      self.headers[name, default: Header()].value = true
      self.headers[name]?.shape = shape.shapes.first
    case .body: break
    }
  }
}
