import Foundation
import Testing

@Suite("Models under the control API", .wholePrograms)
struct ControlModelTests {
  private static let config = """
    services:
      cache:
        wire: redis
        listen: 127.0.0.1:0
        fake: {model: redis, state: {greeting: hello, queue: [a, b]}}
      login:
        listen: 127.0.0.1:0
        fake: {model: oidc, algorithm: EdDSA, lifetime: 5m}

    """

  private static let wanted = """
    first: hello hello hello
    keys: of a of b None None
    dbsize: 4 3 2
    published: 0 1 y
    tokens: 200 401 200
    by header: 200 401 200
    baggage: 200
    log: True True
    log: 6
    unknown: unknown command 'NOSUCH', wi
    closed: 204
    blocked: ['closed']
    its port is closed:
    many: [] ['default', 'a']
    """

  @Test("each session has a model of its own: its state, its clock, and snapshots of them")
  func apart() async throws {
    let folder = try TemporaryFolder()
    try folder.write("mockrec.yaml", Self.config)
    let client = "\(try Python.interpreter) -B \(Python.script("Clients/control_models.py")) > said.txt"
    let finished = try await Mockrec.run(
      ["replay", "--control", "127.0.0.1:0", "--", "sh", "-c", client], in: folder.path, within: .seconds(120))
    let said = try String(contentsOfFile: folder("said.txt"), encoding: .utf8)
      .split(separator: "\n").map(String.init)
    #expect(said == Self.wanted.split(separator: "\n").map(String.init), "\(finished)")
    #expect(finished.status == 0, "\(finished)")
    // What closed sessions came to is in the summary.
    #expect(finished.stderr.contains("NOSUCH (1×)"), "\(finished)")
  }
}
