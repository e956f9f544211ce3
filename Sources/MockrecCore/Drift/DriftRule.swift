/// What a user says of differences at a place: how bad they are for the clients of this service.
package struct DriftRule: Sendable, Hashable {
  package enum Judgement: String, Sendable, Hashable, CaseIterable {
    case breaking, compatible, cosmetic
    /// It is no difference; how many there were is told.
    case ignore
  }

  package var place: Place
  /// nil for every kind.
  package var kind: Difference.Kind?
  package var judgement: Judgement

  package init(_ place: Place, kind: Difference.Kind? = nil, _ judgement: Judgement) {
    self.place = place
    self.kind = kind
    self.judgement = judgement
  }

  func applies(to difference: Difference) -> Bool {
    (self.kind == nil || self.kind == difference.kind) && self.place.contains(difference.path)
  }
}

extension DriftRule {
  /// Where differences are meant: a part of the answer with all that is in it.
  package struct Place: Sendable, Hashable {
    /// What is wrong with a place, and how many Unicode scalars into it.
    package struct Problem: Error {
      package var message: String
      package var scalars = 0
    }

    /// `status`, `body`, `header Content-Type`, `$.items[*].price`, `/List/Item/Price`.
    package let text: String
    private let path: JSONPath?

    /// - Throws: `Problem` for what is no such place. Of JSONPath there are names, indices, `*` and `..`: a place is
    ///   judged without a document.
    package init(_ text: String) throws(Problem) {
      self.text = text
      guard text.hasPrefix("$") else {
        self.path = nil
        let isHeader = text.hasPrefix("header ") && text.count > 7
        guard isHeader || text == "status" || text == "body" || (text.hasPrefix("/") && text.count > 1) else {
          throw Problem(message: "`\(text)` is no part of an answer")
        }
        return
      }
      let path: JSONPath
      do throws(JSONPathError) { path = try JSONPath(text) } catch {
        throw Problem(message: error.message, scalars: error.offset)
      }
      guard path.query.segments.allSatisfy(\.isPlain) else {
        throw Problem(message: "a filter or a slice says nothing of a place without a document")
      }
      self.path = path
    }

    /// Whether a difference's path is this place or one in it.
    func contains(_ path: String) -> Bool {
      if let ours = self.path {
        guard path.hasPrefix("$"), let location = (try? JSONPath(path))?.location else { return false }
        return Self.matches(ours.query.segments[...], location.steps[...])
      }
      if self.text.hasPrefix("header ") { return path.equalsIgnoringCase(self.text) }
      if self.text == "body" { return path.hasPrefix("body") || path.hasPrefix("$") || path.hasPrefix("/") }
      guard self.text.hasPrefix("/") else { return path == self.text }
      let cause = Difference(path, .value, fake: nil, real: nil).cause
      return [path, cause].contains { $0 == self.text || $0.hasPrefix(self.text + "/") }
    }

    private static func matches(
      _ segments: ArraySlice<JSONPathQuery.Segment>, _ steps: ArraySlice<JSONLocation.Step>
    ) -> Bool {
      guard let segment = segments.first else { return true }
      let rest = segments.dropFirst()
      switch segment {
      case .child(let selectors):
        guard let step = steps.first, selectors.contains(where: { $0.selects(step) }) else { return false }
        return self.matches(rest, steps.dropFirst())
      case .descendant(let selectors):
        return steps.indices.contains { index in
          selectors.contains { $0.selects(steps[index]) } && self.matches(rest, steps[(index + 1)...])
        }
      }
    }
  }
}

extension JSONPathQuery.Segment {
  /// Whether names, indices and wildcards say it all.
  fileprivate var isPlain: Bool {
    let selectors =
      switch self {
      case .child(let selectors), .descendant(let selectors): selectors
      }
    return selectors.allSatisfy { selector in
      switch selector {
      case .name, .wildcard: true
      case .index(let index): index >= 0
      case .slice, .filter: false
      }
    }
  }
}

extension JSONPathQuery.Selector {
  fileprivate func selects(_ step: JSONLocation.Step) -> Bool {
    switch (self, step) {
    case (.wildcard, _): true
    case (.name(let name), .name(let other)): name.hasSameScalars(as: other)
    case (.index(let index), .index(let other)): index == other
    default: false
    }
  }
}

extension [DriftRule] {
  /// The differences as these rules judge them, and how many are none. Of several rules the first that applies counts.
  package func judge(_ differences: [Difference]) -> (differences: [Difference], ignored: Int) {
    guard !self.isEmpty else { return (differences, 0) }
    var (judged, ignored): ([Difference], Int) = ([], 0)
    for var difference in differences {
      switch self.first(where: { $0.applies(to: difference) })?.judgement {
      case .breaking: difference.severity = .breaking
      case .compatible: difference.severity = .compatible
      case .cosmetic: difference.severity = .cosmetic
      case .ignore:
        ignored += 1
        continue
      case nil: break
      }
      judged.append(difference)
    }
    return (judged, ignored)
  }
}
