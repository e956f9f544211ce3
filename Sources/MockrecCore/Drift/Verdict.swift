/// Who is wrong.
package enum Verdict: String, Sendable, Hashable, CaseIterable {
  /// Both meet the contract, and the fake differs from the real only in noise.
  case agree
  /// The real meets the contract; the fake does not, or differs from the real: the fake is wrong.
  case drift
  /// The real does not meet the contract: the world moved, or the contract is wrong.
  case broken
  /// The real does not agree with itself beyond what can be learnt as noise.
  case unstable
  /// No answer from the real: nothing is known.
  case unreachable

  /// What one side did.
  package enum Side: Sendable, Hashable, CaseIterable {
    /// It was not to be asked.
    case notAsked
    case met
    case failed
    /// It gave no answer.
    case silent
    /// It gave answers that do not go together; only the real is asked often enough to tell.
    case unstable
  }

  /// - Parameter difference: The worst difference between both answers; nil where there is none, or one side is missing.
  package static func judge(fake: Side, real: Side, difference: Difference.Severity?) -> Verdict {
    switch real {
    case .silent: return .unreachable
    case .unstable: return .unstable
    case .failed: return .broken
    case .notAsked:
      switch fake {
      case .met: return .agree
      case .failed, .silent, .unstable: return .drift
      case .notAsked: return .unreachable
      }
    case .met:
      switch fake {
      case .notAsked: return .agree
      case .failed, .silent, .unstable: return .drift
      // What is cosmetic is said and is no drift.
      case .met: return difference ?? .cosmetic > .cosmetic ? .drift : .agree
      }
    }
  }
}
