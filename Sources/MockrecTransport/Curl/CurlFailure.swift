import CCurl

/// Why there is no reply.
package struct CurlFailure: Error, Sendable, CustomStringConvertible {
  package enum Kind: String, Sendable {
    case couldNotResolve
    case couldNotConnect
    case timeout
    case tls
    /// The peer closed the connection without a byte.
    case emptyReply
    /// The connection ended before the reply was complete.
    case reset
    /// What came is not HTTP/1.x or HTTP/2, or is not framed as it says.
    case malformedReply
    case tooLarge
    case tooManyRedirects
    case badURL
    /// The request cannot be sent as it stands: a line break in a header, a body file that cannot be read.
    case badRequest
    /// The task was cancelled, or the client shut down.
    case cancelled
    case other
  }

  package var kind: Kind
  /// Whether the server had ended its stream before libcurl had sent the whole request: its answer was there, and was not
  /// looked at.
  package var cameEarly = false
  /// libcurl's number (`CURLcode`), 0 where the failure is not libcurl's.
  package var code: Int
  /// One line for people, with the host and port. Holds no credentials.
  package var message: String

  package var description: String { message }

  init(_ kind: Kind, _ message: String, code: CURLcode = CURLE_OK) {
    self.kind = kind
    self.code = Int(code.rawValue)
    self.message = message
  }
}

extension CurlFailure {
  /// - Parameters:
  ///   - text: libcurl's own words, which may be empty.
  ///   - place: `host:port`.
  ///   - reached: Whether a connection to the peer was there and no response head had come.
  init(code: CURLcode, text: String, place: String, reached: Bool) {
    let kind = Kind(code: code, text: text, reached: reached)
    // What libcurl says of a head of which one line is longer than it keeps.
    let reason =
      code == CURLE_OUT_OF_MEMORY
      ? "a header line is too long" : text.isEmpty ? String(cString: curl_easy_strerror(code)) : text
    // What is no URL has no place.
    let subject = kind == .badURL ? kind.phrase : "\(kind.phrase) \(place)"
    self.init(kind, "\(subject): \(reason)", code: code)
    self.cameEarly = code == CURLE_HTTP2_STREAM && text.isEmpty
  }
}

extension CurlFailure.Kind {
  fileprivate init(code: CURLcode, text: String, reached: Bool) {
    switch code {
    case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: self = .couldNotResolve
    case CURLE_COULDNT_CONNECT: self = .couldNotConnect
    case CURLE_OPERATION_TIMEDOUT: self = .timeout
    case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CERTPROBLEM,
      CURLE_SSL_CIPHER, CURLE_SSL_ISSUER_ERROR, CURLE_USE_SSL_FAILED:
      self = .tls
    case CURLE_GOT_NOTHING: self = .emptyReply
    // Broken chunks and endless heads have the code of a broken connection; only the words tell them apart.
    case CURLE_RECV_ERROR where text.contains("chunked-encoding"): self = .malformedReply
    case CURLE_RECV_ERROR where text.contains("Too large response headers"): self = .tooLarge
    case CURLE_RECV_ERROR: self = .reset
    case CURLE_SEND_ERROR, CURLE_PARTIAL_FILE, CURLE_HTTP2_STREAM: self = .reset
    case CURLE_WEIRD_SERVER_REPLY, CURLE_BAD_CONTENT_ENCODING, CURLE_HTTP2: self = .malformedReply
    // Said of a scheme that is not allowed, and of a peer whose first line is not a status line (HTTP/0.9).
    case CURLE_UNSUPPORTED_PROTOCOL: self = reached ? .malformedReply : .badURL
    case CURLE_URL_MALFORMAT: self = .badURL
    case CURLE_FILESIZE_EXCEEDED, CURLE_OUT_OF_MEMORY: self = .tooLarge
    case CURLE_TOO_MANY_REDIRECTS: self = .tooManyRedirects
    case CURLE_READ_ERROR, CURLE_ABORTED_BY_CALLBACK: self = .badRequest
    default: self = .other
    }
  }

  fileprivate var phrase: String {
    switch self {
    case .couldNotResolve: "no address for"
    case .couldNotConnect: "no connection to"
    case .timeout: "no reply in time from"
    case .tls: "no TLS with"
    case .emptyReply: "an empty reply from"
    case .reset: "a reply cut short by"
    case .malformedReply: "a malformed reply from"
    case .tooLarge: "too large a reply from"
    case .tooManyRedirects: "too many redirects from"
    case .badURL: "not a URL to ask"
    case .badRequest: "not a request to send to"
    case .cancelled: "cancelled, to"
    case .other: "no reply from"
    }
  }
}
