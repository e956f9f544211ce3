extension Redactor {
  /// The words of a command line: `--password=X`, `--token X`, `API_KEY=X`, `-u user:X`, `-H "Authorization: Bearer X"`
  /// and passwords and tokens in URLs, also within the word that a shell is given as a script.
  package func arguments(_ words: [String]) -> [String] {
    guard self.isOn else { return words }
    var replaced = 0
    var last = LastWord()
    return words.map { self.word($0, behind: &last, replaced: &replaced) }
  }

  /// What a word says of the next one.
  private struct LastWord {
    var hidesNext = false
    var isUserNext = false
  }

  private func word(_ word: String, behind last: inout LastWord, replaced: inout Int) -> String {
    let before = last
    last = LastWord(
      hidesNext: !before.hidesNext && word.hasPrefix("-") && self.keys.contains(word),
      isUserNext: word == "-u" || word == "--user")
    if before.hidesNext { return Self.hide(word, replaced: &replaced) }
    if before.isUserNext, let colon = word.firstIndex(of: ":") {
      return word[...colon] + Self.hide(String(word[word.index(after: colon)...]), replaced: &replaced)
    }
    return self.argument(word, replaced: &replaced)
  }

  private func argument(_ word: String, replaced: inout Int) -> String {
    if let equals = word.firstIndex(of: "="), let name = Self.name(word[..<equals]), self.keys.contains(name) {
      return word[...equals] + Self.hide(String(word[word.index(after: equals)...]), replaced: &replaced)
    }
    if let colon = word.firstIndex(of: ":"), let name = Self.name(word[..<colon]), self.headers.contains(name) {
      let value = word[word.index(after: colon)...]
      let blanks = value.prefix { $0 == " " }
      return word[...colon] + blanks + self.field(name: name, value: String(value.trimmingBlanks), replaced: &replaced)
    }
    let clean = self.query(word, replaced: &replaced)
    if let quote = clean.first, quote == "'" || quote == "\"", clean.count > 1, clean.last == quote {
      return "\(quote)\(self.argument(String(clean.dropFirst().dropLast()), replaced: &replaced))\(quote)"
    }
    return clean.contains(where: \.isWhitespace) ? self.script(clean, replaced: &replaced) : clean
  }

  /// What stands before a value, where it is one word.
  private static func name(_ text: Substring) -> String? { text.contains(where: \.isWhitespace) ? nil : String(text) }

  /// The words of a script, each as one of a command line; what stands between them stays.
  private func script(_ text: String, replaced: inout Int) -> String {
    var (result, word) = ("", "")
    var quote: Character?
    var last = LastWord()
    for character in text {
      if quote == nil, character.isWhitespace {
        if !word.isEmpty { result += self.word(word, behind: &last, replaced: &replaced) }
        word = ""
        result.append(character)
        continue
      }
      if character == quote { quote = nil } else if quote == nil, "'\"".contains(character) { quote = character }
      word.append(character)
    }
    // The end of a quotation that is none would be read again and again.
    guard quote == nil, word != text else { return result + self.query(word, replaced: &replaced) }
    return word.isEmpty ? result : result + self.word(word, behind: &last, replaced: &replaced)
  }
}
