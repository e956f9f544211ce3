import Testing

@Suite("64 clients at once", .wholePrograms)
struct ParallelTests {
  @Test("each gets what is its own, recorded and replayed, and no exchange is lost")
  func clients() async throws {
    let loop = try await Loop(.nginx(), client: "parallel_aiohttp")
    #expect(loop.recorded.differences(to: loop.replayed) == [])
    #expect(loop.recorded.replies.count == 64 * 10)
    #expect(loop.recorded.replies.allSatisfy { $0.status == 200 })
    #expect(try FileTree(loop.folder("cassette")).entries.count == 64 * 10)
    #expect(loop.recording.status == 0, "\(loop.recording)")
    #expect(loop.replay.status == 0, "\(loop.replay)")
  }
}
