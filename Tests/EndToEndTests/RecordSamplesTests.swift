import Foundation
import Testing

@Suite("record --samples: noise is learnt, written, shown", .wholePrograms)
struct RecordSamplesTests {
  private static let session = ["GET /uuid", "GET /json", "GET /cache", "GET /bytes/8", "POST /post\n\n{\"a\": 1}"]

  @Test("the entry says what varies; it is served byte for byte, and recording again changes no file")
  func loop() async throws {
    let service = try await EditedService(
      "httpbin", .httpbin(), session: Self.session, record: ["--samples", "3"])
    let before = try FileTree(service.folder("cassette"))
    let uuid = try #require(before.entries.first { $0.hasPrefix("get-uuid") })
    let text = String(decoding: try #require(before.files[uuid]), as: UTF8.self)
    #expect(text.contains("[Asserts]\njsonpath \"$.uuid\" isUuid # @learned\n"), "\(text)")
    let cache = try #require(before.entries.first { $0.hasPrefix("get-cache") })
    let cached = String(decoding: try #require(before.files[cache]), as: UTF8.self)
    #expect(cached.contains("header \"etag\" matches /^[0-9a-f]{32}$/ # @learned\n"), "\(cached)")
    #expect(cached.contains("header \"last-modified\" matches"), "\(cached)")

    let explained = try await Mockrec.run(["explain", "cassette/\(uuid)"], in: service.folder.path)
    #expect(
      explained.status == 0 && explained.stdout.contains("varies by itself:\n    $.uuid: isUuid\n"), "\(explained)")

    let replayer = try Mockrec.start(["replay", "--on-miss", "fail"], in: service.folder.path)
    try await replayer.ready()
    let served = try await EditedService.send("GET /uuid", to: replayer.port)
    let body = served.components(separatedBy: "\r\n\r\n").last ?? ""
    #expect(text.contains(body.trimmingCharacters(in: .whitespacesAndNewlines)), "\(served)")
    #expect(try await replayer.stop().status == 0)

    for mode in ["append", "overwrite"] {
      let recorder = try Mockrec.start(["record", "--mode", mode, "--samples", "2"], in: service.folder.path)
      try await recorder.ready()
      for request in Self.session { try await EditedService.send(request, to: recorder.port) }
      let finished = try await recorder.stop()
      #expect(finished.status == 0, "\(finished)")
      #expect(before.changes(to: try FileTree(service.folder("cassette"))) == [], "\(mode): \(finished)")
    }
    try await service.stop()
  }

  @Test("without samples a verification does not cry wolf over the clock, and a changed value is drift all the same")
  func secondLook() async throws {
    let service = try await EditedService("httpbin", .httpbin(), session: ["GET /cache", "GET /etag/one"])
    let (found, finished) = try await service.findings(of: nil, ["--fail-on", "any"])
    #expect(found == [] && finished.status == 0, "\(finished)")
    let (changed, drifted) = try await service.findings(of: DriftCase("/etag", "put('ETag', 'two')"))
    #expect(changed == ["header ETag: header, compatible"] && drifted.status == 0, "\(drifted)")
    try await service.stop()
  }

  @Test("a session that creates, reads and deletes can be run against the service again, and is replayed")
  func correlation() async throws {
    let etcd = try await RealServer.etcd()
    let grant = "POST /v3/lease/grant\n\n{\"TTL\": 600}"
    let folder = try TemporaryFolder()
    let recorder = try await Mockrec.record(etcd.url, in: folder.path, ["--samples", "2"])
    let granted = try await EditedService.send(grant, to: recorder.port)
    let match = try #require(granted.firstMatch(of: /"ID":"([0-9]+)"/))
    let id = String(match.1)
    let session = ["/v3/lease/timetolive", "/v3/lease/keepalive", "/v3/lease/revoke"].map {
      "POST \($0)\n\n{\"ID\": \"\(id)\"}"
    }
    for request in session { try await EditedService.send(request, to: recorder.port) }
    let recorded = try await recorder.stop()
    #expect(recorded.status == 0 && recorded.stderr.contains("1 value that the service made up"), "\(recorded)")
    let cassette = try FileTree(folder("cassette"))
    #expect(cassette.files(containing: "[Captures]\nID: jsonpath \"$.ID\"").count == 1)
    #expect(cassette.files(containing: "{{ID}}").count == 3)

    // The lease of the recording is gone: only a fresh one can be read and revoked.
    let verified = try await Mockrec.run(
      ["verify", "--wire", "http", "--cassette", "cassette", "--real", etcd.url, "--include-unsafe"], in: folder.path)
    #expect(verified.status == 0 && verified.stdout.contains("broken 0"), "\(verified)")
    #expect(!verified.stdout.contains("breaking"), "\(verified)")

    let replayer = try await Mockrec.replay(in: folder.path)
    for request in [grant] + session {
      #expect(try await EditedService.send(request, to: replayer.port).contains(" 200 "))
    }
    let replayed = try await replayer.stop()
    #expect(replayed.status == 0, "\(replayed)")
    try await etcd.stop()
  }

  @Test("too few samples are refused")
  func few() async throws {
    let folder = try TemporaryFolder()
    #expect(try await Mockrec.run(["record", "--samples", "1"], in: folder.path).status == 64)
  }
}
