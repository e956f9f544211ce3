import MockrecCore
import MockrecWire
import Synchronization

/// Knows which services take HTTP/2 in the clear only when they are asked for it (`Upgrade: h2c`). libcurl does not find
/// out by itself: it sends its request behind the preface.
final class CurlUpgrade: Sendable {
  private let client: CurlClient
  private let asked = Mutex<Set<String>>([])

  init(_ client: CurlClient) { self.client = client }

  /// Sends a request to a service in the clear; where that does not take the preface once more, in the way that it takes.
  ///
  /// - Throws: ``CurlFailure``; ``OriginFailure`` for a service that speaks HTTP/1.1 only.
  func perform(_ request: CurlRequest) async throws -> CurlReply {
    guard case .http2PriorKnowledge = request.httpVersion else { return try await self.send(request) }
    let place = Self.place(of: request.url)
    var upgrading = request
    upgrading.httpVersion = .http2
    if self.asked.withLock({ $0.contains(place) }) { return try await self.send(upgrading) }
    do throws(CurlFailure) { return try await self.send(request) } catch {
      let isRefusal = [.emptyReply, .malformedReply, .reset].contains(error.kind)
      guard isRefusal, try await self.takesUpgrade(at: place) else { throw error }
      _ = self.asked.withLock { $0.insert(place) }
      return try await self.send(upgrading)
    }
  }

  private func send(_ request: CurlRequest) async throws(CurlFailure) -> CurlReply {
    try await self.client.perform(request)
  }

  /// Whether a service takes no preface, and so has heard of no request behind one, but does when it is asked in HTTP/1.1.
  private func takesUpgrade(at place: String) async throws -> Bool {
    var probe = CurlRequest(method: "OPTIONS", url: "\(place)/")
    probe.target = "*"
    probe.httpVersion = .http2PriorKnowledge
    if (try? await self.send(probe)) != nil { return false }
    probe.httpVersion = .http2
    guard let reply = try? await self.send(probe), let head = reply.responses.last else { return false }
    if head.httpVersion.hasPrefix("HTTP/2") { return true }
    let text =
      "it speaks HTTP/1.1 only, and answers \(head.status) to Upgrade: write http:// in its address, not h2c://"
    throw OriginFailure(.malformed, text)
  }

  /// Scheme and authority.
  private static func place(of url: String) -> String {
    guard let start = url.firstRange(of: "://")?.upperBound else { return url }
    return String(url[..<(url[start...].firstIndex { $0 == "/" || $0 == "?" } ?? url.endIndex)])
  }
}
