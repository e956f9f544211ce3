import CCurl

/// Sets options on an easy handle and remembers the first that libcurl refused.
struct CurlOptions {
  private let easy: UnsafeMutableRawPointer
  private(set) var failure: CURLcode?

  init(_ easy: UnsafeMutableRawPointer) {
    self.easy = easy
  }

  private mutating func note(_ code: CURLcode) {
    if code != CURLE_OK, failure == nil {
      failure = code
    }
  }

  mutating func set(_ option: CURLoption, _ value: Int) {
    note(mockrec_curl_set_long(easy, option, value))
  }

  mutating func set(_ option: CURLoption, _ value: Bool) {
    set(option, value ? 1 : 0)
  }

  mutating func set(_ option: CURLoption, offset value: Int) {
    note(mockrec_curl_set_offset(easy, option, curl_off_t(value)))
  }

  /// libcurl keeps a copy of the string.
  mutating func set(_ option: CURLoption, _ value: String) {
    note(mockrec_curl_set_string(easy, option, value))
  }

  /// libcurl keeps the pointer: it must outlive the transfer.
  mutating func set(_ option: CURLoption, pointer: UnsafeMutableRawPointer?) {
    note(mockrec_curl_set_pointer(easy, option, pointer))
  }

  mutating func set(_ option: CURLoption, _ callback: @escaping mockrec_curl_data_callback) {
    note(mockrec_curl_set_data_callback(easy, option, callback))
  }

  mutating func setSeek(_ callback: @escaping mockrec_curl_seek_callback) {
    note(mockrec_curl_set_seek_callback(easy, callback))
  }

  /// Everything but the callbacks and the headers.
  mutating func apply(_ request: CurlRequest, bodyBytes: Int?) {
    set(CURLOPT_URL, request.url)
    set(CURLOPT_PATH_AS_IS, request.keepsPath)
    note(mockrec_curl_set_boundaries(easy))
    set(CURLOPT_HTTP09_ALLOWED, false)
    set(CURLOPT_NOSIGNAL, true)
    set(CURLOPT_PROXY, request.proxy ?? "")
    set(CURLOPT_NOPROXY, "")
    set(CURLOPT_SUPPRESS_CONNECT_HEADERS, true)
    // With a size of 0 libcurl would announce chunks and then send none, not even the last.
    let isChunked = request.headers.contains {
      $0.name.lowercased() == "transfer-encoding" && $0.value.lowercased().hasSuffix("chunked")
    }
    apply(method: request.method, bodyBytes: isChunked ? -1 : bodyBytes)

    set(CURLOPT_CONNECTTIMEOUT_MS, request.connectTimeout.wholeMilliseconds)
    set(CURLOPT_TIMEOUT_MS, request.timeout.wholeMilliseconds)

    if let maximum = request.maximumRedirects {
      set(CURLOPT_FOLLOWLOCATION, true)
      set(CURLOPT_MAXREDIRS, max(-1, maximum))
      set(CURLOPT_UNRESTRICTED_AUTH, request.trustsRedirects)
    }
    if request.insecure {
      set(CURLOPT_SSL_VERIFYPEER, false)
      set(CURLOPT_SSL_VERIFYHOST, 0)
    }
    if let caFile = request.caFile ?? TrustRoots.file {
      set(CURLOPT_CAINFO, caFile)
    }
    set(CURLOPT_HTTP_VERSION, request.httpVersion.number)
    if let target = request.target { set(CURLOPT_REQUEST_TARGET, target) }
    if request.isHTTP2InTheClear {
      // A second request on the same connection fails in libcurl 7.88: "Error in the HTTP2 framing layer".
      set(CURLOPT_FORBID_REUSE, true)
      set(CURLOPT_FRESH_CONNECT, true)
    }
    if request.compressed {
      set(CURLOPT_ACCEPT_ENCODING, "")
    } else {
      set(CURLOPT_HTTP_CONTENT_DECODING, false)
    }
    applyCredentials(request)
    applyPlace(request)
    if let cookies = request.cookies {
      // An empty name reads no file and turns cookies on.
      set(CURLOPT_COOKIEFILE, "")
      for cookie in cookies { set(CURLOPT_COOKIELIST, cookie) }
    }
    if let cookies = request.ownCookies { set(CURLOPT_COOKIE, cookies) }
  }

  private mutating func applyCredentials(_ request: CurlRequest) {
    if let userAndPassword = request.userAndPassword { set(CURLOPT_USERPWD, userAndPassword) }
    switch request.authentication {
    case .basic: break
    case .digest: set(CURLOPT_HTTPAUTH, 1 << 1)
    case .negotiate: set(CURLOPT_HTTPAUTH, 1 << 2)
    case .ntlm: set(CURLOPT_HTTPAUTH, 1 << 3)
    }
    switch request.netrc {
    case .optional(let path)?:
      set(CURLOPT_NETRC, Int(CURL_NETRC_OPTIONAL.rawValue))
      if let path { set(CURLOPT_NETRC_FILE, path) }
    case .required(let path)?:
      set(CURLOPT_NETRC, Int(CURL_NETRC_REQUIRED.rawValue))
      if let path { set(CURLOPT_NETRC_FILE, path) }
    case nil: break
    }
    if let signature = request.awsSignature { set(CURLOPT_AWS_SIGV4, signature) }
    if let file = request.certificateFile { set(CURLOPT_SSLCERT, file) }
    if let file = request.keyFile { set(CURLOPT_SSLKEY, file) }
    if let password = request.keyPassword { set(CURLOPT_KEYPASSWD, password) }
    if let key = request.pinnedKey { set(CURLOPT_PINNEDPUBLICKEY, key) }
    set(CURLOPT_CERTINFO, true)
  }

