import Foundation
import MockrecCore
import MockrecEngine
import MockrecStore
import MockrecTransport
import MockrecWire
import Synchronization

/// Leaves receipts in cassettes: knows their digests from before the first request, and what the services said of
/// themselves.
///
/// The digest is taken before the run, so that a cassette that changes meanwhile is not taken for verified.
final class ReceiptWriter: Sendable {
  private struct Cassette: Sendable {
    var service: String
    var path: String
    var digest: String
    var entries: Int
  }

  private struct Identity: Sendable {
    var server: String?
    var version: String
  }

  private let cassettes: [Cassette]
  private let problems: [String]
  private let seen = Mutex<[String: Identity]>([:])
  private static let maximumLength = 200

  /// Reads every cassette once. A service without one, or one that is played by a model, gets no receipt; nor does one
  /// whose files cannot all be read, which `write` tells.
  init(_ bindings: [ServiceBinding]) {
    var cassettes: [Cassette] = []
    var problems: [String] = []
    for binding in bindings where binding.settings.fake == nil {
      let path = binding.settings.cassette
      guard let folder = try? CassetteFolder(reading: path) else { continue }
      do {
        cassettes.append(
          Cassette(
            service: binding.settings.name, path: path, digest: try folder.digest(threads: Processors.count),
            entries: try folder.entryCount()))
      } catch {
        problems.append("\(path) gets no receipt: \(error)")
      }
    }
    (self.cassettes, self.problems) = (cassettes, problems)
  }

  /// Takes note of what the real service says it is: its first answer counts.
  func see(_ event: VerifyEvent) {
    guard case .asked(let asked) = event, asked.side == .real, let service = asked.service,
      case .success(let answer) = asked.outcome
    else { return }
    self.seen.withLock { seen in
      guard seen[service] == nil else { return }
      seen[service] = Identity(server: answer.fields[first: "Server"], version: answer.version)
    }
  }

  /// Writes a receipt for each service that the run asked, if it passed.
  ///
  /// - Returns: What could not be written, and why.
  func write(
    _ report: VerifyReport, at date: Date, hide: @escaping ReportRedaction.Hide
  ) -> [String] {
    guard report.exitStatus == 0, report.only != .fake else { return [] }
    let redact = ReportRedaction(secrets: report.secrets, hide: hide)
    var problems = self.problems
    for cassette in self.cassettes {
      var (steps, recorded, verdicts, isProven): (Int, Int, [Verdict: Int], Bool) = (0, 0, [:], false)
      for step in report.steps where step.service == cassette.service && step.real != nil {
        steps += 1
        recorded += step.isRecorded ? 1 : 0
        verdicts[step.verdict, default: 0] += 1
        isProven = isProven || step.verdict == .agree && step.expectations > 0
      }
      guard isProven else { continue }
      let identity = self.seen.withLock { $0[cassette.service] }
      var counts = [Receipt.Count(name: "steps", number: steps)]
      counts += Verdict.allCases.map { Receipt.Count(name: $0.rawValue, number: verdicts[$0] ?? 0) }
      counts.append(.init(name: "recorded", number: recorded))
      counts.append(.init(name: "entries", number: cassette.entries))
      let receipt = Receipt(
        cassette: cassette.digest, verified: date,
        server: identity?.server.map { Self.cut(redact.of(cassette.service)("header Server", $0)) },
        protocol: identity.flatMap { $0.version.isEmpty ? nil : Self.cut($0.version) }, version: Mockrec.version,
        counts: counts)
      do {
        try CassetteFolder(reading: cassette.path).write(Receipt.fileName, Array(receipt.text.utf8))
      } catch {
        problems.append("\(cassette.path)/\(Receipt.fileName) is not written: \(error)")
      }
    }
    return problems
  }

  private static func cut(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.prefix(self.maximumLength)))
  }
}
