import MockrecCore
import MockrecWire
import NIOCore

/// The client's bytes, cut into frames. No byte is looked at twice.
struct FrameCutter: Sendable {
  private let framing: Framing
  private let limit: Int
  private var bytes = ByteBuffer()
  /// How many of the bytes that are held were looked at.
  private var seen = 0
  /// Bytes of the connection before those that are held.
  private(set) var offset = 0

  private static let leastRead = 4096

  init(_ framing: Framing, limit: Int) {
    self.framing = framing
    self.limit = limit
  }

  var isEmpty: Bool { self.bytes.readableBytes == 0 }

  mutating func append(_ more: ByteBuffer) {
    if self.isEmpty {
      self.bytes = more
    } else {
      // What was read goes, or a client that always has half a message under way would fill the memory.
      if self.bytes.readerIndex > max(Self.leastRead, self.bytes.readableBytes) { self.bytes.discardReadBytes() }
      self.bytes.writeImmutableBuffer(more)
    }
  }

  /// The next whole frame; nil where it has not ended yet.
  mutating func next() throws(WireError) -> ByteBuffer? {
    guard let length = try self.length() else {
      guard self.bytes.readableBytes <= self.limit else {
        throw self.failure(.tooLarge, "a message of more than \(self.limit) bytes")
      }
      return nil
    }
    guard length <= self.limit else {
      throw self.failure(.tooLarge, "a message of \(length) bytes, and \(self.limit) are allowed")
    }
    guard length <= self.bytes.readableBytes else { return nil }
    self.seen = 0
    self.offset += length
    return self.bytes.readSlice(length: length)
  }

  /// What is wrong where nothing more comes; nil where all is told.
  func half() -> WireError? {
    guard !self.isEmpty else { return nil }
    return WireError(
      .client, .truncated, "half a message and then nothing more", offset: self.offset + self.bytes.readableBytes)
  }

  /// All that is held, as one frame; nil where nothing is.
  mutating func rest() -> ByteBuffer? {
    guard !self.isEmpty else { return nil }
    let rest = self.bytes
    self.bytes = ByteBuffer()
    self.seen = 0
    self.offset += rest.readableBytes
    return rest
  }

  /// The first frame's length as far as it can be told.
  private mutating func length() throws(WireError) -> Int? {
    switch self.framing {
    case .line: self.end(of: [10])
    case .delimiter(let delimiter): self.end(of: delimiter)
    case .length(let field): try self.length(field)
    case .idle, .connection: nil
    }
  }

  /// As far as a message may go and no further: where the bytes were cut makes no difference.
  private mutating func end(of delimiter: [UInt8]) -> Int? {
    let from = max(0, self.seen - (delimiter.count - 1))
    let limit = self.limit
    let (seen, end) = self.bytes.withUnsafeReadableBytes { bytes -> (Int, Int?) in
      let bytes = bytes.prefix(limit)
      guard let last = delimiter.last, bytes.count >= delimiter.count else { return (bytes.count, nil) }
      var index = from + delimiter.count - 1
      while index < bytes.count {
        if bytes[index] == last, bytes[(index + 1 - delimiter.count)...index].elementsEqual(delimiter) {
          return (index + 1, index + 1)
        }
        index += 1
      }
      return (bytes.count, nil)
    }
    self.seen = seen
    return end
  }

  private func length(_ field: Framing.LengthField) throws(WireError) -> Int? {
    guard self.bytes.readableBytes >= field.headBytes else { return nil }
    let start = self.bytes.readerIndex + field.offset
    var value: UInt64 = 0
    for index in 0..<field.size {
      let at = field.endian == .big ? index : field.size - 1 - index
      value = value << 8 | UInt64(self.bytes.getInteger(at: start + at, as: UInt8.self) ?? 0)
    }
    guard value <= UInt64(self.limit) else {
      throw self.failure(.tooLarge, "the length \(value), and \(self.limit) bytes are allowed")
    }
    let length = field.headBytes + Int(value) + field.adjust
    guard length >= field.headBytes else {
      throw self.failure(.malformed, "the length \(value), which ends before its own field does")
    }
    return length
  }

  private func failure(_ kind: WireError.Kind, _ message: String) -> WireError {
    WireError(.client, kind, message, offset: self.offset)
  }
}
