import Foundation
import MockrecTesting
import Testing

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

private let servedCassette = "\(#filePath.components(separatedBy: "/Tests/")[0])/cassettes/httpbin"

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

  @Test("a trait serves each case of a test by itself", .replay(servedCassette), arguments: 0..<8)
  func trait(number: Int) async throws {
    let status = try await self.get("\(Replayed["httpbin"])/json")
    #expect(status == 200)
  }

  @Test("a trait fails the test whose request nothing answers, with the diagnosis")
  func traitMissed() async throws {
    let test = try #require(Test.current)
    do {
      try await ReplayTrait.replay(servedCassette).provideScope(for: test, testCase: Test.Case.current) {
        _ = try await self.get("\(Replayed["httpbin"])/jsno")
      }
      Issue.record("a miss went unnoticed")
    } catch let error as ReplayMissed {
      #expect(error.description.contains("no recorded exchange answers GET /jsno"))
    }
    #expect(Replayed["httpbin"].isEmpty)
  }
}
