import MockrecCore
import MockrecWire

/// What a wire makes of what comes over HTTP/2.
package struct HTTP2Dialect: Sendable {
  /// A request's head in the wire's own form.
  package var request: @Sendable (Message) -> any WireRequest
  /// What the wire refuses of requests' heads beyond what HTTP/2 itself does, with the status of HTTP for it.
  package var fault: @Sendable (Message) -> (error: WireError, status: Int)?
  /// What a client is answered whose request is refused, with the status that says so.
  package var refusal: @Sendable (WireError, _ status: Int) -> Message

  package init(
    request: @escaping @Sendable (Message) -> any WireRequest,
    fault: @escaping @Sendable (Message) -> (error: WireError, status: Int)? = { _ in nil },
    refusal: @escaping @Sendable (WireError, Int) -> Message
  ) {
    self.request = request
    self.fault = fault
    self.refusal = refusal
  }
}
