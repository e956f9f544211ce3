import Foundation
import MockrecCore
import MockrecKit
import MockrecTesting
import Testing

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

@Suite("Closures that answer for services")
struct WithHandlersTests {
  private let cassette = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("cassettes/httpbin").path

  private func post(_ url: String?, _ body: String = "") async throws -> (status: Int, text: String) {
    var request = URLRequest(url: try #require(URL(string: url ?? "")))
    request.httpMethod = "POST"
    request.httpBody = Data(body.utf8)
    let (data, response) = try await URLSession.shared.data(for: request)
    return ((response as? HTTPURLResponse)?.statusCode ?? 0, String(decoding: data, as: UTF8.self))
  }

  @Test("a service that is nothing but a closure, and one whose cassette answers first")
  func answered() async throws {
    try await withReplay(
      cassettes: [self.cassette],
      handlers: [
        "auth": { request in
          HandlerReply(status: 201, json: ["user": .string(try request.json["user"]?.string ?? ""), "n": 1])
        },
        "httpbin": { request in HandlerReply(text: "\(request.service) \(request.method) \(request.path)") },
      ]
    ) { services in
      let token = try await self.post("\(services["auth"] ?? "")/token", #"{"user": "ada"}"#)
      #expect(token == (201, #"{"user":"ada","n":1}"#))
      let unknown = try await self.post("\(services["httpbin"] ?? "")/never/recorded")
      #expect(unknown == (200, "httpbin POST /never/recorded"))
    }
  }

  @Test("what it declines is a miss, and what it throws is told: both fail the test")
  func declined() async throws {
    struct Broken: Error {}
    try await self.fails(501, "no recorded exchange answers POST /token") { _ in nil }
    try await self.fails(500, "handler: the handler threw: Broken()") { _ in throw Broken() }
    try await self.fails(500, "has the status 99") { _ in HandlerReply(status: 99) }
  }

  private func fails(_ status: Int, _ told: String, _ closure: @escaping Handler.Closure) async throws {
    do {
      try await withReplay(handlers: ["auth": closure]) { services in
        let answer = try await self.post("\(services["auth"] ?? "")/token")
        #expect(answer.status == status)
      }
      Issue.record("it went unnoticed: \(told)")
    } catch let error as ReplayMissed {
      #expect(error.description.contains(told), "\(error)")
    }
  }
}
