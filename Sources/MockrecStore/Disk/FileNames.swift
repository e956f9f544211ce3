/// Names of files, one behind the other in one piece of memory: a cassette may have a hundred thousand, and as many
/// strings take three times the bytes.
package struct FileNames: RandomAccessCollection, ExpressibleByArrayLiteral, Hashable, Sendable {
  private var bytes: [UInt8] = []
  /// Where each name ends in `bytes`. A name has 255 bytes at most, so that these suffice for sixteen million.
  private var ends: [UInt32] = []

  package init() {}

  /// No names, and room for these.
  init(roomFor names: FileNames) {
    self.bytes.reserveCapacity(names.bytes.count)
    self.ends.reserveCapacity(names.ends.count)
  }

  package init(_ names: some Sequence<String>) { for name in names { self.append(name) } }

  package init(arrayLiteral names: String...) { self.init(names) }

  package var startIndex: Int { 0 }
  package var endIndex: Int { self.ends.count }

  package subscript(position: Int) -> String { String(decoding: self.utf8(at: position), as: UTF8.self) }

  package mutating func append(_ name: String) { self.append(name.utf8) }

  mutating func append(_ utf8: some Collection<UInt8>) {
    self.bytes.append(contentsOf: utf8)
    self.ends.append(UInt32(self.bytes.count))
  }

  /// - Complexity: O(1), no copy.
  func utf8(at position: Int) -> ArraySlice<UInt8> {
    self.bytes[(position == 0 ? 0 : Int(self.ends[position - 1]))..<Int(self.ends[position])]
  }

  /// The same names, sorted by their bytes.
  func sortedByBytes() -> FileNames {
    let order = (0..<Int32(self.count)).sorted {
      self.utf8(at: Int($0)).lexicographicallyPrecedes(self.utf8(at: Int($1)))
    }
    var sorted = FileNames(roomFor: self)
    for position in order { sorted.append(self.utf8(at: Int(position))) }
    return sorted
  }

  /// Where a name stands among names that are sorted by their bytes; nil where it does not.
  ///
  /// - Complexity: O(log `count`).
  func sortedIndex(of utf8: some Collection<UInt8>) -> Int? {
    var (low, high) = (0, self.count)
    while low < high {
      let middle = (low + high) / 2
      if self.utf8(at: middle).lexicographicallyPrecedes(utf8) { low = middle + 1 } else { high = middle }
    }
    return low < self.count && self.utf8(at: low).elementsEqual(utf8) ? low : nil
  }
}
