import Foundation
import Testing

/// Labelled changes of real services, each made by a proxy in front of the service, and what `verify` says of it.
///
/// The changes are in `DriftCorpus+….swift`. Every kind of difference is there in every severity that docs/drift.md
/// gives it, and in the others by rules of mockrec.yaml.
@Suite("drift corpus: what changes is found, classified, and nothing else is", .wholePrograms)
struct DriftCorpusTests {
  @Test("the corpus has its size, and each kind is there in each severity")
  func size() {
    let all = DriftCorpus.httpbin + DriftCorpus.etcd + DriftCorpus.moto
    #expect(all.count >= 80)
    let labels = Set(all.flatMap(\.found).map { $0.components(separatedBy: ": ").last ?? "" })
    for kind in ["status", "header", "field removed", "field added", "type", "nullability", "value", "order", "length"]
    {
      for severity in ["breaking", "compatible", "cosmetic"] {
        #expect(labels.contains("\(kind), \(severity)"), "\(kind), \(severity)")
      }
    }
  }

  @Test("httpbin")
  func httpbin() async throws {
    try await Self.run(EditedService("httpbin", .httpbin(), session: DriftCorpus.httpbinSession), DriftCorpus.httpbin)
  }

  @Test("etcd")
  func etcd() async throws {
    let real = try await RealServer.etcd()
    for request in DriftCorpus.etcdState { try await EditedService.send(request, to: real.port) }
    try await Self.run(EditedService("etcd", real, session: DriftCorpus.etcdSession), DriftCorpus.etcd)
  }

  @Test("moto: S3 and DynamoDB's protocol")
  func moto() async throws {
    let real = try await RealServer.s3()
    for request in DriftCorpus.motoState { try await EditedService.send(request, to: real.port) }
    try await Self.run(EditedService("moto", real, session: DriftCorpus.motoSession), DriftCorpus.moto)
  }

  /// Each change alone, and none before and after all of them.
  private static func run(_ service: EditedService, _ cases: [DriftCase]) async throws {
    let (before, unchanged) = try await service.findings(of: nil)
    #expect(before == [] && unchanged.status == 0, "nothing changed yet: \(unchanged)")
    for test in cases {
      let (found, finished) = try await service.findings(of: test)
      #expect(found.sorted() == test.found.sorted(), "\(test.target) \(test.code)\n\(finished)")
      #expect(finished.status == (test.isBreaking ? 1 : 0), "\(test.target) \(test.code)\n\(finished)")
    }
    let (after, again) = try await service.findings(of: nil, ["--fail-on", "any"])
    #expect(after == [] && again.status == 0, "nothing is changed any more: \(again)")
    try await service.stop()
  }

  @Test("20 nights of httpbin and its noise: not one finding, and what is no noise is found")
  func httpbinNights() async throws {
    let service = try await EditedService(
      "httpbin", .httpbin(),
      session: DriftCorpus.httpbinSession + ["GET /cache", "GET /stream/3", "GET /anything?x=1"],
      record: ["--samples", "3"])
    try await Self.nights(service) { _ in }
    for code in ["body['uuid'] = None", "body['uuid'] = 'none'", "body['uuid'] = 7", "body.pop('uuid')"] {
      let (found, finished) = try await service.findings(of: DriftCase("/uuid", code))
      #expect(found.count == 1 && found[0].hasSuffix(", breaking") && finished.status == 1, "\(code) \(finished)")
    }
    try await service.stop()
  }

  @Test("20 nights of an etcd that others write to: not one finding")
  func etcdNights() async throws {
    let real = try await RealServer.etcd()
    for request in DriftCorpus.etcdState { try await EditedService.send(request, to: real.port) }
    let service = try await EditedService(
      "etcd", real, session: DriftCorpus.etcdSession, record: ["--samples", "2"])
    // Revisions change from night to night, not from request to request: a person says what they are.
    let entries = try FileTree(service.folder("cassette")).files
    for (name, bytes) in entries where name.hasSuffix(".hurl") {
      let text = String(decoding: bytes, as: UTF8.self)
      guard let response = text.range(of: "\nHTTP 200\n"), text.contains("\"revision\""),
        let body = text.range(of: "\n{", range: response.upperBound..<text.endIndex)
      else { continue }
      let assert = "\n[Asserts]\njsonpath \"$.header.revision\" matches /^[0-9]+$/\n{"
      try service.folder.write("cassette/\(name)", text.replacingCharacters(in: body, with: assert))
    }
    try await Self.nights(service) { night in
      let put = "POST /v3/kv/put\n\n{\"key\": \"eg==\", \"value\": \"\(Data("\(night)".utf8).base64EncodedString())\"}"
      try await EditedService.send(put, to: real.port)
    }
    try await service.stop()
  }

  @Test("20 nights of moto: not one finding")
  func motoNights() async throws {
    let real = try await RealServer.s3()
    for request in DriftCorpus.motoState { try await EditedService.send(request, to: real.port) }
    let service = try await EditedService("moto", real, session: DriftCorpus.motoSession, record: ["--samples", "3"])
    try await Self.nights(service) { _ in }
    try await service.stop()
  }

  private static func nights(_ service: EditedService, _ day: (Int) async throws -> Void) async throws {
    for night in 1...20 {
      try await day(night)
      let (found, finished) = try await service.findings(of: nil, ["--fail-on", "any"])
      #expect(found == [] && finished.status == 0, "night \(night): \(finished)")
    }
  }

  @Test("an answer that is none is neither agreement nor drift", arguments: ["close", "garbage"])
  func noAnswer(code: String) async throws {
    let service = try await EditedService("httpbin", .httpbin(), session: ["GET /json"])
    let (found, finished) = try await service.findings(of: DriftCase("/json", code))
    #expect(found == ["unreachable"] && finished.status == 69, "\(finished)")
    try await service.stop()
  }

  @Test("what the cassette has no answer to is an error mode; what takes longer than a contract allows is broken")
  func contracts() async throws {
    let service = try await EditedService("httpbin", .httpbin(), session: ["GET /json"])
    try service.folder.write("miss.hurl", "GET {{httpbin}}/ip\n\nHTTP 200\n")
    try service.folder.write("time.hurl", "GET {{httpbin}}/json\n\nHTTP 200\n[Asserts]\nduration < 1500\n")
    let miss = try await Mockrec.run(["verify", "miss.hurl"], in: service.folder.path)
    #expect(miss.status == 1 && miss.stdout.contains("status  error mode, breaking"), "\(miss)")
    let quick = try await Mockrec.run(["verify", "time.hurl"], in: service.folder.path)
    #expect(quick.status == 0, "\(quick)")
    try service.folder.write("edits.json", #"{"path": "/json", "code": "sleep(1.6)"}"#)
    let slow = try await Mockrec.run(["verify", "time.hurl", "--samples", "1"], in: service.folder.path)
    #expect(slow.status == 1 && slow.stdout.contains("broken 1"), "\(slow)")
    try await service.stop()
  }
}
