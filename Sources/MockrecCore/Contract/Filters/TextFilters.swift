extension WordTable {
  /// Filters of text.
  static let textFilters: [FilterRule] = [
    FilterRule("split", arguments: 1...1) { value, arguments throws(WordError) in
      let separator = try arguments.text(0, of: "split")
      guard !separator.isEmpty else { throw .misuse("split takes a separator that is not empty") }
      return .list(split(try text(value), at: separator).map { .string($0) })
    },
    FilterRule("replace", arguments: 2...2) { value, arguments throws(WordError) in
      let (old, new) = (try arguments.text(0, of: "replace"), try arguments.text(1, of: "replace"))
      guard !old.isEmpty else { throw .misuse("replace takes a text that is not empty") }
      return .text(split(try text(value), at: old).joined(separator: new))
    },
    FilterRule("regex", arguments: 1...1) { value, arguments throws(WordError) in
      try firstGroup(of: arguments.pattern(0, of: "regex"), in: text(value))
    },
  ]

  private static func text(_ value: ContractValue) throws(WordError) -> String {
    guard let text = value.string else { throw .cannot("\(value.kind) \(value.shown), which is no string") }
    return text
  }

  private static func split(_ text: String, at separator: String) -> [String] {
    let (bytes, mark) = (Array(text.utf8), Array(separator.utf8))
    var parts: [String] = []
    var (start, index) = (0, 0)
    while index + mark.count <= bytes.count {
      if bytes[index] == mark[0], bytes[index..<index + mark.count].elementsEqual(mark) {
        parts.append(String(decoding: bytes[start..<index], as: UTF8.self))
        index += mark.count
        start = index
      } else {
        index += 1
      }
    }
    return parts + [String(decoding: bytes[start...], as: UTF8.self)]
  }
}
