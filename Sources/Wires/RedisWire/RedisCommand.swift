import MockrecCore
import NIOCore

/// A command's arguments, its name first.
struct RedisCommand: Sendable, Hashable {
  var arguments: [[UInt8]]

  init(_ arguments: [[UInt8]]) { self.arguments = arguments }

  /// Reads a frame of a client: an array of bulk strings, or an inline command. nil for anything else.
  init?(frame: UnsafeRawBufferPointer) {
    guard let first = frame.first else { return nil }
    guard first == UInt8(ascii: "*") else {
      guard let words = RedisText.words(frame) else { return nil }
      self.arguments = words
      return
    }
    var reader = RedisFrameReader(frame)
    var arguments: [[UInt8]] = []
    while let argument = reader.next() { arguments.append(Array(argument)) }
    guard reader.isWhole else { return nil }
    self.arguments = arguments
  }

  init?(frame: ByteBuffer) {
    guard let command = frame.withUnsafeReadableBytes({ RedisCommand(frame: $0) }) else { return nil }
    self = command
  }

  /// The command's name in capitals; empty for no command at all.
  var name: String { self.word(0) }

  /// An argument as a word in capitals; empty where there is none, or it is no word.
  func word(_ index: Int) -> String {
    guard self.arguments.indices.contains(index), self.arguments[index].count <= 32 else { return "" }
    return String(decoding: self.arguments[index], as: UTF8.self).uppercased()
  }

  /// As clients send it.
  var bytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(command: self.arguments)
    return bytes
  }

  /// The command in one line, its name in capitals.
  var text: String {
    var bytes: [UInt8] = []
    for (index, argument) in self.arguments.enumerated() {
      if index > 0 { bytes.append(0x20) }
      RedisText.append(index == 0 ? argument.map(\.asciiUppercased) : argument, to: &bytes)
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

extension UInt8 {
  var asciiUppercased: UInt8 { self >= 0x61 && self <= 0x7A ? self & ~0x20 : self }
}
