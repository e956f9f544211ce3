/// What a conversation file may hold beside HTTP, and how large it may be.
package struct Dialect: Sendable, Hashable {
  /// Bounds on what is read; a file past one of them is refused with a message that names it.
  package struct Limits: Sendable, Hashable {
    /// The size of a file, in bytes.
    package var fileBytes: Int
    /// How deep JSON and XML bodies may nest.
    package var depth: Int

    package init(fileBytes: Int = 64 << 20, depth: Int = 512) {
      self.fileBytes = fileBytes
      self.depth = depth
    }
  }

  /// The verbs of wires other than HTTP: `REDIS`, … Such a verb begins a request line and, without a `{{service}}`
  /// behind it, the response line too.
  package var wireVerbs: Set<String>
  /// Those of `wireVerbs` whose requests and responses may have several bodies, one below the other: a message each.
  package var messageVerbs: Set<String>
  /// A request line of each of `wireVerbs`, to show how one is written.
  package var requestLines: [String: String]
  package var limits: Limits

  package init(
    wireVerbs: Set<String> = [], messageVerbs: Set<String> = [], requestLines: [String: String] = [:],
    limits: Limits = Limits()
  ) {
    self.wireVerbs = wireVerbs
    self.messageVerbs = messageVerbs
    self.requestLines = requestLines
    self.limits = limits
  }

  /// What any of these may hold.
  package init(joining dialects: [Dialect]) {
    self.init(
      wireVerbs: dialects.reduce(into: []) { $0.formUnion($1.wireVerbs) },
      messageVerbs: dialects.reduce(into: []) { $0.formUnion($1.messageVerbs) },
      requestLines: dialects.reduce(into: [:]) { $0.merge($1.requestLines) { $1 } })
  }

  package static let http = Dialect()
}
