import Testing

@Suite("httpbin: every family of endpoints", .wholePrograms)
struct HttpbinTests {
  /// A client, and the replies that quote a secret of their requests.
  struct Case: Sendable, CustomTestStringConvertible {
    let client: String
    var quoting: Set<String> = []

    var testDescription: String { client }
  }

  static let cases = [
    // The bearer token comes back in "token", cookies in "Cookie" and "cookies": redacted in the reply's body too.
    Case(client: "httpbin_requests", quoting: ["bearer", "cookies set, followed", "cookies, one quoted"]),
    Case(client: "httpbin_httpx", quoting: ["cookies, followed"]),
    Case(client: "httpbin_aiohttp"),
    Case(client: "httpbin_curl"),
  ]

  @Test("a replay gives the client what httpbin gave", arguments: cases)
  func sameAsRecorded(of example: Case) async throws {
    let loop = try await Loop(.httpbin(), client: example.client)
    #expect(loop.recorded.differences(to: loop.replayed, Comparator(bodiesByShape: example.quoting)) == [])
    #expect(loop.recording.status == 0, "\(loop.recording)")
    #expect(loop.replay.status == 0, "\(loop.replay)")
  }
}
