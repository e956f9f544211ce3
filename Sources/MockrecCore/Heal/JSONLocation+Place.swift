extension JSONLocation {
  /// The byte offset of this place in a JSON text: of a member where its name begins, of an element where it does itself;
  /// nil where the text has no such place.
  package func offset(in text: [UInt8]) -> Int? {
    guard var node = JSONNode.read(text) else { return nil }
    var offset = node.range.lowerBound
    for step in self.steps {
      switch (step, node.kind) {
      case (.name(let name), .object(let members)):
        guard let member = members.first(where: { $0.name == name }) else { return nil }
        (node, offset) = (member.value, member.range.lowerBound)
      case (.index(let index), .array(let elements)) where elements.indices.contains(index):
        (node, offset) = (elements[index], elements[index].range.lowerBound)
      default: return nil
      }
    }
    return offset
  }
}
