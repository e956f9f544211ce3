/// One way in which the fake's answer is not the real one's.
package struct Difference: Sendable, Hashable {
  package enum Kind: String, Sendable, Hashable, CaseIterable {
    case status, header
    case fieldRemoved = "field removed"
    case fieldAdded = "field added"
    case type, nullability, value, order, length
    case errorMode = "error mode"
    case timing
  }

  package enum Severity: String, Sendable, Hashable, CaseIterable, Comparable {
    /// Spelling and order that no client should see.
    case cosmetic
    /// A client that reads what it knows goes on working.
    case compatible
    case breaking

    package static func < (a: Severity, b: Severity) -> Bool { a.rank < b.rank }

    private var rank: Int {
      switch self {
      case .cosmetic: 0
      case .compatible: 1
      case .breaking: 2
      }
    }
  }

  /// `status`, `header Content-Type`, `$.items[0].id`, `body line 3`.
  package var path: String
  package var kind: Kind
  package var severity: Severity
  /// As shown to people; nil where the fake has nothing there.
  package var fake: String?
  package var real: String?

  package init(_ path: String, _ change: Change, fake: String?, real: String?) {
    self.path = path
    self.kind = change.kind
    self.severity = change.severity
    self.fake = fake
    self.real = real
  }
}

/// What can change between the fake and the real answer, and how bad that is for a client of the fake.
package enum Change: String, Sendable, CaseIterable {
  case statusClass, statusWithinClass
  case headerMeaning, headerValue, headerAdded, headerRemoved, headerOrder, headerSpelling
  case fieldRemoved, fieldAdded, type, nullability, value, order, length
  case bodyKind, bodyText, bodyBytes, bodyLength
  case errorMode, timing

  package var kind: Difference.Kind { self.row.kind }
  package var severity: Difference.Severity { self.row.severity }

  private var row: (kind: Difference.Kind, severity: Difference.Severity) {
    switch self {
    // 200 became 404: the code that runs is another one.
    case .statusClass: (.status, .breaking)
    case .statusWithinClass: (.status, .compatible)

    // The media type, Location, WWW-Authenticate and their like, changed or gone: clients act on them.
    case .headerMeaning: (.header, .breaking)
    case .headerValue, .headerAdded, .headerRemoved: (.header, .compatible)
    case .headerOrder, .headerSpelling: (.header, .cosmetic)

    // Tests that stay green against the fake read what the real one does not send.
    case .fieldRemoved: (.fieldRemoved, .breaking)
    case .type, .bodyKind: (.type, .breaking)
    case .nullability: (.nullability, .breaking)
    case .errorMode: (.errorMode, .breaking)

    // The same shape with other content.
    case .fieldAdded: (.fieldAdded, .compatible)
    case .value, .bodyText, .bodyBytes: (.value, .compatible)
    case .order: (.order, .compatible)
    case .length, .bodyLength: (.length, .compatible)
    case .timing: (.timing, .compatible)
    }
  }
}
