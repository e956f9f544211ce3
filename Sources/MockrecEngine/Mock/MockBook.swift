import MockrecCore
import MockrecWire

/// A mock as it was read, before its place among the others is known.
struct WrittenMock: Sendable {
  var name: String
  var mock: Mock
  var reply: PreparedReply
  var summary: (request: String, status: String)
  /// Where it stands in its file, from 1.
  var line: Int
}

/// The mocks of a cassette: never changed once it is made.
final class MockBook: Sendable {
  struct Page: Sendable {
    let mock: Mock
    /// Among the cassette's entries.
    let entry: Int32
    /// What is sent where nothing is rendered.
    let reply: PreparedReply
    /// Where it stands in its file, from 1.
    let line: Int
  }

  /// Mocks in the order in which they are asked, the more specific first.
  private struct Shelf: Sendable {
    let numbers: [Int]
    let matcher: any RequestMatcher

    init(_ pages: [Page], _ wire: any Wire, where isKept: (Mock) -> Bool) {
      self.numbers = pages.indices.filter { isKept(pages[$0].mock) }.sorted { a, b in
        let (ours, theirs) = (pages[a].mock.specificity, pages[b].mock.specificity)
        return ours == theirs ? a < b : theirs.lexicographicallyPrecedes(ours)
      }
      self.matcher = wire.requestMatcher(self.numbers.map { pages[$0].mock.pattern })
    }
  }

  let pages: [Page]
  /// Whether any of them has its wire answer more.
  let publishes: Bool
  /// The states that its mocks ask for and set, by scenario.
  let scenarios: [String: Set<String>]
  private let exact: Shelf
  private let wild: Shelf

  init(_ pages: [Page], of wire: any Wire) {
    self.pages = pages
    self.publishes = pages.contains { $0.mock.publishes }
    self.scenarios = pages.reduce(into: [:]) { all, page in
      for named in page.mock.scenario.required + page.mock.scenario.set {
        all[named.scenario, default: []].insert(named.state)
      }
    }
    self.exact = Shelf(pages, wire) { $0.isExact }
    self.wild = Shelf(pages, wire) { !$0.isExact }
  }

  enum Place { case beforeRecorded, behindRecorded }

  /// The number of the page that answers a request; its scenario goes on by a step.
  func find(_ place: Place, _ states: ScenarioStates, _ request: @autoclosure () -> MockRequest, head: any WireRequest)
    -> Int?
  {
    let shelf = place == .beforeRecorded ? self.exact : self.wild
    guard !shelf.numbers.isEmpty else { return nil }
    var found: [Int] = []
    shelf.matcher.find(head, into: &found)
    guard !found.isEmpty else { return nil }
    let request = request()
    for number in found.map({ shelf.numbers[$0] }) {
      let mock = self.pages[number].mock
      if mock.failures(request).isEmpty, states.take(mock.scenario) { return number }
    }
    return nil
  }

  /// Mocks whose pattern a request fulfils, and why they did not answer it.
  func near(_ request: MockRequest, _ states: ScenarioStates) -> [(page: Page, mismatches: [Mismatch])] {
    let now = states.states
    return [self.exact, self.wild].flatMap { shelf in
      var found: [Int] = []
      shelf.matcher.find(request.request, into: &found)
      return found.map { number in
        let page = self.pages[shelf.numbers[number]]
        let state = page.mock.scenario.required.compactMap { wanted -> Mismatch? in
          let current = now[wanted.scenario] ?? ScenarioStep.first
          guard current != wanted.state else { return nil }
          return Mismatch("state \(wanted.scenario)", recorded: wanted.state, asked: current)
        }
        return (page, page.mock.failures(request) + state)
      }
    }
  }
}
