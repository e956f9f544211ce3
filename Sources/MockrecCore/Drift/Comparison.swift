/// The whole comparison of two answers.
package enum Comparison {
  /// How the fake's answer differs from the real one's, in the order of an answer: status, headers, body.
  ///
  /// - Parameters:
  ///   - noise: What the real service varies by itself.
  ///   - asserted: What the contract's asserts speak of: they judge it, not this comparison.
  ///   - ignoredHeaders: Names that are not compared, beside those of the connection (`HeaderDiff.ofConnection`).
  /// - Complexity: linear in both bodies, but for arrays in another order (see `JSONDiff`).
  package static func differences(
    fake: Answer, real: Answer, ignoring noise: Noise = Noise(), asserted: Asserted = Asserted(),
    ignoredHeaders: Set<String> = []
  ) -> [Difference] {
    if fake.isMiss, !real.isMiss {
      return [
        Difference(
          "status", .errorMode,
          fake: "no recorded exchange answers this request" + (fake.nearest.map { "; nearest: \($0)" } ?? ""),
          real: real.status.map(String.init) ?? real.statusText)
      ]
    }
    var found: [Difference] = []
    if !asserted.status, let change = self.status(fake, real) { found.append(change) }
    found += HeaderDiff(noise: noise, asserted: asserted, ignored: ignoredHeaders).differences(fake, real)
    found += self.bodies(fake, real, noise, asserted)
    return found
  }

  private static func status(_ fake: Answer, _ real: Answer) -> Difference? {
    let (a, b) = (self.statusText(fake), self.statusText(real))
    return a == b ? nil : Difference("status", self.statusChange(a, b), fake: a, real: b)
  }

  /// Numbers have classes, hundreds apart; each other status is a class of its own.
  static func statusChange(_ a: String, _ b: String) -> Change {
    guard let a = Int(a), let b = Int(b), a / 100 == b / 100 else { return .statusClass }
    return .statusWithinClass
  }

  private static func statusText(_ answer: Answer) -> String {
    answer.status.map(String.init) ?? answer.statusText
  }

  private static func bodies(
    _ fake: Answer, _ real: Answer, _ noise: Noise, _ asserted: Asserted
  ) -> [Difference] {
    if case .json(let a) = fake.content, case .json(let b) = real.content {
      var diff = JSONDiff(
        left: noise.json.freeing(asserted.paths, in: a), right: noise.json.freeing(asserted.paths, in: b),
        comparesKeyOrder: true)
      return diff.changes(a, b).map { Difference($0) }
    }
    guard !asserted.body, !noise.excusesBytes(fake, real) else { return [] }
    switch (fake.content, real.content) {
    case (.empty, .empty): return []
    case (.text(let a), .text(let b)): return self.texts(a, b, noise)
    case (.bytes, .bytes):
      guard let change = BytesDiff(fake.body, real.body), !noise.excuses(fake.body, real.body) else { return [] }
      let isLength = fake.body.count != real.body.count
      return [Difference("body", isLength ? .bodyLength : .bodyBytes, fake: change.left, real: change.right)]
    default:
      return [Difference("body", .bodyKind, fake: fake.content.shown(fake.body), real: real.content.shown(real.body))]
    }
  }

  /// XML by its elements, other texts by their lines.
  private static func texts(_ a: String, _ b: String, _ noise: Noise) -> [Difference] {
    guard !a.hasSameScalars(as: b) else { return [] }
    if let ours = MarkupReader.read(a), let theirs = MarkupReader.read(b) {
      var diff = JSONDiff(left: noise.markup, right: noise.markup, comparesKeyOrder: true)
      return diff.changes(ours, theirs).map { Difference($0, isMarkup: true) }
    }
    guard let change = TextDiff(a, b), !noise.excuses(a, b) else { return [] }
    return [Difference("body line \(change.line)", .bodyText, fake: change.left, real: change.right)]
  }
}

extension Difference {
  /// - Parameter isMarkup: Whether the documents were read by `MarkupReader`.
  init(_ change: JSONChange, isMarkup: Bool = false) {
    self.init(
      isMarkup ? change.place.xpath : change.place.shortDescription, change.kind.change,
      fake: change.left.map(Excerpt.json), real: change.right.map(Excerpt.json))
  }
}

extension JSONChange.Kind {
  var change: Change {
    switch self {
    case .removed: .fieldRemoved
    case .added: .fieldAdded
    case .type: .type
    case .format: .format
    case .value: .value
    case .order: .order
    case .keyOrder: .keyOrder
    case .length: .length
    case .narrowed: .narrowed
    case .newNull: .newNull
    case .noNull: .noNull
    }
  }
}

extension Answer.Content {
  /// As people read it, shortened.
  func shown(_ body: [UInt8]) -> String {
    switch self {
    case .empty: "no body"
    case .json(let json): Excerpt.json(json)
    case .text(let text): Excerpt.text(text)
    case .bytes: Excerpt.bytes(body)
    }
  }
}
