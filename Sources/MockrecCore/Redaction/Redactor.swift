/// Takes the secrets out of messages before anything is written.
///
/// Each secret gives way to its pseudonym (see `Pseudonym`); all other bytes stay as they were. Redacting twice gives
/// what redacting once gave. The work is O(bytes) and allocates nothing where nothing is found.
///
/// `replaced` parameters are raised by the number of secrets that were replaced.
package struct Redactor: Sendable, Hashable {
  package let isOn: Bool
  let headers: NameSet
  let names: SecretNames
  let patterns: [Pattern]

  var keys: NameSet { self.names.keys }

  package init(_ rules: RedactionRules = .standard) {
    self.isOn = rules.isOn
    self.patterns = rules.isOn ? rules.patterns : []
    func set(_ names: [String]) -> NameSet { NameSet(names, endings: rules.endings, except: rules.shown) }
    self.headers = set(rules.headers)
    self.names = SecretNames(keys: set(rules.keys), queryNames: set(rules.queryNames))
  }

  /// Whether the values under this name are secrets.
  package func isSecret(name: String) -> Bool { self.isOn && self.keys.contains(name) }

  /// A body that is in memory.
  package func body(_ bytes: [UInt8], as kind: BodyKind, replaced: inout Int) -> [UInt8] {
    guard self.isOn, kind != .opaque, !bytes.isEmpty else { return bytes }
    var body = BodyRedaction(kind, names: self.names)
    return self.scan(bytes, replaced: &replaced) { bytes, sink in
      body.feed(bytes, base: 0, sink: &sink)
      body.finish(at: bytes.count, sink: &sink)
    }
  }

  package func body(_ bytes: [UInt8], as kind: BodyKind) -> [UInt8] {
    var replaced = 0
    return self.body(bytes, as: kind, replaced: &replaced)
  }

  /// A body that comes in chunks.
  package func streaming(_ kind: BodyKind) -> StreamingRedactor {
    StreamingRedactor(self.isOn ? BodyRedaction(kind, names: self.names) : .opaque)
  }

  package func json(_ bytes: [UInt8]) -> [UInt8] { self.body(bytes, as: .json) }

  package func form(_ bytes: [UInt8]) -> [UInt8] { self.body(bytes, as: .form) }

  package func multipart(_ bytes: [UInt8], boundary: [UInt8]) -> [UInt8] {
    self.body(bytes, as: .multipart(boundary: boundary))
  }

  package func text(_ bytes: [UInt8]) -> [UInt8] { self.body(bytes, as: .text) }

  /// Text of no known grammar: an error message, a note. URLs' parameters and passwords are looked for, and the shapes
  /// of well-known secrets.
  package func text(_ text: String, replaced: inout Int) -> String { self.query(text, replaced: &replaced) }

  package func text(_ text: String) -> String {
    var replaced = 0
    return self.text(text, replaced: &replaced)
  }

  func scan(
    _ bytes: [UInt8], replaced: inout Int, _ read: (UnsafeBufferPointer<UInt8>, inout RedactionSink) -> Void
  ) -> [UInt8] {
    bytes.withUnsafeBufferPointer { Self.scan($0, replaced: &replaced, read) } ?? bytes
  }

  func scan(
    _ text: String, replaced: inout Int, _ read: (UnsafeBufferPointer<UInt8>, inout RedactionSink) -> Void
  ) -> String {
    guard self.isOn else { return text }
    var copy = text
    let changed = copy.withUTF8 { Self.scan($0, replaced: &replaced, read) }
    return changed.map { String(decoding: $0, as: UTF8.self) } ?? text
  }

  private static func scan(
    _ bytes: UnsafeBufferPointer<UInt8>, replaced: inout Int,
    _ read: (UnsafeBufferPointer<UInt8>, inout RedactionSink) -> Void
  ) -> [UInt8]? {
    var sink = RedactionSink()
    sink.open(bytes)
    read(bytes, &sink)
    replaced += sink.replaced
    return sink.finishWhole()
  }
}
