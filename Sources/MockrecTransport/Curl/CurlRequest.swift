/// One request as libcurl shall send it.
///
/// What is not said here is not sent, apart from what HTTP itself needs (`Host`, the framing of the body): no
/// `Accept`, `User-Agent`, `Expect` or `Content-Type` of libcurl's own, no cookies, no `.netrc`.
package struct CurlRequest: Sendable {
  package enum Body: Sendable {
    case bytes([UInt8])
    /// A regular file, read while it is sent.
    case file(path: String)
  }

  package enum HTTPVersion: Sendable {
    /// HTTP/2 where TLS agrees on it, else HTTP/1.1.
    case automatic
    case http10
    case http11
    /// Also without TLS, where libcurl asks for it with `Upgrade: h2c`.
    case http2
  }

  package var method: String
  /// An absolute `http:` or `https:` URL, percent-encoded already. Dot segments are sent as written.
  package var url: String
  /// In the order and case in which they are sent. A name may occur more than once, a value may be empty.
  package var headers: [(name: String, value: String)]
  package var body: Body?

  /// How long name lookup, TCP and TLS may take together.
  package var connectTimeout: Duration = .seconds(10)
  /// How long the whole transfer may take, redirects included. The wait for a free place is not counted.
  package var timeout: Duration = .seconds(60)
  /// Past this many bytes of body, after decoding, the transfer stops as `tooLarge`.
  package var maximumBodyBytes: Int = 64 << 20

  /// Follow `Location`, at most so many times; nil gives back the redirect itself. As libcurl does, a POST becomes a
  /// GET after 301, 302 and 303, a PUT after 303, and any other method is kept.
  package var maximumRedirects: Int?
  /// Accept any certificate.
  package var insecure = false
  /// The PEM file of the authorities to trust in place of the system's.
  package var caFile: String?
  package var httpVersion = HTTPVersion.automatic
  /// Offer every encoding that libcurl knows, and give back the body decoded.
  package var compressed = false
  /// `user:password` for basic authentication.
  package var userAndPassword: String?
  /// The proxy's URL; nil connects directly, whatever the environment says.
  package var proxy: String?

  package init(
    method: String = "GET", url: String, headers: [(name: String, value: String)] = [], body: Body? = nil
  ) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
  }
}
