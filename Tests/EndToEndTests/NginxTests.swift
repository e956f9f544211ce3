import Testing

@Suite("nginx: static files and what clients ask of them", .wholePrograms)
struct NginxTests {
  @Test("a replay gives the client what nginx gave", arguments: ["nginx_curl", "nginx_httpx", "nginx_uploads"])
  func sameAsRecorded(client: String) async throws {
    let loop = try await Loop(.nginx(), client: client)
    #expect(loop.recorded.differences(to: loop.replayed) == [])
    #expect(loop.recording.status == 0, "\(loop.recording)")
    #expect(loop.replay.status == 0, "\(loop.replay)")
  }

  @Test("what curl sees through the recorder is what it sees without it")
  func transparent() async throws {
    let nginx = try await RealServer.nginx()
    let direct = try await Python.client("nginx_curl", nginx.url)
    let folder = try TemporaryFolder()
    let recorder = try await Mockrec.record(nginx.url, in: folder.path)
    let through = try await Python.client("nginx_curl", recorder.url)
    #expect(direct.differences(to: through) == [])
    #expect(try await recorder.stop().status == 0)
    try await nginx.stop()
  }

  @Test("a cassette of static files is text that a person can read")
  func readable() async throws {
    let loop = try await Loop(.nginx(), client: "nginx_curl")
    let tree = try FileTree(loop.folder("cassette"))
    let json = try #require(tree.entries.first { $0.hasPrefix("get-data-json-") })
    let text = String(decoding: try #require(tree.files[json]), as: UTF8.self)
    #expect(text.hasPrefix("# mockrec 1\n"))
    #expect(text.contains("\nHTTP 200\n"))
    #expect(text.contains("\"pi\": 3.1400"))
    #expect(!text.contains("\nDate:"))
  }
}
