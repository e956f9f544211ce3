extension Vocabulary {
  /// The names that a line of `[Options]` may have.
  ///
  /// Source: https://hurl.dev/docs/request.html#options.
  package static let options: Set<String> = [
    "aws-sigv4", "cacert", "cert", "compressed", "connect-timeout", "connect-to", "delay", "digest", "header",
    "http1.0", "http1.1", "http2", "http3", "insecure", "ipv4", "ipv6", "key", "limit-rate", "location",
    "location-trusted", "max-redirs", "max-time", "negotiate", "netrc", "netrc-file", "netrc-optional",
    "no-jsonpath-coercion", "ntlm",
    "output", "path-as-is", "pinnedpubkey", "proxy", "repeat", "resolve", "retry", "retry-interval", "skip",
    "unix-socket", "user", "variable", "verbose", "verbosity", "very-verbose",
  ]
}
