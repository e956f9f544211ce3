/// Lists of names in summaries: all of a few, the first of many.
func listed(_ names: [String], limit: Int = 10) -> String {
  names.prefix(limit).map { "    \($0)\n" }.joined()
    + (names.count > limit ? "    … and \(names.count - limit) more\n" : "")
}

/// `1 entry`, `2 entries`.
func counted(_ count: Int, _ one: String, _ many: String? = nil) -> String {
  "\(count) \(count == 1 ? one : many ?? one + "s")"
}

extension String {
  /// Control characters as `\u{1b}`, and those that turn the direction of what follows: none of a peer's reaches a
  /// terminal, or a file that cannot hold it. Tabs stay, and so do line feeds where they are wanted.
  func printable(lines: Bool = false) -> String {
    let isFine = { (scalar: Unicode.Scalar) in
      scalar.value >= 0x20 && !(0x7F...0x9F).contains(scalar.value) && scalar.value & 0xFFFE != 0xFFFE
        && !(0x202A...0x202E).contains(scalar.value) && !(0x2066...0x2069).contains(scalar.value)
        || scalar == "\t" || lines && scalar == "\n"
    }
    guard !self.unicodeScalars.allSatisfy(isFine) else { return self }
    var shown = ""
    for scalar in self.unicodeScalars {
      if isFine(scalar) {
        shown.unicodeScalars.append(scalar)
      } else {
        shown += "\\u{\(String(scalar.value, radix: 16))}"
      }
    }
    return shown
  }
}
