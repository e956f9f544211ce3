/// How a value lies in the bytes.
///
/// Source: protobuf.dev, Encoding, Message Structure.
enum ProtobufWireType: UInt8, Sendable {
  case varint = 0
  case fixed64 = 1
  case delimited = 2
  case groupStart = 3
  case groupEnd = 4
  case fixed32 = 5
}

/// A field of a message as it lies in the bytes.
struct ProtobufRecord: Sendable {
  enum Payload: Sendable, Hashable {
    case varint(UInt64)
    case fixed64(UInt64)
    case fixed32(UInt32)
    /// The places of the bytes.
    case delimited(Range<Int>)
    /// The places of the fields between the two tags.
    case group(Range<Int>)
  }

  /// 1 to 2²⁹ − 1.
  let number: Int
  let payload: Payload
  /// Where it lies, with its tag.
  let range: Range<Int>
  /// Whether tags, lengths and numbers take no more bytes than they need, also within a group.
  let isMinimal: Bool

  /// Where the tag stands.
  var offset: Int { self.range.lowerBound }
}

/// Reads the fields of a message, one after the other, and trusts no length.
///
/// Offsets count from the start of the array, also where a part of it is read.
///
/// Source: protobuf.dev, Encoding.
struct ProtobufReader: Sendable {
  /// How many messages and groups may stand in one another, as in the readers of C++, Java and Python.
  static let maximumDepth = 100

  let bytes: [UInt8]
  private(set) var offset: Int
  private let end: Int

  /// - Precondition: `range` lies within the bytes.
  init(_ bytes: [UInt8], _ range: Range<Int>) {
    self.bytes = bytes
    self.offset = range.lowerBound
    self.end = range.upperBound
  }

  var isAtEnd: Bool { self.offset == self.end }

  /// The next field; nil at the end.
  ///
  /// - Complexity: O(1), of a group O(its bytes).
  mutating func next() throws(ProtobufError) -> ProtobufRecord? {
    guard !self.isAtEnd else { return nil }
    let start = self.offset
    let tag = try self.tag()
    let (payload, isMinimal) = try self.payload(tag.type, number: tag.number, start: start)
    return ProtobufRecord(
      number: tag.number, payload: payload, range: start..<self.offset, isMinimal: tag.isMinimal && isMinimal)
  }

  /// All fields that are left, those of one number that follow each other together.
  mutating func runs() throws(ProtobufError) -> [[ProtobufRecord]] {
    var runs: [[ProtobufRecord]] = []
    while let record = try self.next() {
      if runs.last?[0].number == record.number {
        runs[runs.count - 1].append(record)
      } else {
        runs.append([record])
      }
    }
    return runs
  }

  /// A value without a tag, as in a packed field.
  mutating func element(_ type: ProtobufWireType) throws(ProtobufError) -> ProtobufRecord {
    let start = self.offset
    let (payload, isMinimal) = try self.payload(type, number: 1, start: start)
    return ProtobufRecord(number: 1, payload: payload, range: start..<self.offset, isMinimal: isMinimal)
  }

  private mutating func payload(
    _ type: ProtobufWireType, number: Int, start: Int
  ) throws(ProtobufError) -> (ProtobufRecord.Payload, isMinimal: Bool) {
    switch type {
    case .varint:
      let (value, isMinimal) = try self.varint()
      return (.varint(value), isMinimal)
    case .fixed64: return (.fixed64(try self.fixed(8)), true)
    case .fixed32: return (.fixed32(UInt32(truncatingIfNeeded: try self.fixed(4))), true)
    case .delimited:
      let (range, isMinimal) = try self.delimited()
      return (.delimited(range), isMinimal)
    case .groupStart:
      let (range, isMinimal) = try self.group(number, start: start)
      return (.group(range), isMinimal)
    case .groupEnd: throw ProtobufError(byte: start, "a group ends here that does not begin")
    }
  }

  private mutating func tag() throws(ProtobufError) -> (number: Int, type: ProtobufWireType, isMinimal: Bool) {
    let start = self.offset
    let (tag, isMinimal) = try self.varint()
    guard tag <= UInt32.max, tag >> 3 > 0 else {
      throw ProtobufError(byte: start, "\(tag >> 3) is no field number: they go from 1 to 536870911")
    }
    guard let type = ProtobufWireType(rawValue: UInt8(tag & 7)) else {
      throw ProtobufError(byte: start, "there is no wire type \(tag & 7)")
    }
    return (Int(tag >> 3), type, isMinimal)
  }

  private mutating func varint() throws(ProtobufError) -> (UInt64, isMinimal: Bool) {
    var value: UInt64 = 0
    for place in 0..<10 {
      guard self.offset + place < self.end else {
        throw ProtobufError(byte: self.offset, "the bytes end in the middle of a number")
      }
      let byte = self.bytes[self.offset + place]
      guard place < 9 || byte <= 1 else { break }
      value |= UInt64(byte & 0x7F) << UInt64(7 * place)
      if byte < 0x80 {
        self.offset += place + 1
        return (value, isMinimal: byte != 0 || place == 0)
      }
    }
    throw ProtobufError(byte: self.offset, "a number is longer than 64 bits")
  }

  private mutating func fixed(_ count: Int) throws(ProtobufError) -> UInt64 {
    guard count <= self.end - self.offset else {
      throw ProtobufError(byte: self.offset, "the bytes end in the middle of a number")
    }
    defer { self.offset += count }
    return (0..<count).reduce(0) { $0 | UInt64(self.bytes[self.offset + $1]) << UInt64(8 * $1) }
  }

  private mutating func delimited() throws(ProtobufError) -> (Range<Int>, isMinimal: Bool) {
    let start = self.offset
    let (length, isMinimal) = try self.varint()
    guard length <= UInt64(self.end - self.offset) else {
      throw ProtobufError(byte: start, "\(length) bytes should follow, and there are \(self.end - self.offset)")
    }
    let range = self.offset..<self.offset + Int(length)
    self.offset = range.upperBound
    return (range, isMinimal)
  }

  /// Passes over a group whose first tag has been read.
  private mutating func group(_ number: Int, start: Int) throws(ProtobufError) -> (Range<Int>, isMinimal: Bool) {
    var open = [number]
    var isMinimal = true
    let content = self.offset
    while !self.isAtEnd {
      let before = self.offset
      let tag = try self.tag()
      isMinimal = isMinimal && tag.isMinimal
      switch tag.type {
      case .groupStart:
        open.append(tag.number)
        guard open.count <= Self.maximumDepth else { throw Self.tooDeep(before) }
      case .groupEnd:
        guard tag.number == open.popLast() else {
          throw ProtobufError(byte: before, "a group \(tag.number) ends here that does not begin")
        }
        if open.isEmpty { return (content..<before, isMinimal) }
      default:
        let payload = try self.payload(tag.type, number: tag.number, start: before)
        isMinimal = isMinimal && payload.isMinimal
      }
    }
    throw ProtobufError(byte: start, "group \(number) does not end")
  }

  static func tooDeep(_ offset: Int) -> ProtobufError {
    ProtobufError(byte: offset, "more than \(self.maximumDepth) messages stand in one another")
  }
}
