/// How much JSON is read before it is refused.
public struct JSONLimits: Sendable, Hashable {
  /// The longest text read or written, in bytes.
  public var maximumBytes: Int
  /// How many arrays and objects may stand in one another. Reading recurses this deep: keep it under a few thousand.
  public var maximumDepth: Int

  public init(maximumBytes: Int = 64 << 20, maximumDepth: Int = 512) {
    self.maximumBytes = maximumBytes
    self.maximumDepth = maximumDepth
  }
}

/// Why a text is not JSON, or not within the limits.
public struct JSONError: Error, Sendable, Hashable, CustomStringConvertible {
  /// Where the trouble is, in bytes from the start of the text.
  public let offset: Int
  /// What is wrong, in plain words.
  public let message: String

  public init(offset: Int, message: String) {
    self.offset = offset
    self.message = message
  }

  public var description: String {
    "not valid JSON at byte \(offset): \(message)"
  }
}
