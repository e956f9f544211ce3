import MockrecCore

/// What makes two requests equal: a normalised head and a digest of the normalised body.
package struct MatchKey: Sendable, Hashable {
  /// The normalised head as text, for HTTP `GET /users/42?a=1&b=2`.
  package var head: String
  /// FNV-1a of the normalised body; 0 without a body.
  package var body: UInt64

  package init(head: String, body: UInt64 = 0) {
    self.head = head
    self.body = body
  }

  /// The key as bytes: what the short hash in a cassette entry's name is made of.
  package var bytes: [UInt8] {
    guard self.body != 0 else { return Array(self.head.utf8) }
    return Array(self.head.utf8) + [0] + withUnsafeBytes(of: self.body.bigEndian) { Array($0) }
  }
}

/// Which parts of a request are compared, and how secrets in it are named before they are.
package struct MatchRules: Sendable {
  /// Names of request fields that are part of the match.
  package var headers: [String] = []
  package var ignoredHeaders: [String] = []
  package var ignoredQuery: Set<String> = []
  package var ignoredJSON: [JSONPath] = []
  package var redactor: Redactor

  package init(redactor: Redactor) { self.redactor = redactor }

  /// How the fields that are part of the match differ.
  ///
  /// - Parameter noun: What such a field is called in the wire's terms.
  package func fieldMismatches(asked: Fields, recorded: Fields, noun: String) -> [Mismatch] {
    var found: [Mismatch] = []
    for name in self.headers where !self.ignoredHeaders.contains(where: { $0.equalsIgnoringCase(name) }) {
      let values = asked[all: name].map { self.redactor.field(name: name, value: $0) }
      let recordedValues = recorded[all: name].map { self.redactor.field(name: name, value: $0) }
      guard values != recordedValues else { continue }
      found.append(
        Mismatch(
          "\(noun) \(name)", recorded: recordedValues.isEmpty ? nil : recordedValues.joined(separator: ", "),
          asked: values.isEmpty ? nil : values.joined(separator: ", ")))
    }
    return found
  }
}

/// One way in which a recorded request differs from the one that was asked.
package struct Mismatch: Sendable, Hashable {
  /// `method`, `path`, `query a`, `header X-Tenant`, `body $.items[0].id`.
  package var part: String
  package var recorded: String?
  package var asked: String?

  package init(_ part: String, recorded: String?, asked: String?) {
    self.part = part
    self.recorded = recorded
    self.asked = asked
  }
}
