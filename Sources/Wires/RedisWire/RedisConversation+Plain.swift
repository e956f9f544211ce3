extension RedisConversation {
  /// The length of the command that the bytes begin with, an array of bulk strings; nil for one that is not all there,
  /// or may change something about its connection.
  static func plainLength(of bytes: UnsafeRawBufferPointer) -> Int? {
    var reader = RedisFrameReader(bytes)
    guard let name = reader.next().flatMap({ RedisName($0) }), !Self.special.contains(name) else { return nil }
    while reader.next() != nil {}
    return reader.isWhole ? reader.at : nil
  }

  private static let special = RedisNameSet([
    "SUBSCRIBE", "PSUBSCRIBE", "SSUBSCRIBE", "UNSUBSCRIBE", "PUNSUBSCRIBE", "SUNSUBSCRIBE", "SELECT", "HELLO", "MULTI",
    "EXEC", "DISCARD", "RESET", "CLIENT", "QUIT", "POST", "HOST:",
  ])
}
