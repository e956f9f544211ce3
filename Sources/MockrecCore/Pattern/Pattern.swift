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
  package func matchesWhole(_ text: String) -> Bool {
    var machine = PatternMachine(program)
    return machine.run(text, isWhole: true)
  }

  /// Whether the pattern matches somewhere in `text`.
  ///
  /// - Complexity: O(`text` × pattern).
  package func contains(_ text: String) -> Bool {
    var machine = PatternMachine(program)
    return machine.run(text, isWhole: false)
  }

  /// The leftmost match: first the whole of it, then what each group took part with, nil for one that took none.
  ///
  /// - Complexity: O(`text` × pattern × groups).
  package func firstMatch(in text: String) -> [Substring?]? {
    var machine = PatternCaptureMachine(program)
    return machine.run(text)
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
