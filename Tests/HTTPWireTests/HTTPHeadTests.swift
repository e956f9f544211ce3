import MockrecCore
import MockrecWire
import NIOCore
import NIOHTTP1
import Testing

@testable import HTTPWire

@Suite("Heads on their way through")
struct HTTPHeadTests {
  private let wire = HTTPWire()
  private let origin = OriginAddress(scheme: "http", host: "real.example", port: 8080, basePath: "/v1")

  @Test("what is about one connection stays on it, all else goes on in its order and spelling")
  func outgoing() {
    let head = Message(
      start: ["GET", "/users?x=1", "HTTP/1.1"],
      fields: Fields([
        ("X-First", "1"), ("host", "127.0.0.1:9"), ("Connection", "keep-alive, X-Hop"), ("X-Hop", "gone"),
        ("Keep-Alive", "timeout=5"), ("TE", "trailers"), ("Upgrade", "h2c"), ("cookie", "a=1"), ("Cookie", "b=2"),
      ]))
    let sent = self.wire.outgoing(head, to: self.origin)
    #expect(sent.start == ["GET", "/v1/users?x=1", "HTTP/1.1"])
    #expect(
      sent.fields
        == Fields([("X-First", "1"), ("host", "real.example:8080"), ("cookie", "a=1"), ("Cookie", "b=2")]))
  }

  @Test("blanks behind a field's value are none of it")
  func blanks() {
    let request = HTTPRequest(
      Message(start: ["GET", "/", "HTTP/1.1"], fields: Fields([("a", "b"), ("A", "b \t"), ("a", " "), ("a", "")])))
    #expect(request.values("a") == ["b", "b", "", ""])
  }

  @Test("a request is packed as its message is", arguments: [HTTPVersion.http1_0, .http1_1, .http2])
  func packed(version: HTTPVersion) {
    let fields = [("Host", "x"), ("a", String(repeating: "b", count: 300)), ("A", "")]
    let request = HTTPRequest(
      head: HTTPRequestHead(version: version, method: .RAW(value: "PURGE"), uri: "/a?b=ü", headers: HTTPHeaders(fields))
    )
    var (one, other) = (ByteBuffer(), ByteBuffer())
    request.pack(into: &one)
    request.message.pack(into: &other)
    #expect(one == other)
    #expect(Message(packed: one).fields == Fields(fields))
  }

  @Test("a connection cannot name the framing away")
  func framing() {
    let head = Message(
      start: ["POST", "/", "HTTP/1.1"],
      fields: Fields([("Host", "x"), ("Connection", "content-length"), ("Content-Length", "3")]))
    #expect(self.wire.outgoing(head, to: self.origin).fields[first: "Content-Length"] == "3")
  }

  @Test(
    "a redirect to the real service itself becomes one to wherever the client asked",
    arguments: [
      ("http://real.example:8080/v1/users/7", "/users/7"),
      ("http://real.example:8080/other", "/other"),
      ("http://real.example:8080", "/"),
      ("http://real.example:80801/x", "http://real.example:80801/x"),
      ("https://real.example:8080/x", "https://real.example:8080/x"),
      ("/already/relative", "/already/relative"),
    ])
  func location(sent: String, kept: String) {
    let head = Message(start: ["HTTP/1.1", "302", "Found"], fields: Fields([("Location", sent)]))
    #expect(self.wire.incoming(head, from: self.origin).fields[first: "Location"] == kept)
  }
}
