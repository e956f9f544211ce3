/// A refusal, as the client reads it after the `-`.
package struct RedisError: Error, Sendable {
  package let text: String

  package init(_ text: String) { self.text = text }

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
