import Testing

@Suite("etcd: the HTTP/JSON gateway", .wholePrograms)
struct EtcdTests {
  @Test("a replay gives curl what etcd gave: revisions, ids and all")
  func sameAsRecorded() async throws {
    let loop = try await Loop(.etcd(), client: "etcd_curl")
    #expect(loop.recorded.differences(to: loop.replayed) == [])
    #expect(loop.recorded.replies.map(\.status).suffix(3) == [400, 404, 405])
    #expect(loop.recording.status == 0, "\(loop.recording)")
    #expect(loop.replay.status == 0, "\(loop.replay)")
  }

  @Test("equal requests are answered in recorded order")
  func occurrences() async throws {
    let loop = try await Loop(.etcd(), client: "etcd_curl")
    let first = try #require(loop.replayed["range"])
    let second = try #require(loop.replayed["range again"])
    #expect(first.sha256 != second.sha256)
    #expect(second.sha256 == loop.recorded["range again"]?.sha256)
  }
}
