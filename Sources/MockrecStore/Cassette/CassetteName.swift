import MockrecCore

/// The name of a recorded exchange's file: `<verb>-<slug>-<hash>[-<occurrence>].hurl`.
///
/// It is made of the request alone, so that two people who record the same have the same file, and two who record
/// different things do not meet. All letters are lower case: the name means the same where case is not told apart.
package struct CassetteName: Sendable, Hashable, CustomStringConvertible {
  package static let suffix = ".hurl"
  static let maximumSlugLength = 60
  static let maximumVerbLength = 20
  /// More equal requests than that would make an occurrence look like a hash.
  package static let maximumOccurrence = 9_999_999

  /// The verb and the slug of the target.
  package var stem: String
  /// Eight hex digits of the normalised request's hash.
  package var hash: String
  /// Which of the equal requests it is, from 1.
  package var occurrence: Int

  /// - Parameters:
  ///   - verb: As the wire calls it, such as `GET`.
  ///   - target: What is asked for; only its letters and digits are used.
  ///   - key: The normalised request: what makes it equal to another.
  package init(verb: String, target: String, key: some Sequence<UInt8>, occurrence: Int = 1) {
    let verb = Self.slug(verb, limit: Self.maximumVerbLength, empty: "request")
    self.stem = "\(verb)-\(Self.slug(target, limit: Self.maximumSlugLength, empty: "root"))"
    let digits = String(FNV1a(key).folded32, radix: 16)
    self.hash = String(repeating: "0", count: 8 - digits.count) + digits
    self.occurrence = occurrence
  }

  /// Reads a file name; nil for one that was not made by this rule.
  package init?(parsing fileName: String) {
    guard fileName.hasSuffix(Self.suffix) else { return nil }
    var parts = fileName.dropLast(Self.suffix.count).split(separator: "-", omittingEmptySubsequences: false)
    guard let last = parts.popLast() else { return nil }
    if Self.isHash(last) {
      self.hash = String(last)
      self.occurrence = 1
    } else {
      guard let number = Int(last), number > 1, number <= Self.maximumOccurrence, String(number) == last,
        let hash = parts.popLast(), Self.isHash(hash)
      else { return nil }
      self.hash = String(hash)
      self.occurrence = number
    }
    guard parts.count >= 2, parts.allSatisfy({ !$0.isEmpty }) else { return nil }
    self.stem = parts.joined(separator: "-")
  }

  /// The occurrence that a file name tells; nil for a name that was not made by this rule. Allocates nothing for the
  /// first.
  package static func occurrence(in fileName: String) -> Int? {
    let stem = fileName.utf8.dropLast(Self.suffix.utf8.count)
    if let dash = stem.lastIndex(of: UInt8(ascii: "-")), Self.isHash(stem[dash...].dropFirst()),
      stem[..<dash].contains(UInt8(ascii: "-"))
    {
      return 1
    }
    return CassetteName(parsing: fileName)?.occurrence
  }

  package var fileName: String {
    self.occurrence > 1
      ? "\(self.stem)-\(self.hash)-\(self.occurrence)\(Self.suffix)" : "\(self.stem)-\(self.hash)\(Self.suffix)"
  }

  package var description: String { self.fileName }

  /// Lower-case ASCII letters and digits, all between them one hyphen.
  private static func slug(_ text: String, limit: Int, empty: String) -> String {
    var slug: [UInt8] = []
    for byte in text.utf8 where slug.count < limit {
      let lower = byte.asciiLowercased
      if (0x61...0x7A).contains(lower) || (0x30...0x39).contains(lower) {
        slug.append(lower)
      } else if slug.last != 0x2D, !slug.isEmpty {
        slug.append(0x2D)
      }
    }
    while slug.last == 0x2D { slug.removeLast() }
    return slug.isEmpty ? empty : String(decoding: slug, as: UTF8.self)
  }

  private static func isHash(_ text: Substring) -> Bool { self.isHash(text.utf8) }

  private static func isHash(_ text: Substring.UTF8View) -> Bool {
    text.count == 8 && text.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
  }
}
