import Foundation
import MockrecCore

/// Whether a cassette may be trusted: verified, lately, and not changed since.
enum Gate: Sendable, Hashable {
  case open(Receipt)
  case noReceipt
  case old(Receipt)
  /// Verified at a time that is yet to come: somebody's clock is wrong.
  case early(Receipt)
  case changed(Receipt)

  /// Clocks of two machines may differ by so much.
  private static let clockError: TimeInterval = 3600

  /// - Parameters:
  ///   - digest: That of the cassette as it is now.
  ///   - maximumAge: In seconds.
  static func judge(_ receipt: Receipt?, digest: String, now: Date, maximumAge: TimeInterval) -> Gate {
    guard let receipt else { return .noReceipt }
    // What was verified was another cassette: how long ago does not matter.
    guard receipt.cassette == digest else { return .changed(receipt) }
    let age = now.timeIntervalSince(receipt.verified)
    if age < -Self.clockError { return .early(receipt) }
    return age > maximumAge ? .old(receipt) : .open(receipt)
  }

  var isOpen: Bool { if case .open = self { true } else { false } }

  /// Why it is open or shut, without the service's name.
  func reason(now: Date) -> String {
    switch self {
    case .open(let receipt): "verified \(Self.age(of: receipt, now)) ago, \(Self.counts(receipt))"
    case .noReceipt: "it was never verified: there is no \(Receipt.fileName)"
    case .old(let receipt): "it was verified \(Self.age(of: receipt, now)) ago, on \(receipt.verified.ISO8601Format())"
    case .early(let receipt):
      "it claims to be verified on \(receipt.verified.ISO8601Format()), which is yet to come: a clock is wrong"
    case .changed(let receipt): "it has changed since it was verified, on \(receipt.verified.ISO8601Format())"
    }
  }

  private static func counts(_ receipt: Receipt) -> String {
    let (steps, agreeing) = (receipt[count: "steps"] ?? 0, receipt[count: "agree"] ?? 0)
    return "\(agreeing) of \(counted(steps, "step")) agreed"
  }

  private static func age(of receipt: Receipt, _ now: Date) -> String {
    let seconds = max(0, Int(now.timeIntervalSince(receipt.verified)))
    switch seconds {
    case ..<120: return counted(seconds, "second")
    case ..<7200: return counted(seconds / 60, "minute")
    case ..<172_800: return counted(seconds / 3600, "hour")
    default: return counted(seconds / 86_400, "day")
    }
  }
}
