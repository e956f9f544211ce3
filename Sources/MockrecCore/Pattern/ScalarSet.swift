/// A set of Unicode scalars: ranges, general categories, and what other sets leave out.
struct ScalarSet: Sendable, Hashable {
  private var ranges: [ClosedRange<UInt32>] = []
  private var categories: UInt32 = 0
  private var complements: [ScalarSet] = []
  private var isNegated = false
  private var ignoresCase = false
  /// The answer for each ASCII scalar, filled in by `prepare`.
  private var ascii: SIMD2<UInt64>?

  init() {}

  init(_ ranges: ClosedRange<UInt32>...) {
    self.ranges = ranges
  }

  init(categories: UInt32) {
    self.categories = categories
  }

  mutating func insert(_ range: ClosedRange<UInt32>) {
    ranges.append(range)
  }

  mutating func insert(_ other: ScalarSet) {
    if other.isNegated {
      complements.append(other.negated())
    } else {
      ranges += other.ranges
      categories |= other.categories
      complements += other.complements
    }
  }

  func negated() -> ScalarSet {
    var copy = self
    copy.isNegated.toggle()
    return copy
  }

  /// This set ready for matching: sorted, with the answers for ASCII looked up beforehand.
  func prepared(ignoringCase: Bool) -> ScalarSet {
    var copy = self
    copy.ignoresCase = ignoringCase
    if ignoringCase {
      // A class that spans a whole script would gain little from this and cost much.
      for range in ranges where range.count <= 512 {
        for value in range {
          for variant in Self.caseVariants(value) { copy.ranges.append(variant...variant) }
        }
      }
    }
    copy.ranges.sort { $0.lowerBound < $1.lowerBound }
    var merged: [ClosedRange<UInt32>] = []
    for range in copy.ranges {
      if let last = merged.last, range.lowerBound <= last.upperBound &+ 1 {
        merged[merged.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
      } else {
        merged.append(range)
      }
    }
    copy.ranges = merged
    var ascii = SIMD2<UInt64>()
    for value in UInt32(0)..<128 where copy.containsSlowly(value) {
      ascii[Int(value >> 6)] |= 1 << UInt64(value & 63)
    }
    copy.ascii = ascii
    return copy
  }

  @inline(__always)
  func contains(_ value: UInt32) -> Bool {
    if value < 128, let ascii {
      return ascii[Int(value >> 6)] >> UInt64(value & 63) & 1 == 1
    }
    return containsSlowly(value)
  }

  private func containsSlowly(_ value: UInt32) -> Bool {
    var found = holds(value)
    if !found, ignoresCase { found = Self.caseVariants(value).contains(where: holds) }
    return found != isNegated
  }

  private func holds(_ value: UInt32) -> Bool {
    var low = 0
    var high = ranges.count
    if ascii == nil {
      if ranges.contains(where: { $0.contains(value) }) { return true }
      high = 0
    }
    while low < high {
      let middle = (low + high) / 2
      if ranges[middle].upperBound < value { low = middle + 1 } else { high = middle }
    }
    if low < ranges.count, ranges[low].contains(value) { return true }
    if categories != 0, let scalar = Unicode.Scalar(value),
      categories & GeneralCategories.bit(scalar.properties.generalCategory) != 0
    {
      return true
    }
    return complements.contains { !$0.containsSlowly(value) }
  }

  /// The other cases of a scalar, where they are single scalars.
  private static func caseVariants(_ value: UInt32) -> [UInt32] {
    guard let properties = Unicode.Scalar(value)?.properties else { return [] }
    return [properties.lowercaseMapping, properties.uppercaseMapping].compactMap { mapping in
      let scalars = mapping.unicodeScalars
      guard let first = scalars.first, first.value != value, scalars.count == 1 else { return nil }
      return first.value
    }
  }
}

extension ScalarSet {
  static let lineEnds = ScalarSet(0x0A...0x0A, 0x0D...0x0D)
  static let lineFeed = ScalarSet(0x0A...0x0A)
  static let all = ScalarSet(0...0x10FFFF)
  static let digits = ScalarSet(categories: GeneralCategories.mask("Nd") ?? 0)
  static let spaces = ScalarSet(
    0x09...0x0D, 0x20...0x20, 0x85...0x85, 0xA0...0xA0, 0x1680...0x1680, 0x2000...0x200A, 0x2028...0x2029,
    0x202F...0x202F, 0x205F...0x205F, 0x3000...0x3000)
  /// Letters, marks, digits and connectors, with the circled letters and joiners that Unicode counts as word characters.
  /// Source: Unicode Technical Standard 18, annex C, `word`.
  static let words: ScalarSet = {
    var set = ScalarSet(
      0x200C...0x200D, 0x24B6...0x24E9, 0x1F130...0x1F149, 0x1F150...0x1F169, 0x1F170...0x1F189)
    for name in ["L", "M", "Nd", "Nl", "Pc"] {
      set.insert(ScalarSet(categories: GeneralCategories.mask(name) ?? 0))
    }
    return set
  }()
  static let preparedWords = words.prepared(ignoringCase: false)
}
