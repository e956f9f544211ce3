/// What came back: the final response, and those that led to it.
package struct CurlReply: Sendable {
  /// One head. Names are as sent; values lose only the white space around them. Bytes that are not UTF-8 are read as
  /// ISO 8859-1.
  package struct Response: Sendable {
    /// `HTTP/1.1`, as the status line has it; `HTTP/2` where there is no such line.
    package var httpVersion: String
    package var status: Int
    package var reason: String
    package var headers: [(name: String, value: String)] = []
  }

  /// Since the request was handed to libcurl, in its microseconds. What did not happen is zero.
  package struct Timings: Sendable {
    package var nameLookup: Duration
    package var connect: Duration
    /// Until TLS was agreed.
    package var secured: Duration
    /// Until the first byte of the final response.
    package var firstByte: Duration
    package var total: Duration
  }

  /// In order, the last one final; more than one where redirects were followed. Never empty. Interim responses (1xx)
  /// are left out.
  package var responses: [Response]
  /// The body of the final response without its transfer coding; with its content coding unless the request said
  /// `compressed`.
  package var body: [UInt8]
  package var trailers: [(name: String, value: String)]
  package var timings: Timings
  /// How many connections were opened: 0 when one was used again.
  package var connections: Int
  /// The URL of the final response.
  package var effectiveURL: String
  /// The peer's address, empty when unknown.
  package var primaryIP: String
  /// What libcurl tells of the server's own certificate, `name:value` lines; empty without TLS.
  package var certificate: [String] = []
  /// All cookies there are now; empty where none were to be kept.
  package var cookies: [String] = []
}
