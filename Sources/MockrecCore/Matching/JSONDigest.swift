extension JSON {
  /// Feeds a normal form of the value: equal values (members in any order, numbers however spelt) give equal digests.
  ///
  /// Numbers of more than seventeen digits that no `Int64` holds count by their spelling, so that two different ones
  /// never look the same.
  package func digest(into digest: inout FNV1a) {
    switch self {
    case .null: digest.append(UInt8(ascii: "n"))
    case .bool(let value): digest.append(UInt8(ascii: value ? "t" : "f"))
    case .number(let number):
      digest.append(UInt8(ascii: "#"))
      digest.append(Self.normalForm(number).utf8)
      digest.append(0)
    case .string(let text): Self.digest(text, into: &digest)
    case .array(let elements):
      digest.append(UInt8(ascii: "["))
      for element in elements { element.digest(into: &digest) }
      digest.append(UInt8(ascii: "]"))
    case .object(let object):
      digest.append(UInt8(ascii: "{"))
      for member in object.effectiveMembers.sorted(by: { $0.key < $1.key }) {
        Self.digest(member.key, into: &digest)
        member.value.digest(into: &digest)
      }
      digest.append(UInt8(ascii: "}"))
    }
  }

  private static func digest(_ text: String, into digest: inout FNV1a) {
    digest.append(UInt8(ascii: "\""))
    digest.append(text.utf8)
    // Ends a string as no UTF-8 byte can.
    digest.append(0xFF)
  }

  private static func normalForm(_ number: JSONNumber) -> String {
    if let whole = number.int64 { return String(whole) }
    return number.text.utf8.count <= 17 ? String(number.double) : number.text
  }
}
