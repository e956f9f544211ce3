extension EntryEdit {
  /// The edits of several messages: values in place, new messages behind the ones that they follow, and out with those
  /// that are gone. What stands between the messages stays.
  ///
  /// - Parameters:
  ///   - real: An array in JSON, an element for each real message.
  ///   - changes: The first step of each is a message's index.
  /// - Returns: nil for messages in another order, and where one that would be edited is no JSON or holds placeholders.
  func messages(_ messages: [MessageText], becoming real: [UInt8], by changes: [JSONChange]) -> [TextEdit]? {
    guard let node = JSONNode.read(real), case .array(let elements) = node.kind else { return nil }
    // Messages that come or go, and what changes in one that stays.
    var (own, inner): ([Int: [JSONChange]], [Int: [JSONChange]]) = ([:], [:])
    for var change in changes {
      guard case .index(let index)? = change.place.steps.first else { return nil }
      if change.place.steps.count == 1, change.left == nil || change.right == nil {
        own[index, default: []].append(change)
      } else {
        change.place.steps.removeFirst()
        inner[index, default: []].append(change)
      }
    }
    var edits: [TextEdit] = []
    var kept: Set<Int> = []
    var end = self.places.messages[0].lowerBound
    for pair in JSONEdit.pairs(messages.count, elements.count, changes: { own[$0] ?? [] }) {
      guard let old = pair.old else {
        guard let text = pair.new.flatMap({ Self.message(Array(real[elements[$0].range])) }) else { return nil }
        edits.append(self.insertion(text.spelling + "\n", at: end))
        continue
      }
      kept.insert(old)
      let range = self.places.messages[old]
      if let changes = inner[old], let new = pair.new {
        let new = Array(real[elements[new].range])
        guard let edit = self.edit(messages[old].body, at: range, becoming: new, by: changes) else { return nil }
        edits.append(edit)
      }
      end = self.endOfLine(range.upperBound)
    }
    for index in messages.indices where !kept.contains(index) {
      let range = self.places.messages[index]
      edits.append(TextEdit(range.lowerBound..<self.endOfLine(range.upperBound), []))
    }
    return edits
  }

  /// A message as it would be recorded, shown as people read it.
  private static func message(_ json: [UInt8]) -> BodyText? { JSONLayout.pretty(json).flatMap { BodyText(json: $0) } }
}
