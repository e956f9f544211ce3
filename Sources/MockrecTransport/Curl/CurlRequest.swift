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
    /// HTTP/2 without asking for it, also without TLS.
    case http2PriorKnowledge
    /// HTTP/3, or an older one where it does not come about. A libcurl without it refuses.
    case http3
  }

  /// Which addresses a name may stand for.
  package enum AddressFamily: Sendable { case any, v4, v6 }

  /// How `userAndPassword` is shown to the server.
  package enum Authentication: Sendable { case basic, digest, ntlm, negotiate }

  /// The use of a `.netrc` file.
  package enum Netrc: Sendable {
    case optional(path: String?)
    case required(path: String?)
  }

  package var method: String
  /// An absolute `http:` or `https:` URL, percent-encoded already. Dot segments are sent as written.
  package var url: String
  /// What stands in the request line in place of the URL's path and query.
  package var target: String?
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
  /// After a redirect to another host, credentials go there as well.
  package var trustsRedirects = false
  /// Accept any certificate.
  package var insecure = false
  /// The PEM file of the authorities to trust in place of the system's.
  package var caFile: String?
  package var httpVersion = HTTPVersion.automatic
  /// A field behind which nothing comes: with it a reply is whole, also where the server has ended the stream without
  /// hearing all of the request.
  package var lastField: String?
  /// Offer every encoding that libcurl knows, and give back the body decoded.
  package var compressed = false
  /// `user:password`.
  package var userAndPassword: String?
  package var authentication = Authentication.basic
  package var netrc: Netrc?
  /// `PROVIDER1[:PROVIDER2[:REGION[:SERVICE]]]`: `userAndPassword` signs the request and is not sent.
  package var awsSignature: String?
  /// The client's certificate and key as PEM files, and the password of the key.
  package var certificateFile: String?
  package var keyFile: String?
  package var keyPassword: String?
  /// The hashes of the public keys that the server may have, as libcurl reads them.
  package var pinnedKey: String?

  /// The cookies to send where they belong, as lines of a cookie file; the reply has them with those it set. nil sends
  /// and keeps none.
  package var cookies: [String]?
  /// A `Cookie` field's value of this request alone.
  package var ownCookies: String?

  /// `HOST1:PORT1:HOST2:PORT2`: what is asked of the first is asked of the second.
  package var connectTo: [String] = []
  package var unixSocket: String?
  package var addressFamily = AddressFamily.any
  /// Bytes a second, both ways; nil is as fast as it goes.
  package var maximumRate: Int?
  /// Leave `/../` and `/./` in the path.
  package var keepsPath = true
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
