import MockrecCore
import Testing

@testable import HTTPWire

@Suite("Extensions of WebSockets")
struct WebSocketExtensionTests {
  static let lists: [(String, String?)] = [
    ("permessage-deflate", "permessage-deflate"),
    ("permessage-deflate; client_max_window_bits", "permessage-deflate; client_max_window_bits"),
    ("a;b=1 ;c=\"2\",d", "a; b=1; c=2, d"),
    (" foo ,\tbar ; x ", "foo, bar; x"),
    ("", nil), ("a,", nil), ("a;", nil), ("a; =1", nil), ("a; b=", nil), ("a; b=\"", nil), ("a b", nil),
    ("a; b=\"x y\"", nil),
    ("ä", nil),
  ]

  @Test("the list is read", arguments: lists)
  func list(text: String, read: String?) {
    #expect(WebSocketExtension.list([text])?.map(\.text).joined(separator: ", ") == read)
  }

  static let terms: [(text: String, offer: Bool, answer: Bool)] = [
    ("permessage-deflate", true, true),
    ("Permessage-Deflate", true, true),
    ("permessage-deflate; client_max_window_bits", true, false),
    ("permessage-deflate; client_max_window_bits=10; server_max_window_bits=8", true, true),
    ("permessage-deflate; server_no_context_takeover; client_no_context_takeover", true, true),
    ("permessage-deflate; server_max_window_bits", false, false),
    ("permessage-deflate; server_max_window_bits=7", false, false),
    ("permessage-deflate; server_max_window_bits=16", false, false),
    ("permessage-deflate; server_max_window_bits=08", false, false),
    ("permessage-deflate; server_no_context_takeover=1", false, false),
    ("permessage-deflate; server_no_context_takeover; server_no_context_takeover", false, false),
    ("permessage-deflate; other", false, false),
    ("x-webkit-deflate-frame", false, false),
  ]

  @Test("terms that nobody may make are none", arguments: terms)
  func possible(text: String, offer: Bool, answer: Bool) throws {
    let element = try #require(WebSocketExtension.list([text])?.first)
    #expect((WebSocketDeflateTerms(element, isOffer: true) != nil) == offer)
    #expect((WebSocketDeflateTerms(element, isOffer: false) != nil) == answer)
  }

  static let answers: [(offer: String, answer: String, holds: Bool)] = [
    ("", "", true),
    ("", "; server_no_context_takeover; client_no_context_takeover", true),
    ("; server_no_context_takeover", "", false),
    ("; server_no_context_takeover", "; server_no_context_takeover", true),
    ("; client_no_context_takeover", "", true),
    ("; server_max_window_bits=10", "", false),
    ("; server_max_window_bits=10", "; server_max_window_bits=10", true),
    ("; server_max_window_bits=10", "; server_max_window_bits=9", true),
    ("; server_max_window_bits=10", "; server_max_window_bits=11", false),
    ("", "; server_max_window_bits=9", true),
    ("", "; client_max_window_bits=9", false),
    ("; client_max_window_bits", "; client_max_window_bits=9", true),
    ("; client_max_window_bits=9", "; client_max_window_bits=10", false),
    ("; client_max_window_bits=9", "", true),
  ]

  @Test("an answer keeps to the offer", arguments: answers)
  func kept(offer: String, answer: String, holds: Bool) throws {
    let offered = try #require(WebSocketExtension.list(["permessage-deflate" + offer])?.first)
    let answered = try #require(WebSocketExtension.list(["permessage-deflate" + answer])?.first)
    let offerTerms = try #require(WebSocketDeflateTerms(offered, isOffer: true))
    let answerTerms = try #require(WebSocketDeflateTerms(answered, isOffer: false))
    #expect(answerTerms.answers(offerTerms) == holds)
  }

  @Test("a request for a WebSocket goes on with the offers that are understood, any other loses its Upgrade")
  func outgoing() throws {
    let origin = OriginAddressSample.local
    let asked = Message(
      start: ["GET", "/ws", "HTTP/1.1"],
      fields: Fields([
        ("Host", "x"), ("Connection", "keep-alive, Upgrade"), ("Upgrade", "websocket"),
        ("Sec-WebSocket-Extensions", "foo, permessage-deflate; client_max_window_bits, permessage-deflate; x"),
      ]))
    let sent = HTTPWire().outgoing(asked, to: origin).fields
    #expect(sent[all: "Connection"] == ["Upgrade"] && sent[all: "Upgrade"] == ["websocket"])
    #expect(sent[all: "Sec-WebSocket-Extensions"] == ["permessage-deflate; client_max_window_bits"])
    var other = asked
    other.fields.set("Upgrade", "h2c")
    #expect(!HTTPWire().outgoing(other, to: origin).fields.contains("Upgrade"))
  }
}
