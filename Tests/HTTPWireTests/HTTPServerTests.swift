import MockrecCore
import MockrecWire
import NIOCore
import Testing

@testable import HTTPWire

@Suite("The answering side")
struct HTTPServerTests {
  private let get = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n"
  private let hello = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"

  @Test("a prepared reply is sent as it is, and the connection is kept")
  func keepAlive() throws {
    let server = try EmbeddedServer(.prepared(prepared("hello")))
    #expect(try server.say(self.get) == self.hello)
    #expect(try server.say(self.get) == self.hello)
    #expect(server.playback?.log == ["began GET /a", "ended", "began GET /a", "ended"])
  }

  @Test("a request may come in any pieces", arguments: [1, 2, 3, 5, 11])
  func pieces(size: Int) throws {
    let server = try EmbeddedServer(.prepared(prepared("hello")))
    let text =
      "POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\nX-T: 1\r\n\r\n"
    #expect(try server.say(text, pieces: size) == self.hello)
    let log = server.playback?.log ?? []
    #expect(log.first == "began POST /a")
    #expect(log.filter { $0.hasPrefix("body ") }.map { $0.dropFirst(5) }.joined() == "abcde")
    #expect(log.last == "ended X-T=1")
  }

  @Test("pipelined requests are answered in order, one at a time")
  func pipelining() throws {
    let server = try EmbeddedServer(.later)
    #expect(try server.say(self.get + "GET /b HTTP/1.1\r\nHost: x\r\n\r\n") == "")
    #expect(server.playback?.log == ["began GET /a", "ended"])
    server.playback?.reply(.prepared(prepared("hello")))
    #expect(try server.heard() == self.hello)
    #expect(server.playback?.log == ["began GET /a", "ended", "began GET /b", "ended"])
  }

  @Test("thousands of pipelined requests do not fill the stack")
  func deepPipeline() throws {
    let server = try EmbeddedServer(.later)
    try server.say(String(repeating: self.get, count: 3000))
    server.playback?.answer = .prepared(prepared(""))
    server.playback?.reply(.prepared(prepared("")))
    _ = try server.heard()
    #expect(server.playback?.log.count == 6000)
  }

  @Test("an HTTP/1.0 client gets the body without chunks, and the connection's end")
  func oldClient() throws {
    let chunked = prepared("hello", fields: [("Transfer-Encoding", "chunked")])
    let server = try EmbeddedServer(.prepared(chunked))
    let heard = try server.say("GET /a HTTP/1.0\r\n\r\n")
    #expect(heard.hasSuffix("Connection: close\r\n\r\nhello"))
    #expect(!server.channel.isActive)
  }

  @Test("a chunked reply is sent in chunks, with its trailers")
  func chunked() throws {
    let head = Message(start: ["HTTP/1.1", "200", "OK"], fields: Fields([("Transfer-Encoding", "chunked")]))
    let server = try EmbeddedServer(.streamed(head, ["hello", " world"], Fields([("X-Sum", "1")])))
    #expect(
      try server.say(self.get)
        == "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\nX-Sum: 1\r\n\r\n")
  }

  @Test("replies to HEAD and of status 204 and 304 have no body", arguments: ["HEAD", "204", "304"])
  func bodiless(kind: String) throws {
    let method = kind == "HEAD" ? "HEAD" : "GET"
    let reply = prepared(
      "hello", status: kind == "HEAD" ? "200" : kind, fields: [("Content-Length", "5")], method: method)
    let server = try EmbeddedServer(.prepared(reply))
    let heard = try server.say("\(method) /a HTTP/1.1\r\nHost: x\r\n\r\n")
    #expect(heard.hasSuffix("Content-Length: 5\r\n\r\n"))
    #expect(server.channel.isActive)
  }

  @Test("a client that asks for leave to send its body gets it")
  func expectContinue() throws {
    let server = try EmbeddedServer(.prepared(prepared("hello")))
    let head = "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n"
    #expect(try server.say(head) == "HTTP/1.1 100 Continue\r\n\r\n")
    #expect(try server.say("abc") == self.hello)
  }

  @Test(
    "what no honest client sends is refused, and the connection closed",
    arguments: [
      "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\nabc",
      "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc",
      "GET / HTTP/1.1\nHost: x\n\n",
      "GET / HTTP/1.1\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
      "GET / HTTP/1.1\r\nHost : x\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: x\r\n folded: y\r\n\r\n",
      "GET / HTTP/3.9\r\nHost: x\r\n\r\n",
      "\u{16}\u{3}\u{1}\u{0}garbage\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: x\r\nX: " + String(repeating: "a", count: 70_000) + "\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: x\r\n" + String(repeating: "A: b\r\n", count: 300) + "\r\n",
      "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
      "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\nabc",
      "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ])
  func refused(text: String) throws {
    let server = try EmbeddedServer(.prepared(prepared("hello")))
    let heard = try server.say(text)
    #expect(heard.hasPrefix("HTTP/1.1 400 Bad Request\r\n"), "\(heard)")
    #expect(heard.contains("X-Mockrec: refused"))
    #expect(!server.channel.isActive)
    #expect(server.playback?.log.contains { $0.hasPrefix("refused") } == true)
  }

  @Test("who speaks TLS to a listener in the clear is told of by name", arguments: [1, 7])
  func handshake(size: Int) throws {
    let server = try EmbeddedServer(.prepared(prepared("hello")))
    let heard = try server.say("\u{16}\u{3}\u{1}\u{2}\u{0}", pieces: size)
    #expect(heard.contains("a TLS handshake") && heard.contains("`tls: true`"), "\(heard)")
    #expect(!server.channel.isActive)
  }

  @Test("a body over the limit that is set is refused with 413")
  func bodyLimit() throws {
    var limits = WireLimits()
    limits.bodyBytes = 4
    let server = try EmbeddedServer(.prepared(prepared("hello")), limits: limits)
    #expect(
      try server.say("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nabcde").hasPrefix("HTTP/1.1 413 "))
  }
}
