import MockrecWire

/// Finds where what one party says ends, in bytes that come cut anywhere. It goes on where it stopped.
protocol RedisFramer: Sendable {
  /// The length of the value or request that the bytes begin with; nil while its end has not come.
  ///
  /// - Parameter bytes: Everything from its first byte on. The same bytes as last time, and perhaps more.
  mutating func length(of bytes: UnsafeRawBufferPointer) throws(RedisFault) -> Int?
}

/// What is wrong with bytes of a connection.
struct RedisFault: Error {
  var kind: WireError.Kind
  var message: String
  /// From the beginning of the value.
  var offset: Int
  /// What Redis tells a client of it, behind `ERR Protocol error: `; nil where it says nothing.
  var told: [UInt8]?

  init(_ kind: WireError.Kind, _ message: String, offset: Int, told: [UInt8]? = nil) {
    self.kind = kind
    self.message = message
    self.offset = offset
    self.told = told
  }

  static func shown(_ byte: UInt8) -> String {
    byte > 0x20 && byte < 0x7F ? "'\(Character(UnicodeScalar(byte)))'" : "0x" + String(byte, radix: 16)
  }
}
