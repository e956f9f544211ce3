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

  /// `status`, `header Content-Type`, `$.items[0].id`, `/List/Item[2]`, `body line 3`.
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

  /// The path without the numbers in it, `$.items[*].id`: what has the same one in several answers has the same cause.
  package var cause: String {
    guard self.path.hasPrefix("$") || self.path.hasPrefix("/") else {
      return self.path.hasPrefix("body line ") ? "body" : self.path
    }
    var cause: [UInt8] = []
    var rest = Array(self.path.utf8)[...]
    var quoted = false
    while let byte = rest.popFirst() {
      cause.append(byte)
      if quoted, byte == UInt8(ascii: "\\"), let escaped = rest.popFirst() { cause.append(escaped) }
      if byte == UInt8(ascii: "'") { quoted.toggle() }
      guard !quoted, byte == UInt8(ascii: "[") else { continue }
      let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      guard !digits.isEmpty, rest.dropFirst(digits.count).first == UInt8(ascii: "]") else { continue }
      rest = rest.dropFirst(digits.count + 1)
      if self.path.hasPrefix("/") { cause.removeLast() } else { cause += Array("*]".utf8) }
    }
    return String(decoding: cause, as: UTF8.self)
  }
}

/// What can change between the fake and the real answer, and how bad that is for a client of the fake.
package enum Change: String, Sendable, CaseIterable {
  case statusClass, statusWithinClass
  case headerMeaning, headerValue, headerAdded, headerRemoved, headerOrder, headerSpelling
  case fieldRemoved, fieldAdded, type, format, newNull, noNull, value, order, keyOrder, length, narrowed
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
    // A format is a type to who parses it: what varied as UUIDs, dates or integers no longer does.
    case .type, .format, .bodyKind: (.type, .breaking)
    case .newNull: (.nullability, .breaking)
    // A list of words, of scopes or methods or states, that lost some: what was allowed no longer is.
    case .narrowed: (.length, .breaking)
    case .errorMode: (.errorMode, .breaking)

    // The same shape with other content.
    case .fieldAdded: (.fieldAdded, .compatible)
    case .noNull: (.nullability, .compatible)
    case .value, .bodyText, .bodyBytes: (.value, .compatible)
    case .order: (.order, .compatible)
    case .length, .bodyLength: (.length, .compatible)
    case .timing: (.timing, .compatible)
    case .keyOrder: (.order, .cosmetic)
    }
  }
}
