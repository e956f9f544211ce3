import Foundation
import MockrecCore
import MockrecEngine
import MockrecStore
import Synchronization

/// Collects what would heal the drift of a verification, and leaves it for `mockrec heal`.
final class HealWriter: Sendable {
  private struct State {
    var proposals: [HealProposal] = []
    /// The entries that these are for.
    var places: Set<String> = []
    var refused: [HealFile.Refused] = []
    /// Bytes of files and edits that may still be kept.
    var room = HealWriter.maximumBytes
  }

  private static let maximumBytes = 16 << 20
  private static let maximumRefusals = 1_000
  private let state = Mutex(State())

  /// Whether there is room for what would heal one more entry.
  var hasRoom: Bool { self.state.withLock { $0.room > 0 } }

  func see(_ event: VerifyEvent) {
    switch event {
    case .healing(let proposal): self.state.withLock { Self.add(proposal, to: &$0) }
    case .finished(let step, _, _) where step.verdict == .drift && !step.isRecorded:
      let refused = HealFile.Refused(
        place: step.place.text, reason: "a contract is not healed: edit it, or the entry that answers it, by hand")
      self.state.withLock { Self.add(refused, to: &$0) }
    case .asked, .finished: break
    }
  }

  private static func add(_ proposal: HealProposal, to state: inout State) {
    let place = proposal.place.text
    switch proposal.outcome {
    case .refused(let reason): self.add(.init(place: place, reason: reason), to: &state)
    case .edit(let edit, let bodies):
      // An entry that is run twice is healed once.
      guard !state.places.contains(place) else { return }
      let length = proposal.source.bytes.count + edit.text.count + bodies.reduce(0) { $0 + $1.bytes.count }
      guard length <= state.room else {
        state.room = 0
        return self.add(.init(place: place, reason: "too much drifted: heal the rest first"), to: &state)
      }
      state.room -= length
      state.proposals.append(proposal)
      state.places.insert(place)
    }
  }

  private static func add(_ refused: HealFile.Refused, to state: inout State) {
    guard state.refused.count < self.maximumRefusals, !state.refused.contains(refused) else { return }
    state.refused.append(refused)
  }

  /// Writes the file, whole or not at all, in the place of the last run's.
  ///
  /// - Returns: Why it could not be written; nil where it was, or where the real service was not asked.
  func write(_ report: VerifyReport, at date: Date, to directory: String) -> String? {
    guard report.only != .fake else { return nil }
    var state = self.state.withLock { $0 }
    let secrets = report.secrets.filter { !$0.isEmpty }.map { Array($0.utf8) }
    var entries: [String: HealFile.Entry] = [:]
    var sources: [String: [UInt8]] = [:]
    for proposal in state.proposals {
      guard case .edit(let edit, let bodies) = proposal.outcome else { continue }
      guard !secrets.contains(where: { secret in ([edit.text] + bodies.map(\.bytes)).contains { $0.holds(secret) } })
      else {
        Self.add(.init(place: proposal.place.text, reason: "what it would write holds a captured secret"), to: &state)
        continue
      }
      let path = URL(fileURLWithPath: proposal.source.name).standardizedFileURL.path
      var entry =
        entries[path]
        ?? HealFile.Entry(
          service: proposal.service ?? "", path: path, digest: Self.digest(proposal.source.bytes), healedDigest: "",
          edits: [], bodies: [])
      entry.edits.append(edit)
      entry.bodies += bodies
      (entries[path], sources[path]) = (entry, proposal.source.bytes)
    }
    var list: [HealFile.Entry] = []
    for (path, var entry) in entries.sorted(by: { $0.key < $1.key }) {
      guard let healed = sources[path].flatMap({ entry.edits.applied(to: $0) }) else {
        Self.add(.init(place: path, reason: "its edits do not go together: heal its entries one by one"), to: &state)
        continue
      }
      entry.healedDigest = Self.digest(healed)
      list.append(entry)
    }
    let file = HealFile(
      verified: date.ISO8601Format(), entries: list,
      refused: state.refused.sorted { ($0.place, $0.reason) < ($1.place, $1.reason) })
    do {
      try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
      let output = try TextFile("\(directory)/\(HealFile.name)")
      file.write(to: output)
      try output.end()
      return nil
    } catch {
      let reason = error is StoreError ? "\(error)" : (error as NSError).localizedDescription
      return "\(directory)/\(HealFile.name) is not written: \(reason)"
    }
  }

  static func digest(_ bytes: [UInt8]) -> String {
    ContentDigest.sha256(bytes).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}

extension [UInt8] {
  fileprivate func holds(_ part: [UInt8]) -> Bool { Data(self).range(of: Data(part)) != nil }
}

extension Diagnostic.Place {
  fileprivate var text: String { "\(self.file):\(self.position.line):\(self.position.column)" }
}
