import Foundation
import Testing

@Suite("import and export: HTTP Archives and Postman collections", .wholePrograms)
struct ImportExportTests {
  @Test("what a browser saved is replayed, without its secrets; importing it again changes nothing")
  func browser() async throws {
    let folder = try TemporaryFolder()
    try folder.write("a.har", Self.har)
    var run = try await Mockrec.run(["import", "har", "a.har"], in: folder.path)
    #expect(run.status == 0, "\(run)")
    #expect(run.stderr.contains("users-example-com: 5 exchanges with https://users.example.com, 4 new in"), "\(run)")
    for text in ["a WebSocket", "no http or https URL", "status 0", "pseudo-headers", "Content-Encoding", "HTTP/2"] {
      #expect(run.stderr.contains(text), "\(text) is missing in \(run)")
    }
    let tree = try FileTree(folder("cassettes/users-example-com"))
    #expect(try FileTree(folder.path).files(containing: "hunter2") == ["a.har"])
    #expect(tree.entries.count == 4)
    run = try await Mockrec.run(["import", "har", "a.har"], in: folder.path)
    #expect(run.status == 0 && run.stderr.contains("0 new in"), "\(run)")
    #expect(try FileTree(folder("cassettes/users-example-com")) == tree)

    let replay = try Mockrec.start(
      ["replay", "--cassette", "cassettes/users-example-com", "--listen", "127.0.0.1:0"], in: folder.path)
    try await replay.ready()
    #expect(try await ask("GET /users?page=1", replay.port).hasSuffix("\r\n\r\n{\"users\": [\"Zoë\"]}"))
    let moved = try await ask("GET /old", replay.port)
    #expect(moved.hasPrefix("HTTP/1.1 302 Found\r\n") && moved.contains("\r\nlocation: /users?page=1\r\n"), "\(moved)")
    #expect(try await ask("GET /nothing", replay.port).hasPrefix("HTTP/1.1 5"), "what was blocked is not there")
    #expect(try await replay.stop().status == 1, "a miss fails the run")
  }

