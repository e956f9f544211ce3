/// The units of a run, in their order, each made when it is looked at: a run may have a hundred thousand.
package struct VerifyUnits: RandomAccessCollection, ExpressibleByArrayLiteral, Sendable {
  package let endIndex: Int
  private let unit: @Sendable (Int) -> VerifyUnit

  package init(count: Int, unit: @escaping @Sendable (Int) -> VerifyUnit) {
    self.endIndex = count
    self.unit = unit
  }

  package init(_ units: [VerifyUnit]) { self.init(count: units.count) { units[$0] } }

  package init(arrayLiteral units: VerifyUnit...) { self.init(units) }

  package var startIndex: Int { 0 }

  package subscript(position: Int) -> VerifyUnit { self.unit(position) }

  /// - Complexity: To look at a unit of a sum costs one step for each addend.
  package static func + (first: Self, second: Self) -> Self {
    let count = first.count
    return Self(count: count + second.count) { $0 < count ? first[$0] : second[$0 - count] }
  }
}
