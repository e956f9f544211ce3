import CCurl

extension CurlFailure {
  /// `host:port` of a URL for messages: never its user, password, path or query.
  static func place(_ url: String) -> String {
    guard let parsed = curl_url() else { return "?" }
    defer { curl_url_cleanup(parsed) }
    func part(_ part: CURLUPart) -> String? {
      var text: UnsafeMutablePointer<CChar>?
      guard curl_url_get(parsed, part, &text, UInt32(CURLU_DEFAULT_PORT)) == CURLUE_OK, let text else { return nil }
      defer { curl_free(text) }
      return String(cString: text)
    }
    guard curl_url_set(parsed, CURLUPART_URL, url, UInt32(CURLU_NON_SUPPORT_SCHEME)) == CURLUE_OK,
      let host = part(CURLUPART_HOST)
    else { return "an unreadable URL" }
    return part(CURLUPART_PORT).map { "\(host):\($0)" } ?? host
  }
}
