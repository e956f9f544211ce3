import Foundation
import Testing

@Suite("What is recorded stays", .wholePrograms)
struct DurabilityTests {
  @Test("an exchange that is complete survives kill -9, and nothing half is left under a real name")
  func killed() async throws {
    let origin = try await RealServer.origin()
    let folder = try TemporaryFolder()
    let recorder = try await Mockrec.record(origin.url, in: folder.path)
    for turn in 0..<20 {
      #expect(try await get("/fixed?turn=\(turn)", from: recorder).hasSuffix("always the same\n"))
    }
    // One more is on its way when the end comes.
    let unfinished = try RawConnection(port: recorder.port)
    try await unfinished.send(
      "POST /digest HTTP/1.1\r\nHost: x\r\nContent-Length: 4000000\r\n\r\n" + String(repeating: "x", count: 2_000_000))
    try await settled(folder("cassette"), entries: 20)
    #expect(try await recorder.stop(SIGKILL).ending == .signal(SIGKILL))
    try await origin.stop()

    let replayer = try await Mockrec.replay(in: folder.path)
    for turn in 0..<20 {
      #expect(try await get("/fixed?turn=\(turn)", from: replayer).hasSuffix("always the same\n"))
    }
    #expect(try await get("/digest", from: replayer).hasPrefix("HTTP/1.1 501 "))
    _ = try await replayer.stop()
  }

  @Test("an exchange is on disk soon after its client has the reply, without a shutdown")
  func writtenAtOnce() async throws {
    let origin = try await RealServer.origin()
    let folder = try TemporaryFolder()
    let recorder = try await Mockrec.record(origin.url, in: folder.path)
    _ = try await get("/fixed", from: recorder)
    try await settled(folder("cassette"), entries: 1)
    _ = try await recorder.stop(SIGKILL)
    try await origin.stop()
  }

  @Test("recording an unchanged service again changes no byte", arguments: ["append", "overwrite", "once"])
  func again(mode: String) async throws {
    let nginx = try await RealServer.nginx()
    let folder = try TemporaryFolder()
    var trees: [FileTree] = []
    for _ in 0..<2 {
      let recorder = try await Mockrec.record(nginx.url, in: folder.path, ["--mode", mode])
      _ = try await Python.client("nginx_curl", recorder.url)
      let finished = try await recorder.stop()
      #expect(finished.status == 0, "\(finished)")
      trees.append(try FileTree(folder("cassette")))
    }
    #expect(trees[0].entries.count > 20)
    #expect(trees[0].changes(to: trees[1]) == [])
    try await nginx.stop()
  }

  @Test("two recordings of one service in two places are the same bytes")
  func elsewhere() async throws {
    let nginx = try await RealServer.nginx()
    var trees: [FileTree] = []
    for _ in 0..<2 {
      let folder = try TemporaryFolder()
      let recorder = try await Mockrec.record(nginx.url, in: folder.path)
      _ = try await Python.client("nginx_curl", recorder.url)
      _ = try await recorder.stop()
      trees.append(try FileTree(folder("cassette")))
    }
    #expect(trees[0].changes(to: trees[1]) == [])
    try await nginx.stop()
  }

  private func get(_ path: String, from mockrec: Mockrec) async throws -> String {
    let connection = try RawConnection(port: mockrec.port)
    try await connection.send("GET \(path) HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    return try await connection.readToEnd()
  }

  /// Waits until so many entries stand in the folder.
  private func settled(_ cassette: String, entries: Int) async throws {
    try await wait(for: "\(entries) entries in the cassette", within: .seconds(5)) {
      try FileTree(cassette).entries.count == entries
    }
  }
}
