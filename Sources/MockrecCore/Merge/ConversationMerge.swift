/// Merges two versions of a cassette entry or contract by meaning: request line, fields, lines of sections, asserts,
/// comments, and JSON by its places, are pieces of their own, and what one side alone changed is taken from it.
///
/// White space, the order of members and the spelling of numbers are no change. What was sent along and follows from the
/// rest (`Content-Length`, the marks `@layout` and `@encoding`) is never a contradiction.
package struct ConversationMerge: Sendable, Hashable {
  /// The merged file; between conflict markers, what contradicts.
  package private(set) var text: String
  /// Where the sides contradict each other; empty where they do not.
  package private(set) var contradictions: [String]

  private static let derived: Set<String> = [
    "request header content-length", "response header content-length", "request mark layout", "response mark layout",
    "response mark encoding",
  ]

  /// - Parameter base: What both were made of; empty where both added the file.
  /// - Complexity: Linear in the files but for arrays and lists in another order.
  package init(base: SourceText, ours: SourceText, theirs: SourceText, dialect: Dialect) {
    (self.text, self.contradictions) = ("", [])
    if let merged = Self.merged(base, ours, theirs, dialect) {
      self = merged
    } else {
      let (ours, theirs) = (String(decoding: ours.bytes, as: UTF8.self), String(decoding: theirs.bytes, as: UTF8.self))
      self.contradictions = ours == theirs ? [] : ["the file"]
      self.text = ConflictText.between(ours, theirs)
    }
  }

  private init(text: String, contradictions: [String]) {
    self.text = text
    self.contradictions = contradictions
  }

  /// nil where the files, or what would be made of them, do not parse.
  private static func merged(
    _ base: SourceText, _ ours: SourceText, _ theirs: SourceText, _ dialect: Dialect
  ) -> ConversationMerge? {
    guard let b = try? NotationParser.parse(base, dialect: dialect),
      let o = try? NotationParser.parse(ours, dialect: dialect),
      let t = try? NotationParser.parse(theirs, dialect: dialect)
    else { return nil }
    let files = [b, o, t].map(Self.entries)
    // What one side did not change is the other's, byte for byte.
    if files[1] == files[0] || files[1] == files[2] && NotationPrinter.print(b) == NotationPrinter.print(o) {
      return ConversationMerge(text: String(decoding: theirs.bytes, as: UTF8.self), contradictions: [])
    }
    if files[2] == files[0] || files[1] == files[2] {
      return ConversationMerge(text: String(decoding: ours.bytes, as: UTF8.self), contradictions: [])
    }
    var sides = ThreeWay(prefersTheirs: false)
    let text = Self.text(files, &sides)
    guard !sides.contradictions.isEmpty else {
      guard (try? NotationParser.parse(SourceText(name: ours.name, text: text), dialect: dialect)) != nil else {
        return nil
      }
      return ConversationMerge(text: text, contradictions: [])
    }
    var others = ThreeWay(prefersTheirs: true)
    return ConversationMerge(
      text: ConflictText.between(text, Self.text(files, &others)), contradictions: sides.contradictions)
  }

  /// Each entry under its request line and its number among equal ones, then what stands behind the last.
  private static func entries(_ file: ConversationFile) -> [EntryPart.Named] {
    var counts: [String: Int] = [:]
    let entries = file.entries.map { entry in
      let line = "\(entry.request.verb) \(entry.request.target.spelling)"
      counts[line, default: 0] += 1
      return EntryPart.Named(
        key: "\(line) #\(counts[line, default: 1])", part: .section(head: "", EntryParts(entry).list))
    }
    guard !file.trailing.isEmpty else { return entries }
    return entries + [EntryPart.Named(key: "end", part: .section(head: "", EntryParts(file.trailing).list))]
  }

  private static func text(_ files: [[EntryPart.Named]], _ sides: inout ThreeWay) -> String {
    var files = files
    // Files of an entry each: it is the same one, whatever became of its request line.
    if files.allSatisfy({ $0.count == 1 }) { for index in files.indices { files[index][0].key = "entry" } }
    // Equal requests are told apart by their number, which says little where one came or went.
    if Set(files.map { $0.map(\.key).filter { $0 != "end" && !$0.hasSuffix(" #1") } }).count > 1 {
      return sides.value(files[0], files[1], files[2], at: "the file")?.map(\.part.text).joined() ?? ""
    }
    return Self.merge(&sides, files[0], files[1], files[2], at: "").map(\.part.text).joined()
  }

  private static func merge(
    _ sides: inout ThreeWay, _ base: [EntryPart.Named], _ ours: [EntryPart.Named], _ theirs: [EntryPart.Named],
    at name: String
  ) -> [EntryPart.Named] {
    func pairs(_ parts: [EntryPart.Named]) -> [(key: String, value: EntryPart)] { parts.map { ($0.key, $0.part) } }
    return sides.list(pairs(base), pairs(ours), pairs(theirs), at: name) { sides, key, b, o, t in
      self.merge(&sides, b, o, t, key: key, at: name)
    }.map { EntryPart.Named(key: $0.key, part: $0.value) }
  }

  private static func merge(
    _ sides: inout ThreeWay, _ base: EntryPart?, _ ours: EntryPart, _ theirs: EntryPart, key: String, at name: String
  ) -> EntryPart? {
    switch (ours, theirs) {
    case (.section(let ourHead, let ourLines), .section(let theirHead, let theirLines)):
      var (head, lines): (String?, [EntryPart.Named]) = (nil, [])
      if case .section(let baseHead, let baseLines)? = base { (head, lines) = (baseHead, baseLines) }
      return .section(
        head: sides.value(head, ourHead, theirHead, at: key) ?? ourHead,
        self.merge(&sides, lines, ourLines, theirLines, at: key.hasPrefix("re") ? "\(key) " : ""))
    case (.json(let o, let ourComment), .json(let t, let theirComment)):
      guard case .json(let b, let comment)? = base,
        let merged = sides.value(
          b, o, t, at: "\(key) $", deeper: { SpelledJSON.merge(&$0, $1, $2, $3, at: "\(key) $") })
      else { return nil }
      return .json(merged, comment: sides.value(comment, ourComment, theirComment, at: "\(key) comment") ?? "")
    case (.messages(let count, let o), .messages(let same, let t)):
      // Where one side has more or fewer of them, it is not known which belong together.
      guard count == same, case .messages(count, let b)? = base else { return nil }
      return .messages(count: count, self.merge(&sides, b, o, t, at: ""))
    default: return self.derived.contains(key) ? ours : nil
    }
  }
}
