import Foundation
import Testing

@Suite("Faults within streams", .wholePrograms)
struct StreamOverlayTests {
  private struct Stream: Decodable {
    let events: Int
    let status: Int
    /// With which the stream was closed (RFC 9113, 7); nil while it is open.
    let code: Int?
    let ended: Bool
  }

  private struct Seen: Decodable {
    let goaway: Bool
    let error: String?
    let three: Stream
    let other: Stream
    let third: Stream

    enum CodingKeys: String, CodingKey {
      case goaway, error
      case three = "/three"
      case other = "/other"
      case third = "/third"
    }
  }

  /// Streams of three events each, and an overlay with a fault for `/three`.
  private func recording(_ paths: [String], fault: String) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    let events = (1...3).map { "data: tick \($0)\n\n" }.joined()
    for path in paths {
      try folder.write(
        "cassette/get-\(path).hurl",
        "# mockrec 1\nGET {{cassette}}/\(path)\n\n# @chunks 14@0 14@100 14@200\nHTTP 200\nContent-Type: text/event-stream\n"
          + "Transfer-Encoding: chunked\n```\n\(events)```\n")
    }
    try folder.write("fault.yaml", "rules:\n  - match: {path: /three}\n    fault: \(fault)\n")
    return folder
  }

  /// What Node.js makes of three streams on one connection, where a fault concerns `/three`.
  private func seen(_ fault: String) async throws -> Seen {
    let folder = try recording(["three", "other", "third"], fault: fault)
    let replayer = try await Mockrec.replay(
      in: folder.path, ["--overlay", "fault.yaml", "--stream-timing", "recorded"])
    let child = try Child("node", [Python.script("Clients/http2_streams.js"), replayer.url])
    #expect(try await child.end(within: .seconds(30)) == .exit(0), "\(child.transcript)")
    let finished = try await replayer.stop()
    #expect(finished.status == 0 && finished.stderr.contains("fired 1"), "\(finished)")
    return try JSONDecoder().decode(Seen.self, from: Data(child.stdout.utf8))
  }

  @Test("one stream is reset behind its second piece, with the code that is wanted, and the others go on")
  func reset() async throws {
    let seen = try await seen("{reset-stream: {after: 2, code: ENHANCE_YOUR_CALM}}")
    #expect(seen.three.events == 2 && seen.three.code == 11 && seen.three.status == 200, "\(seen)")
    for other in [seen.other, seen.third] { #expect(other.events == 3 && other.code == 0 && other.ended, "\(seen)") }
    #expect(!seen.goaway && seen.error == nil, "\(seen)")
  }

  @Test("one stream stalls, and the others go on")
  func stall() async throws {
    let seen = try await seen("{stall: 1}")
    #expect(seen.three.events == 1 && seen.three.code == nil && !seen.three.ended, "\(seen)")
    for other in [seen.other, seen.third] { #expect(other.events == 3 && other.ended, "\(seen)") }
  }

  @Test("a connection that takes no more requests answers those under way")
  func goaway() async throws {
    let seen = try await seen("{goaway: 1}")
    #expect(seen.goaway && seen.three.events == 3 && seen.three.ended, "\(seen)")
  }

  @Test("a frame that is none is what it says to a client")
  func broken() async throws {
    let folder = try recording(["three"], fault: "{broken-frame: 1}")
    let replayer = try await Mockrec.replay(in: folder.path, ["--overlay", "fault.yaml"])
    let child = try Child("nghttp", ["-v", "-t", "5", "\(replayer.url)/three"])
    _ = try await child.end(within: .seconds(30))
    #expect(child.stdout.contains("data: tick 1") && !child.stdout.contains("data: tick 2"), "\(child.transcript)")
    #expect(child.stdout.contains("PROTOCOL_ERROR"), "\(child.transcript)")
    #expect(try await replayer.stop().status == 0)
  }

  @Test("over HTTP/1.1 a stream that is reset is a connection that is; what it does not have is told")
  func older() async throws {
    let folder = try recording(["three"], fault: "hang")
    for (fault, status, said) in [("reset-stream: 1", 56, "fired 1"), ("goaway: 1", 0, "1 had nothing to act on")] {
      try folder.write("fault.yaml", "rules:\n  - match: {path: /three}\n    fault: {\(fault)}\n")
      let replayer = try await Mockrec.replay(in: folder.path, ["--overlay", "fault.yaml", "--allow-vacuous"])
      let child = try Child("curl", ["-sSN", "\(replayer.url)/three"])
      #expect(try await child.end() == .exit(Int32(status)), "\(fault): \(child.transcript)")
      #expect(child.stdout.hasPrefix("data: tick 1\n"), "\(fault): \(child.transcript)")
      let finished = try await replayer.stop()
      #expect(finished.stderr.contains(said), "\(fault): \(finished)")
    }
  }

  @Test("a code that is none is refused, with the nearest")
  func refused() async throws {
    let folder = try TemporaryFolder()
    try folder.write("cassette/order", "")
    try folder.write("fault.yaml", "rules:\n  - fault: {reset-stream: {after: 1, code: CANCELED}}\n")
    let finished = try await Mockrec.run(
      ["replay", "--wire", "http", "--cassette", "cassette", "--overlay", "fault.yaml", "--", "true"], in: folder.path)
    #expect(finished.status == 65 && finished.stderr.contains("nearest: CANCEL\n"), "\(finished)")
  }
}
