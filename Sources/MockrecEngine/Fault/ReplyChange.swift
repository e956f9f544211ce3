import MockrecCore
import NIOCore

/// What becomes of a reply's body, or of its first message where it is a sequence of them.
enum ReplyChange {
  case truncate(Int?)
  case corrupt(Int, FaultDraw)
  /// Sent twice, where there is no connection that could repeat its bytes.
  case twice

  /// Changes so many bytes at places that the draw tells, or all where there are fewer; each becomes another.
  ///
  /// - Parameter ranges: What may be changed.
  static func corrupted(_ bytes: ByteBuffer, in ranges: [Range<Int>], _ count: Int, _ draw: FaultDraw) -> ByteBuffer {
    var (bytes, draw) = (bytes, draw)
    for place in draw.places(count, of: ranges.reduce(0) { $0 + $1.count }) {
      var place = place
      var rest = ranges[...]
      while let range = rest.first, place >= range.count {
        place -= range.count
        rest.removeFirst()
      }
      let at = bytes.readerIndex + (rest.first?.lowerBound ?? 0) + place
      let old = bytes.getInteger(at: at, as: UInt8.self) ?? 0
      bytes.setInteger(old ^ UInt8(truncatingIfNeeded: 1 + draw.next() % 255), at: at)
    }
    return bytes
  }
}
