/// What a service varies by itself: places at which its answers to one request differ from each other, and of what shape
/// they are there. A value of another shape is no noise.
package struct Noise: Sendable {
  package struct Header: Sendable, Hashable {
    package var value = false
    package var presence = false
    /// Of each of its values; nil while nothing is known.
    var shape: ValueShape?

    func fits(_ values: [String]) -> Bool { values.allSatisfy { self.shape?.fits(.string($0)) ?? true } }

    /// Whether a literal expectation of this field may be met by these values.
    func permits(_ values: [String]) -> Bool { values.isEmpty ? self.presence : self.value && self.fits(values) }
  }

  /// One thing that was learnt.
  package struct Finding: Sendable, Hashable {
    package enum Place: Sendable, Hashable {
      case json([JSONLocation.Step?])
      case markup([JSONLocation.Step?])
      /// In small letters.
      case header(String)
      case body
    }

    package enum What: Sendable, Hashable {
      case shape(PlaceShape)
      case presence, order, length, keyOrder
      /// A body that is neither JSON nor XML.
      case body
    }

    package var place: Place
    package var what: What
  }

  var json = Tolerance()
  /// Of XML bodies, as `MarkupReader` reads them.
  var markup = Tolerance()
  /// By name in small letters.
  package internal(set) var headers: [String: Header] = [:]
  var body: BodyNoise?
  /// In the order in which they were learnt.
  package internal(set) var findings: [Finding] = []

  package init() {}

  package var isEmpty: Bool { self.findings.isEmpty }

  /// What was learnt, one line a place, as in `$.kvs[*].mod_revision: matches /^[0-9]+$/`.
  package var places: [String] { self.findings.map(\.description) }

  func excuses(_ a: String, _ b: String) -> Bool { self.body?.excuses(a, b) ?? false }
  func excuses(_ a: [UInt8], _ b: [UInt8]) -> Bool { self.body?.excuses(a, b) ?? false }

  /// Whether it excuses two bodies of no known kind, of which either may happen to be a text.
  func excusesBytes(_ a: Answer, _ b: Answer) -> Bool {
    guard case .bytes? = self.body, a.isOpaque, b.isOpaque else { return false }
    return self.excuses(a.body, b.body)
  }

  /// Why the samples are too different for any noise to explain it; nil where they are not.
  package static func disagreement(among samples: [Answer]) -> String? {
    guard let first = samples.first else { return nil }
    for sample in samples.dropFirst() {
      if first.status != sample.status || (first.status == nil && first.statusText != sample.statusText) {
        let shown = { (answer: Answer) in answer.status.map(String.init) ?? answer.statusText }
        return "the same request was answered with status \(shown(first)) and with \(shown(sample))"
      }
      if first.content.name != sample.content.name, !first.isOpaque || !sample.isOpaque {
        return "the same request was answered with \(first.content.name) and with \(sample.content.name)"
      }
    }
    return nil
  }
}

extension Noise.Finding: CustomStringConvertible {
  package var description: String {
    let what =
      switch self.what {
      case .shape(let shape): shape.description
      case .presence: "presence"
      case .order: "order"
      case .length: "length"
      case .keyOrder: "order of names"
      case .body: ""
      }
    return what.isEmpty ? self.place.text : "\(self.place.text): \(what)"
  }
}

extension Noise.Finding.Place {
  /// `$.items[*].id`, `/List/Item/Key`, `header etag`, `body`.
  var text: String {
    switch self {
    case .json(let steps):
      return steps.reduce("$") { path, step in
        step.map { path + JSONLocation([$0]).shortDescription.dropFirst() } ?? path + "[*]"
      }
    case .markup(let steps):
      return JSONLocation(steps.map { $0 ?? .index(0) }).xpath
    case .header(let name): return "header \(name)"
    case .body: return "body"
    }
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
