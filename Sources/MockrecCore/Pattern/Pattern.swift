/// A regular expression that is matched in linear time: no pattern and no text can make it hang.
///
/// The pattern becomes a program whose states are all followed at once, scalar by scalar (Thompson's simulation), so
/// there is nothing to go back to. What cannot be matched this way (back-references, look-around) is refused.
///
/// Source: RFC 9485 for I-Regexp; the wider syntax is what Rust's `regex` and PCRE have in common.
package struct Pattern: Sendable {
  package enum Syntax: Sendable, Hashable {
    /// I-Regexp, as JSONPath's `match` and `search` take it, with `^` and `$` as anchors.
    case iRegexp
    /// What people write: `\d \w \s \b ^ $ (?:…) (?i) *? \x{41} \p{Lu}` and the rest. `\d`, `\w` and `\s` are those of
    /// Unicode; `.` is anything but a line feed; `^` and `$` are the ends of the text unless `(?m)` is set.
    case general
  }

  /// The pattern as written.
  package let text: String
  let program: PatternProgram

  /// - Throws: `PatternError` for a text that is not of the syntax, or whose program would have more than 10,000 steps.
  package init(_ text: String, syntax: Syntax = .general) throws(PatternError) {
    var parser = PatternParser(text, syntax: syntax)
    let node = try parser.pattern()
    self.text = text
    program = try PatternProgram(node, groups: parser.groupCount)
  }

  /// How many capturing groups the pattern has.
  package var groupCount: Int { program.groups }

  /// Whether the pattern matches the whole of `text`.
  ///
  /// - Complexity: O(`text` × pattern).
  package func matchesWhole(_ text: String) throws(PatternLimitError) -> Bool {
    var machine = PatternMachine(program)
    return try machine.run(text, isWhole: true)
  }

  /// Whether the pattern matches somewhere in `text`.
  ///
  /// - Complexity: O(`text` × pattern).
  package func contains(_ text: String) throws(PatternLimitError) -> Bool {
    var machine = PatternMachine(program)
    return try machine.run(text, isWhole: false)
  }

  /// The leftmost match: first the whole of it, then what each group took part with, nil for one that took none.
  ///
  /// - Complexity: O(`text` × pattern × groups).
  package func firstMatch(in text: String) throws(PatternLimitError) -> [Substring?]? {
    var machine = PatternCaptureMachine(program)
    return try machine.run(text)
  }

  /// The text with every match replaced. In `new`, `$1` and `${1}` stand for what the group took, `$0` for the whole
  /// match, `$$` for a dollar sign.
  ///
  /// - Complexity: As `firstMatch` for each match; all of them together are bounded as one is.
  package func replacing(in text: String, with new: String) throws(PatternLimitError) -> String {
    var machine = PatternCaptureMachine(program)
    var result = ""
    var end = text.startIndex
    // The end of the last match that took something: there no empty one counts.
    var taken: String.Index?
    while let match = try machine.run(text, from: end), let whole = match[0] {
      result += text[end..<whole.startIndex]
      if !whole.isEmpty || taken != whole.startIndex { result += Self.expanded(new, match) }
      end = whole.endIndex
      if !whole.isEmpty {
        taken = end
        continue
      }
      // Behind an empty match the next scalar stays, so that the next match is another.
      guard end < text.endIndex else { return result }
      let next = text.unicodeScalars.index(after: end)
      result += text[end..<next]
      end = next
    }
    return result + text[end...]
  }

  private static func expanded(_ new: String, _ groups: [Substring?]) -> String {
    guard new.contains("$") else { return new }
    var text = ""
    var rest = new[...]
    while let mark = rest.firstIndex(of: "$") {
      text += rest[..<mark]
      rest = rest[mark...].dropFirst()
      if rest.first == "$" {
        text += "$"
        rest = rest.dropFirst()
        continue
      }
      let isBraced = rest.first == "{"
      let name = (isBraced ? rest.dropFirst() : rest).prefix { $0.isNumber }
      let after = rest[name.endIndex...]
      guard let number = Int(name), !isBraced || after.first == "}" else {
        text += "$"
        continue
      }
      if groups.indices.contains(number) { text += groups[number] ?? "" }
      rest = isBraced ? after.dropFirst() : after
    }
    return text + rest
  }
}

extension Pattern: Hashable {
  /// Same text; the syntax shows in the program only where it changes the meaning, so it is compared too.
  package static func == (left: Pattern, right: Pattern) -> Bool {
    left.text.hasSameScalars(as: right.text) && left.program == right.program
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(text)
  }
}
