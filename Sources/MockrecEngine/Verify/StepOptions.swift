import MockrecCore
import MockrecWire

/// The options of an entry that say when and how often it is asked, whatever its wire.
struct StepOptions: Sendable {
  /// Before the real service is asked. A fake is never waited for: it answers the same later.
  var delay = Duration.zero
  /// How often it is asked again when it does not meet the contract.
  var retries = 0
  /// Between two of these.
  var retryInterval = Duration.seconds(1)
  /// How often in all the entry is run, each time with the variables that the time before has captured.
  var repeats = 1
  var isSkipped = false
  /// A JSONPath always gives a list.
  var keepsNodeLists = false
  /// Where the answer's body is written to, relative to the contract.
  var output: String?

  static let names: Set<String> = [
    "delay", "no-jsonpath-coercion", "output", "repeat", "retry", "retry-interval", "skip", "variable",
  ]

  init() {}

  init(_ step: VerifyStep, in scope: ContractScope) throws(Diagnostic) {
    for option in step.options {
      guard let name = option.key.literal, Self.names.contains(name), name != "variable" else { continue }
      let text = try scope.text(option.value, in: step.source)
      guard self.take(name, text) else {
        throw Diagnostic(
          "the option \(name) takes \(Self.wanted(name)), not '\(text)'",
          at: Diagnostic.Place(step.source, at: option.value.offset))
      }
    }
  }

  private mutating func take(_ name: String, _ text: String) -> Bool {
    switch name {
    case "delay": return Self.set(&self.delay, Duration(written: text))
    case "retry-interval": return Self.set(&self.retryInterval, Duration(written: text))
    case "retry": return Self.set(&self.retries, Int(text).flatMap { $0 == -1 ? .max : $0 >= 0 ? $0 : nil })
    case "repeat": return Self.set(&self.repeats, Int(text).flatMap { (0...10_000).contains($0) ? $0 : nil })
    case "skip": return Self.set(&self.isSkipped, Bool(text))
    case "no-jsonpath-coercion": return Self.set(&self.keepsNodeLists, Bool(text))
    default:
      self.output = text
      return true
    }
  }

  private static func set<Value>(_ place: inout Value, _ value: Value?) -> Bool {
    guard let value else { return false }
    place = value
    return true
  }

  private static func wanted(_ name: String) -> String {
    switch name {
    case "delay", "retry-interval": "a time such as 500, 500ms, 2s or 1m"
    case "retry": "a number, or -1 to go on until it holds"
    case "repeat": "a number up to 10000"
    default: "true or false"
    }
  }
}

extension VerifyStep {
  /// What an entry is for.
  enum Role: Sendable, Hashable {
    case judged
    /// Asked for what it does and captures; its answer is not judged (`# @setup`, `# @teardown`).
    case helping
  }

  var role: Role {
    self.entry.marks.contains { $0.name == "setup" || $0.name == "teardown" } ? .helping : .judged
  }

  /// The side that alone is asked (`# @only real`).
  var only: VerifyReport.Only? {
    self.entry.marks.last { $0.name == "only" }.flatMap { VerifyReport.Only(rawValue: $0.value) }
  }

  /// Whether a mark says that it may be asked again and again, or that it may not; nil where the wire decides.
  var isMarkedSafe: Bool? {
    switch self.entry.marks.last(where: { $0.name == "safe" || $0.name == "unsafe" })?.name {
    case "safe": true
    case "unsafe": false
    default: nil
    }
  }

  /// What is wrong with its marks.
  var markProblems: [Diagnostic] {
    self.entry.marks.filter { $0.name == "only" && VerifyReport.Only(rawValue: $0.value) == nil }.map { mark in
      let names = VerifyReport.Only.allCases.map(\.rawValue)
      return Diagnostic(
        "`# @only` names a side, not '\(mark.value)'", at: self.place,
        nearest: nearestWord(to: mark.value, among: names), fix: "write # @only real or # @only fake")
    }
  }
}
