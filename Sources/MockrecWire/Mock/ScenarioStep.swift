import MockrecCore

/// What an entry asks of the states of scenarios, and what it makes of them.
///
/// A scenario is a name that has one state at a time, `started` where nothing has set it. `# @state order=paid` above
/// the request line asks for a state, above the response line it sets one.
package struct ScenarioStep: Sendable, Hashable {
  package struct State: Sendable, Hashable {
    package var scenario: String
    package var state: String

    package init(_ scenario: String, _ state: String) {
      self.scenario = scenario
      self.state = state
    }
  }

  package var required: [State] = []
  package var set: [State] = []

  /// The state of a scenario that nothing has set.
  package static let first = "started"

  package init() {}

  package init(_ entry: Entry, in source: SourceText) throws(Diagnostic) {
    self.required = try Self.states(entry.leading, in: source, before: entry.span.lowerBound)
    if let response = entry.response {
      self.set = try Self.states(response.leading, in: source, before: response.span.lowerBound)
    }
  }

  package var isEmpty: Bool { self.required.isEmpty && self.set.isEmpty }

  private static func states(
    _ trivia: [Trivia], in source: SourceText, before offset: Int
  ) throws(Diagnostic) -> [State] {
    var states: [State] = []
    for line in trivia {
      guard let mark = Mark(line), mark.name == "state" else { continue }
      let parts = mark.value.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2, !parts[0].contains(" "), !parts[1].contains(" ") else {
        throw mark.misread("a scenario and its state, such as `order=paid`", source, offset)
      }
      if let other = states.first(where: { $0.scenario == parts[0] && $0.state != parts[1] }) {
        throw Diagnostic(
          "scenario \(parts[0]) has one state at a time, and not \(other.state) and \(parts[1])",
          at: mark.place(in: source, before: offset), fix: "leave one of the two marks out")
      }
      states.append(State(parts[0], parts[1]))
    }
    return states
  }
}
