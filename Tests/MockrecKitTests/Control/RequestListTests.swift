import Foundation
import MockrecCoding
import MockrecCore
import Testing

@testable import MockrecEngine
@testable import MockrecKit

@Suite("What lists of requests show, and what they make of it")
struct RequestListTests {
  private static let secret = #"{"user": "u", "password": "hunter2secret"}"#

  @Test("a secret is not shown, however the body is written, and what cannot be looked through is not shown at all")
  func secrets() async throws {
    let steered = try Steered()
    let plain = Array(Self.secret.utf8)
    let noise = Array(#"{"noise": "\#((0..<90_000).map { String($0 &* 2_654_435_761, radix: 36) }.joined())"}"#.utf8)
    let long = try ContentCoding.gzip.encode(plain + noise)
    let cut = Array(long.prefix(RequestLog.longestBody))
    #expect(long.count > cut.count)
    let bytes = Fields([("Content-Type", "application/octet-stream")])
    let zipped = Fields([("Content-Encoding", "gzip"), ("Content-Type", "application/json")])
    steered.came("/octets", plain, fields: bytes)
    steered.came("/form", plain, fields: Fields([("Content-Type", "application/x-www-form-urlencoded")]))
    steered.came("/gzip", try ContentCoding.gzip.encode(plain), fields: zipped)
    steered.came("/mark", [0xEF, 0xBB, 0xBF] + plain, fields: bytes)
    steered.came("/pairs", Array("user=u&password=hunter2secret".utf8), fields: bytes)
    steered.came("/broken", Array((Self.secret + ",").utf8), fields: bytes)
    steered.came("/cut", cut, count: long.count, fields: zipped)
    steered.came("/lie", plain + [0xFF], fields: zipped)
    steered.came("/little", plain.flatMap { [$0, 0] }, fields: Fields([("Content-Type", "application/json")]))
    steered.came("/big", [0xFE, 0xFF] + plain.flatMap { [0, $0] })
    let found = try await steered.ask("POST", "/sessions/default/requests/find", "{}").json
    let requests = try #require(found?["requests"]?.array)
    for request in requests {
      let said = request.description
      #expect(!said.contains("hunter2") && !said.contains("h\\u0000u"), "\(said)")
      #expect(!said.contains("base64"), "\(said)")
    }
    #expect(requests.prefix(4).allSatisfy { $0["json"]?["user"]?.string == "u" })
    #expect(requests[4]["text"]?.string?.hasPrefix("user=u&password=") == true)
    #expect(requests[5]["text"]?.string?.contains("user") == true)
    #expect(requests.dropFirst(6).allSatisfy { $0["notShown"]?.string?.contains("bytes, not shown") == true })
    await steered.end()
  }
}
