import Foundation
import Testing

@Suite("Requests that an HTTP/2 service says it has not heard", .wholePrograms)
struct RefusedRequestTests {
  private static let short = String(repeating: "0123456789", count: 5000)
  private static let long = String(repeating: "0123456789", count: 20_000)

  @Test("one whose body has begun is sent again, whole, while that is short enough to be kept")
  func sentAgain() async throws {
    let server = try await RealServer.oddHTTP2()
    let folder = try TemporaryFolder()
    try folder.write("short", Self.short)
    try folder.write("long", Self.long)
    let recorder = try await Mockrec.record(server.url, in: folder.path)
    func ask(_ words: String...) async throws -> String {
      let child = try Child(
        "curl", ["-sS", "-w", " %{http_code}"] + words.dropLast() + ["\(try recorder.url)\(words[words.count - 1])"])
      #expect(try await child.end(within: .seconds(30)) == .exit(0), "\(child.transcript)")
      return child.stdout
    }
    let body = "@\(folder("short"))"
    // The short body comes whole, and once.
    let crc = "822341540"
    #expect(
      try await ask("-d", body, "/refused?times=3") == "POST /refused 50000 \(crc), heard 1, refused 3 200")
    #expect(try await ask("-T", folder("short"), "/left") == "PUT /left 50000 \(crc), heard 1, refused 1 200")
    #expect(
      try await ask("--http2-prior-knowledge", "-d", body, "/refused?times=4")
        == "POST /refused 50000 \(crc), heard 2, refused 4 200")
    // What is no longer kept cannot be sent again.
    let late = try await ask("-d", "@\(folder("long"))", "/late")
    #expect(late.contains("RST_STREAM") && late.hasSuffix(" 502"), "\(late)")
    let finished = try await recorder.stop()
    #expect(finished.stderr.contains("1 failed"), "\(finished)")
    let entry = try #require(try FileTree(folder("cassette")).text(prefix: "put-left-"))
    #expect(entry.contains("heard 1, refused 1"), "\(entry)")
    try await server.stop()
  }
}
