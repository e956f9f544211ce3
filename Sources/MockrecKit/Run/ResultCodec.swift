import MockrecCore

/// Writes a unit's result as bytes for this process to read again: lengths in 7 bits a byte, texts as UTF-8, members in
/// the order of their declaration. No file format.
struct ResultWriter {
  private var bytes: [UInt8] = []

  static func bytes(of unit: VerifyReport.Unit) -> [UInt8] {
    var writer = ResultWriter()
    writer.text(unit.name)
    writer.list(unit.steps) { $0.step($1) }
    return writer.bytes
  }

  private mutating func number(_ number: Int) {
    var rest = UInt64(bitPattern: Int64(number))
    while rest >= 0x80 {
      self.bytes.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    self.bytes.append(UInt8(rest))
  }

  private mutating func text(_ text: String) {
    self.number(text.utf8.count)
    self.bytes += text.utf8
  }

  private mutating func list<Element>(_ list: [Element], _ each: (inout Self, Element) -> Void) {
    self.number(list.count)
    for element in list { each(&self, element) }
  }

  private mutating func optional<Value>(_ value: Value?, _ some: (inout Self, Value) -> Void) {
    self.number(value == nil ? 0 : 1)
    if let value { some(&self, value) }
  }

  private mutating func word<Word: CaseIterable & Equatable>(_ word: Word) {
    self.number(Array(Word.allCases).firstIndex(of: word) ?? 0)
  }

  private mutating func place(_ place: Diagnostic.Place) {
    self.text(place.file)
    self.number(place.position.line)
    self.number(place.position.column)
    self.text(place.line)
  }

  private mutating func step(_ step: VerifyReport.Step) {
    self.place(step.place)
    self.text(step.summary)
    self.optional(step.service) { $0.text($1) }
    self.number(step.isRecorded ? 1 : 0)
    self.word(step.verdict)
    self.optional(step.fake) { $0.side($1) }
    self.optional(step.real) { $0.side($1) }
    self.list(step.differences) { $0.difference($1) }
    self.list(step.noise) { $0.text($1) }
    self.number(step.expectations)
    self.list(Array(step.places)) {
      $0.text($1.key)
      $0.place($1.value)
    }
    self.number(step.ignored)
  }

  private mutating func side(_ side: VerifyReport.Side) {
    self.word(side.state)
    self.optional(side.status) { $0.text($1) }
    self.list(side.failures) { $0.failure($1) }
    self.optional(side.trouble) { $0.text($1) }
    self.list(side.durations) {
      let parts = $1.components
      $0.number(Int(parts.seconds * 1_000_000_000 + parts.attoseconds / 1_000_000_000))
    }
    self.optional(side.answer) { $0.answer($1) }
  }

  private mutating func failure(_ failure: ExpectationFailure) {
    self.text(failure.message)
    self.place(failure.place)
    self.text(failure.expected)
    self.text(failure.actual)
    self.optional(failure.path) { $0.text($1) }
    self.number(failure.isLiteral ? 1 : 0)
    self.optional(failure.change) { $0.word($1) }
  }

  private mutating func difference(_ difference: Difference) {
    self.text(difference.path)
    self.word(difference.kind)
    self.word(difference.severity)
    self.optional(difference.fake) { $0.text($1) }
    self.optional(difference.real) { $0.text($1) }
  }

  private mutating func answer(_ answer: ShownAnswer) {
    for lines in [answer.head, answer.body] {
      self.list(lines) {
        $0.text($1.path)
        $0.text($1.text)
      }
    }
    self.number(answer.cutBytes)
  }
}

/// Reads what `ResultWriter` wrote; every reading is nil where the bytes are not that.
struct ResultReader {
  private let bytes: [UInt8]
  private var next = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func unit() -> VerifyReport.Unit? {
    guard let name = self.text(), let steps = self.list({ $0.step() }), self.next == self.bytes.count else {
      return nil
    }
    return VerifyReport.Unit(name: name, steps: steps)
  }

  private mutating func number() -> Int? {
    var (value, shift): (UInt64, UInt64) = (0, 0)
    while self.next < self.bytes.count, shift < 64 {
      let byte = self.bytes[self.next]
      self.next += 1
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return Int(Int64(bitPattern: value)) }
      shift += 7
    }
    return nil
  }

