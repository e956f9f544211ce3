import Foundation

/// Datagrams to a port of this machine and back.
final class RawDatagrams: @unchecked Sendable {
  // Proof for @unchecked: a test uses it from its own task only; the descriptor never changes.
  private let descriptor: Int32

  init(port: Int) throws {
    descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw SystemFailure("socket") }
    var address = RawConnection.loopback(port)
    let size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let status = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, size) }
    }
    guard status == 0 else { throw SystemFailure("connect to port \(port)") }
  }

  deinit { close(descriptor) }

  func send(_ bytes: [UInt8]) throws {
    guard Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else {
      throw SystemFailure("send")
    }
  }

  /// Waits for the next datagram.
  func receive(within bound: Duration = .seconds(20)) async throws -> [UInt8] {
    var buffer = [UInt8](repeating: 0, count: 65536)
    return try await wait(for: "a datagram", within: bound) {
      let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
      return count < 0 ? nil : Array(buffer[..<count])
    }
  }
}
