extension WordTable {
  /// Filters of text.
  static let textFilters: [FilterRule] = [
    FilterRule("split", arguments: 1...1) { value, arguments throws(WordError) in
      let separator = try arguments.text(0, of: "split")
      guard !separator.isEmpty else { throw .misuse("split takes a separator that is not empty") }
      return .list(split(try value.text(), at: separator).map { .string($0) })
    },
    FilterRule("replace", arguments: 2...2) { value, arguments throws(WordError) in
      let new = try arguments.text(1, of: "replace")
      if arguments[0].isPattern { return try replace(arguments.pattern(0, of: "replace"), value, new) }
      let old = try arguments.text(0, of: "replace")
      guard !old.isEmpty else { throw .misuse("replace takes a text that is not empty") }
      return .text(split(try value.text(), at: old).joined(separator: new))
    },
    FilterRule("replaceRegex", arguments: 2...2) { value, arguments throws(WordError) in
      try replace(
        arguments.pattern(0, of: "replaceRegex"), value, arguments.text(1, of: "replaceRegex"))
    },
    FilterRule("regex", arguments: 1...1) { value, arguments throws(WordError) in
      try arguments.pattern(0, of: "regex").firstGroup(in: value.text())
    },
    FilterRule(
      "xpath", arguments: 1...1,
      asking: { scope, value, arguments throws(WordError) in
        let text = try value.text()
        let isXML = text.drop(while: \.isWhitespace).hasPrefix("<?xml")
        return try scope.xpath(try arguments.text(0, of: "xpath"), XMLText(text, isHTML: !isXML))
      }),
  ]

  private static func replace(
    _ pattern: Pattern, _ value: ContractValue, _ new: String
  ) throws(WordError) -> ContractValue {
    let text = try value.text()
    do { return .text(try pattern.replacing(in: text, with: new)) } catch { throw .cannot(error.description) }
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

extension ContractValue {
  fileprivate var isPattern: Bool {
    switch self {
    case .pattern, .read(.pattern): true
    default: false
    }
  }

  /// - Throws: `cannot` for what is no string.
  func text() throws(WordError) -> String {
    guard let text = self.string else { throw self.isNo("string") }
    return text
  }

  /// - Throws: `cannot` for what is not bytes.
  func bytes() throws(WordError) -> [UInt8] {
    guard case .bytes(let bytes) = self else { throw .unfit(self, "which is not bytes") }
    return bytes
  }
}
