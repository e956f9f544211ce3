extension JSONPathParser {
  /// What may stand on either side of a comparison, or in a test.
  private enum Operand {
    case literal(JSON)
    case query(JSONPathQuery)
    case call(JSONPathCall)
  }

  /// Reads conditions joined by `||` and, binding tighter, `&&`.
  mutating func condition(depth: Int) throws(JSONPathError) -> JSONPathQuery.Condition {
    try checkDepth(depth)
    let alternatives = try joined(by: "|") { (parser) throws(JSONPathError) in
      let conditions = try parser.joined(by: "&") { (parser) throws(JSONPathError) in
        try parser.basicCondition(depth: depth)
      }
      return conditions.count == 1 ? conditions[0] : .all(conditions)
    }
    return alternatives.count == 1 ? alternatives[0] : .any(alternatives)
  }

  private mutating func joined(
    by sign: Unicode.Scalar,
    read: (inout JSONPathParser) throws(JSONPathError) -> JSONPathQuery.Condition
  ) throws(JSONPathError) -> [JSONPathQuery.Condition] {
    var conditions = [try read(&self)]
    while true {
      let end = offset
      skipBlanks()
      guard next == sign, peek(1) == sign else {
        offset = end
        return conditions
      }
      offset += 2
      skipBlanks()
      conditions.append(try read(&self))
    }
  }

  private func checkDepth(_ depth: Int) throws(JSONPathError) {
    guard depth <= Self.maximumDepth else { throw failure("nested deeper than \(Self.maximumDepth)") }
  }

  private mutating func basicCondition(depth: Int) throws(JSONPathError) -> JSONPathQuery.Condition {
    if take("!") {
      skipBlanks()
      if next == "(" { return .not(try parenthesized(depth: depth)) }
      let start = offset
      return .not(try test(try operand(depth: depth), at: start))
    }
    if next == "(" { return try parenthesized(depth: depth) }
    let start = offset
    let left = try operand(depth: depth)
    let end = offset
    skipBlanks()
    guard let comparison = takeComparison() else {
      offset = end
      return try test(left, at: start)
    }
    let comparable = try comparable(left, at: start)
    skipBlanks()
    let rightStart = offset
    let right = try operand(depth: depth)
    return .comparison(comparable, comparison, try self.comparable(right, at: rightStart))
  }

  private mutating func parenthesized(depth: Int) throws(JSONPathError) -> JSONPathQuery.Condition {
    offset += 1
    skipBlanks()
    let condition = try condition(depth: depth + 1)
    skipBlanks()
    guard take(")") else { throw failure("expected ) or && or ||") }
    return condition
  }

  private mutating func takeComparison() -> JSONPathQuery.Comparison? {
    let isWithEqual = peek(1) == "="
    let comparison: JSONPathQuery.Comparison
    switch next {
    case "=" where isWithEqual: comparison = .equal
    case "!" where isWithEqual: comparison = .notEqual
    case "<": comparison = isWithEqual ? .lessOrEqual : .less
    case ">": comparison = isWithEqual ? .greaterOrEqual : .greater
    default: return nil
    }
    offset += isWithEqual ? 2 : 1
    return comparison
  }

  private mutating func operand(depth: Int) throws(JSONPathError) -> Operand {
    switch next {
    case "$", "@":
      return .query(try query(depth: depth))
    case "'", "\"":
      return .literal(.string(try string()))
    case "-", "0"..."9":
      return .literal(.number(try number()))
    case "a"..."z":
      return try word(depth: depth)
    default:
      throw failure("expected @, $, a literal, a function, ! or (")
    }
  }

  private mutating func word(depth: Int) throws(JSONPathError) -> Operand {
    let start = offset
    var word = ""
    while "a"..."z" ~= next || isDigit(next) || next == "_" {
      word.unicodeScalars.append(next)
      offset += 1
    }
    if take("(") { return .call(try call(word, start: start, depth: depth + 1)) }
    switch word {
    case "true": return .literal(.bool(true))
    case "false": return .literal(.bool(false))
    case "null": return .literal(.null)
    default: throw failure("\(word) is neither a literal nor a call of a function", at: start)
    }
  }

  private func test(_ operand: Operand, at start: Int) throws(JSONPathError) -> JSONPathQuery.Condition {
    switch operand {
    case .query(let query): return .exists(query)
    case .call(let call) where !call.givesValue: return .call(call)
    case .call: throw failure("this function gives a value, which must be compared", at: start)
    case .literal: throw failure("a literal must be compared", at: start)
    }
  }

  private func comparable(_ operand: Operand, at start: Int) throws(JSONPathError) -> JSONPathQuery.Comparable {
    switch operand {
    case .literal(let value): return .literal(value)
    case .query(let query) where query.singularSteps != nil: return .query(query)
    case .query:
      throw failure("this can select several values, which cannot be compared; use names and indices", at: start)
    case .call(let call) where call.givesValue: return .call(call)
    case .call: throw failure("this function gives true or false, which cannot be compared", at: start)
    }
  }

  // MARK: Calls

  /// Reads the arguments of a call after its parenthesis. Source: RFC 9535 section 2.4.3, well-typedness.
  private mutating func call(_ name: String, start: Int, depth: Int) throws(JSONPathError) -> JSONPathCall {
    try checkDepth(depth)
    var arguments: [(operand: Operand, start: Int)] = []
    skipBlanks()
    if next != ")" {
      repeat {
        skipBlanks()
        let argumentStart = offset
        arguments.append((try operand(depth: depth), argumentStart))
        skipBlanks()
      } while take(",")
    }
    guard take(")") else { throw failure("expected , or )") }

    switch (name, arguments.count) {
    case ("length", 1):
      return .length(try comparable(arguments[0].operand, at: arguments[0].start))
    case ("count", 1):
      return .count(try nodes(arguments[0].operand, at: arguments[0].start))
    case ("value", 1):
      return .value(try nodes(arguments[0].operand, at: arguments[0].start))
    case ("match", 2), ("search", 2):
      let text = try comparable(arguments[0].operand, at: arguments[0].start)
      let pattern = try comparable(arguments[1].operand, at: arguments[1].start)
      return .matches(text, matcher(pattern), isWhole: name == "match")
    case ("length", _), ("count", _), ("value", _):
      throw failure("\(name) takes one argument", at: start)
    case ("match", _), ("search", _):
      throw failure("\(name) takes two arguments", at: start)
    default:
      throw failure("there is no function \(name); there are length, count, match, search and value", at: start)
    }
  }

  private func nodes(_ operand: Operand, at start: Int) throws(JSONPathError) -> JSONPathQuery {
    guard case .query(let query) = operand else { throw failure("this argument must be a query", at: start) }
    return query
  }

  private func matcher(_ pattern: JSONPathQuery.Comparable) -> JSONPathCall.Matcher {
    guard case .literal(let value) = pattern else { return .computed(pattern) }
    return .fixed(value.string.flatMap { try? Pattern($0, syntax: .iRegexp) })
  }
}
