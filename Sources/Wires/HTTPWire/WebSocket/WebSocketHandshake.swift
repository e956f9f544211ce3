import MockrecCore
import MockrecWire
import NIOCore
import NIOHTTP1
import NIOWebSocket

/// A client's request to go on with a WebSocket (RFC 6455, 4.2.1).
struct WebSocketHandshake {
  let head: HTTPRequestHead

  /// - Returns: Nil for a request that asks for none, or not as it has to: such a one is a request like any other.
  init?(_ head: HTTPRequestHead) {
    guard head.method == .GET, head.version == .http1_1, head.headers.asksForWebSocket,
      head.headers.contains(name: "sec-websocket-version"), head.headers.contains(name: "sec-websocket-key"),
      Self.isSound(head.headers),
      !head.headers.contains(name: "transfer-encoding"), (head.headers.first(name: "content-length") ?? "0") == "0"
    else { return nil }
    self.head = head
  }

  /// Whether version and key are as they have to be, as far as they are there: recordings have no key of their own.
  static func isSound(_ headers: HTTPHeaders) -> Bool {
    let versions = headers[canonicalForm: "sec-websocket-version"]
    let keys = headers["sec-websocket-key"]
    return versions.count < 2 && versions.allSatisfy { $0 == "13" } && keys.count < 2 && keys.allSatisfy(Self.isKey)
  }

  /// Sixteen bytes in base64.
  private static func isKey(_ text: String) -> Bool {
    text.utf8.count == 24 && text.hasSuffix("==")
      && text.utf8.dropLast(2).allSatisfy { byte in
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "+"), UInt8(ascii: "/"): true
        default: false
        }
      }
  }

  /// The reply with which the WebSocket begins, and what is agreed upon.
  ///
  /// - Parameter reply: A head with status 101, as the service said it or as it was recorded. A compression that this
  ///   client has not offered is left out.
  func accept(_ reply: Message, on channel: any Channel) -> (reply: Message, deflate: WebSocketDeflate?)? {
    var reply = reply
    let asked = reply.fields[all: WebSocketExtension.field]
    var agreed: WebSocketDeflate?
    if let answer = WebSocketExtension.list(asked), answer.count == 1,
      let terms = WebSocketDeflateTerms(answer[0], isOffer: false),
      Self.offers(self.head.headers[WebSocketExtension.field]).contains(where: { terms.answers($0) })
    {
      agreed = terms.agreement
      reply.fields.set(WebSocketExtension.field, answer[0].text)
    } else {
      reply.fields.remove(WebSocketExtension.field)
    }
    guard let fields = self.fields(on: channel) else { return nil }
    for field in fields {
      reply.fields.remove(field.name)
      reply.fields.append(field.name, field.value)
    }
    return (reply, agreed)
  }

  /// The fields that are this connection's own: `Upgrade`, `Connection` and the answer to its key.
  private func fields(on channel: any Channel) -> HTTPHeaders? {
    let upgrader = NIOWebSocketServerUpgrader(
      shouldUpgrade: { channel, _ in channel.eventLoop.makeSucceededFuture(HTTPHeaders()) },
      upgradePipelineHandler: { channel, _ in channel.eventLoop.makeSucceededVoidFuture() })
    var fields: HTTPHeaders?
    // Nothing is waited for: the future is there already.
    upgrader.buildUpgradeResponse(channel: channel, upgradeRequest: self.head, initialResponseHeaders: HTTPHeaders())
      .assumeIsolated().whenSuccess { fields = $0 }
    return fields
  }

  /// The terms of compression that a client offers, the most wanted first.
  static func offers(_ values: [String]) -> [WebSocketDeflateTerms] {
    (WebSocketExtension.list(values) ?? []).compactMap { WebSocketDeflateTerms($0, isOffer: true) }
  }
}

extension HTTPHeaders {
  /// Whether `Connection` and `Upgrade` ask for a WebSocket, or grant one.
  var asksForWebSocket: Bool {
    self.contains(name: "upgrade") && self.namesUpgrade
      && self[canonicalForm: "upgrade"].contains { $0.lowercased() == "websocket" }
  }

  /// Whether `Upgrade` is meant for this connection.
  var namesUpgrade: Bool { self[canonicalForm: "connection"].contains { $0.lowercased() == "upgrade" } }
}

extension Fields {
  /// As of the fields of an `HTTPRequestHead`.
  var asksForWebSocket: Bool {
    self.contains("Upgrade") && self.list("Upgrade").contains("websocket")
      && self.list("Connection").contains("upgrade")
  }
}

/// What a real service was asked, and what its reply has to be for a WebSocket to begin (RFC 6455, 4.1).
struct WebSocketRequest {
  private let upgrader: NIOWebSocketClientUpgrader
  private let protocols: [String]
  private let offers: [WebSocketDeflateTerms]

  /// - Parameter head: Gets a key of its own.
  /// - Returns: Nil for a request that asks for no WebSocket, or not as it has to: what is said to that is the service's.
  init?(_ head: inout HTTPRequestHead) {
    guard head.method == .GET, head.headers.asksForWebSocket, WebSocketHandshake.isSound(head.headers) else {
      return nil
    }
    let key = NIOWebSocketClientUpgrader.randomRequestKey()
    self.upgrader = NIOWebSocketClientUpgrader(
      requestKey: key, upgradePipelineHandler: { channel, _ in channel.eventLoop.makeSucceededVoidFuture() })
    head.headers.remove(name: "Sec-WebSocket-Key")
    head.headers.remove(name: "Sec-WebSocket-Version")
    self.upgrader.addCustom(upgradeRequestHeaders: &head.headers)
    self.protocols = head.headers[canonicalForm: "sec-websocket-protocol"].map { String($0) }
    self.offers = WebSocketHandshake.offers(head.headers[WebSocketExtension.field])
  }

  /// What is agreed upon by a reply with status 101.
  ///
  /// - Throws: Where it grants what was not asked for.
  func agreed(_ reply: HTTPResponseHead) throws(OriginFailure) -> WebSocketDeflate? {
    guard reply.headers.asksForWebSocket, self.upgrader.shouldAllowUpgrade(upgradeResponse: reply) else {
      throw OriginFailure(.malformed, "the real service's reply switches to a WebSocket, but not to the one asked for")
    }
    if let chosen = reply.headers.first(name: "Sec-WebSocket-Protocol"), !self.protocols.contains(chosen) {
      throw OriginFailure(.malformed, "the real service chose a subprotocol that was not offered")
    }
    guard let extensions = WebSocketExtension.list(reply.headers[WebSocketExtension.field]), extensions.count < 2 else {
      throw OriginFailure(.malformed, "the real service chose extensions that were not offered")
    }
    guard let chosen = extensions.first else { return nil }
    guard let terms = WebSocketDeflateTerms(chosen, isOffer: false),
      self.offers.contains(where: { terms.answers($0) })
    else { throw OriginFailure(.malformed, "the real service chose \(chosen.text.prefix(100)), which was not offered") }
    return terms.agreement
  }
}
