import MockrecEngine
import Testing

@testable import MockrecKit

@Suite("What a recording tells when it ends")
struct RecordSummaryTests {
  private func text(_ runs: [Tally], refused: String? = nil) -> String {
    let forward = Tally()
    if let refused { forward.refuse(refused) }
    let outcomes = runs.map { tally in
      RecordRun.Outcome(name: "a", folder: "cassettes/a", recorded: RecordSummary(), tally: tally, hadEntries: false)
    }
    return RecordSummaryText(runs: outcomes, mode: .append, forward: forward).summary.text
  }

  @Test("through a forward proxy, who is told that nothing came is who never came")
  func nothingCame() {
    let failed = Tally()
    failed.fail("GET /a: cannot connect to 127.0.0.1:9: connection refused")
    #expect(self.text([]).contains("nothing came: does the command heed HTTP_PROXY and HTTPS_PROXY?"))
    let tried = self.text([failed])
    #expect(tried.contains("connection refused") && !tried.contains("nothing came"), "\(tried)")
    let distrusted = self.text([], refused: "a client's TLS handshake failed")
    #expect(distrusted.contains("refused: 1") && !distrusted.contains("nothing came"), "\(distrusted)")
  }
}
