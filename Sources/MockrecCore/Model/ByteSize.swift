/// A number of bytes, as written in mockrec.yaml and on the command line: `64KB`, `1GiB`, `512B`.
///
/// `KB`, `MB` and `GB` are powers of 1000, `KiB`, `MiB` and `GiB` powers of 1024; the case of the unit does not matter.
public struct ByteSize: Sendable, Hashable, CustomStringConvertible {
  public var bytes: Int

  public init(_ bytes: Int) { self.bytes = bytes }

  /// Nil for what is no whole number with a unit, or is past `Int.max`.
  public init?(parsing text: some StringProtocol) {
    guard let (number, unit) = splitNumber(text) else { return nil }
    guard let scale = Self.units.first(where: { $0.name.lowercased() == unit.lowercased() })?.scale else { return nil }
    let (bytes, overflow) = number.multipliedReportingOverflow(by: scale)
    guard !overflow else { return nil }
    self.bytes = bytes
  }

  /// The largest unit that divides the number: `1GB`, `64KiB`, `1500MB`.
  public var description: String {
    let fitting = Self.units.filter { self.bytes != 0 && self.bytes.isMultiple(of: $0.scale) }
    let unit = fitting.max { $0.scale < $1.scale } ?? Self.units[0]
    return "\(self.bytes / unit.scale)\(unit.name)"
  }

  private static let units: [(name: String, scale: Int)] = [
    ("B", 1), ("KB", 1000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("TB", 1_000_000_000_000),
    ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("TiB", 1 << 40),
  ]
}

/// A whole number and the letters behind it, white space between them allowed: `30s`, `64 KB`.
func splitNumber(_ text: some StringProtocol) -> (number: Int, unit: String)? {
  let digits = text.prefix { $0.isASCII && $0.isNumber }
  guard !digits.isEmpty, digits.count <= 18, let number = Int(digits) else { return nil }
  return (number, String(text[digits.endIndex...].drop { $0 == " " }))
}
