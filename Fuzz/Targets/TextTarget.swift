import MockrecCore

extension FuzzTarget {
  /// Texts that people write, and JSON that anybody does; the first byte chooses: a conversation file, a JSON text, a
  /// JSONPath with a text to look in, a pattern with a text to look through.
  package static let text = FuzzTarget(name: "text") { input in
    var settings = FuzzSettings(input.bytes)
    switch settings.below(4) {
    case 0: try Self.checkNotation(settings.rest)
    case 1: try Self.checkJSON(Array(settings.rest))
    case 2: try Self.checkPath(settings.rest)
    default: try Self.checkPattern(settings.rest)
    }
  }

  private static let dialect = Dialect(wireVerbs: ["REDIS", "TCP", "UDP", "GRPC"], messageVerbs: ["GRPC"])

  /// What is read and printed is read as the same and printed the same; what is refused has a place in the text.
  private static func checkNotation(_ bytes: ArraySlice<UInt8>) throws {
    let source = SourceText(name: "a.hurl", bytes: Array(bytes))
    let file: ConversationFile
    do throws(Diagnostic) {
      file = try NotationParser.parse(source, dialect: self.dialect)
    } catch {
      let lines = bytes.count { $0 == 0x0A } + 1
      if let place = error.place {
        try hold((1...lines).contains(place.position.line), "line \(place.position.line) of \(lines): \(error)")
      }
      return try hold(!"\(error)".isEmpty, "no word about what is wrong")
    }
    let printed = NotationPrinter.print(file)
    let again: ConversationFile
    do throws(Diagnostic) {
      again = try NotationParser.parse(SourceText(name: "b.hurl", text: printed), dialect: self.dialect)
    } catch {
      throw FuzzFailure("what was printed cannot be read:\n\(printed)\n\(error)")
    }
    try hold(NotationPrinter.print(again) == printed, "printed again, it is something else:\n\(printed)")
    try hold(again.entries.count == file.entries.count, "printed, it has other entries:\n\(printed)")
  }

  /// What is read and written is read as the same; its layout, where one is found, gives the very bytes.
  private static func checkJSON(_ bytes: [UInt8]) throws {
    let json: JSON
    do throws(JSONError) { json = try JSON.parse(bytes) } catch {
      return try hold((0...bytes.count).contains(error.offset), "byte \(error.offset) of \(bytes.count): \(error)")
    }
    for text in [json.bytes(), json.bytes(layout: .pretty)] {
      guard let again = try? JSON.parse(text) else {
        throw FuzzFailure("what was written is no JSON: \(String(decoding: text, as: UTF8.self))")
      }
      try hold(again == json, "written and read, it is something else: \(String(decoding: text, as: UTF8.self))")
      try hold(again.bytes() == json.bytes(), "written again, it is something else")
    }
    guard let (layout, pretty) = JSONLayout.detectWithPretty(bytes) else { return }
    try hold(layout.apply(pretty) == bytes, "the layout \(layout.name) does not give the bytes that it was found in")
    try hold(JSONLayout(name: layout.name) == layout, "the layout \(layout.name) is not that of its name")
  }

  /// A path and, behind a line feed, the JSON to look in.
  private static func checkPath(_ bytes: ArraySlice<UInt8>) throws {
    let parts = bytes.split(separator: 0x0A, maxSplits: 1, omittingEmptySubsequences: false)
    let text = String(decoding: parts.first ?? [], as: UTF8.self)
    let path: JSONPath
    do throws(JSONPathError) { path = try JSONPath(text) } catch {
      return try hold((0...text.utf8.count).contains(error.offset), "\(error) of \(text.utf8.count) bytes")
    }
    guard parts.count > 1, let json = try? JSON.parse(Array(parts[1])) else { return }
    let limits = JSONPathLimits(maximumNodes: 1000, maximumVisits: 20_000)
    guard let found = try? path.select(json, limits: limits) else { return }
    try hold(found.count <= limits.maximumNodes, "\(found.count) values where \(limits.maximumNodes) may be")
    if path.isSingular { try hold(found.count <= 1, "\(found.count) values at a singular path") }
  }

  /// A pattern and, behind a line feed, the text to look through.
  private static func checkPattern(_ bytes: ArraySlice<UInt8>) throws {
    let parts = bytes.split(separator: 0x0A, maxSplits: 1, omittingEmptySubsequences: false)
    let text = String(decoding: parts.first ?? [], as: UTF8.self)
    for syntax in [Pattern.Syntax.general, .iRegexp] {
      let pattern: Pattern
      do throws(PatternError) { pattern = try Pattern(text, syntax: syntax) } catch {
        try hold((0...text.utf8.count).contains(error.offset), "\(error) of \(text.utf8.count) bytes")
        continue
      }
      guard parts.count > 1 else { continue }
      let subject = String(decoding: parts[1].prefix(256), as: UTF8.self)
      // Who reaches the limit of steps is refused, and says so.
      guard case .success(let match) = Result(catching: { try pattern.firstMatch(in: subject) }),
        let isFound = try? pattern.contains(subject),
        let isWhole = try? pattern.matchesWhole(subject)
      else { continue }
      try hold((match != nil) == isFound, "found and not found: /\(text)/ in \(subject)")
      if let match { try hold(match.count == pattern.groupCount + 1, "\(match.count) groups") }
      if isWhole { try hold(isFound, "the whole, but no part of it") }
    }
  }
}
