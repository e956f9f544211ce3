import Foundation
import Testing

@Suite("verify: several services of different wires in one run", .wholePrograms)
struct ServicesTests {
  @Test("each is compared and redacted by its own rules, whichever stands first", arguments: [false, true])
  func each(isReversed: Bool) async throws {
    let nginx = try await RealServer.nginx(["data.json": Data(#"{"pin": "1111"}"#.utf8)])
    let redis = try await RealServer.redis()
    let folder = try TemporaryFolder()
    var services = [
      "  cache: {wire: redis, real: '\(redis.url)', fake: {model: redis, state: {h: {pin: '3333'}}}}\n",
      "  web: {real: '\(nginx.url)', volatile: [ETag, Last-Modified], redact: {names: [pin]}}\n",
      "  raw: {real: '\(nginx.url)'}\n",
    ]
    if isReversed { services.reverse() }
    try folder.write("mockrec.yaml", "services:\n" + services.joined())
    for service in ["web", "raw"] {
      let recorded = try await Mockrec.run(
        ["record", service, "--", "sh", "-c", "curl -q -sS --noproxy '*' $\(service.uppercased())_URL/data.json"],
        in: folder.path)
      #expect(recorded.status == 0, "\(recorded)")
    }
    try nginx.folder.write("www/data.json", #"{"pin": "2222", "more": 1}"#)
    let client = try RawConnection(port: redis.port)
    try await client.send("HSET h pin 4444\r\n")
    try await client.read { $0.text == ":1\r\n" }
    try folder.write(
      "contracts/all.hurl",
      """
      # @resp 3
      REDIS {{cache}} HGETALL h
      REDIS

      GET {{web}}/data.json
      HTTP 200

      GET {{raw}}/data.json
      HTTP 200

      """)
    let verified = try await Mockrec.run(
      ["verify", "--fail-on", "any", "--report", "json=report.json"], in: folder.path)
    #expect(verified.status == 1 && verified.stdout.contains("drift 3"), "\(verified)")
    let report = try Report(folder("report.json"))
    // web: no ETag, and all pins are one pseudonym; raw and cache: as they are.
    #expect(report.paths("web") == ["$.more"], "\(verified)")
    // Whether Last-Modified differs, too, depends on the second in which the file was changed.
    #expect(
      report.paths("raw").filter { $0 != "header Last-Modified" } == ["header ETag", "$.pin", "$.more"], "\(verified)")
    #expect(report.paths("cache") == ["$.pin"], "\(verified)")
    for pin in ["1111", "2222", "3333", "4444"] {
      #expect(report.text.contains(pin), "who names no pin hides none: \(report.text)")
    }
    try await redis.stop()
    try await nginx.stop()
  }

  private struct Report {
    let text: String
    private let steps: [[String: Any]]

    init(_ path: String) throws {
      let data = try Data(contentsOf: URL(fileURLWithPath: path))
      text = String(decoding: data, as: UTF8.self)
      let root = try JSONSerialization.jsonObject(with: data) as? [String: Any]
      let contracts = root?["contracts"] as? [[String: Any]] ?? []
      steps = contracts.flatMap { $0["steps"] as? [[String: Any]] ?? [] }
    }

    func paths(_ service: String) -> [String] {
      steps.filter { $0["service"] as? String == service }
        .flatMap { $0["differences"] as? [[String: Any]] ?? [] }
        .compactMap { $0["path"] as? String }
    }
  }
}
