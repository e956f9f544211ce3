import MockrecCore

/// What stands between braces, read once: where its value comes from, and what is made of it.
struct ReplyExpression: Sendable {
  indirect enum Head: Sendable {
    case request(RequestPart)
    /// Of the present element of a section or, where `climbs`, of the nearest around it that has the first name.
    case field([String], climbs: Bool)
    case position(Position)
    case call(ReplyFunction, [Argument], options: [(name: String, value: Argument)])
  }

  /// Of an element among those of its section.
  enum Position: String, Sendable, CaseIterable {
    case first = "first()"
    case last = "last()"
    /// From 0.
    case index = "index()"
  }

  enum Argument: Sendable {
    case constant(ContractValue)
    /// Texts and values to be joined, and then read as the word takes it.
    case text([Piece], read: Read)
    case value(ReplyExpression, read: Read)
  }

  /// Gives an argument in the form in which its word uses it.
  typealias Read = @Sendable (ContractValue) throws(WordError) -> ContractValue

  enum Piece: Sendable {
    case text(String)
    case value(ReplyExpression, Spelling)
  }

  var head: Head
  var filters: [(filter: BoundFilter, arguments: [Argument])]
  /// As written, for messages.
  var text: String
  /// In the mock's text.
  var offset: Int
}

extension ReplyExpression {
  /// The value for a request; nil is nothing, which a filter leaves as it is.
  ///
  /// - Parameter isCondition: Whether a word that finds nothing gives nothing, and is no failure.
  func value(in rendering: Rendering, _ element: Frame?, isCondition: Bool) throws(WordError) -> ContractValue? {
    var value = try self.head(rendering, element, isCondition: isCondition)
    for (filter, arguments) in self.filters {
      guard let given = value else { return nil }
      var values: [ContractValue] = []
      for argument in arguments { values.append(try argument.value(in: rendering, element)) }
      do throws(WordError) {
        value = try self.apply(filter, given, values, rendering)
      } catch {
        throw .cannot("\(filter.name) is given \(error.withoutValue)")
      }
      if value == nil, !isCondition { throw .cannot("\(filter.name) gives nothing") }
    }
    return value
  }

  private func head(
    _ rendering: Rendering, _ element: Frame?, isCondition: Bool
  ) throws(WordError) -> ContractValue? {
    switch self.head {
    case .request(let part): return try part.value(in: rendering.context)
    case .field(let path, let climbs): return element?.value(at: path, climbs: climbs)
    case .position(let position): return element?.value(of: position)
    case .call(let function, let arguments, let options):
      var values: [ContractValue] = []
      for argument in arguments { values.append(try argument.value(in: rendering, element)) }
      var named: [(name: String, value: ContractValue)] = []
      for option in options {
        do throws(WordError) { named.append((option.name, try option.value.value(in: rendering, element))) } catch {
          throw .cannot("`\(option.name)`: \(error.withoutValue)")
        }
      }
      try rendering.context.work(function.cost)
      let value = try function.evaluate(ReplyCall(arguments: values, options: named, context: rendering.context))
      if value == nil, !isCondition { throw .cannot("finds nothing") }
      try rendering.context.work((value?.json?.string?.utf8.count ?? 0) * 4)
      return value
    }
  }

  private func apply(
    _ filter: BoundFilter, _ value: ContractValue, _ arguments: [ContractValue], _ rendering: Rendering
  ) throws(WordError) -> ContractValue? {
    var value = value
    let context = rendering.context
    if let text = value.json?.string {
      try context.work(text.utf8.count * Self.cost(of: filter.name))
      switch filter.name {
      // A text is its bytes here, of which a reply is made.
      case "base64Encode", "base64UrlSafeEncode", "toHex": value = .bytes(Array(text.utf8))
      case "jsonpath":
        guard let json = try? JSON.parse(text) else { throw value.isNo("JSON") }
        value = .json(json)
      case "replace", "replaceRegex":
        // What may come of it is bounded before it is made.
        let (size, overflows) = text.utf8.count.multipliedReportingOverflow(
          by: arguments.last?.json?.string?.utf8.count ?? 0)
        try context.work(overflows ? .max : size / 16)
      default: break
      }
    }
    if filter.name == "jsonpath", case .read(.path(let path))? = arguments.first, let json = value.json {
      return try context.select(path, in: json)
    }
    return try filter.apply(value, arguments, in: context.scope)
  }

  /// What a filter costs for a byte of its text.
  private static func cost(of filter: String) -> Int {
    switch filter {
    case "regex", "replaceRegex", "replace": 16
    case "xpath": 32
    default: 4
    }
  }
}

extension ReplyExpression.Argument {
  func value(in rendering: Rendering, _ element: Frame?) throws(WordError) -> ContractValue {
    switch self {
    case .constant(let value): return value
    case .value(let expression, let read):
      return try self.read(try expression.value(in: rendering, element, isCondition: false) ?? .text(""), read)
    case .text(let pieces, let read):
      var text: [UInt8] = []
      for piece in pieces {
        switch piece {
        case .text(let part): text.append(contentsOf: part.utf8)
        case .value(let expression, let spelling):
          try spelling.append(try expression.value(in: rendering, element, isCondition: false), to: &text)
        }
      }
      try rendering.context.work(text.count)
      return try self.read(.text(String(decoding: text, as: UTF8.self)), read)
    }
  }

  /// - Throws: `cannot`, without the value, which is of the request.
  private func read(_ value: ContractValue, _ read: ReplyExpression.Read) throws(WordError) -> ContractValue {
    do throws(WordError) { return try read(value) } catch {
      guard case .unfit = error else { throw .cannot("an argument of type \(value.kind) cannot be used") }
      throw .cannot(error.withoutValue)
    }
  }
}

/// What a section stands for at one time, and what is around it.
final class Frame {
  let value: ContractValue
  let parent: Frame?
  /// From 0; nil where it is no element of a list.
  let index: Int?
  let isLast: Bool

  init(_ value: ContractValue, in parent: Frame?, index: Int? = nil, isLast: Bool = false) {
    self.value = value
    self.parent = parent
    self.index = index
    self.isLast = isLast
  }

  func value(at path: [String], climbs: Bool) -> ContractValue? {
    guard let first = path.first else { return self.value }
    var here: Frame? = self
    while let element = here {
      if let json = element.value.json, json.value(at: [first][...]) != nil || !climbs {
        return json.value(at: path[...]).map { .json($0) }
      }
      here = climbs ? element.parent : nil
    }
    return nil
  }

  func value(of position: ReplyExpression.Position) -> ContractValue? {
    guard let index = self.index else { return self.parent?.value(of: position) }
    switch position {
    case .first: return .json(.bool(index == 0))
    case .last: return .json(.bool(self.isLast))
    case .index: return .number(index)
    }
  }
}
