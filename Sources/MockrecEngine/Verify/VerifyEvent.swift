import MockrecCore
import MockrecWire

/// What a verification tells while it runs, from any task. Values are as sent: redact before they are kept or shown.
package enum VerifyEvent: Sendable {
  case asked(VerifyAsked)
  /// A recorded entry drifted: what would heal it, redacted.
  case healing(HealProposal)
  case finished(VerifyReport.Step, done: Int, total: Int)
}

/// One exchange of the verifier's own.
package struct VerifyAsked: Sendable {
  package var side: VerifyReport.Only
  package var service: String?
  package var unit: String
  package var request: ContractRequest
  package var outcome: Result<Answer, OriginFailure>
}
