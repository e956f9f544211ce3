/// Finds what texts have in common.
enum TextShape {
  /// A format that all have; else a few words of which each is one, seen more than once; else a regular expression of
  /// their common shape; else that they are texts.
  ///
  /// - Parameter texts: At least one; repetitions count.
  static func learn(_ texts: [String]) -> ValueShape {
    if texts.allSatisfy(TextFormat.isUUID) { return .uuid }
    if texts.allSatisfy(TextFormat.isDateTime) { return .isoDate }
    if texts.allSatisfy(TextFormat.isIPv4) { return .ipv4 }
    if texts.allSatisfy(TextFormat.isIPv6) { return .ipv6 }
    // One text alone is no shape.
    guard Set(texts).count > 1 else { return .text }
    if let pattern = try? Pattern(self.httpDate), texts.allSatisfy({ (try? pattern.contains($0)) ?? false }) {
      return .pattern(self.httpDate)
    }
    guard texts.allSatisfy({ $0.utf8.count <= self.maximumLength && $0.utf8.allSatisfy { $0 >= 0x20 } }) else {
      return .text
    }
    if let words = self.words(texts) { return .pattern("^(\(words.map(self.escaped).joined(separator: "|")))$") }
    if let tokens = self.tokens(texts) { return .pattern("^\(tokens)$") }
    return self.alphabet(texts).map { .pattern("^\($0)$") } ?? .text
  }

  private static let maximumLength = 400
  /// Source: RFC 9110, 5.6.7, IMF-fixdate.
  private static let httpDate =
    "^[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2} GMT$"
  /// Runs from this length on are ids and digests, whose length says something.
  private static let longRun = 8

  /// Few words, most of them seen again: a set. Two answers cannot tell one.
  private static func words(_ texts: [String]) -> [String]? {
    let distinct = Set(texts)
    let isWord = { (text: String) in
      text.utf8.count <= 32 && !text.isEmpty && text.utf8.allSatisfy { self.isLetter($0) || "-_ ".utf8.contains($0) }
    }
    guard distinct.count > 1, texts.count >= 2 * distinct.count, distinct.allSatisfy(isWord) else { return nil }
    return distinct.sorted()
  }

  // MARK: - Runs of letters and digits between the same other characters

  private static func tokens(_ texts: [String]) -> String? {
    let split = texts.map(self.runs)
    guard let first = split.first, first.contains(where: { !$0.isEmpty }) else { return nil }
    guard split.allSatisfy({ $0.count == first.count }) else { return nil }
    var pattern = ""
    for index in first.indices {
      let column = split.map { $0[index] }
      // Runs stand at even places, what is between them at odd ones.
      // A number may be another one the next time, though it is the same in all of these.
      let isNumber = !column[0].isEmpty && column[0].utf8.allSatisfy(self.isDigit)
      if index % 2 == 1 || column.allSatisfy({ $0 == column[0] }) && !isNumber {
        guard column.allSatisfy({ $0 == column[0] }) else { return nil }
        pattern += self.escaped(column[0])
      } else {
        guard let run = self.run(column) else { return nil }
        pattern += run
      }
    }
    return pattern
  }

  /// Runs of letters and digits at even places, possibly empty, and all else at odd ones.
  private static func runs(_ text: String) -> [String] {
    var parts = [""]
    for scalar in text.unicodeScalars {
      let isRun = scalar.isASCII && (self.isLetter(UInt8(scalar.value)) || self.isDigit(UInt8(scalar.value)))
      if isRun != (parts.count % 2 == 1) { parts.append("") }
      parts[parts.count - 1].unicodeScalars.append(scalar)
    }
    if parts.count % 2 == 0 { parts.append("") }
    return parts
  }

  private static func run(_ column: [String]) -> String? {
    guard column.allSatisfy({ !$0.isEmpty }) else { return nil }
    let letters = column.joined().utf8
    let longest = column.map(\.utf8.count).max() ?? 0
    let (hasDigits, hasLower, hasUpper) = (
      letters.contains(where: self.isDigit), letters.contains { (0x61...0x7A).contains($0) },
      letters.contains { (0x41...0x5A).contains($0) }
    )
    // Long and mixed: of the alphabet of Base64, of which two texts need not show every letter.
    if longest >= 16, hasDigits, hasLower, hasUpper { return nil }
    let isHex = longest >= self.longRun && hasDigits && letters.allSatisfy { hexValue($0) != nil }
    let set =
      if isHex, hasLower, !hasUpper {
        "0-9a-f"
      } else if isHex, hasUpper, !hasLower {
        "0-9A-F"
      } else {
        (hasDigits ? "0-9" : "") + (hasUpper ? "A-Z" : "") + (hasLower ? "a-z" : "")
      }
    return "[\(set)]\(self.count(column))"
  }

  /// `{36}` where all are as long, and long enough for that to mean something.
  private static func count(_ texts: [String]) -> String {
    let lengths = Set(texts.map(\.unicodeScalars.count))
    guard let length = lengths.first, lengths.count == 1, length >= self.longRun else { return "+" }
    return "{\(length)}"
  }

  // MARK: - Texts of one alphabet

  private static func alphabet(_ texts: [String]) -> String? {
    guard texts.allSatisfy({ !$0.isEmpty }) else { return nil }
    let all = texts.joined().utf8
    let isBase64 = all.allSatisfy { self.isLetter($0) || self.isDigit($0) || "+/_-=".utf8.contains($0) }
    return isBase64 ? "[0-9A-Za-z+/_=-]\(self.count(texts))" : nil
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
  private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }

  /// The text as a regular expression that matches it alone.
  private static func escaped(_ text: String) -> String {
    var escaped = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if "\\^$.|?*+()[]{}".unicodeScalars.contains(scalar) { escaped.append("\\") }
      escaped.append(scalar)
    }
    return String(escaped)
  }
}
