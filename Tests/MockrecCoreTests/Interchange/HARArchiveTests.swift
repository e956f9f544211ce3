import Testing

@testable import MockrecCore

@Suite("HAR archives")
struct HARArchiveTests {
  /// An archive with one entry of these parts.
  private func archive(_ request: String, _ response: String, more: String = "") throws -> HARArchive {
    try HARArchive(
      SourceText(
        name: "a.har",
        text: #"{"log": {"version": "1.2", "entries": [{"request": \#(request), "response": \#(response)\#(more)}]}}"#))
  }

  private let get = #"{"method": "GET", "url": "https://Users.Example.com:443/a b?x=ü#part", "headers": []}"#
  private let fine = #"{"status": 200, "statusText": "OK", "headers": [], "content": {"size": 2, "text": "ok"}}"#

  @Test("an entry becomes an exchange of its origin, the target as it is sent")
  func exchange() throws {
    let item = try #require(try archive(get, fine).items.first)
    #expect(item.origin == "https://users.example.com")
    #expect(item.exchange.request.start == ["GET", "/a%20b?x=%C3%BC", "HTTP/1.1"])
    #expect(item.exchange.reply?.start == ["HTTP/1.1", "200", "OK"])
    #expect(item.exchange.reply?.body.bytes == Array("ok".utf8))
    #expect(item.notes.isEmpty)
  }

  @Test(
    "what is no whole exchange is left out, and why is told",
    arguments: [
      (#"{"method": "GET", "url": "data:text/plain,hello"}"#, #"{"status": 200}"#, "no http or https URL"),
      (#"{"method": "GET", "url": "wss://h/socket"}"#, #"{"status": 101}"#, "no http or https URL"),
      (#"{"method": "GET", "url": "https://h/socket"}"#, #"{"status": 101}"#, "a WebSocket"),
      (#"{"method": "GET", "url": "https://h/"}"#, #"{"status": 0}"#, "status 0"),
      (#"{"method": "GET", "url": "https://h/"}"#, "null", "no response"),
      (#"{"method": "CONNECT", "url": "https://h/"}"#, #"{"status": 200}"#, "a method"),
      (#"{"method": "GET", "url": "https://h/"}"#, #"{"status": 200, "content": {"size": 9}}"#, "the response's body"),
      (#"{"method": "PUT", "url": "https://h/", "bodySize": 4}"#, #"{"status": 204}"#, "the request's body"),
    ])
  func leftOut(request: String, response: String, reason: String) throws {
    let archive = try archive(request, response)
    #expect(archive.items.isEmpty)
    #expect(archive.leftOut.list.map(\.count) == [1])
    #expect(archive.leftOut.list.first?.text.contains(reason) == true)
  }

  @Test("a response without a body needs none", arguments: [("HEAD", 200), ("GET", 204), ("GET", 304)])
  func bodiless(method: String, status: Int) throws {
    let archive = try archive(
      #"{"method": "\#(method)", "url": "http://h/"}"#, #"{"status": \#(status), "content": {"size": 9}}"#)
    #expect(archive.items.first?.exchange.reply?.body.isEmpty == true)
  }

  @Test("fields: pseudo-headers go, joined ones are taken apart, what is no field goes")
  func fields() throws {
    let item = try #require(
      try archive(
        #"{"method": "GET", "url": "http://h/", "headers": [{"name": ":path", "value": "/"}, {"name": "A", "value": " b "}]}"#,
        #"""
        {"status": 204, "httpVersion": "h2", "headers": [
          {"name": "set-cookie", "value": "a=1\nb=2"}, {"name": "no name", "value": "x"}]}
        """#
      ).items.first)
    #expect(item.exchange.request.fields == Fields([("A", "b")]))
    #expect(item.exchange.reply?.fields == Fields([("set-cookie", "a=1"), ("set-cookie", "b=2")]))
    #expect(item.notes.list.count == 3)
  }

  @Test(
    "bodies: text, Base64, Latin-1, forms",
    arguments: [
      (#"{"text": "ü"}"#, "text/plain", Array("ü".utf8)),
      (#"{"text": "/wA=", "encoding": "base64"}"#, "image/png", [0xFF, 0]),
      (#"{"text": "ü"}"#, "text/html; charset=ISO-8859-1", [0xFC]),
    ])
  func bodies(content: String, type: String, bytes: [UInt8]) throws {
    let item = try #require(
      try archive(
        get, #"{"status": 200, "headers": [{"name": "Content-Type", "value": "\#(type)"}], "content": \#(content)}"#
      ).items.first)
    #expect(item.exchange.reply?.body.bytes == bytes)
  }

  @Test("a decoded body loses what was said of its coded form")
  func decoded() throws {
    let item = try #require(
      try archive(
        get,
        #"""
        {"status": 200, "content": {"text": "ok"}, "headers": [
          {"name": "Content-Encoding", "value": "br"}, {"name": "Content-Length", "value": "6"}]}
        """#
      ).items.first)
    #expect(item.exchange.reply?.fields.isEmpty == true)
    #expect(item.notes.list.map(\.text).first?.contains("Content-Encoding") == true)
  }

  @Test("a form that stands as pairs only is put together")
  func form() throws {
    let item = try #require(
      try archive(
        #"""
        {"method": "POST", "url": "http://h/", "bodySize": 7, "postData": {
          "mimeType": "application/x-www-form-urlencoded", "params": [{"name": "a b", "value": "&"}]}}
        """#, fine
      ).items.first)
    #expect(item.exchange.request.body.bytes == Array("a%20b=%26".utf8))
    #expect(item.exchange.request.fields[first: "Content-Type"] == "application/x-www-form-urlencoded")
  }

  @Test(
    "what is no HAR is refused at its place",
    arguments: [
      ("{\"log\":\n  [1,}", 2, 6, "not a HAR file"),
      ("[]", 1, 1, "should be an object, not array"),
      ("{}", 1, 1, "it has no `log`"),
      ("{\"log\": {\"version\": \"2.0\",\n \"entries\": []}}", 1, 21, "version 2.0"),
      (
        "{\"log\": {\"entries\": [\n  {\"request\": {\"method\": \"GET\", \"url\": 5}}]}}", 2, 40,
        "`log.entries[0].request.url`"
      ),
      (
        "{\"log\": {\"entries\": [\n  {\"request\": {\"method\": \"GET\"}}]}}", 2, 15,
        "`log.entries[0].request.url` is missing"
      ),
    ])
  func refused(text: String, line: Int, column: Int, message: String) throws {
    let error = try #require(throws: Diagnostic.self) { try HARArchive(SourceText(name: "a.har", text: text)) }
    #expect(error.message.contains(message))
    #expect(error.place?.position == SourceText.Position(line: line, column: column))
  }

  @Test("a byte order mark is passed over, a text beyond the limit is refused")
  func limits() throws {
    let text = #"{"log": {"entries": []}}"#
    #expect(try HARArchive(SourceText(name: "a.har", text: "\u{FEFF}" + text)).items.isEmpty)
    #expect(throws: Diagnostic.self) {
      try HARArchive(SourceText(name: "a.har", text: text), limits: JSONLimits(maximumBytes: 10))
    }
  }

  @Test("what is written is read again: text, bytes, fields, trailing the service's name")
  func roundTrip() throws {
    var writer = HARWriter(version: "0")
    let bodies: [[UInt8]] = [[], Array("{\"a\": \"ü\"}".utf8), [0xFF, 0xFE, 0], Array("x".utf8)]
    for body in bodies {
      writer.add(
        .init(
          exchange: Exchange(
            request: Message(
              start: ["POST", "/a?b=c%20d", "HTTP/1.1"],
              fields: Fields([("Content-Type", "text/x; charset=latin1"), ("Cookie", "a=b")]), body: Body(body)),
            replies: [
              .init(
                Message(
                  start: ["HTTP/1.1", "201", "Created"], fields: Fields([("Content-Type", "text/x"), ("X", "y")]),
                  body: Body(body)))
            ]), service: "users", address: "http://users.invalid", content: body))
    }
    let archive = try HARArchive(SourceText(name: "a.har", text: writer.json.prettyText))
    #expect(archive.items.map { $0.exchange.request.body.bytes } == bodies)
    #expect(archive.items.map { $0.exchange.reply?.body.bytes } == bodies)
    #expect(archive.items.allSatisfy { $0.service == "users" && $0.origin == "http://users.invalid" })
    #expect(archive.items.first?.exchange.request.start == ["POST", "/a?b=c%20d", "HTTP/1.1"])
    #expect(archive.items.first?.exchange.reply?.fields[first: "X"] == "y")
    #expect(archive.leftOut.isEmpty && archive.items.allSatisfy { $0.notes.isEmpty })
  }
}
