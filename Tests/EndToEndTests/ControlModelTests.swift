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
        fake: {model: oidc, algorithm: EdDSA, lifetime: 5m, users: {ada: {email: ada@example.com}}}
      shop:
        listen: 127.0.0.1:0
        cassette: shop

    """

  private static let shop = """
    # mockrec 1
    GET {{shop}}/turn

    HTTP 200
    `first`

    GET {{shop}}/turn

    HTTP 200
    `second`

    GET {{shop}}/count

    HTTP 200
    `{{counter "count"}}`

    GET {{shop}}/pay

    # @state order=paid
    HTTP 200
    `ok`

    # @state order=paid
    GET {{shop}}/order

    HTTP 200
    `paid`

    GET {{shop}}/order

    HTTP 200
    `open`

    GET {{shop}}/now

    HTTP 200
    `{{now}}`

    """

  private static let wanted = #"""
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
    state: {'greeting': 'hello', 'queue': ['a', 'b']}
    seeded: 204
    incr: 42 {'x'} True
    refused: 400 0
    binary: 204 1 {'$base64': '/w=='}
    read: [['stream', [('1-1', {'n': '1'})]]]
    taken: [(201, {'snapshot': 's1'}), (201, {'snapshot': 's1'})] ['s1']
    clock: 200 0 401
    restored: [204, 204]
    same: True True 1
    tokens: 200 401
    dropped: [204, 404]
    no such: no snapshot is called 's9'; there is none
    replaced: 1 ['n', 'list']
    who waits is served: [('jobs', 'job')]
    or told that it is late: [None]
    however the clock goes back: [None]
    set: 200 True
    now: ['2030-01-01T00:00', '2030-01-01T00:00', '2030-01-01T00:00']
    exp: True
    user: 204 ['ada', 'eve']
    put back: 204 ['ada', 'eve']
    problem: 400 /advance time goes on when it is advanced; `set` says an earlier moment
    problem: 400 /advance `advance` is a time of at most 100 years, such as "90s", "1h30m", "7d"
    problem: 400 /advance `advance` or `set` has to be given, and not both
    problem: 400 /set `set` is a moment from 1970 to 9999, such as "2026-01-01T00:00:00Z"
    problem: 400 /service no service is called 'cash'; there are cache, login, shop
    problem: error: the state of the model oidc has no `tokens`
    reset: 204 ['greeting', 'queue'] True
    reset: ['ada'] 401
    turns: first 1 1 ok paid
    taken: (201, {'snapshot': 's1'}) (200, {'order': 'paid'})
    turns: second 2 2 204 open
    restored: 204
    turns: second 2 2 paid
    patched: 204 open /order
    now: 2031-02-03T04:05
    now: 2031-02-04T04:05 204 first 202
    many: [] ['default', 'a', 'c', 'r']
    """#

  @Test("each session has a model of its own: its state, its clock, and snapshots of them")
  func apart() async throws {
    let folder = try TemporaryFolder()
    try folder.write("mockrec.yaml", Self.config)
    try folder.write("shop/mocks.hurl", Self.shop)
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
