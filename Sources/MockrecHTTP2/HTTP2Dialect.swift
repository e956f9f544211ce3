import MockrecCore
import MockrecWire

/// What a wire makes of what comes over HTTP/2.
package struct HTTP2Dialect: Sendable {
  /// A request's head in the wire's own form.
  package var request: @Sendable (Message) -> any WireRequest
  /// What a client is answered whose request is refused, with the status that says so.
  package var refusal: @Sendable (WireError, _ status: Int) -> Message

  package init(
    request: @escaping @Sendable (Message) -> any WireRequest,
    refusal: @escaping @Sendable (WireError, Int) -> Message
  ) {
    self.request = request
    self.refusal = refusal
  }
}
