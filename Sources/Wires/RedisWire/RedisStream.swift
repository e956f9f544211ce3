import MockrecWire
import NIOCore

/// The bytes of one direction, cut into values.
struct RedisStream: Sendable {
  private let party: WireError.Party
  private var framer: RESPFramer
  private var bytes = ByteBuffer()
  /// Bytes of the connection before those that are held.
  private(set) var offset = 0

  init(party: WireError.Party, framer: RESPFramer) {
    self.party = party
    self.framer = framer
  }

  var isEmpty: Bool { self.bytes.readableBytes == 0 }

  mutating func append(_ more: ByteBuffer) {
    if self.bytes.readableBytes == 0 { self.bytes = more } else { self.bytes.writeImmutableBuffer(more) }
  }

  /// Bytes that were read elsewhere.
  mutating func pass(_ count: Int) { self.offset += count }

  mutating func next() throws(WireError) -> ByteBuffer? {
    guard self.bytes.readableBytes > 0 else { return nil }
    let found: Result<Int?, RESPFramer.Fault> = self.bytes.withUnsafeReadableBytes { bytes in
      do throws(RESPFramer.Fault) { return .success(try self.framer.length(of: bytes)) } catch {
        return .failure(error)
      }
    }
    switch found {
    case .success(let length):
      guard let length else { return nil }
      self.offset += length
      return self.bytes.readSlice(length: length)
    case .failure(let fault):
      throw WireError(self.party, fault.kind, fault.message, offset: self.offset + fault.offset)
    }
  }

  /// Half a value at the end of the connection is a fault.
  func end() throws(WireError) {
    guard self.bytes.readableBytes > 0 else { return }
    throw WireError(
      self.party, .truncated, "half a value and then the end of the connection",
      offset: self.offset + self.bytes.readableBytes)
  }
}
