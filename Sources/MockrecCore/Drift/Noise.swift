/// What a service varies by itself: places at which its answers to one request differ from each other.
package struct Noise: Sendable {
  package struct Header: Sendable, Hashable {
    package var value = false
    package var presence = false

    /// Whether a literal expectation of this field may be met by these values.
    func permits(_ values: [String]) -> Bool { values.isEmpty ? self.presence : self.value }
  }

  var json = Tolerance()
  /// Of XML bodies, as `MarkupReader` reads them.
  var markup = Tolerance()
  /// By name in small letters.
  package var headers: [String: Header] = [:]
  /// A body that is text or bytes varies.
  package var body = false
  /// What was learnt, one line a place, as in `$.kvs[*].mod_revision: value`.
  package private(set) var places: [String] = []

  package init() {}

  package var isEmpty: Bool { self.places.isEmpty }

  /// Learns from the answers to one request, sent several times: fewer than two teach nothing.
  ///
  /// Indices of arrays are generalised: what varies in one element may vary in each.
  /// - Complexity: that of a few comparisons for each sample.
  package static func learn(from samples: [Answer]) -> Noise {
    var noise = Noise()
    guard let first = samples.first else { return noise }
    for sample in samples.dropFirst() {
      noise.learnHeaders(first, sample)
      noise.learnBody(first, sample)
    }
    return noise
  }

  /// Why the samples are too different for any noise to explain it; nil where they are not.
  package static func disagreement(among samples: [Answer]) -> String? {
    guard let first = samples.first else { return nil }
    for sample in samples.dropFirst() {
      if first.status != sample.status || (first.status == nil && first.statusText != sample.statusText) {
        let shown = { (answer: Answer) in answer.status.map(String.init) ?? answer.statusText }
        return "the same request was answered with status \(shown(first)) and with \(shown(sample))"
      }
      if first.content.name != sample.content.name {
        return "the same request was answered with \(first.content.name) and with \(sample.content.name)"
      }
    }
    return nil
  }

  private mutating func learnHeaders(_ a: Answer, _ b: Answer) {
    for name in Set((a.fields.list + b.fields.list).map { $0.name.lowercased() }).sorted() {
      guard !HeaderDiff.ofConnection.contains(name), name != "content-length" || (a.body.isEmpty && b.body.isEmpty)
      else { continue }
      let (ours, theirs) = (a.fields[all: name], b.fields[all: name])
      guard ours != theirs else { continue }
      if ours.isEmpty || theirs.isEmpty {
        self.headers[name, default: Header()].presence = true
        self.add("header \(name): presence")
      } else {
        self.headers[name, default: Header()].value = true
        self.add("header \(name): value")
      }
    }
  }

  private mutating func learnBody(_ a: Answer, _ b: Answer) {
    switch (a.content, b.content) {
    case (.json(let ours), .json(let theirs)): self.learn(ours, theirs, \.json) { $0.shortDescription }
    case (.text(let ours), .text(let theirs)):
      if let ours = MarkupReader.read(ours), let theirs = MarkupReader.read(theirs) {
        self.learn(ours, theirs, \.markup) { $0.xpath }
      } else {
        fallthrough
      }
    default:
      guard a.body != b.body, !self.body else { return }
      self.body = true
      self.add("body")
    }
  }

  /// What varies inside of elements hides that their order varies too: each round knows what the last one learnt.
  private mutating func learn(
    _ ours: JSON, _ theirs: JSON, _ tolerance: WritableKeyPath<Noise, Tolerance>, shown: (JSONLocation) -> String
  ) {
    for _ in 0..<4 {
      var diff = JSONDiff(left: self[keyPath: tolerance], right: self[keyPath: tolerance], comparesKeyOrder: true)
      let changes = diff.changes(ours, theirs)
      guard !changes.isEmpty else { return }
      for change in changes { self.learn(change, tolerance, shown) }
    }
  }

  private mutating func learn(
    _ change: JSONChange, _ tolerance: WritableKeyPath<Noise, Tolerance>, _ shown: (JSONLocation) -> String
  ) {
    let aspects: Tolerance.Aspects =
      switch change.kind {
      case .removed, .added: .presence
      case .type, .newNull, .noNull: [.type, .value]
      case .value: .value
      case .order: .order
      case .keyOrder: .keyOrder
      case .length, .narrowed: .length
      }
    var place = change.place
    // The element is more or less; it is the array that varies.
    if aspects == .length { place.steps.removeLast() }
    self[keyPath: tolerance].add(place.steps.map { if case .index = $0 { nil } else { $0 } }, aspects)
    let path = Difference(shown(place), .value, fake: nil, real: nil).cause
    self.add("\(path): \(aspects.words.joined(separator: ", "))")
  }

  private mutating func add(_ place: String) {
    if !self.places.contains(place) { self.places.append(place) }
  }
}

extension Answer.Content {
  fileprivate var name: String {
    switch self {
    case .empty: "no body"
    case .json(let json): "a JSON \(json.kind)"
    case .text: "text"
    case .bytes: "bytes"
    }
  }
}
