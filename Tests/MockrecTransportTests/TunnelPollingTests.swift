import NIOEmbedded
import Testing

@testable import MockrecTransport

@Suite struct TunnelPollingTests {
  @Test func waitsAwakeForAMomentAndNoLonger() throws {
    try withPair { socket, _ in
      let loop = EmbeddedEventLoop()
      let polling = TunnelPolling(loop)
      polling.add(socket)
      polling.passed(from: .client)
      #expect(polling.isPolling)
      // Comes back when nothing is left to be done.
      loop.run()
      #expect(!polling.isPolling)
    }
  }

  @Test func leavesWhatCameToTheLoop() throws {
    try withPair { socket, peer in
      let loop = EmbeddedEventLoop()
      let polling = TunnelPolling(loop)
      polling.add(socket)
      polling.passed(from: .server)
      #expect(write(peer, "x", 1) == 1)
      loop.run()
      #expect(!polling.isPolling)
      var byte: UInt8 = 0
      #expect(read(socket, &byte, 1) == 1 && byte == UInt8(ascii: "x"))
    }
  }

  @Test func doesNothingWithoutTunnelsOrWithMany() throws {
    try withPair { socket, _ in
      let polling = TunnelPolling(EmbeddedEventLoop())
      polling.passed(from: .client)
      #expect(!polling.isPolling)
      for _ in 0..<9 { polling.add(socket) }
      polling.passed(from: .client)
      #expect(!polling.isPolling)
      polling.remove(socket)
      polling.passed(from: .client)
      #expect(!polling.isPolling)
    }
  }

  @Test func triesEverMoreSeldomWhereItIsInVain() {
    var trust = TunnelPolling.Trust()
    var tries = 0
    for _ in 0..<10_000 where trust.isWorthATry() {
      tries += 1
      trust.failed()
    }
    // 9 tries within the first 511 messages, then one of 256.
    #expect(tries == 9 + (10_000 - 511) / 256)
    while !trust.isWorthATry() {}
    trust.paid()
    for _ in 0..<100 {
      let isWorthATry = trust.isWorthATry()
      #expect(isWorthATry)
    }
  }

  private func withPair(_ body: (_ socket: CInt, _ peer: CInt) throws -> Void) throws {
    var pair: [CInt] = [-1, -1]
    try #require(socketpair(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0, &pair) == 0)
    defer { for socket in pair { close(socket) } }
    try body(pair[0], pair[1])
  }
}

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif
