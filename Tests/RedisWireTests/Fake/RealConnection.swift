import Foundation

/// A plain blocking connection to the real server.
final class RealConnection {
  private let descriptor: Int32
  private var parser = ReplyParser()

  init(port: UInt16) throws {
    self.descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = Self.loopback(port: port)
    let connected = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        Foundation.connect(self.descriptor, pointer, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
    // `deinit` runs after this throws, and closes the descriptor.
    guard connected else { throw ReplyError(description: "cannot connect to 127.0.0.1:\(port): errno \(errno)") }
    var one: Int32 = 1
    setsockopt(self.descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
  }

  deinit { close(self.descriptor) }

  /// Sends the commands in one piece.
  func send(_ commands: some Sequence<[[UInt8]]>) throws {
    var bytes: [UInt8] = []
    for command in commands {
      bytes.append(contentsOf: "*\(command.count)\r\n".utf8)
      for argument in command {
        bytes.append(contentsOf: "$\(argument.count)\r\n".utf8)
        bytes.append(contentsOf: argument)
        bytes.append(contentsOf: [0x0d, 0x0a])
      }
    }
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes {
        Foundation.send(self.descriptor, $0.baseAddress! + sent, $0.count - sent, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { throw ReplyError(description: "the real server closed the connection: errno \(errno)") }
      sent += count
    }
  }

  /// The next reply, or nil when none came within the time.
  func receive(milliseconds: Int32 = 5000) throws -> Reply? {
    while true {
      if let reply = try self.parser.next() { return reply }
      var poller = pollfd(fd: self.descriptor, events: Int16(POLLIN), revents: 0)
      guard poll(&poller, 1, milliseconds) > 0 else { return nil }
      var chunk = [UInt8](repeating: 0, count: 65536)
      let count = recv(self.descriptor, &chunk, chunk.count, 0)
      guard count > 0 else { throw ReplyError(description: "the real server closed the connection") }
      self.parser.append(chunk[..<count])
    }
  }

  /// Sends one command and waits for its reply.
  func call(_ command: [[UInt8]]) throws -> Reply {
    try self.send([command])
    guard let reply = try self.receive() else {
      throw ReplyError(description: "the real server did not answer within 5 s")
    }
    return reply
  }

  func call(_ words: String...) throws -> Reply { try self.call(words.map { Array($0.utf8) }) }

  static func loopback(port: UInt16) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    return address
  }
}
