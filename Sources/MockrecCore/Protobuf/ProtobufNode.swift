/// The fields of a message whose numbers the reader knows, as those of descriptors and of server reflection are.
///
/// Where a field that is asked for once stands there several times, the last one counts.
package struct ProtobufNode {
  private let bytes: [UInt8]
  private var records: [Int: [ProtobufRecord]] = [:]
  /// Where it begins.
  let offset: Int

  package init(_ bytes: [UInt8]) throws(ProtobufError) { try self.init(bytes, bytes.indices) }

  init(_ bytes: [UInt8], _ range: Range<Int>) throws(ProtobufError) {
    self.bytes = bytes
    self.offset = range.lowerBound
    var reader = ProtobufReader(bytes, range)
    while let record = try reader.next() { self.records[record.number, default: []].append(record) }
  }

  /// Whether the message has the field.
  package func has(_ number: Int) -> Bool { self.records[number] != nil }

  /// Which of these fields stands last: of the fields of a oneof the one that counts; nil where there is none of them.
  package func last(of numbers: ClosedRange<Int>) -> Int? {
    numbers.compactMap { self.records[$0]?.last }.max { $0.offset < $1.offset }?.number
  }

  /// A number; nil where there is none.
  package func number(_ number: Int) throws(ProtobufError) -> UInt64? {
    guard let record = self.records[number]?.last else { return nil }
    guard case .varint(let value) = record.payload else { throw self.misfit(record, "a number") }
    return value
  }

  /// A number that goes below zero.
  package func signed(_ number: Int) throws(ProtobufError) -> Int32? {
    try self.number(number).map { Int32(truncatingIfNeeded: $0) }
  }

  package func flag(_ number: Int) throws(ProtobufError) -> Bool? { try self.number(number).map { $0 != 0 } }

  package func texts(_ number: Int) throws(ProtobufError) -> [String] {
    var texts: [String] = []
    for (record, range) in try self.delimited(number, "a text") {
      guard let text = String(validating: self.bytes[range], as: UTF8.self) else { throw self.misfit(record, "a text") }
      texts.append(text)
    }
    return texts
  }

  /// What stands behind lengths, as it is.
  package func contents(_ number: Int) throws(ProtobufError) -> [[UInt8]] {
    try self.delimited(number, "bytes").map { Array(self.bytes[$0.range]) }
  }

  package func text(_ number: Int) throws(ProtobufError) -> String? { try self.texts(number).last }

  package func children(_ number: Int) throws(ProtobufError) -> [ProtobufNode] {
    var children: [ProtobufNode] = []
    for (_, range) in try self.delimited(number, "a message") { children.append(try ProtobufNode(self.bytes, range)) }
    return children
  }

  package func child(_ number: Int) throws(ProtobufError) -> ProtobufNode? { try self.children(number).last }

  private func delimited(
    _ number: Int, _ expected: String
  ) throws(ProtobufError) -> [(record: ProtobufRecord, range: Range<Int>)] {
    var ranges: [(ProtobufRecord, Range<Int>)] = []
    for record in self.records[number] ?? [] {
      guard case .delimited(let range) = record.payload else { throw self.misfit(record, expected) }
      ranges.append((record, range))
    }
    return ranges
  }

  private func misfit(_ record: ProtobufRecord, _ expected: String) -> ProtobufError {
    ProtobufError(byte: record.offset, "field \(record.number) was expected to be \(expected)")
  }
}
