import MockrecCore

/// What in an entry that somebody wrote would do nothing, and was surely meant to.
package enum MockMarks {
  /// The marks of mocks.
  private static let names = ["state", "delay"]

  /// - Parameter isMock: Whether it is a mock by more than its author: nobody ever sends its request.
  /// - Throws: For a comment that is one letter from a mark, and for options, which are of contracts.
  package static func check(_ entry: Entry, in source: SourceText, isMock: Bool) throws(Diagnostic) {
    try self.check(entry.leading, in: source, before: entry.span.lowerBound)
    if let response = entry.response {
      try self.check(response.leading, in: source, before: response.span.lowerBound)
    }
    for section in entry.request.sections where section.kind == .options {
      guard case .pairs(let pairs) = section.lines else { continue }
      let delay = pairs.first { $0.key.literal == "delay" }
      guard isMock || delay != nil else { continue }
      throw Diagnostic(
        delay == nil ? "options are for contracts, and this is a mock" : "the option `delay` holds back no reply",
        at: Diagnostic.Place(source, at: section.span.lowerBound),
        fix: delay.map { "write `# @delay \($0.value.spelling)` above the response line" } ?? "take [Options] out")
    }
  }

  /// A comment may begin with `@`: only what is one edit from a mark is none.
  private static func check(_ trivia: [Trivia], in source: SourceText, before offset: Int) throws(Diagnostic) {
    for line in trivia {
      guard let mark = Mark(line), !self.names.contains(mark.name) else { continue }
      let word = Array(mark.name.lowercased().prefix(16))
      guard let meant = self.names.first(where: { editDistance(word, Array($0)) <= 1 }) else { continue }
      throw Diagnostic(
        "there is no mark `@\(mark.name)`", at: mark.place(in: source, before: offset), nearest: "@\(meant)",
        fix: "write a comment without the @")
    }
  }
}