  @Test("import, export, import: the same cassette byte for byte")
  func roundTrip() async throws {
    let folder = try TemporaryFolder()
    try folder.write("a.har", Self.har)
    #expect(try await Mockrec.run(["import", "har", "a.har"], in: folder.path).status == 0)
    let export = ["export", "har", "--cassette", "cassettes/users-example-com"]
    let run = try await Mockrec.run(export + ["-o", "b.har"], in: folder.path)
    #expect(
      run.status == 0 && run.stderr.contains("export: 5 exchanges"), "an answer that came twice is there twice: \(run)")
    #expect(
      try await Mockrec.run(export, in: folder.path).stdout == String(contentsOfFile: folder("b.har"), encoding: .utf8))
    let again = try TemporaryFolder()
    #expect(try await Mockrec.run(["import", "har", folder("b.har")], in: again.path).status == 0)
    let trees = (try FileTree(folder("cassettes")), try FileTree(again("cassettes")))
    #expect(trees.0.changes(to: trees.1) == [])
    #expect(trees.0.entries.count == 4)
  }

  @Test("record, export, import: the same exchanges of nginx, binary ones too")
  func recorded() async throws {
    let nginx = try await RealServer.nginx()
    let folder = try TemporaryFolder()
    let recorder = try await Mockrec.record(nginx.url, in: folder.path)
    for path in ["bytes.bin", "data.json", "nothing-here"] { _ = try await ask("GET /\(path)", recorder.port) }
    #expect(try await recorder.stop().status == 0)
    try await nginx.stop()
    var run = try await Mockrec.run(["export", "har", "--cassette", "cassette", "-o", "a.har"], in: folder.path)
    #expect(run.status == 0, "\(run)")
    run = try await Mockrec.run(
      ["import", "har", "a.har", "--service", "cassette", "--cassette", "again"], in: folder.path)
    #expect(run.status == 0, "\(run)")
    #expect(try FileTree(folder("cassette")).changes(to: FileTree(folder("again"))) == [])
  }

  @Test("the length of a body whose secrets gave way is told as what an archive does not hold")
  func redacted() async throws {
    let folder = try TemporaryFolder()
    let entry = { (length: Int) in
      "# mockrec 1\nGET {{users}}/a\n\nHTTP 200\nContent-Length: \(length)\n```\nredacted-170c\n```\n"
    }
    try folder.write("users/get-a-1.hurl", entry(7))
    try folder.write("whole/get-a-1.hurl", entry(14))
    for (name, isTold) in [("users", true), ("whole", false)] {
      let run = try await Mockrec.run(["export", "har", "--cassette", name], in: folder.path)
      #expect(run.status == 0 && run.stderr.contains("Content-Length that is not that of the body") == isTold, "\(run)")
    }
  }

  @Test("what cannot be imported is refused with its place, and nothing is written")
  func refused() async throws {
    let folder = try TemporaryFolder()
    try folder.write("broken.har", "{\"log\":\n  {\"entries\": [}}")
    try folder.write(
      "a.har", Self.har.replacingOccurrences(of: "https://users.example.com/old", with: "http://other/old"))
    var run = try await Mockrec.run(["import", "har", "broken.har"], in: folder.path)
    #expect(run.status == 65 && run.stderr.contains("broken.har:2:16") && run.stderr.contains("^"), "\(run)")
    run = try await Mockrec.run(["import", "har", "a.har", "--cassette", "one"], in: folder.path)
    #expect(run.status == 64 && run.stderr.contains("http://other (1 exchange)"), "\(run)")
    run = try await Mockrec.run(["import", "postman", "a.har"], in: folder.path)
    #expect(run.status == 65 && run.stderr.contains("not a Postman collection"), "\(run)")
    #expect(try FileTree(folder.path).names == ["a.har", "broken.har"])
    run = try await Mockrec.run(
      ["import", "har", "a.har", "--cassette", "one", "--origin", "http://other"], in: folder.path)
    #expect(run.status == 0 && run.stderr.contains("another origin"), "\(run)")
    #expect(try FileTree(folder("one")).entries.count == 1)
  }

  @Test("a Postman collection runs as contracts; other files are not overwritten")
  func postman() async throws {
    let nginx = try await RealServer.nginx()
    let folder = try TemporaryFolder()
    try folder.write("shop.json", Self.collection)
    var run = try await Mockrec.run(["import", "postman", "shop.json"], in: folder.path)
    #expect(run.status == 0 && run.stderr.contains("2 contracts") && run.stderr.contains("JavaScript"), "\(run)")
    #expect(try FileTree(folder("contracts")).names == ["files/data.hurl", "files/missing.hurl", "shop.variables"])
    #expect(try FileTree(folder.path).files(containing: "hunter2") == ["shop.json"])
    run = try await Mockrec.run(
      [
        "verify", "contracts", "--only", "real", "--variables-file", "contracts/shop.variables", "--variable",
        "base_url=\(nginx.url)", "--variable", "token=x", "--variable", "x_api_key=x",
      ], in: folder.path)
    #expect(run.status == 0, "\(run)")
    try folder.write("contracts/files/data.hurl", "GET http://h/\n")
    run = try await Mockrec.run(["import", "postman", "shop.json"], in: folder.path)
    #expect(run.status == 64 && run.stderr.contains("contracts/files/data.hurl"), "\(run)")
    try await nginx.stop()
  }

  /// The whole answer to a request, as text.
  private func ask(_ line: String, _ port: Int) async throws -> String {
    let connection = try RawConnection(port: port)
    try await connection.send("\(line) HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    return try await connection.readToEnd()
  }

  /// In the manner of Chrome, and of Firefox (the last entry).
  private static let har = #"""
    {"log": {"version": "1.2", "creator": {"name": "WebInspector", "version": "537.36"}, "pages": [], "entries": [
      {"request": {"method": "GET", "url": "https://users.example.com/users?page=1", "httpVersion": "http/2.0", "headers": [
          {"name": ":authority", "value": "users.example.com"}, {"name": "accept", "value": "*/*"},
          {"name": "authorization", "value": "Bearer hunter2"}], "queryString": [], "cookies": [], "bodySize": 0},
       "response": {"status": 200, "statusText": "", "httpVersion": "http/2.0", "headers": [
          {"name": "content-type", "value": "application/json"}, {"name": "content-encoding", "value": "br"},
          {"name": "date", "value": "Sat, 21 Nov 2026 10:00:00 GMT"}, {"name": "set-cookie", "value": "sid=hunter2\nlang=de"}],
          "content": {"size": 20, "mimeType": "application/json", "text": "{\"users\": [\"Zoë\"]}"}, "bodySize": 18}},
      {"request": {"method": "GET", "url": "https://users.example.com/users?page=1", "headers": []},
       "response": {"status": 200, "statusText": "OK", "headers": [], "content": {"size": 0, "mimeType": "x-unknown"}}},
      {"request": {"method": "GET", "url": "https://users.example.com/users?page=1", "headers": []},
       "response": {"status": 200, "statusText": "OK", "headers": [], "content": {"size": 0, "mimeType": "x-unknown"}}},
      {"request": {"method": "GET", "url": "https://users.example.com/old", "headers": []},
       "response": {"status": 302, "statusText": "", "headers": [
          {"name": "location", "value": "https://users.example.com/users?page=1"}], "content": {"size": 0}}},
      {"request": {"method": "GET", "url": "data:image/png;base64,AAAA", "headers": []}, "response": {"status": 200}},
      {"request": {"method": "GET", "url": "https://users.example.com/nothing", "headers": []}, "response": {"status": 0}},
      {"_resourceType": "websocket", "_webSocketMessages": [],
       "request": {"method": "GET", "url": "https://users.example.com/ws", "headers": []}, "response": {"status": 101}},
      {"request": {"method": "POST", "url": "https://users.example.com/login", "headers": [
          {"name": "Content-Type", "value": "application/x-www-form-urlencoded"}], "bodySize": 26,
          "postData": {"mimeType": "application/x-www-form-urlencoded", "params": [], "text": "user=bob&password=hunter2"}},
       "response": {"status": 200, "statusText": "OK", "httpVersion": "HTTP/1.1", "headers": [
          {"name": "Content-Type", "value": "image/png"}],
          "content": {"size": 8, "mimeType": "image/png", "encoding": "base64", "text": "iVBORw0KGgo="}}}
    ]}}
    """#

  private static let collection = #"""
    {"info": {"name": "Shop", "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"},
     "variable": [{"key": "file", "value": "data"}, {"key": "token", "value": "hunter2", "type": "secret"}],
     "auth": {"type": "bearer", "bearer": [{"key": "token", "value": "{{token}}"}]},
     "item": [{"name": "Files", "item": [
       {"name": "Data", "request": {"method": "GET", "url": {"raw": "{{base url}}/{{file}}.json"},
          "header": [{"key": "X-Api-Key", "value": "hunter2"}, {"key": "X-Off", "value": "1", "disabled": true}]},
        "event": [{"listen": "test", "script": {"exec": ["pm.response.to.have.status(200);"]}}],
        "response": [{"name": "fine", "code": 200, "body": "{}"}]},
       {"name": "Missing", "request": {"method": "GET", "auth": {"type": "noauth"}, "url": "{{base url}}/no/such"},
        "response": [{"code": 404}]}]}]}
    """#
}
