import Foundation
import Testing

@Suite("HTTP/2: faults in long replies", .wholePrograms)
struct HTTP2OverlayTests {
  private static let sizes = ["short": 300_000, "long": 3_000_000]
  /// Of a long reply the end is not waited for, nor is it sent.
  private static let mostHeld = 1 << 20

  @Test("one that has to be whole before it is cut or paced still comes, replayed and forwarded")
  func whole() async throws {
    let nginx = try await RealServer.nginx(Self.sizes.mapValues { Data(repeating: 7, count: $0) })
    let folder = try TemporaryFolder()
    let recorder = try await Mockrec.record(nginx.url, in: folder.path)
    for name in Self.sizes.keys { _ = try await ask("\(recorder.url)/\(name)") }
    #expect(try await recorder.stop().status == 0)
    let pace = ["drip: {pieces: 4, over: 100ms}", "bandwidth: 100MB/s"]
    for fault in ["close-early: 3", "reset: middle"] + pace {
      try folder.write("fault.yaml", "rules:\n  - fault: {\(fault)}\n")
      for origin in [["replay", "--cassette", "cassette"], ["proxy", "--real", nginx.url]] {
        let mockrec = try Mockrec.start(
          origin + ["--wire", "http", "--listen", "127.0.0.1:0", "--overlay", "fault.yaml"], in: folder.path)
        try await mockrec.ready()
        for (name, size) in Self.sizes {
          let seen = try await ask("\(mockrec.url)/\(name)")
          let what = "\(fault), \(origin[0]), \(name): \(seen)"
          guard !pace.contains(fault) else {
            #expect(seen == Seen(isWhole: true, size: size), "\(what)")
            continue
          }
          let cut = { fault == "reset: middle" ? $0 / 2 : $0 - 3 }
          #expect(!seen.isWhole, "\(what)")
          if name == "short" {
            // A reset may overtake the last of it on its way.
            #expect(fault == "reset: middle" ? seen.size <= cut(size) : seen.size == cut(size), "\(what)")
          } else {
            #expect(seen.size <= cut(Self.mostHeld + 64 << 10), "\(what)")
          }
        }
        #expect(try await mockrec.stop().status == 0, "\(fault)")
      }
    }
    try await nginx.stop()
  }

  private struct Seen: Equatable {
    var isWhole: Bool
    var size: Int
  }

  private func ask(_ url: String) async throws -> Seen {
    let child = try Child(
      "curl", ["-sS", "-m", "20", "--http2-prior-knowledge", "-o", "/dev/null", "-w", "%{size_download}", url])
    let ending = try await child.end(within: .seconds(30))
    // 28 is curl's word for a reply that is still not there.
    guard ending != .exit(28), let size = Int(child.stdout) else { throw Failed(what: child.transcript) }
    return Seen(isWhole: ending == .exit(0), size: size)
  }

  @Test("replies that were changed for one request are not kept, however many a connection carries")
  func memory() async throws {
    let folder = try TemporaryFolder()
    let body = String(repeating: "x", count: 400_000)
    try folder.write("cassette/get-a.hurl", "# mockrec 1\nGET {{cassette}}/a\n\nHTTP 200\n```\n\(body)```\n")
    try folder.write("fault.yaml", "rules:\n  - fault: {corrupt: 1}\n")
    let replayer = try await Mockrec.replay(in: folder.path, ["--overlay", "fault.yaml"])
    // Kept, they would be 400 MB.
    let child = try Child("h2load", ["-n", "1000", "-c", "1", "-m", "4", "\(replayer.url)/a"])
    #expect(try await child.end(within: .seconds(90)) == .exit(0), "\(child.transcript)")
    #expect(child.stdout.contains(" 1000 2xx"), "\(child.stdout)")
    #expect(try replayer.child.peakMemory() < 150 << 20)
    #expect(try await replayer.stop().status == 0)
  }
}
