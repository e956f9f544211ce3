import Foundation
import FoundationNetworking
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

  @Test("tokens of an identity provider expire as its clock goes on")
  func tokens() async throws {
    let clock = VirtualClock()
    let lives = try await withFake("oidc", options: ["lifetime": "5m"], clock: clock, seed: 1) { address in
      func post(_ path: String, _ form: String) async throws -> [String: Any] {
        var request = URLRequest(url: try #require(URL(string: address + path)))
        request.httpMethod = "POST"
        request.setValue("application/x-www-form-urlencoded", forHTTPHeaderField: "Content-Type")
        request.httpBody = Data(form.utf8)
        let (data, _) = try await URLSession.shared.data(for: request)
        return try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
      }
      let token = try await post("/token", "grant_type=client_credentials&client_id=job")["access_token"] as? String
      func isActive() async throws -> Bool? {
        try await post("/introspect", "token=\(token ?? "")")["active"] as? Bool
      }
      var lives = [try await isActive()]
      clock.advance(by: .seconds(301))
      lives.append(try await isActive())
      return lives
    }
    #expect(lives == [true, false])
  }
}