  private mutating func text() -> String? {
    guard let count = self.number(), count >= 0, count <= self.bytes.count - self.next else { return nil }
    defer { self.next += count }
    return String(decoding: self.bytes[self.next..<(self.next + count)], as: UTF8.self)
  }

  private mutating func list<Element>(_ each: (inout Self) -> Element?) -> [Element]? {
    guard let count = self.number(), count >= 0, count <= self.bytes.count - self.next else { return nil }
    var list: [Element] = []
    list.reserveCapacity(count)
    for _ in 0..<count {
      guard let element = each(&self) else { return nil }
      list.append(element)
    }
    return list
  }

  /// nil in nil where there is none.
  private mutating func optional<Value>(_ some: (inout Self) -> Value?) -> Value?? {
    guard let isThere = self.number() else { return nil }
    guard isThere == 1 else { return .some(nil) }
    return some(&self).map { .some($0) }
  }

  private mutating func word<Word: CaseIterable>(_ type: Word.Type = Word.self) -> Word? {
    let words = Array(Word.allCases)
    return self.number().flatMap { words.indices.contains($0) ? words[$0] : nil }
  }

  private mutating func place() -> Diagnostic.Place? {
    guard let file = self.text(), let line = self.number(), let column = self.number(), let text = self.text() else {
      return nil
    }
    return Diagnostic.Place(file: file, line: line, column: column, text: text)
  }

  private mutating func step() -> VerifyReport.Step? {
    guard let place = self.place(), let summary = self.text(), let service = self.optional({ $0.text() }),
      let isRecorded = self.number(), let verdict = self.word(Verdict.self), let fake = self.optional({ $0.side() }),
      let real = self.optional({ $0.side() }), let differences = self.list({ $0.difference() }),
      let noise = self.list({ $0.text() }), let expectations = self.number(),
      let places = self.list({ reader in reader.text().flatMap { path in reader.place().map { (path, $0) } } }),
      let ignored = self.number()
    else { return nil }
    var step = VerifyReport.Step(
      place: place, summary: summary, service: service, isRecorded: isRecorded == 1, verdict: verdict, fake: fake,
      real: real, differences: differences, noise: noise, expectations: expectations)
    step.places = Dictionary(places, uniquingKeysWith: { $1 })
    step.ignored = ignored
    return step
  }

  private mutating func side() -> VerifyReport.Side? {
    guard let state = self.word(Verdict.Side.self), let status = self.optional({ $0.text() }),
      let failures = self.list({ $0.failure() }), let trouble = self.optional({ $0.text() }),
      let durations = self.list({ $0.number() }), let answer = self.optional({ $0.answer() })
    else { return nil }
    return VerifyReport.Side(
      state: state, status: status, failures: failures, trouble: trouble,
      durations: durations.map { .nanoseconds($0) }, answer: answer)
  }

  private mutating func failure() -> ExpectationFailure? {
    guard let message = self.text(), let place = self.place(), let expected = self.text(), let actual = self.text(),
      let path = self.optional({ $0.text() }), let isLiteral = self.number(),
      let change = self.optional({ $0.word(Change.self) })
    else { return nil }
    return ExpectationFailure(
      message, at: place, expected: expected, actual: actual, path: path, isLiteral: isLiteral == 1, change: change)
  }

  private mutating func difference() -> Difference? {
    guard let path = self.text(), let kind = self.word(Difference.Kind.self),
      let severity = self.word(Difference.Severity.self), let fake = self.optional({ $0.text() }),
      let real = self.optional({ $0.text() })
    else { return nil }
    var difference = Difference(path, .value, fake: fake, real: real)
    (difference.kind, difference.severity) = (kind, severity)
    return difference
  }

  private mutating func answer() -> ShownAnswer? {
    let lines = { (reader: inout Self) in
      reader.list { line in line.text().flatMap { path in line.text().map { ShownAnswer.Line(path, $0) } } }
    }
    guard let head = lines(&self), let body = lines(&self), let cut = self.number() else { return nil }
    return ShownAnswer(head: head, body: body, cutBytes: cut)
  }
}
