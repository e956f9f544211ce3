/// The fields of a message whose numbers the reader knows, as those of descriptors are.
struct ProtobufNode {
  private let bytes: [UInt8]
  private var records: [Int: [ProtobufRecord]] = [:]
  /// Where it begins.
  let offset: Int

  init(_ bytes: [UInt8], _ range: Range<Int>) throws(ProtobufError) {
    self.bytes = bytes
    self.offset = range.lowerBound
    var reader = ProtobufReader(bytes, range)
    while let record = try reader.next() { self.records[record.number, default: []].append(record) }
  }

  /// A number, the last one where there are several; nil where there is none.
  func number(_ number: Int) throws(ProtobufError) -> UInt64? {
    guard let record = self.records[number]?.last else { return nil }
    guard case .varint(let value) = record.payload else { throw self.misfit(record, "a number") }
    return value
  }

  /// A number that goes below zero.
  func signed(_ number: Int) throws(ProtobufError) -> Int32? {
    try self.number(number).map { Int32(truncatingIfNeeded: $0) }
  }

  func flag(_ number: Int) throws(ProtobufError) -> Bool? { try self.number(number).map { $0 != 0 } }

  func texts(_ number: Int) throws(ProtobufError) -> [String] {
    var texts: [String] = []
    for record in self.records[number] ?? [] {
      guard case .delimited(let range) = record.payload,
        let text = String(validating: self.bytes[range], as: UTF8.self)
      else { throw self.misfit(record, "a text") }
      texts.append(text)
    }
    return texts
  }

  func text(_ number: Int) throws(ProtobufError) -> String? { try self.texts(number).last }

  func children(_ number: Int) throws(ProtobufError) -> [ProtobufNode] {
    var children: [ProtobufNode] = []
    for record in self.records[number] ?? [] {
      guard case .delimited(let range) = record.payload else { throw self.misfit(record, "a message") }
      children.append(try ProtobufNode(self.bytes, range))
    }
    return children
  }

  func child(_ number: Int) throws(ProtobufError) -> ProtobufNode? { try self.children(number).last }

  private func misfit(_ record: ProtobufRecord, _ expected: String) -> ProtobufError {
    ProtobufError(byte: record.offset, "field \(record.number) was expected to be \(expected)")
  }
}
