/// One message of a conversation, whatever the protocol: a start line, ordered fields, a body, trailing fields.
///
/// The words of the start line are the wire's: for HTTP `["GET", "/users/42", "HTTP/1.1"]` and
/// `["HTTP/1.1", "200", "OK"]`, for Redis the command and its arguments. Only the wire reads meaning into them.
public struct Message: Sendable, Hashable {
  public var start: [String]
  public var fields: Fields
  public var body: Body
  public var trailers: Fields

  public init(start: [String], fields: Fields = Fields(), body: Body = Body(), trailers: Fields = Fields()) {
    self.start = start
    self.fields = fields
    self.body = body
    self.trailers = trailers
  }
}

/// The payload of a message: its bytes or the file that holds them, and where its chunks ended.
public struct Body: Sendable, Hashable {
  public enum Content: Sendable, Hashable {
    case bytes([UInt8])
    /// A file beside the cassette's entries; `name` is relative to the cassette's folder, `length` in bytes.
    case file(name: String, length: Int)
  }

  /// The end of one chunk of a streamed body.
  public struct Chunk: Sendable, Hashable {
    /// The body's length in bytes when this chunk had arrived.
    public var end: Int
    /// When it had arrived, counted from the exchange's first byte.
    public var at: Duration
    /// Its place among all chunks of both directions: what interleaved with what.
    public var order: Int

    public init(end: Int, at: Duration, order: Int) {
      self.end = end
      self.at = at
      self.order = order
    }
  }

  public var content: Content
  /// Empty for a body whose boundaries mean nothing.
  public var chunks: [Chunk]

  public init(_ bytes: [UInt8] = [], chunks: [Chunk] = []) {
    self.content = .bytes(bytes)
    self.chunks = chunks
  }

  public init(file name: String, length: Int) {
    self.content = .file(name: name, length: length)
    self.chunks = []
  }

  /// The body's length in bytes.
  public var count: Int {
    switch self.content {
    case .bytes(let bytes): bytes.count
    case .file(_, let length): length
    }
  }

  public var isEmpty: Bool { self.count == 0 }

  /// The bytes, where they are in memory; nil for a body in a file.
  public var bytes: [UInt8]? {
    if case .bytes(let bytes) = self.content { bytes } else { nil }
  }
}
