import MockrecCore
import Yams

/// The text of mockrec.yaml as YAML nodes, and as lines to show.
struct ConfigText {
  /// A value's aliases are followed at most this often, all in all, so that a small file stays a small tree.
  private static let maximumExpansion = 1_000_000.0
  private static let maximumRepeatedKeys = 32

  let name: String
  let text: String
  private let lines: [String]
  /// The same as they are shown: of a user name and password in a URL only stars. Made once, as a line may hold many values.
  private let shown: [String]
  /// Keys that stand a second time in their mapping; told already, their values are not read.
  private(set) var repeatedKeys: Set<Spot> = []

  init(name: String, text: String) {
    self.name = name
    self.text = text.hasPrefix("\u{FEFF}") ? String(text.dropFirst()) : text
    self.lines = Self.split(self.text)
    self.shown = self.lines.map { maskSecrets(maskUserInfo($0)) }
  }

  /// A place to show.
  func place(_ spot: Spot) -> Diagnostic.Place {
    let line = self.shown.indices.contains(spot.line - 1) ? self.shown[spot.line - 1] : ""
    return Diagnostic.Place(file: self.name, line: spot.line, column: spot.column, text: line)
  }

  /// A place within a value, `scalars` from its start where the value stands in the file as it is.
  func place(_ written: UserConfig.Written, scalars: Int) -> Diagnostic.Place {
    var spot = written.at
    if self.lines.indices.contains(spot.line - 1) {
      let rest = String(self.lines[spot.line - 1].unicodeScalars.dropFirst(spot.column - 1))
      if rest.hasPrefix(written.text) {
        spot.column += scalars
      } else if rest.dropFirst().hasPrefix(written.text) {
        spot.column += scalars + 1
      }
    }
    return self.place(spot)
  }

  /// The root node; nil for an empty file. Keys that stand twice are added to `problems`, and reading goes on.
  ///
  /// - Throws: What keeps the text from being YAML at all.
  mutating func compose(problems: inout [Diagnostic]) throws(Diagnostic) -> Node? {
    try self.checkExpansion()
    var text = self.text
    while true {
      do {
        return try Parser(yaml: text, resolver: .basic, encoding: .utf8).singleRoot()
      } catch YamlError.duplicatedKeysInMapping(let keys, let context) {
        let key = keys.first ?? ""
        let first = Spot(line: context.mark.line, column: context.mark.column)
        let repetition = self.repetition(of: key, at: first)
        let fix = "join the two, or remove one"
        let problem = Diagnostic("the key `\(key)` is there twice", at: self.place(repetition ?? first), fix: fix)
          .noting("first", "\(self.name):\(first.line):\(first.column)")
        guard let repetition, self.repeatedKeys.count < Self.maximumRepeatedKeys else { throw problem }
        problems.append(problem)
        self.repeatedKeys.insert(repetition)
        text = Self.hide(key, at: self.repeatedKeys, in: Self.split(text), newest: repetition)
      } catch {
        throw self.syntaxProblem(error)
      }
    }
  }

  private func syntaxProblem(_ error: any Error) -> Diagnostic {
    let described: (problem: String, mark: Yams.Mark)? =
      switch error as? YamlError {
      case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
        .composer(_, let problem, let mark, _):
        (problem, mark)
      default: nil
      }
    guard let described else {
      return Diagnostic("\(self.name) holds a character that YAML does not allow", fix: "save it as plain UTF-8 text")
    }
    // A problem at the very end of the text is best shown in the last line that holds something.
    var spot = Spot(line: described.mark.line, column: described.mark.column)
    if spot.line > self.lines.count, let last = self.lines.lastIndex(where: { !$0.allSatisfy(\.isWhitespace) }) {
      spot = Spot(line: last + 1, column: self.lines[last].unicodeScalars.count + 1)
    }
    let nearby = self.lines.indices.contains(spot.line - 1) ? self.lines[spot.line - 1] : ""
    let fix =
      if nearby.contains("\t") {
        "indent with spaces: YAML takes no tabs"
      } else if nearby.contains("[::") || nearby.contains("]:") {
        "put an IPv6 address in quotes: \"[::1]:0\""
      } else if nearby.contains("${") || nearby.contains("*") || nearby.contains("@") || nearby.contains(": ") {
        "put the value in quotes, and indent keys of one mapping alike"
      } else {
        "indent keys of one mapping alike, with `key: value` on each line"
      }
    return Diagnostic("not YAML: \(described.problem)", at: self.place(spot), fix: fix)
  }

