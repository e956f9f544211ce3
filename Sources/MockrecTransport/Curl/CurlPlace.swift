import CCurl

extension CurlFailure {
  /// `host:port` of a URL for messages: never its user, password, path or query.
  static func place(_ url: String) -> String {
    guard let parsed = CurlURL(url), let host = parsed.part(CURLUPART_HOST) else { return "an unreadable URL" }
    return parsed.part(CURLUPART_PORT).map { "\(host):\($0)" } ?? host
  }
}

/// A URL as libcurl reads it.
struct CurlURL: ~Copyable {
  private let handle: OpaquePointer

  init?(_ url: String) {
    guard let handle = curl_url() else { return nil }
    guard curl_url_set(handle, CURLUPART_URL, url, UInt32(CURLU_NON_SUPPORT_SCHEME)) == CURLUE_OK else {
      curl_url_cleanup(handle)
      return nil
    }
    self.handle = handle
  }

  deinit { curl_url_cleanup(handle) }

  func part(_ part: CURLUPart) -> String? {
    var text: UnsafeMutablePointer<CChar>?
    guard curl_url_get(handle, part, &text, UInt32(CURLU_DEFAULT_PORT)) == CURLUE_OK, let text else { return nil }
    defer { curl_free(text) }
    return String(cString: text)
  }

  /// The URL that a reference means here, RFC 3986, 5.2; nil for what is none.
  static func resolve(_ reference: String, against base: String) -> String? {
    guard let url = CurlURL(base), curl_url_set(url.handle, CURLUPART_URL, reference, 0) == CURLUE_OK else {
      return nil
    }
    var text: UnsafeMutablePointer<CChar>?
    guard curl_url_get(url.handle, CURLUPART_URL, &text, 0) == CURLUE_OK, let text else { return nil }
    defer { curl_free(text) }
    return String(cString: text)
  }
}
