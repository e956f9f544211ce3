/// What a peer may make mockrec hold or wait for. Sizes in bytes.
package struct WireLimits: Sendable, Hashable {
  /// A request's or reply's whole head.
  package var headBytes = 64 * 1024
  /// Fields in one head.
  package var fieldCount = 256
  /// The body of one message; nil for no limit, as bodies stream.
  package var bodyBytes: Int?
  /// How much of a body is kept in memory; what is longer goes through a file or is hashed as it streams.
  package var memoryBytes = 1 << 20
  /// How long a request may take to arrive, and a connection may lie idle.
  package var idle: Duration = .seconds(120)

  /// Replies that wait for a client that does not read them; with more, no more of its requests are read.
  static let unsentBytes = 64 << 20

  package init() {}
}
