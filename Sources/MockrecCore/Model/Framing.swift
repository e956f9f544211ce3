/// Where one message ends and the next begins, in a protocol that mockrec does not speak.
public enum Framing: Sendable, Hashable {
  /// A message is a line; its line feed belongs to it.
  case line
  /// A message ends with these bytes.
  case delimiter([UInt8])
  /// A message tells its own length.
  case length(LengthField)
  /// A message ends when nothing came for so long, or when the other side speaks.
  case idle(Duration)
  /// All that a side says until it closes its direction is one message.
  case connection

  /// The ways, by the words that mockrec.yaml has for them.
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    case line, delimiter, length, idle, connection
  }

  public var kind: Kind {
    switch self {
    case .line: .line
    case .delimiter: .delimiter
    case .length: .length
    case .idle: .idle
    case .connection: .connection
    }
  }

  /// Where in a message its length stands, and what it counts.
  public struct LengthField: Sendable, Hashable {
    public enum Endian: String, Sendable, Hashable, CaseIterable { case big, little }

    /// Bytes before the field.
    public var offset: Int
    /// Bytes of the field: 1, 2, 3, 4 or 8.
    public var size: Int
    public var endian: Endian
    /// What is added to the field's value to give the number of bytes behind it; negative where it counts itself.
    public var adjust: Int

    public static let sizes = [1, 2, 3, 4, 8]

    public init(offset: Int = 0, size: Int, endian: Endian = .big, adjust: Int = 0) {
      self.offset = offset
      self.size = size
      self.endian = endian
      self.adjust = adjust
    }

    /// Bytes up to the field's end.
    package var headBytes: Int { self.offset + self.size }
  }
}
