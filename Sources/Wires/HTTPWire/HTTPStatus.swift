import NIOHTTP1

/// The reason phrases of status codes (RFC 9110, 15).
enum HTTPStatus {
  /// Switching Protocols: what follows is not HTTP.
  static let switching = 101

  static func reason(_ status: Int) -> String {
    HTTPResponseStatus(statusCode: status).reasonPhrase
  }
}
