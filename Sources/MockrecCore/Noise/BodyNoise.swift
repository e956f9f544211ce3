/// How a body that is neither JSON nor XML varies.
enum BodyNoise: Sendable, Hashable {
  /// A text of so many lines, of which some vary, each in its own shape.
  case lines(count: Int, varying: [Int: ValueShape])
  /// A text, whatever it says.
  case text
  /// Bytes; their length where it does not vary.
  case bytes(length: Int?)

  private static let maximumLines = 2_000

  /// - Parameter bodies: Of which at least two differ; texts where all are.
  static func learn(_ bodies: [[UInt8]], texts: [String]?) -> BodyNoise {
    guard let texts else {
      return .bytes(length: Set(bodies.map(\.count)).count == 1 ? bodies.first?.count : nil)
    }
    let split = texts.map(Self.lines)
    guard let first = split.first, first.count <= Self.maximumLines, split.allSatisfy({ $0.count == first.count })
    else { return .text }
    var varying: [Int: ValueShape] = [:]
    for index in first.indices {
      let column = split.map { $0[index] }
      if column.contains(where: { $0 != column[0] }) { varying[index] = TextShape.learn(column) }
    }
    return .lines(count: first.count, varying: varying)
  }

  static func lines(_ text: String) -> [String] {
    text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { String(Substring($0)) }
  }

  func excuses(_ a: String, _ b: String) -> Bool {
    switch self {
    case .text: return true
    case .bytes: return false
    case .lines(let count, let varying):
      let (ours, theirs) = (Self.lines(a), Self.lines(b))
      guard ours.count == count, theirs.count == count else { return false }
      return ours.indices.allSatisfy { index in
        ours[index].hasSameScalars(as: theirs[index])
          || varying[index].map { $0.fits(.string(ours[index])) && $0.fits(.string(theirs[index])) } ?? false
      }
    }
  }

  func excuses(_ a: [UInt8], _ b: [UInt8]) -> Bool {
    switch self {
    case .bytes(let length?): a.count == length && b.count == length
    case .bytes(nil): true
    case .text, .lines:
      if let a = String(validating: a, as: UTF8.self), let b = String(validating: b, as: UTF8.self) {
        self.excuses(a, b)
      } else {
        false
      }
    }
  }
}
