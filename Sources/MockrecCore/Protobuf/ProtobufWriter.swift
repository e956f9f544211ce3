/// Writes the fields of a message, each number in as few bytes as it needs.
///
/// Source: protobuf.dev, Encoding.
package struct ProtobufWriter: Sendable {
  package private(set) var bytes: [UInt8] = []

  package init() {}

  /// - Precondition: `number` is 1 to 2²⁹ − 1.
  mutating func tag(_ number: Int, _ type: ProtobufWireType) {
    self.varint(UInt64(number) << 3 | UInt64(type.rawValue))
  }

  mutating func varint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      self.bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    self.bytes.append(UInt8(rest))
  }

  mutating func fixed(_ value: some FixedWidthInteger) {
    withUnsafeBytes(of: value.littleEndian) { self.bytes.append(contentsOf: $0) }
  }

  /// A length and what it is the length of.
  mutating func delimited(_ content: some Collection<UInt8>) {
    self.varint(UInt64(content.count))
    self.bytes.append(contentsOf: content)
  }

  /// A whole field whose bytes have a length in front: a text, bytes, a message.
  ///
  /// - Precondition: As of `tag`.
  package mutating func delimited(_ number: Int, _ content: some Collection<UInt8>) {
    self.tag(number, .delimited)
    self.delimited(content)
  }

  /// A whole field that is a number.
  ///
  /// - Precondition: As of `tag`.
  package mutating func varint(_ number: Int, _ value: UInt64) {
    self.tag(number, .varint)
    self.varint(value)
  }

  /// A whole field that is a list of numbers, under one tag; nothing where there are none.
  ///
  /// - Precondition: As of `tag`.
  package mutating func packed(_ number: Int, _ values: some Collection<UInt64>) {
    guard !values.isEmpty else { return }
    var content = ProtobufWriter()
    for value in values { content.varint(value) }
    self.delimited(number, content.bytes)
  }

  mutating func group(_ number: Int, _ content: [UInt8]) {
    self.tag(number, .groupStart)
    self.bytes.append(contentsOf: content)
    self.tag(number, .groupEnd)
  }

  /// A value that is complete but for its tag.
  mutating func append(_ encoded: [UInt8]) { self.bytes.append(contentsOf: encoded) }
}
