import Foundation

/// Bytes to a port of this machine and back, for what no well-behaved client sends.
final class RawConnection: @unchecked Sendable {
  // Proof for @unchecked: a test uses it from its own task only; the descriptor never changes.
  private let descriptor: Int32
  private(set) var received = Data()
  private(set) var isClosed = false

  /// - Throws: ``SystemFailure`` when nobody listens.
  init(port: Int) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw SystemFailure("socket") }
    var address = Self.loopback(port)
    let size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let status = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, size) }
    }
    guard status == 0 else {
      // The descriptor is closed by deinit.
      throw SystemFailure("connect to port \(port)")
    }
  }

  deinit { close(descriptor) }

  static func loopback(_ port: Int) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
    return address
  }

  /// Ports that nobody has bound, all different.
  static func freePorts(_ count: Int) throws -> [Int] {
    var descriptors: [Int32] = []
    defer { for descriptor in descriptors { close(descriptor) } }
    return try (0..<count).map { _ in
      let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
      descriptors.append(descriptor)
      var address = loopback(0)
      var size = socklen_t(MemoryLayout<sockaddr_in>.size)
      let status = withUnsafeMutablePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          bind(descriptor, $0, size) == 0 ? getsockname(descriptor, $0, &size) : -1
        }
      }
      guard status == 0 else { throw SystemFailure("bind") }
      return Int(in_port_t(bigEndian: address.sin_port))
    }
  }

  /// Sends all of it, as far as the other side still listens: one that has refused may have closed.
  func send(_ text: String) async throws { try await self.send(Array(text.utf8)) }

  func send(_ bytes: [UInt8]) async throws {
    var rest = bytes[...]
    try await wait(for: "the other side to read") {
      while !rest.isEmpty {
        // What is said before all is sent, a refusal for example, is read before a reset can take it away.
        drain()
        let count = rest.prefix(65536).withUnsafeBytes {
          Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_DONTWAIT | MSG_NOSIGNAL))
        }
        if count < 0 { return errno == EAGAIN ? nil : () }
        rest = rest.dropFirst(count)
      }
      return ()
    }
  }

  /// Says that nothing more will come.
  func finishSending() { shutdown(descriptor, Int32(SHUT_WR)) }

  /// Reads until `condition` holds of all that has come.
  @discardableResult
  func read(until condition: (RawConnection) -> Bool, within bound: Duration = .seconds(10)) async throws -> String {
    do {
      try await wait(for: "a reply", within: bound) {
        drain()
        return condition(self)
      }
    } catch let error as TimedOut {
      throw Failed(what: "\(error); so far: \(text)")
    }
    return text
  }

  /// Reads until the other side closes.
  @discardableResult
  func readToEnd() async throws -> String { try await read(until: \.isClosed) }

  var text: String { String(decoding: received, as: UTF8.self) }

  func count(of needle: String) -> Int { text.components(separatedBy: needle).count - 1 }

  private func drain() {
    var buffer = [UInt8](repeating: 0, count: 65536)
    while !isClosed {
      let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
      if count < 0, errno == EAGAIN || errno == EINTR { return }
      guard count > 0 else {
        isClosed = true
        return
      }
      received.append(contentsOf: buffer[..<count])
    }
  }
}
