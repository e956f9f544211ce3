import Foundation
import MockrecTesting
import Testing

@Suite("A model in a test")
struct WithFakeTests {
  /// What redis-cli prints.
  private func redis(_ address: String, _ words: String...) async throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["redis-cli", "-u", address] + words
    let output = Pipe()
    process.standardOutput = output
    return try await withCheckedThrowingContinuation { continuation in
      process.terminationHandler = { _ in
        let said = output.fileHandleForReading.readDataToEndOfFile()
        continuation.resume(returning: String(decoding: said, as: UTF8.self).trimmingCharacters(in: .newlines))
      }
      do { try process.run() } catch { continuation.resume(throwing: error) }
    }
  }

  @Test("keys expire as its clock goes on, and not before")
  func expiry() async throws {
    let clock = VirtualClock()
    let said = try await withFake("redis", state: ["user": ["name": "alice"]], clock: clock) { address in
      var said: [String] = []
      said.append(try await self.redis(address, "HGET", "user", "name"))
      said.append(try await self.redis(address, "SET", "k", "v", "EX", "60"))
      said.append(try await self.redis(address, "PTTL", "k"))
      clock.advance(by: .seconds(59))
      said.append(try await self.redis(address, "GET", "k"))
      said.append(try await self.redis(address, "PTTL", "k"))
      clock.advance(by: .seconds(2))
      said.append(try await self.redis(address, "GET", "k"))
      said.append(try await self.redis(address, "DBSIZE"))
      return said
    }
    #expect(said == ["alice", "OK", "60000", "v", "1000", "", "1"])
  }

  @Test("who waits is told when its clock says that the time is up")
  func timeout() async throws {
    let clock = VirtualClock()
    let said = try await withFake("redis", clock: clock) { address in
      async let popped = self.redis(address, "BLPOP", "queue", "3600")
      while clock.sleepers == 0 { await Task.yield() }
      clock.advance(by: .seconds(3601))
      return try await popped
    }
    #expect(said == "")
  }

  @Test("a service that nobody asks tests nothing")
  func vacuous() async throws {
    let error = await #expect(throws: ReplayMissed.self) { try await withFake("redis") { _ in } }
    #expect(error?.description.contains("vacuous") == true)
    try await withFake("redis", allowVacuous: true) { _ in }
  }
}
