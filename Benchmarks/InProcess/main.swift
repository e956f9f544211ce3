import Foundation
import MockrecTesting

// How long it takes in a test from asking for a mock to its first answer, in microseconds, a line a time.
// Usage: first-answer CASSETTE PATH TIMES

let (cassette, path) = (CommandLine.arguments[1], CommandLine.arguments[2])

/// Asks for the path over a connection of its own, and reads until the reply's head is whole.
func ask(_ address: String) {
  let port = UInt16(address.split(separator: ":").last ?? "") ?? 0
  let connection = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
  defer { close(connection) }
  var place = sockaddr_in()
  place.sin_family = sa_family_t(AF_INET)
  place.sin_port = port.bigEndian
  place.sin_addr.s_addr = inet_addr("127.0.0.1")
  let connected = withUnsafePointer(to: &place) {
    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      connect(connection, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
    }
  }
  precondition(connected == 0, "nobody listens at \(address)")
  let request = Array("GET \(path) HTTP/1.1\r\nHost: bench\r\n\r\n".utf8)
  precondition(send(connection, request, request.count, 0) == request.count, "the request is not taken")
  var reply = [UInt8](repeating: 0, count: 65536)
  let count = recv(connection, &reply, reply.count, 0)
  precondition(count > 0 && String(decoding: reply[..<count], as: UTF8.self).hasPrefix("HTTP/1.1 200 "), "no answer")
}

for _ in 0..<(Int(CommandLine.arguments[3]) ?? 1) {
  let begun = ContinuousClock.now
  try await withReplay(cassette: cassette) { address in
    ask(address)
    print((ContinuousClock.now - begun) / .microseconds(1))
  }
}
