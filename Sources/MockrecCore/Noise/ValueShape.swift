/// What values that vary have in common: how a text is spelled, what a number is.
package enum ValueShape: Sendable, Hashable {
  case uuid, isoDate, ipv4, ipv6
  /// A text that this regular expression matches as a whole.
  case pattern(String)
  /// A text, whatever it says.
  case text
  case integer
  case number
  /// A number that is not below this one.
  case atLeast(String)
  case boolean

  /// The predicate of contracts that asserts it.
  package var predicate: Word {
    switch self {
    case .uuid: Word("isUuid")
    case .isoDate: Word("isIsoDate")
    case .ipv4: Word("isIpv4")
    case .ipv6: Word("isIpv6")
    case .pattern(let pattern): Word("matches", [.regex(pattern)])
    case .text: Word("isString")
    case .integer: Word("isInteger")
    case .number: Word("isNumber")
    case .atLeast(let least): Word(">=", [.number(least)])
    case .boolean: Word("isBoolean")
    }
  }

  /// nil for a predicate that is no shape.
  package init?(_ predicate: Word) {
    switch (predicate.name, predicate.arguments.first) {
    case ("isUuid", nil): self = .uuid
    case ("isIsoDate", nil): self = .isoDate
    case ("isIpv4", nil): self = .ipv4
    case ("isIpv6", nil): self = .ipv6
    case ("matches", .regex(let pattern)?): self = .pattern(pattern)
    case ("isString", nil): self = .text
    case ("isInteger", nil): self = .integer
    case ("isNumber", nil): self = .number
    case (">=", .number(let least)?): self = .atLeast(least)
    case ("isBoolean", nil): self = .boolean
    default: return nil
    }
  }

  /// The kind of JSON value that has it.
  var kind: String {
    switch self {
    case .uuid, .isoDate, .ipv4, .ipv6, .pattern, .text: "string"
    case .integer, .number, .atLeast: "number"
    case .boolean: "boolean"
    }
  }

  /// Whether it is a format that clients parse, rather than what texts happen to have in common.
  var isFormat: Bool {
    switch self {
    case .uuid, .isoDate, .ipv4, .ipv6, .integer: true
    case .pattern, .text, .number, .atLeast, .boolean: false
    }
  }

  /// Whether a value of its kind has it.
  func fits(_ value: JSON) -> Bool {
    switch (self, value) {
    case (.uuid, .string(let text)): TextFormat.isUUID(text)
    case (.isoDate, .string(let text)): TextFormat.isDateTime(text)
    case (.ipv4, .string(let text)): TextFormat.isIPv4(text)
    case (.ipv6, .string(let text)): TextFormat.isIPv6(text)
    // Patterns are bounded; one that a person wrote and that is none fits nothing, and is found.
    case (.pattern(let pattern), .string(let text)): (try? Pattern(pattern).contains(text)) ?? false
    case (.text, .string), (.number, .number), (.boolean, .bool): true
    case (.integer, .number(let number)): number.isInteger
    case (.atLeast(let least), .number(let number)): JSONNumber(least).map { number >= $0 } ?? true
    default: false
    }
  }
}

/// What may stand at a place whose value varies.
package struct PlaceShape: Sendable, Hashable {
  /// The kinds of values, `string`, `null` and so on.
  var kinds: Set<String>
  /// All that hold of a value whose kind they are of hold together.
  var shapes: [ValueShape]

  /// How a value is another one than those that were learnt from.
  enum Misfit: Sendable, Hashable {
    case kind
    case format
    case value
  }

  /// nil for a value that fits.
  func misfit(_ value: JSON) -> Misfit? {
    guard self.kinds.contains(value.kind) else { return .kind }
    let broken = self.shapes.first { $0.kind == value.kind && !$0.fits(value) }
    return broken.map { $0.isFormat ? .format : .value }
  }

  /// The narrowest shape that two or more values have in common.
  static func learn(_ values: [JSON]) -> PlaceShape {
    let texts = values.compactMap(\.string)
    let numbers = values.compactMap(\.number)
    var shapes = texts.isEmpty ? [] : [TextShape.learn(texts)]
    if !numbers.isEmpty {
      shapes.append(numbers.allSatisfy(\.isInteger) ? .integer : .number)
      if let zero = JSONNumber("0"), numbers.allSatisfy({ $0 >= zero }) { shapes.append(.atLeast("0")) }
    }
    if values.contains(where: { $0.bool != nil }) { shapes.append(.boolean) }
    return PlaceShape(kinds: Set(values.map(\.kind)), shapes: shapes)
  }

  /// In words, as contracts have them: `isUuid`, `isInteger, >= 0`, `isString or null`.
  var description: String {
    let typed = self.shapes.map(\.predicate.spelling).joined(separator: ", ")
    let others = self.kinds.subtracting(self.shapes.map(\.kind)).sorted()
    return ([typed] + others).filter { !$0.isEmpty }.joined(separator: " or ")
  }
}
