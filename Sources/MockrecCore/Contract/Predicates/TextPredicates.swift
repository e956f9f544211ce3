extension WordTable {
  /// Predicates of what stands in a text, in bytes or in a list.
  static let textPredicates: [PredicateRule] = [
    PredicateRule("startsWith", arguments: 1...1) { value, arguments throws(WordError) in
      try bytes(value).starts(with: bytes(arguments[0], like: value))
    },
    PredicateRule("endsWith", arguments: 1...1) { value, arguments throws(WordError) in
      try bytes(value).reversed().starts(with: bytes(arguments[0], like: value).reversed())
    },
    PredicateRule("contains", arguments: 1...1) { value, arguments throws(WordError) in
      if let list = value.list { return list.contains { isEqual(.json($0), arguments[0]) } }
      return contains(try bytes(value), try bytes(arguments[0], like: value))
    },
    PredicateRule("includes", arguments: 1...1) { value, arguments throws(WordError) in
      guard let list = value.list else { throw .unfit(value, "which is no list") }
      return list.contains { isEqual(.json($0), arguments[0]) }
    },
    PredicateRule("matches", arguments: 1...1) { value, arguments throws(WordError) in
      let pattern = try arguments.pattern(0, of: "matches")
      guard let text = value.string else { throw .unfit(value, "which is no string") }
      return try pattern.holds(of: text)
    },
  ]

  private static func bytes(_ value: ContractValue) throws(WordError) -> [UInt8] {
    switch value {
    case .bytes(let bytes): return bytes
    case .json(.string(let text)): return Array(text.utf8)
    case .json, .date, .nodes, .pattern, .read:
      throw .unfit(value, "which is neither a string nor bytes")
    }
  }

  private static func bytes(_ argument: ContractValue, like value: ContractValue) throws(WordError) -> [UInt8] {
    switch (argument, value) {
    case (.bytes(let bytes), .bytes): return bytes
    case (.json(.string(let text)), .json): return Array(text.utf8)
    default: throw .misuse("this holds \(value.kind) against \(argument.kind); write a value of the same type")
    }
  }

  /// - Complexity: O(`text` × `part`) at worst, as a plain scan is.
  private static func contains(_ text: [UInt8], _ part: [UInt8]) -> Bool {
    guard let first = part.first else { return true }
    guard text.count >= part.count else { return false }
    return (0...(text.count - part.count)).contains { start in
      text[start] == first && text[start..<start + part.count].elementsEqual(part)
    }
  }
}
