import Foundation
import MockrecTesting
import Testing

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

@Suite("A cassette in a test")
struct WithReplayTests {
  private let cassette = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("cassettes/httpbin").path

  private func get(_ url: String) async throws -> Int {
    let (_, response) = try await URLSession.shared.data(from: try #require(URL(string: url)))
    return (response as? HTTPURLResponse)?.statusCode ?? 0
  }

  @Test("recorded requests are answered")
  func served() async throws {
    try await withReplay(cassette: self.cassette) { address in
      let status = try await self.get("\(address)/json")
      #expect(status == 200)
    }
  }

  @Test("a request that was not recorded fails the test, with the diagnosis")
  func missed() async throws {
    do {
      try await withReplay(cassette: self.cassette) { address in
        let status = try await self.get("\(address)/jsno")
        #expect(status == 501)
      }
      Issue.record("a miss went unnoticed")
    } catch let error as ReplayMissed {
      #expect(error.description.contains("no recorded exchange answers GET /jsno"))
      #expect(error.description.contains("nearest:"))
    }
  }

  @Test("a test that asks nothing does not pass by accident")
  func vacuous() async throws {
    do {
      try await withReplay(cassette: self.cassette) { _ in }
      Issue.record("a run without requests passed")
    } catch let error as ReplayMissed {
      #expect(error.description.contains("vacuous"))
    }
    try await withReplay(cassette: self.cassette, allowVacuous: true) { _ in }
  }

  @Test("a seed gives the same numbers everywhere")
  func seeded() {
    var generator = SeededGenerator(seed: 42)
    #expect(generator.next() == 0xBDD7_3226_2FEB_6E95)
  }
}
