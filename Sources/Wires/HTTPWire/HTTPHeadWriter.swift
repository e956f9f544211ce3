/// Copies texts one behind the other into memory that was reserved for all of them.
struct HTTPHeadWriter {
  private let space: UnsafeMutableRawBufferPointer
  /// How many bytes were written.
  private(set) var count = 0

  init(_ space: UnsafeMutableRawBufferPointer) { self.space = space }

  /// Takes no more than there is room for.
  @inline(__always)
  mutating func put(_ text: String) {
    var text = text
    text.withUTF8 { bytes in
      let rest = UnsafeMutableRawBufferPointer(rebasing: self.space[self.count...])
      let taken = bytes.count <= rest.count ? bytes : UnsafeBufferPointer(rebasing: bytes[..<rest.count])
      rest.copyBytes(from: taken)
      self.count += taken.count
    }
  }

  /// `name: value` and the line's end. Line ends inside a value would end the field: they are sent as spaces, as RFC
  /// 9110, 5.5 has it.
  mutating func putField(_ name: String, _ value: String) {
    self.put(name)
    self.put(": ")
    let start = self.count
    self.put(value)
    for index in start..<self.count {
      let byte = self.space[index]
      self.space[index] = byte == 13 || byte == 10 || byte == 0 ? 32 : byte
    }
    self.put("\r\n")
  }
}
