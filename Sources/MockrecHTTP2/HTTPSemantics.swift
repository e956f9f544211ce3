/// What HTTP means in each of its versions (RFC 9110).
package enum HTTPSemantics {
  /// Whether a reply of this status to this method carries a body (RFC 9110, 6.4.1).
  package static func hasBody(status: Int, method: String) -> Bool {
    method != "HEAD" && status >= 200 && status != 204 && status != 304
  }
}
