import Foundation
import Testing

@Suite("Requests as data of the control API", .wholePrograms)
struct ControlRequestTests {
  private static let cassettes = [
    "cache/get.hurl": "REDIS {{cache}} GET user:1\n\nREDIS\n\"alice\"\n",
    "lines/hello.hurl": "# @end lf\nTCP {{lines}} \"hello\"\n\nTCP\n`world\\n`\n",
    "dgrams/ping.hurl": "UDP {{dgrams}} \"ping\"\n\nUDP\n`pong`\n",
    "shop/prices.hurl": """
    GET {{shop}}/prices
    Upgrade: websocket
    Sec-WebSocket-Version: 13

    HTTP 101
    ```
    < {"hello": "prices"}
    > {"subscribe": "ABC", "password": "hunter2"}
    < "ok"
    ```

    """,
    "shop/users.hurl": "GET {{shop}}/users/42\n\nHTTP 200\n{\"id\": 42}\n",
    "shop/charges.hurl": "POST {{shop}}/charges**\n\nHTTP 201\n{}\n",
  ]

  private static let config = """
    services:
      cache: {wire: redis}
      lines: {wire: tcp, framing: line}
      dgrams: {wire: udp}
      shop: {wire: http, redact: {names: [password]}}
    """

  private static let wanted = #"""
    streams: GET user:1 {'entry': 'get.hurl'} 25 ['REDIS {{cache}} GET user:1']
    streams: SET k v {'miss': True} 27 ['REDIS {{cache}} SET k v']
    streams: TCP @connect {} 0 ['TCP {{lines}} @connect']
    streams: TCP "hello\n" {'entry': 'hello.hurl'} 6 ['# @end lf', 'TCP {{lines}} "hello"']
    streams: UDP "ping" {'entry': 'ping.hurl'} 4 ['UDP {{dgrams}} "ping"']
    streams: GET /prices {'entry': 'prices.hurl'} 55 ['> close 1000', '```']
    messages: ABC False
    asked: 200 201 201 201
    exactly twice: True
    thrice: it came 2 times, wanted exactly 3
    instead: [{'amount': 4999}, {'amount': 17}, {'amount': 4999}]
    least: True it came 3 times, wanted at least 4
    most: True it came 3 times, wanted at most 2
    never: True it came 3 times, wanted never
    before: it came 0 times, wanted exactly 1
    order: True number 5 of the order did not come behind request 10
    by header: 3 0
    problem: /exactly
    problem: /order
    problem: /atMost
    times: 2 1 1 1 2 0
    problem: `since` is a moment, in milliseconds since 1970 or such as `2026-11-20T10:00:00.250Z`
    problem: `since` is a moment, in milliseconds since 1970 or such as `2026-11-20T10:00:00.250Z`
    problem: `until` is not before `since`
    added: b'bob' {'added': 'e1'}
    missed: 501 501 {'miss': True}
    nearest: SET k v get.hurl None 2 [{'what': 'command', 'recorded': 'GET', 'asked': 'SET'}, {'what': 'argument 1', 'recorded': 'user:1', 'asked': 'k'}, {'what': 'argument 2', 'recorded': None, 'asked': 'v'}]
    nearest: GET /users/42/name None e1 1 [{'what': 'path', 'recorded': '/users/41/name', 'asked': '/users/42/name'}]
    nearest: GET /pets/1 None e2 1 [{'what': 'header "X-Tenant" == "t1"', 'recorded': '== "t1"', 'asked': 'nothing'}]
    """#

  @Test(
    "requests of every wire are listed with what they said and who answered, counted, ordered, and missed with what is near"
  )
  func requests() async throws {
    let folder = try TemporaryFolder()
    try folder.write("mockrec.yaml", Self.config)
    for (name, text) in Self.cassettes { try folder.write("cassettes/\(name)", "# mockrec 1\n" + text) }
    let client = "\(try Python.interpreter) -B \(Python.script("Clients/control_requests.py")) > said.txt"
    let finished = try await Mockrec.run(
      ["replay", "--control", "127.0.0.1:0", "--", "sh", "-c", client], in: folder.path, within: .seconds(120))
    let said = try String(contentsOfFile: folder("said.txt"), encoding: .utf8).split(separator: "\n").map(String.init)
    let wanted = Self.wanted.split(separator: "\n").map(String.init)
    #expect(said == wanted, "\(finished)")
  }
}