  /// Sends bytes that libcurl has a copy of.
  mutating func sign(_ bytes: [UInt8], method: String) {
    set(CURLOPT_UPLOAD, false)
    set(CURLOPT_POSTFIELDSIZE_LARGE, offset: bytes.count)
    bytes.withUnsafeBytes { buffer in
      note(
        mockrec_curl_set_pointer(easy, CURLOPT_COPYPOSTFIELDS, UnsafeMutableRawPointer(mutating: buffer.baseAddress)))
    }
    set(CURLOPT_CUSTOMREQUEST, method)
  }

  private mutating func applyPlace(_ request: CurlRequest) {
    if let path = request.unixSocket { set(CURLOPT_UNIX_SOCKET_PATH, path) }
    switch request.addressFamily {
    case .any: break
    case .v4: set(CURLOPT_IPRESOLVE, Int(CURL_IPRESOLVE_V4))
    case .v6: set(CURLOPT_IPRESOLVE, Int(CURL_IPRESOLVE_V6))
    }
    if let rate = request.maximumRate {
      set(CURLOPT_MAX_SEND_SPEED_LARGE, offset: rate)
      set(CURLOPT_MAX_RECV_SPEED_LARGE, offset: rate)
    }
  }

  /// GET, HEAD, POST and PUT are libcurl's own, which lets redirects change them as clients do; any other method is
  /// one of those under another name.
  ///
  /// - Parameter bodyBytes: -1 when the length is left open, nil without a body.
  private mutating func apply(method: String, bodyBytes: Int?) {
    switch (method, bodyBytes) {
    case ("GET", nil):
      set(CURLOPT_HTTPGET, true)
    case ("HEAD", _):
      set(CURLOPT_NOBODY, true)
    case ("PUT", let count):
      set(CURLOPT_UPLOAD, true)
      set(CURLOPT_INFILESIZE_LARGE, offset: count ?? 0)
    case ("POST", let count):
      set(CURLOPT_POST, true)
      set(CURLOPT_POSTFIELDSIZE_LARGE, offset: count ?? 0)
    case (_, let count?):
      set(CURLOPT_POST, true)
      set(CURLOPT_POSTFIELDSIZE_LARGE, offset: count)
      set(CURLOPT_CUSTOMREQUEST, method)
    case (_, nil):
      set(CURLOPT_CUSTOMREQUEST, method)
    }
  }

  /// The request's headers as libcurl reads them: `Name: value` sends, `Name;` sends an empty value, `Name:` keeps
  /// libcurl from sending one of its own.
  static func headerList(_ request: CurlRequest) throws(CurlFailure) -> UnsafeMutablePointer<curl_slist>? {
    guard isToken(request.method) else {
      throw CurlFailure(.badRequest, "not a method: '\(request.method)'")
    }
    var lines: [String] = []
    for (name, value) in request.headers {
      guard isToken(name) else {
        throw CurlFailure(.badRequest, "not a header name: '\(name)'")
      }
      guard value.utf8.allSatisfy({ $0 != 0x0A && $0 != 0x0D && $0 != 0 }) else {
        throw CurlFailure(.badRequest, "the value of '\(name)' holds a line break or a NUL")
      }
      lines.append(value.utf8.allSatisfy { $0 == 0x20 || $0 == 0x09 } ? "\(name);" : "\(name): \(value)")
    }
    let given = Set(request.headers.map { $0.name.lowercased() })
    for own in ["Accept", "Content-Type", "Expect"] where !given.contains(own.lowercased()) {
      lines.append("\(own):")
    }
    return try list(lines)
  }

  /// The lines as libcurl takes them; nil for none. The caller frees them after the transfer.
  static func list(_ lines: [String]) throws(CurlFailure) -> UnsafeMutablePointer<curl_slist>? {
    var list: UnsafeMutablePointer<curl_slist>?
    for line in lines {
      // On failure, which only lack of memory brings, the list so far is still the caller's.
      guard let longer = curl_slist_append(list, line) else {
        curl_slist_free_all(list)
        throw CurlFailure(.other, "no memory for a request's options", code: CURLE_OUT_OF_MEMORY)
      }
      list = longer
    }
    return list
  }

  /// RFC 9110, section 5.6.2.
  private static func isToken(_ text: String) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"):
          true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
      }
  }
}

extension CurlRequest {
  fileprivate var isHTTP2InTheClear: Bool {
    switch self.httpVersion {
    case .http2PriorKnowledge: true
    case .http2: self.url.hasPrefix("http:")
    case .automatic, .http10, .http11, .http3: false
    }
  }
}

extension CurlRequest.HTTPVersion {
  fileprivate var number: Int {
    switch self {
    case .automatic: Int(CURL_HTTP_VERSION_2TLS)
    case .http10: Int(CURL_HTTP_VERSION_1_0)
    case .http11: Int(CURL_HTTP_VERSION_1_1)
    case .http2: Int(CURL_HTTP_VERSION_2_0)
    case .http2PriorKnowledge: Int(CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE)
    case .http3: Int(CURL_HTTP_VERSION_3)
    }
  }
}

extension Duration {
  /// At least 1, because 0 turns libcurl's limits off, and at most a week.
  fileprivate var wholeMilliseconds: Int {
    guard self < .seconds(7 * 86_400) else { return 7 * 86_400_000 }
    let (seconds, attoseconds) = components
    return max(1, Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000))
  }
}
