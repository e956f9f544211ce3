/// What to say about a line that cannot stand where it stands.
extension NotationReader {
  private static let methods = [
    "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", "QUERY",
  ]

  /// For a line that should begin an entry.
  func noRequestLine() -> Diagnostic {
    if self.has("HTTP", at: self.at) {
      return self.failure(
        "a response line without a request", at: self.at, fix: "write the request first, such as `GET {{service}}/path`"
      )
    }
    return self.expectedRequest("expected a request line")
  }

  /// For a line that belongs to no part of the entry before it and begins no new one.
  func unexpected(hasResponse: Bool, hasBody: Bool, of verb: String) -> Diagnostic {
    if self.has("HTTP", at: self.at), !self.byte(self.at + 4).isUppercaseLetter {
      return hasResponse
        ? self.failure("this request has its response already", at: self.at, fix: "write a request line above it")
        : self.failure("the response of a \(verb) request begins with \(verb)", at: self.at, fix: "write \(verb)")
    }
    if self.sectionName() != nil {
      return self.failure("a section stands before the body", at: self.at, fix: "move the body behind it")
    }
    if self.keyColon() != nil {
      return self.failure(
        "a header stands right below its \(hasResponse ? "response" : "request") line", at: self.at,
        fix: "move it up, before the sections and the body")
    }
    let word = self.wordHere()
    if Vocabulary.queries[word] != nil {
      return self.failure(
        "an assert outside of `[Asserts]`", at: self.at,
        fix: hasBody ? "move it to `[Asserts]`, before the body" : "write `[Asserts]` above it, below the response line"
      )
    }
    var places = ["a header", "a section", "a body"]
    if hasBody { places = self.dialect.messageVerbs.contains(verb) ? ["another message"] : [] }
    if !hasResponse { places.append("a response line") }
    let list = places.isEmpty ? "" : places.joined(separator: ", ") + " or "
    return self.expectedRequest("expected \(list)a request line")
  }

  private func expectedRequest(_ message: String) -> Diagnostic {
    let word = self.wordHere()
    let verbs = Self.methods + self.dialect.wireVerbs.sorted()
    let nearest = word.isEmpty ? nil : nearestWord(to: word, among: verbs)
    return self.failure(
      message, at: self.at, nearest: nearest,
      fix: nearest.map { "write \($0), in upper case" } ?? "a request line reads `GET {{service}}/path`")
  }

  /// The letters and digits that stand here.
  private func wordHere() -> String {
    var end = self.at
    while self.byte(end).isLetter || self.byte(end).isDigit { end += 1 }
    return self.string(self.at..<end)
  }
}
