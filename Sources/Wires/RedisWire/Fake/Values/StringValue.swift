/// A string: as a number when it was stored whole and reads as one, growing in place once it was changed in part.
package enum StringValue {
  case integer(Int64)
  case fixed(RedisBytes)
  case grown(GrownString)

  /// Bytes that APPEND, SETRANGE and SETBIT change in place.
  package final class GrownString {
    var bytes: [UInt8]
    init(_ bytes: [UInt8]) { self.bytes = bytes }
  }

  /// What SET stores: an integer when the bytes are exactly one.
  package init(_ bytes: RedisBytes) {
    if bytes.count <= 20, let number = bytes.int64 { self = .integer(number) } else { self = .fixed(bytes) }
  }

  package init(_ bytes: [UInt8]) { self.init(RedisBytes(bytes)) }

  package var count: Int {
    switch self {
    case .integer(let number): withDecimal(number) { $0.count }
    case .fixed(let bytes): bytes.count
    case .grown(let grown): grown.bytes.count
    }
  }

  /// Runs `body` on the bytes without copying what is stored.
  @inline(__always)
  package func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    switch self {
    case .integer(let number): withDecimal(number, body)
    case .fixed(let bytes): bytes.withBytes(body)
    case .grown(let grown): grown.bytes.withUnsafeBytes(body)
    }
  }

  package var bytes: RedisBytes {
    if case .fixed(let bytes) = self { return bytes }
    return self.withBytes { RedisBytes($0) }
  }

  package var int64: Int64? {
    switch self {
    case .integer(let number): number
    case .fixed(let bytes): bytes.int64
    case .grown(let grown): grown.bytes.withUnsafeBytes { Int64(redis: $0) }
    }
  }

  package var encoding: StaticString {
    switch self {
    case .integer: "int"
    case .fixed(let bytes): bytes.count <= 44 ? "embstr" : "raw"
    case .grown: "raw"
    }
  }

  package func copy() -> StringValue {
    if case .grown(let grown) = self { return .grown(GrownString(grown.bytes)) }
    return self
  }

  /// The bytes to change in place: turns this into a grown string first.
  package mutating func grow() -> GrownString {
    if case .grown(let grown) = self { return grown }
    let grown = GrownString(self.withBytes { [UInt8]($0) })
    self = .grown(grown)
    return grown
  }
}
