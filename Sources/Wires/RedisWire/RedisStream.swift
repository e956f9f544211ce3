import MockrecWire
import NIOCore

/// The bytes of one direction, cut into values.
struct RedisStream<Framer: RedisFramer>: Sendable {
  private let party: WireError.Party
  private let fresh: Framer
  private var framer: Framer
  private var bytes = ByteBuffer()
  /// What Redis says to the fault that was thrown, if anything.
  var told: [UInt8]?
  /// Bytes of the connection before those that are held.
  private(set) var offset = 0

  init(party: WireError.Party, framer: Framer) {
    self.party = party
    self.fresh = framer
    self.framer = framer
  }

  var isEmpty: Bool { self.bytes.readableBytes == 0 }

  mutating func append(_ more: ByteBuffer) {
    if self.isEmpty {
      self.bytes = more
    } else {
      // What was read goes, or a peer that always has half a value under way would fill the memory.
      if self.bytes.readerIndex > max(4096, self.bytes.readableBytes) { self.bytes.discardReadBytes() }
      self.bytes.writeImmutableBuffer(more)
    }
  }

  /// Bytes that were read elsewhere.
  mutating func pass(_ count: Int) { self.offset += count }

  mutating func next() throws(WireError) -> ByteBuffer? {
    guard self.bytes.readableBytes > 0 else { return nil }
    let found: Result<Int?, RedisFault> = self.bytes.withUnsafeReadableBytes { bytes in
      do throws(RedisFault) { return .success(try self.framer.length(of: bytes)) } catch {
        return .failure(error)
      }
    }
    switch found {
    case .success(let length):
      guard let length else { return nil }
      self.offset += length
      return self.bytes.readSlice(length: length)
    case .failure(let fault):
      let error = WireError(self.party, fault.kind, fault.message, offset: self.offset + fault.offset)
      // Where a conversation goes on all the same, what cannot be read is not kept.
      self.offset += self.bytes.readableBytes
      self.bytes = ByteBuffer()
      self.framer = self.fresh
      self.told = fault.told
      throw error
    }
  }

  /// Half a value at the end of the connection is a fault.
  func end() throws(WireError) {
    if let error = self.half("the end of the connection") { throw error }
  }

  /// What is wrong where half a value was said, and then this; nil where none was.
  func half(_ ending: String) -> WireError? {
    guard !self.isEmpty else { return nil }
    return WireError(
      self.party, .truncated, "half a value and then \(ending)", offset: self.offset + self.bytes.readableBytes)
  }
}
