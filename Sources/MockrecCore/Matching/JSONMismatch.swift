/// A place at which two JSON values differ.
package struct JSONMismatch: Sendable, Hashable {
  package var location: String
  package var recorded: String?
  package var asked: String?

  /// The first differences between two values, in document order, at most `limit`.
  package static func list(recorded: JSON, asked: JSON, limit: Int) -> [JSONMismatch] {
    var found: [JSONMismatch] = []
    self.collect(recorded, asked, at: "$", limit: limit, into: &found)
    return found
  }

  private static func collect(
    _ a: JSON, _ b: JSON, at path: String, limit: Int, into found: inout [JSONMismatch]
  ) {
    guard found.count < limit, a != b else { return }
    switch (a, b) {
    case (.object(let ours), .object(let theirs)):
      for member in ours.members {
        let place = "\(path).\(member.key)"
        guard let other = theirs[member.key] else {
          found.append(JSONMismatch(location: place, recorded: self.excerpt(member.value), asked: nil))
          continue
        }
        self.collect(member.value, other, at: place, limit: limit, into: &found)
      }
      for member in theirs.members where ours[member.key] == nil {
        found.append(JSONMismatch(location: "\(path).\(member.key)", recorded: nil, asked: self.excerpt(member.value)))
      }
    case (.array(let ours), .array(let theirs)) where ours.count == theirs.count:
      for (index, pair) in zip(ours, theirs).enumerated() {
        self.collect(pair.0, pair.1, at: "\(path)[\(index)]", limit: limit, into: &found)
      }
    default:
      found.append(JSONMismatch(location: path, recorded: self.excerpt(a), asked: self.excerpt(b)))
    }
  }

  private static func excerpt(_ json: JSON) -> String {
    let text = json.description
    return text.utf8.count > 120 ? String(text.prefix(117)) + "…" : text
  }
}
