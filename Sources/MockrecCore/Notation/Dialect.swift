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
  package var limits: Limits

  package init(wireVerbs: Set<String> = [], limits: Limits = Limits()) {
    self.wireVerbs = wireVerbs
    self.limits = limits
  }

  package static let http = Dialect()
}
