extension VerifyReport {
  /// The units of a run, in the plan's order. Each is made when it is looked at, as those of a long run lie on disk.
  package struct Units: RandomAccessCollection, ExpressibleByArrayLiteral, Sendable {
    package let endIndex: Int
    private let read: @Sendable (Int) -> Unit

    package init(count: Int, read: @escaping @Sendable (Int) -> Unit) {
      self.endIndex = count
      self.read = read
    }

    package init(_ units: [Unit]) { self.init(count: units.count) { units[$0] } }

    package init(arrayLiteral units: Unit...) { self.init(units) }

    package var startIndex: Int { 0 }

    package subscript(position: Int) -> Unit { self.read(position) }
  }
}
