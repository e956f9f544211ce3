import Foundation
import Testing

/// Faults that answer rightly what is not so, over HTTP.
@Suite("Silent faults over HTTP", .wholePrograms)
struct SilentOverlayTests {
  private static func entry(_ request: String, _ number: Int, _ status: Int, _ body: String = "") -> (String, String) {
    let name = request.replacing(" /", with: "-").lowercased()
    let path = request.replacing(" ", with: " {{cassette}}")
    let text = body.isEmpty ? "" : "```\n\(body)```\n"
    return (
      "cassette/\(name)-00000000\(number > 1 ? "-\(number)" : "").hurl",
      "# mockrec 1\n\(path)\n\nHTTP \(status)\n\(text)"
    )
  }

  @Test("a cassette whose writes are lost, whose reads are stale, twice done or gone")
  func silent() async throws {
    let folder = try TemporaryFolder()
    var entries: [(String, String)] = []
    for path in ["/lost", "/stale", "/ago", "/gone"] {
      entries.append(Self.entry("PUT \(path)", 1, 204))
      for number in 1...4 { entries.append(Self.entry("GET \(path)", number, 200, "v\(number)")) }
    }
    for number in 1...4 { entries.append(Self.entry("POST /twice", number, 201, "n\(number)")) }
    for (name, text) in entries { try folder.write(name, text) }
    try folder.write(
      "faults.yaml",
      """
      rules:
        - {match: {path: /lost}, when: {first: 1}, fault: drop-write}
        - {match: {path: /stale}, fault: stale-read}
        - {match: {path: /ago}, fault: {stale-read: {answers: 2}}}
        - {match: {method: POST}, fault: duplicate}
        - {match: {path: /gone}, when: {calls: 2}, fault: evict}

      """)
    let replayer = try await Mockrec.replay(in: folder.path, ["--overlay", "faults.yaml"])
    let session: [(request: String, answer: String)] = [
      ("GET /lost", "200 v1"), ("PUT /lost", "204 "), ("GET /lost", "200 v1"), ("GET /lost", "200 v1"),
      ("PUT /lost", "204 "), ("GET /lost", "200 v4"),
      ("GET /stale", "200 v1"), ("PUT /stale", "204 "), ("GET /stale", "200 v1"), ("PUT /stale", "204 "),
      ("GET /stale", "200 v2"),
      ("GET /ago", "200 v1"), ("GET /ago", "200 v1"), ("GET /ago", "200 v1"), ("GET /ago", "200 v2"),
      ("POST /twice", "201 n2"), ("POST /twice", "201 n4"),
      ("GET /gone", "200 v1"), ("GET /gone", "404 "), ("GET /gone", "200 v3"),
    ]
    for (number, (request, answer)) in session.enumerated() {
      let connection = try RawConnection(port: replayer.port)
      try await connection.send("\(request) HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
      let reply = try await connection.readToEnd()
      let parts = reply.components(separatedBy: "\r\n\r\n")
      #expect("\(reply.dropFirst(9).prefix(3)) \(parts.last ?? "")" == answer, "request \(number), \(request)")
    }
    let finished = try await replayer.stop()
    #expect(finished.status == 0, "\(finished)")
  }
}
