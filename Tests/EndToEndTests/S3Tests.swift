import Testing

@Suite("S3 (moto): boto3", .wholePrograms)
struct S3Tests {
  @Test("a replay gives boto3 what S3 gave: objects, listings, a multipart upload, errors")
  func sameAsRecorded() async throws {
    let loop = try await Loop(.s3(), client: "s3_boto3")
    #expect(loop.recorded.differences(to: loop.replayed) == [])
    #expect(loop.recorded["get nothing"]?.status == 404)
    #expect(loop.recorded["get what was uploaded"]?.length == (5 << 20) + 1000)
    #expect(loop.recording.status == 0, "\(loop.recording)")
    #expect(loop.replay.status == 0, "\(loop.replay)")
  }
}
