import NIOCore

/// What replies are called.
enum RedisStatus {
  /// A few words about a reply: its text where it is short, else what it is.
  static func words(about frame: ByteBuffer, _ kind: UInt8) -> String {
    switch kind {
    case UInt8(ascii: "+"), UInt8(ascii: "-"):
      let length = min(256, frame.readableBytes)
      let line = frame.getString(at: frame.readerIndex, length: length) ?? ""
      let text = line.prefix { $0 != "\r\n" && $0 != "\n" }
      return kind == UInt8(ascii: "+") ? String(text.dropFirst()) : String(text)
    case UInt8(ascii: "$"), UInt8(ascii: "="): return "string"
    case UInt8(ascii: ":"): return "integer"
    case UInt8(ascii: "*"), UInt8(ascii: "~"), UInt8(ascii: ">"): return "array"
    case UInt8(ascii: "%"): return "map"
    default: return ""
    }
  }
}
