extension Vocabulary {
  /// What an assert or a capture can ask of a response.
  ///
  /// Source: https://hurl.dev/docs/asserting-response.html.
  package static let queries: [String: WordRule] = [
    WordRule("status"),
    WordRule("version"),
    WordRule("url"),
    WordRule("query", [.string]),
    WordRule("header", [.string]),
    WordRule("cookie", [.string]),
    WordRule("body"),
    WordRule("bytes"),
    WordRule("rawbytes"),
    WordRule("jsonpath", [.string]),
    WordRule("xpath", [.string]),
    WordRule("regex", [.pattern]),
    WordRule("variable", [.string]),
    WordRule("duration"),
    WordRule("sha256"),
    WordRule("md5"),
    WordRule(
      "certificate", [.string],
      choices: [
        "Subject", "Issuer", "Start-Date", "Expire-Date", "Serial-Number", "Subject-Alt-Name", "Value",
      ]),
    WordRule("ip"),
    WordRule("redirects"),
  ].indexed()
}
