/// What reading a document costs libxml2: it compares each attribute of an element with all others of it, those that the
/// document declares too, and each prefix with all that are declared.
///
/// An upper bound that stands on one thing only: that no `<` is in an attribute of XML, be it well-formed or not. Text
/// between two tags is counted as if it were one. In HTML, only attributes that have values are counted.
struct MarkupCost {
  /// Comparisons; some tenths of a second.
  private static let most = 100_000_000

  /// What looks like an attribute since the last `<`.
  private var attributes = 0
  private var namespaces = 0
  private var elements = 0
  private var quotes = 0
  private var declares = false
  private var sum = 0

  /// Whether a document is read in a time that a request may take.
  static func isBounded(_ bytes: UnsafeBufferPointer<UInt8>, isHTML: Bool) -> Bool {
    var cost = MarkupCost()
    var at = 0
    while at < bytes.count {
      switch bytes[at] {
      case UInt8(ascii: "<"):
        cost.close()
        cost.elements += 1
        if Self.isAt("<!ENTITY", at, bytes) || Self.isAt("<!ATTLIST", at, bytes) { cost.declares = !isHTML }
      case UInt8(ascii: "="):
        var next = at + 1
        while next < bytes.count, bytes[next] <= 0x20 { next += 1 }
        if isHTML || next < bytes.count && [0x22, 0x27].contains(bytes[next]) { cost.attributes += 1 }
        at = next - 1
      case UInt8(ascii: "x") where Self.isAt("xmlns", at, bytes): cost.namespaces += 1
      case 0x22, 0x27, UInt8(ascii: "&"): cost.quotes += 1
      default: break
      }
      at += 1
    }
    cost.close()
    // Any text may be that of an attribute, which any element has.
    if cost.declares { cost.add(cost.quotes * cost.quotes, cost.elements) }
    return cost.sum < Self.most
  }

  private mutating func close() {
    self.add(self.attributes, self.attributes)
    self.add(self.attributes + 1, self.namespaces)
    self.attributes = 0
  }

  private mutating func add(_ one: Int, _ other: Int) {
    let (product, isTooMuch) = one.multipliedReportingOverflow(by: other)
    self.sum = isTooMuch ? Self.most : min(Self.most, self.sum + min(Self.most, product))
  }

  private static func isAt(_ text: StaticString, _ place: Int, _ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard place + text.utf8CodeUnitCount <= bytes.count else { return false }
    return (0..<text.utf8CodeUnitCount).allSatisfy { bytes[place + $0] == text.utf8Start[$0] }
  }
}
