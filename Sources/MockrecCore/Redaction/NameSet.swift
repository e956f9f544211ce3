/// A set of names that is asked without making a `String`: names are compared by the hash of their folded spelling.
///
/// A collision of two 64-bit hashes would only hide a value too many.
struct NameSet: Sendable, Hashable {
  private let hashes: [UInt64]
  /// Names that end so are in the set too, but for those in `exceptions`.
  private let endings: [FoldedName.Tail]
  private let exceptions: [UInt64]

  init(_ names: some Sequence<String>, endings: [String] = [], except: [String] = []) {
    self.hashes = Self.sorted(names)
    self.endings = endings.map { FoldedName($0).tail }
    self.exceptions = Self.sorted(except)
  }

  private static func sorted(_ names: some Sequence<String>) -> [UInt64] {
    Set(names.map { FoldedName($0).hash }).sorted()
  }

  /// - Complexity: O(log n), no allocation.
  func contains(_ name: FoldedName) -> Bool {
    guard name.isUsable else { return false }
    let wanted = name.hash
    if Self.find(wanted, in: self.hashes) { return true }
    return self.endings.contains { name.tail.ends(with: $0) } && !Self.find(wanted, in: self.exceptions)
  }

  private static func find(_ wanted: UInt64, in hashes: [UInt64]) -> Bool {
    var (low, high) = (0, hashes.count)
    while low < high {
      let middle = (low + high) / 2
      if hashes[middle] == wanted { return true }
      if hashes[middle] < wanted { low = middle + 1 } else { high = middle }
    }
    return false
  }

  func contains(_ name: String) -> Bool { self.contains(FoldedName(name)) }
}

/// The names whose values are secrets in bodies.
struct SecretNames: Sendable, Hashable {
  /// Of JSON, forms and parts.
  let keys: NameSet
  /// Of the parameters of URLs.
  let queryNames: NameSet
}

/// A name as it is compared, fed byte by byte: letter case, `-`, `_` and blanks do not count, so that `api_key`,
/// `Api-Key` and `apiKey` are one name; of `user[password]` and `login.password` the last part counts.
struct FoldedName: Sendable, Hashable {
  /// Longer names are never in a set.
  static let maximumLength = 256

  /// The last 16 bytes of a name.
  struct Tail: Sendable, Hashable {
    private var high: UInt64 = 0
    private var low: UInt64 = 0

    @inline(__always)
    mutating func append(_ byte: UInt8) {
      self.high = self.high << 8 | self.low >> 56
      self.low = self.low << 8 | UInt64(byte)
    }

    /// Whether the name ends with a name of at most 16 bytes, whose tail is given.
    func ends(with other: Tail) -> Bool {
      (self.low ^ other.low) & Self.mask(other.low, isWhole: other.high != 0) == 0
        && (self.high ^ other.high) & Self.mask(other.high, isWhole: false) == 0
    }

    /// All bits of the bytes from the first that is not 0 on.
    private static func mask(_ word: UInt64, isWhole: Bool) -> UInt64 {
      guard !isWhole else { return .max }
      let bits = 64 - word.leadingZeroBitCount / 8 * 8
      return bits == 64 ? .max : (1 << UInt64(bits)) - 1
    }
  }

  private(set) var tail = Tail()
  private var current = FNV1a()
  private var enclosing = FNV1a()
  private var count = 0
  private var total = 0

  init() {}

  init(_ name: String) { for byte in name.utf8 { self.append(byte) } }

  var hash: UInt64 { self.count > 0 ? self.current.value : self.enclosing.value }

  var isUsable: Bool { self.total <= Self.maximumLength }

  @inline(__always)
  mutating func append(_ byte: UInt8) {
    self.total += 1
    switch byte {
    case UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: " "), UInt8(ascii: "]"), 0x09, 0x0A, 0x0D: break
    case UInt8(ascii: "["), UInt8(ascii: "."):
      if self.count > 0 { self.enclosing = self.current }
      self.current = FNV1a()
      self.tail = Tail()
      self.count = 0
    default:
      self.current.append(byte.asciiLowercased)
      self.tail.append(byte.asciiLowercased)
      self.count += 1
    }
  }
}
