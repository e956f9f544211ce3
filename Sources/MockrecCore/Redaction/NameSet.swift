/// A set of names that is asked without making a `String`: names are compared by the hash of their folded spelling.
///
/// A collision of two 64-bit hashes would only hide a value too many.
struct NameSet: Sendable, Hashable {
  private let hashes: [UInt64]

  init(_ names: some Sequence<String>) {
    self.hashes = Set(names.map { FoldedName($0).hash }).sorted()
  }

  /// - Complexity: O(log n), no allocation.
  func contains(_ name: FoldedName) -> Bool {
    guard name.isUsable else { return false }
    let wanted = name.hash
    var (low, high) = (0, self.hashes.count)
    while low < high {
      let middle = (low + high) / 2
      if self.hashes[middle] == wanted { return true }
      if self.hashes[middle] < wanted { low = middle + 1 } else { high = middle }
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
      self.count = 0
    default:
      self.current.append(byte.asciiLowercased)
      self.count += 1
    }
  }
}
