import MockrecCore
import MockrecWire

/// Finds the recorded requests that come nearest to one that was missed. Only used on a miss: what it needs of an entry
/// it reads from disk again.
package struct NearMisses: Sendable {
  /// The cassette's folder, as the user would write it.
  package let folder: String
  private let entry: @Sendable (_ name: String) -> (request: Message, line: Int)?
  static let shown = 3
  /// Entries whose requests are compared part by part; before that, keys are compared as text.
  private static let compared = 12
  /// Keys looked at: a miss in a huge cassette stays cheap.
  private static let scanned = 200_000

  package init(folder: String, entry: @escaping @Sendable (_ name: String) -> (request: Message, line: Int)?) {
    self.folder = folder
    self.entry = entry
  }

  /// The nearest entries, nearest first.
  func find(_ request: Message, key: MatchKey, in index: CassetteIndex, of service: Service) -> [Miss.Near] {
    let wanted = Array(key.head.utf8)
    var best: [(score: Int, group: Int)] = []
    for (group, candidate) in index.table.keys.prefix(Self.scanned).enumerated() {
      let score = Self.likeness(wanted, candidate.head)
      if best.count == Self.compared, score <= best[best.count - 1].score { continue }
      let place = best.firstIndex { $0.score < score } ?? best.count
      best.insert((score, group), at: place)
      if best.count > Self.compared { best.removeLast() }
    }
    let near = best.compactMap { candidate -> (cost: Int, near: Miss.Near)? in
      let step = index.steps[index.groups[candidate.group].steps.lowerBound]
      let name = index.entries[Int(step.entry)]
      guard let recorded = self.entry(name) else { return nil }
      let mismatches = service.wire.mismatches(asked: request, recorded: recorded.request, rules: service.rules)
      return (Self.cost(mismatches), Miss.Near(entry: name, line: recorded.line, mismatches: mismatches))
    }
    return near.sorted { ($0.cost, $0.near.entry) < ($1.cost, $1.near.entry) }.prefix(Self.shown).map(\.near)
  }

  /// How much two keys have in common: the bytes they share at both ends.
  private static func likeness(_ wanted: [UInt8], _ other: String) -> Int {
    var other = other
    return other.withUTF8 { bytes in
      let length = min(wanted.count, bytes.count)
      var front = 0
      while front < length, wanted[front] == bytes[front] { front += 1 }
      var back = 0
      while back < length - front, wanted[wanted.count - 1 - back] == bytes[bytes.count - 1 - back] { back += 1 }
      return (front + back) * 4 - abs(wanted.count - bytes.count)
    }
  }

  private static func distance(_ a: String, _ b: String) -> Int {
    editDistance(Array(a.utf8.prefix(200)), Array(b.utf8.prefix(200)))
  }

  /// How far apart two requests are: another path weighs more than another value.
  static func cost(_ mismatches: [Mismatch]) -> Int {
    mismatches.reduce(0) { sum, mismatch in
      switch mismatch.part {
      case "method": sum + 40
      case "path":
        sum + 20 + min(40, editDistance(Array((mismatch.recorded ?? "").utf8), Array((mismatch.asked ?? "").utf8)))
      default: sum + 5 + min(14, Self.distance(mismatch.recorded ?? "", mismatch.asked ?? ""))
      }
    }
  }
}
