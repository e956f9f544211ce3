extension Redactor {
  /// The words of a command line: `--password=X`, `--token X`, `API_KEY=X`, `-u user:X`, `-H "Authorization: Bearer X"`
  /// and passwords and tokens in URLs.
  package func arguments(_ words: [String]) -> [String] {
    guard self.isOn else { return words }
    var replaced = 0
    var result: [String] = []
    var hidesNext = false
    var isUserNext = false
    for word in words {
      defer { isUserNext = word == "-u" || word == "--user" }
      if hidesNext {
        hidesNext = false
        result.append(Self.hide(word, replaced: &replaced))
      } else if isUserNext, let colon = word.firstIndex(of: ":") {
        result.append(word[...colon] + Self.hide(String(word[word.index(after: colon)...]), replaced: &replaced))
      } else {
        hidesNext = word.hasPrefix("-") && self.keys.contains(word)
        result.append(self.argument(word, replaced: &replaced))
      }
    }
    return result
  }

  private func argument(_ word: String, replaced: inout Int) -> String {
    if let equals = word.firstIndex(of: "="), self.keys.contains(String(word[..<equals])) {
      return word[...equals] + Self.hide(String(word[word.index(after: equals)...]), replaced: &replaced)
    }
    if let colon = word.firstIndex(of: ":"), self.headers.contains(String(word[..<colon])) {
      let value = word[word.index(after: colon)...]
      let blanks = value.prefix { $0 == " " }
      let name = String(word[..<colon])
      return word[...colon] + blanks + self.field(name: name, value: String(value.trimmingBlanks), replaced: &replaced)
    }
    return self.query(word, replaced: &replaced)
  }
}
