import Foundation
import Testing

@Suite("Clients that do not read", .wholePrograms)
struct DeafClientTests {
  @Test("a client that asks on and on and reads nothing takes bounded memory, whatever it speaks")
  func deaf() async throws {
    let folder = try TemporaryFolder()
    let text = String(repeating: "x", count: 60_000)
    try folder.write(
      "cassette/get-long.hurl",
      "# mockrec 1\nGET {{cassette}}/long\n\nHTTP 200\nContent-Type: text/plain\n```\n\(text)\n```\n")
    let replayer = try await Mockrec.replay(in: folder.path)
    let child = try Child(Python.interpreter, ["-B", Python.script("Clients/deaf.py"), "\(replayer.port)", "/long"])
    #expect(try await child.end(within: .seconds(100)) == .exit(0), "\(child.transcript)")
    // It was stopped, and yet the first 200 requests that it sent at once are answered when it reads.
    #expect(child.stdout == "http1 stopped, 200 answers\nhttp2 stopped\n", "\(child.transcript)")
    #expect(try replayer.child.peakMemory() < 300 << 20)
    #expect(try await replayer.stop().status == 0)
  }
}
