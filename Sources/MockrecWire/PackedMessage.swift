import MockrecCore
import NIOCore

/// Writes a request's message in few bytes, for who keeps many: start line, fields and body, each text behind its length.
/// A number below 255 is a byte, any other four behind that byte.
package struct MessagePacker {
  private let room: UnsafeMutableRawBufferPointer
  private var written = 0

  /// - Parameter length: How much is written at most: see `length(of:)`.
  package static func pack(_ length: Int, into bytes: inout ByteBuffer, _ body: (inout MessagePacker) -> Void) {
    bytes.writeWithUnsafeMutableBytes(minimumWritableBytes: length) { room in
      var packer = MessagePacker(room: room)
      body(&packer)
      return packer.written
    }
  }

  private init(room: UnsafeMutableRawBufferPointer) { self.room = room }

  package static let countLength = 5
  package static func length(of text: String) -> Int { self.countLength + text.utf8.count }

  package mutating func count(_ count: Int) {
    guard count >= 0xFF else {
      self.room[self.written] = UInt8(count)
      self.written += 1
      return
    }
    self.room[self.written] = 0xFF
    self.room.storeBytes(of: UInt32(count), toByteOffset: self.written + 1, as: UInt32.self)
    self.written += Self.countLength
  }

  package mutating func text(_ text: String) {
    let count = text.utf8.count
    self.count(count)
    UnsafeMutableRawBufferPointer(rebasing: self.room[self.written...]).copyBytes(from: text.utf8)
    self.written += count
  }
}

extension Message {
  package func pack(into bytes: inout ByteBuffer) {
    let words = self.start.reduce(0) { $0 + MessagePacker.length(of: $1) }
    let fields = self.fields.reduce(0) { $0 + MessagePacker.length(of: $1.name) + MessagePacker.length(of: $1.value) }
    MessagePacker.pack(2 * MessagePacker.countLength + words + fields, into: &bytes) { packer in
      packer.count(self.start.count)
      for word in self.start { packer.text(word) }
      packer.count(self.fields.count)
      for field in self.fields {
        packer.text(field.name)
        packer.text(field.value)
      }
    }
    if let body = self.body.bytes { bytes.writeBytes(body) }
  }

  /// Reads what was packed.
  package init(packed: ByteBuffer) {
    var bytes = packed
    self.init(start: (0..<bytes.unpackCount()).map { _ in bytes.unpackText() })
    let count = bytes.unpackCount()
    self.fields.reserveCapacity(count)
    for _ in 0..<count { self.fields.append(bytes.unpackText(), bytes.unpackText()) }
    self.body = Body(Array(bytes.readableBytesView))
  }
}

extension ByteBuffer {
  fileprivate mutating func unpackCount() -> Int {
    guard let short = self.readInteger(as: UInt8.self), short < 0xFF else {
      return Int(self.readInteger(endianness: .host, as: UInt32.self) ?? 0)
    }
    return Int(short)
  }

  fileprivate mutating func unpackText() -> String { self.readString(length: self.unpackCount()) ?? "" }
}
