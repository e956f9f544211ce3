/// A refusal, as the client reads it after the `-`.
package struct RedisError: Error, Sendable {
  package let text: RedisErrorText

  package init(_ text: RedisErrorText) { self.text = text }

  package static let wrongType = RedisError("WRONGTYPE Operation against a key holding the wrong kind of value")
  package static let syntax = RedisError("ERR syntax error")
  package static let notInteger = RedisError("ERR value is not an integer or out of range")
  package static let notFloat = RedisError("ERR value is not a valid float")
  package static let noSuchKey = RedisError("ERR no such key")
  package static let outOfRange = RedisError("ERR value is out of range")
  package static let notPositive = RedisError("ERR value is out of range, must be positive")
  package static let indexOutOfRange = RedisError("ERR index out of range")
  package static let sameObject = RedisError("ERR source and destination objects are the same")
  package static let timeoutNotFloat = RedisError("ERR timeout is not a float or out of range")
  package static let timeoutNegative = RedisError("ERR timeout is negative")

  package static func arity(_ name: String) -> RedisError {
    RedisError("ERR wrong number of arguments for '\(name)' command")
  }
}

/// What a refusal says: bytes, as Redis repeats what a client sent as it came, up to its first NUL.
package struct RedisErrorText: Sendable, ExpressibleByStringInterpolation {
  package private(set) var bytes: [UInt8]

  package init(stringLiteral text: String) { self.bytes = Array(text.utf8) }
  package init(stringInterpolation: StringInterpolation) { self.bytes = stringInterpolation.bytes }

  /// What stands behind the word for the kind of the refusal.
  var withoutCode: RedisErrorText {
    var text = self
    text.bytes = Array(self.bytes.drop { $0 != 0x20 }.dropFirst())
    return text
  }

  package static func + (left: RedisErrorText, right: RedisErrorText) -> RedisErrorText {
    var sum = left
    sum.bytes += right.bytes
    return sum
  }

  package struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var bytes: [UInt8] = []

    package init(literalCapacity: Int, interpolationCount: Int) { self.bytes.reserveCapacity(literalCapacity) }

    package mutating func appendLiteral(_ text: String) { self.bytes += text.utf8 }
    package mutating func appendInterpolation(_ text: String) { self.bytes += text.utf8 }
    package mutating func appendInterpolation(_ number: some FixedWidthInteger) { self.bytes += String(number).utf8 }
    package mutating func appendInterpolation(_ text: RedisErrorText) { self.bytes += text.bytes }

    /// - Parameter most: More bytes are not repeated.
    package mutating func appendInterpolation(_ word: RedisBytes, most: Int = .max) {
      word.withBytes { self.bytes += $0.prefix(most).prefix { $0 != 0 } }
    }
  }
}
