/// What a conversion from or to another format could not carry over: each kind once, with how often it was met and where
/// first.
package struct InterchangeNotes: Sendable, Hashable {
  package struct Note: Sendable, Hashable {
    /// What was lost and what was done about it, in words.
    package var text: String
    package var count: Int
    /// A few places. They hold nothing of a message but its method, host and path.
    package var examples: [String]
  }

  package private(set) var list: [Note] = []
  private static let examples = 3

  package init() {}

  package mutating func add(_ text: String, at example: String) {
    if let index = self.list.firstIndex(where: { $0.text == text }) {
      self.list[index].count += 1
      if self.list[index].examples.count < Self.examples { self.list[index].examples.append(example) }
    } else {
      self.list.append(Note(text: text, count: 1, examples: [example]))
    }
  }

  package mutating func add(_ other: InterchangeNotes) {
    for note in other.list {
      guard let index = self.list.firstIndex(where: { $0.text == note.text }) else {
        self.list.append(note)
        continue
      }
      self.list[index].count += note.count
      self.list[index].examples += note.examples.prefix(Self.examples - self.list[index].examples.count)
    }
  }

  package var isEmpty: Bool { self.list.isEmpty }
}
