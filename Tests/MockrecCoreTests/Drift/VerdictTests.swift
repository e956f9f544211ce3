import Testing

@testable import MockrecCore

@Suite struct VerdictTests {
  /// A row a state of the real, a column a state of the fake, both in the order of `allCases`.
  private static let withoutDifference: [Verdict.Side: [Verdict]] = [
    //             notAsked      met           failed        silent        unstable
    .notAsked: [.unreachable, .agree, .drift, .drift, .drift],
    .met: [.agree, .agree, .drift, .drift, .drift],
    .failed: [.broken, .broken, .broken, .broken, .broken],
    .silent: [.unreachable, .unreachable, .unreachable, .unreachable, .unreachable],
    .unstable: [.unstable, .unstable, .unstable, .unstable, .unstable],
  ]

  @Test("every combination of both sides has its verdict", arguments: Verdict.Side.allCases, Verdict.Side.allCases)
  func table(real: Verdict.Side, fake: Verdict.Side) throws {
    let column = try #require(Verdict.Side.allCases.firstIndex(of: fake))
    let wanted = try #require(Self.withoutDifference[real])[column]
    #expect(Verdict.judge(fake: fake, real: real, difference: nil) == wanted)
    #expect(Verdict.judge(fake: fake, real: real, difference: .cosmetic) == wanted)
    for severity in [Difference.Severity.compatible, .breaking] {
      let differing: Verdict = real == .met && fake == .met ? .drift : wanted
      #expect(Verdict.judge(fake: fake, real: real, difference: severity) == differing)
    }
  }
}