  /// Refuses a text whose aliases, each standing for a value that holds further aliases, could grow beyond all bounds.
  ///
  /// The bound is what so many anchors and aliases can at most become: `n` levels of `aliases / n` uses each. It looks
  /// at words alone and so may count a `*` or `&` inside a text, which only makes it stricter.
  private func checkExpansion() throws(Diagnostic) {
    var (anchors, aliases) = (0, 0)
    var firstAlias: Spot?
    for (number, line) in self.lines.enumerated() {
      var previous: Unicode.Scalar = " "
      for (column, scalar) in line.unicodeScalars.enumerated() {
        if scalar == "#", previous == " " { break }
        if " [{,:-?".unicodeScalars.contains(previous) {
          if scalar == "&" { anchors += 1 }
          if scalar == "*" {
            aliases += 1
            if firstAlias == nil { firstAlias = Spot(line: number + 1, column: column + 1) }
          }
        }
        previous = scalar
      }
    }
    guard let firstAlias else { return }
    var (growth, levels) = (1.0, 1)
    while levels <= min(anchors, aliases), growth <= Self.maximumExpansion {
      var power = 1.0
      for _ in 0..<levels where power <= Self.maximumExpansion { power *= Double(aliases) / Double(levels) }
      growth = max(growth, power)
      levels += 1
    }
    guard growth <= Self.maximumExpansion else {
      throw Diagnostic(
        "\(aliases) aliases of \(anchors) anchors are more than mockrec follows", at: self.place(firstAlias),
        fix: "write the values out")
    }
  }

  /// Where a key stands again in the mapping that has it at `first`.
  private func repetition(of key: String, at first: Spot) -> Spot? {
    guard !key.isEmpty, self.lines.indices.contains(first.line - 1) else { return nil }
    let line = Array(self.lines[first.line - 1].unicodeScalars)
    func isKey(_ scalars: ArraySlice<Unicode.Scalar>) -> Bool {
      let text = String(String.UnicodeScalarView(scalars))
      return [key, "\"\(key)\"", "'\(key)'"].contains { spelling in
        guard text.hasPrefix(spelling) else { return false }
        return text.dropFirst(spelling.count).drop { $0 == " " }.first == ":"
      }
    }
    guard line.prefix(first.column - 1).allSatisfy({ $0 == " " || $0 == "-" }) else {
      // A mapping in braces: the key comes again further on in the line.
      for column in line.indices.dropFirst(first.column) where " {,".unicodeScalars.contains(line[column - 1]) {
        let spot = Spot(line: first.line, column: column + 1)
        if isKey(line[column...]), !self.repeatedKeys.contains(spot) { return spot }
      }
      return nil
    }
    for number in first.line..<self.lines.count {
      let next = Array(self.lines[number].unicodeScalars)
      guard let start = next.firstIndex(where: { $0 != " " }), next[start] != "#" else { continue }
      guard start >= first.column - 1 else { return nil }
      let spot = Spot(line: number + 1, column: start + 1)
      if start == first.column - 1, isKey(next[start...]), !self.repeatedKeys.contains(spot) { return spot }
    }
    return nil
  }

  /// The text with a repeated key replaced, in its own length, by one that nobody writes.
  private static func hide(_ key: String, at spots: Set<Spot>, in lines: [String], newest: Spot) -> String {
    var lines = lines
    var scalars = Array(lines[newest.line - 1].unicodeScalars)
    let start = newest.column - 1
    let quotes = scalars[start] == "\"" || scalars[start] == "'" ? 2 : 0
    let length = key.unicodeScalars.count + quotes
    // The private characters spell a number, so that no two hidden keys are equal.
    for index in start..<min(start + length, scalars.count) { scalars[index] = "\u{E000}" }
    if let mark = Unicode.Scalar(0xE001 + UInt32(spots.count)) { scalars[start] = mark }
    lines[newest.line - 1] = String(String.UnicodeScalarView(scalars))
    return lines.joined(separator: "\n")
  }

  /// Lines as YAML counts them.
  ///
  /// Source: YAML 1.1, section 4.1.4, `b-line-feed` and its kin.
  private static func split(_ text: String) -> [String] {
    var lines: [String] = []
    var line = String.UnicodeScalarView()
    var afterReturn = false
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\n" where afterReturn: afterReturn = false
      case "\n", "\r", "\u{85}", "\u{2028}", "\u{2029}":
        lines.append(String(line))
        line = String.UnicodeScalarView()
        afterReturn = scalar == "\r"
      default:
        line.append(scalar)
        afterReturn = false
      }
    }
    if !line.isEmpty { lines.append(String(line)) }
    return lines
  }
}
