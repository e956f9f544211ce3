import HTTPWire
import MockrecCore
import MockrecWire
import Testing

@testable import MockrecEngine

@Suite("Entries that are added while a service is served")
struct EntryLayerTests {
  private let layer = EntryLayer(
    service: Service(name: "svc", wire: HTTPWire(), rules: MatchRules(redactor: Redactor())),
    scenarios: ScenarioStates())

  private func entry(_ path: String) -> String { "GET {{svc}}\(path)\nHTTP 200\n`\(path)`\n" }

  @Test("each answers its request, however many there are")
  func many() throws {
    let ids = try self.layer.add((0..<2000).map { self.entry("/\($0)") })
    #expect(Set(ids).count == 2000)
    let index = try #require(self.layer.served?.index)
    #expect(index.entry(for: MatchKey(head: "GET /1999"), ReplayState(index)) == "e2000")
    #expect(index.entry(for: MatchKey(head: "GET /2000"), ReplayState(index)) == nil)
  }

  @Test("of a set that is refused nothing is taken, and nothing is lost for it")
  func refused() throws {
    let ids = try self.layer.add([self.entry("/a"), self.entry("/b")])
    #expect(throws: Diagnostics.self) { try self.layer.replace(with: [self.entry("/c"), "GET\n"]) }
    #expect(throws: Diagnostics.self) {
      try self.layer.replace(with: Array(repeating: "GET\n", count: EntryLayer.most + 1))
    }
    #expect(self.layer.all.map(\.id) == ids)
  }
}
