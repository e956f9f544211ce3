extension WordTable {
  /// Filters of lists.
  static let listFilters: [FilterRule] = [
    FilterRule("count") { value, _ throws(WordError) in
      guard let count = value.count else { throw .unfit(value, "which has no length") }
      return .number(count)
    },
    FilterRule("first") { value, _ throws(WordError) in try list(value).first.map { .json($0) } },
    FilterRule("last") { value, _ throws(WordError) in try list(value).last.map { .json($0) } },
    FilterRule("nth", arguments: 1...1) { value, arguments throws(WordError) in
      let elements = try list(value)
      let asked = try arguments.integer(0, of: "nth")
      let index = asked < 0 ? elements.count + asked : asked
      return elements.indices.contains(index) ? .json(elements[index]) : nil
    },
    FilterRule("location") { value, _ throws(WordError) in
      guard let location = value.json?["location"] else { throw value.isNo("redirect") }
      return .json(location)
    },
    FilterRule(
      "jsonpath", arguments: 1...1,
      asking: { scope, value, arguments throws(WordError) in
        let path = try arguments.jsonPath(0, of: "jsonpath")
        // Of a string it reads the JSON that is written in it.
        guard let text = value.string else {
          guard let json = value.json else { throw value.isNo("JSON") }
          return scope.selection(try path.values(in: json))
        }
        guard let json = try? JSON.parse(text) else { throw value.isNo("JSON") }
        return scope.selection(try path.values(in: json))
      }),
  ]

  private static func list(_ value: ContractValue) throws(WordError) -> [JSON] {
    guard let list = value.list else { throw .unfit(value, "which is no list") }
    return list
  }
}
