extension JSON: CustomStringConvertible {
  /// The value as text without white space.
  public var description: String {
    String(decoding: bytes(), as: UTF8.self)
  }

  /// The value as people read it: a line a member, indented by two spaces.
  public var prettyText: String {
    String(decoding: bytes(layout: .pretty), as: UTF8.self)
  }

  /// The value as text in a layout: order of members and spelling of numbers kept, strings with no escape they can do
  /// without.
  ///
  /// A value nested or grown beyond the limits of reading is written without white space whatever the layout.
  package func bytes(layout: JSONLayout = .compact) -> [UInt8] {
    var output: [UInt8] = []
    append(to: &output)
    return layout == .compact ? output : layout.apply(output) ?? output
  }

  private func append(to output: inout [UInt8]) {
    switch self {
    case .null:
      output.append(contentsOf: "null".utf8)
    case .bool(let value):
      output.append(contentsOf: (value ? "true" : "false").utf8)
    case .number(let value):
      output.append(contentsOf: value.text.utf8)
    case .string(let value):
      JSONString.appendQuoted(value, quote: UInt8(ascii: "\""), to: &output)
    case .array(let elements):
      output.append(UInt8(ascii: "["))
      for (position, element) in elements.enumerated() {
        if position > 0 { output.append(UInt8(ascii: ",")) }
        element.append(to: &output)
      }
      output.append(UInt8(ascii: "]"))
    case .object(let object):
      output.append(UInt8(ascii: "{"))
      for (position, member) in object.members.enumerated() {
        if position > 0 { output.append(UInt8(ascii: ",")) }
        JSONString.appendQuoted(member.key, quote: UInt8(ascii: "\""), to: &output)
        output.append(UInt8(ascii: ":"))
        member.value.append(to: &output)
      }
      output.append(UInt8(ascii: "}"))
    }
  }
}
