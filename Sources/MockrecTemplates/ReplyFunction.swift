import MockrecCore

/// A function that may stand in a placeholder of a reply.
package struct ReplyFunction: Sendable {
  /// How many arguments without a name it takes.
  package var arguments: ClosedRange<Int>
  /// The names of those with one: `expires="1h"`. Each may be left out; nil where any name will do.
  package var options: [String]?
  /// The names of those that must not stand in a mock: each is a placeholder, such as `key={{getEnv "KEY"}}`.
  package var secrets: Set<String>
  /// The arguments that are JSON, in whose texts values are escaped as such: `{{jwt `{"sub": {{request.query.user}}}`}}`.
  package var json: Set<ReplyArgument>
  /// Gives an argument in the form in which `evaluate` takes it, by its place or its name; called once when the mock is
  /// loaded where no placeholder stands in the argument, and then its error is one of the mock.
  package var read: @Sendable (_ argument: ReplyArgument, _ value: ContractValue) throws(WordError) -> ContractValue
  /// Called for each call that is found when a mock is loaded; its error is one of the mock.
  package var prepare: @Sendable () throws(WordError) -> Void
  /// What a call costs, in bytes that could be gone through instead.
  package var cost: Int
  /// nil is nothing, as a JSONPath that selects nothing gives.
  package var evaluate: @Sendable (ReplyCall) throws(WordError) -> ContractValue?

  package init(
    arguments: ClosedRange<Int> = 0...0, options: [String]? = [], secrets: Set<String> = [],
    json: Set<ReplyArgument> = [], cost: Int = 64, prepare: @escaping @Sendable () throws(WordError) -> Void = {},
    read: @escaping @Sendable (ReplyArgument, ContractValue) throws(WordError) -> ContractValue = { $1 },
    evaluate: @escaping @Sendable (ReplyCall) throws(WordError) -> ContractValue?
  ) {
    self.arguments = arguments
    self.options = options
    self.secrets = secrets
    self.json = json
    self.cost = cost
    self.prepare = prepare
    self.read = read
    self.evaluate = evaluate
  }
}

package enum ReplyArgument: Sendable, Hashable {
  /// From 0.
  case index(Int)
  case option(String)
}

/// One call of a function.
package struct ReplyCall {
  package let arguments: [ContractValue]
  /// In their order.
  package let options: [(name: String, value: ContractValue)]
  /// With the request, the moment, and random numbers.
  package let context: ReplyContext

  func call() -> FunctionCall { FunctionCall(self.context.scope, dice: self.context.draw()) }
}

extension ReplyFunction {
  /// The functions that every mock has.
  static let builtin: [String: ReplyFunction] = [
    "now": ReplyFunction(
      arguments: 0...1, read: { _, value throws(WordError) in try DateOffset.reading(value) }, evaluate: Self.now),
    "uuid": ReplyFunction.ofContracts("newUuid", 0),
    "newDate": ReplyFunction.ofContracts("newDate", 0),
    "newUuid": ReplyFunction.ofContracts("newUuid", 0),
    "getEnv": ReplyFunction.ofContracts("getEnv", 1),
    "randomBool": ReplyFunction.ofContracts("randomBool", 0),
    "randomInt": ReplyFunction.ofContracts("randomInt", 2),
    "randomString": ReplyFunction.ofContracts("randomString", 1),
    "random": ReplyFunction(arguments: 1...64, evaluate: Self.random),
    "counter": ReplyFunction(arguments: 0...1) { call throws(WordError) in
      .number(call.context.counter(try call.arguments.first?.replyText() ?? ""))
    },
    "jsonpath": ReplyFunction(
      arguments: 1...1, read: { _, value throws(WordError) in try JSONPath.reading(value) },
      evaluate: Self.jsonPath),
  ]

  private static func ofContracts(_ name: String, _ count: Int) -> ReplyFunction {
    ReplyFunction(arguments: count...count) { call throws(WordError) in
      try call.call().value(of: name, call.arguments)
    }
  }

  private static func now(_ call: ReplyCall) throws(WordError) -> ContractValue? {
    guard case .read(.offset(let offset))? = call.arguments.first else { return .date(call.context.moment) }
    guard let moment = offset.applied(to: call.context.moment) else { throw .cannot("a date beyond the year 9999") }
    return .date(moment)
  }

  private static func jsonPath(_ call: ReplyCall) throws(WordError) -> ContractValue? {
    guard case .read(.path(let path))? = call.arguments.first else { throw .misuse("jsonpath takes a string") }
    guard let json = try call.context.json() else { throw .cannot("a request without a body") }
    return try call.context.select(path, in: json)
  }

  /// What a function of contracts gives, whose errors name it.
  private static func random(_ call: ReplyCall, as name: String) throws(WordError) -> ContractValue? {
    do throws(WordError) { return try call.call().value(of: name, call.arguments) } catch {
      throw .misuse(error.reason.replacing(name, with: "random"))
    }
  }

  /// A whole number between two, a text of as many letters and digits, or one of several values.
  private static func random(_ call: ReplyCall) throws(WordError) -> ContractValue? {
    switch (call.arguments.count, call.arguments[0]) {
    case (1, .json(.number)): return try self.random(call, as: "randomString")
    case (2, .json(.number)): return try self.random(call, as: "randomInt")
    case (1, .json(.array(let elements))):
      var dice = call.context.draw()
      return elements.randomElement(using: &dice).map { .json($0) }
    default:
      var dice = call.context.draw()
      return call.arguments.randomElement(using: &dice)
    }
  }
}
