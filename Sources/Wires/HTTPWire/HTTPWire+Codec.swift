import MockrecCore
import MockrecHTTP2
import MockrecWire
import NIOCore
import NIOHTTP1

extension HTTPWire {
  package func serve(
    on channel: any Channel, limits: WireLimits, conversation: @escaping (any ReplyWriter) -> any Conversation
  ) throws {
    try channel.pipeline.syncOperations.addHandler(HTTPEntrance(limits: limits, conversation: conversation))
  }

  /// Puts the answering side of the version that a client has begun to speak behind what is in the pipeline.
  static func install(
    isHTTP2: Bool, on channel: any Channel, limits: WireLimits,
    conversation: @escaping (any ReplyWriter) -> any Conversation
  ) throws {
    if isHTTP2 {
      return try HTTP2ServerHandler.serve(
        on: channel, limits: limits, dialect: Self.dialect, conversation: conversation)
    }
    let decoder = ByteToMessageHandler(
      HTTPRequestDecoder(
        leftOverBytesStrategy: .forwardBytes, informationalResponseStrategy: .drop,
        limitConfiguration: Self.decoderLimits(limits)))
    let handler = HTTPServerHandler(limits: limits, eventLoop: channel.eventLoop)
    handler.conversation = conversation(handler)
    let upgrade = HTTPUpgrade(limits: limits, decoder: decoder, handler: handler, conversation: conversation)
    try channel.pipeline.syncOperations.addHandlers([decoder, upgrade, handler])
  }

  static let dialect = HTTP2Dialect(
    request: { HTTPRequest($0) }, refusal: { HTTPRefusal.message($0, status: $1) })

  static func decoderLimits(_ limits: WireLimits) -> NIOHTTPDecoderLimitConfiguration {
    var bounds = NIOHTTPDecoderLimitConfiguration()
    bounds.maxHeaderFieldSize = limits.headBytes
    bounds.maxHeaderListSize = limits.headBytes
    bounds.maxHeaderFieldCount = limits.fieldCount
    return bounds
  }

  /// The names that a TLS handshake and `Upgrade` have for HTTP/2 (RFC 7540, 3.1).
  private static let (overTLS, upgraded) = ("h2", "h2c")

  package func offers(to origin: OriginAddress) -> [String] {
    origin.scheme == Self.inTheClear ? [Self.overTLS, Self.upgraded] : []
  }

  package func dial(
    on channel: any Channel, to origin: OriginAddress, applicationProtocol: String?, limits: WireLimits
  ) throws -> any OriginLink {
    if applicationProtocol == Self.upgraded {
      let opening = HTTP2Opening.asked(authority: Self.hostField(origin))
      return try HTTP2ClientHandler.dial(on: channel, limits: limits, scheme: "http", opening: opening)
    }
    if applicationProtocol == Self.overTLS || (applicationProtocol == nil && origin.scheme == Self.inTheClear) {
      return try HTTP2ClientHandler.dial(
        on: channel, limits: limits, scheme: origin.usesTLS ? "https" : "http",
        opening: origin.usesTLS ? .agreed : .priorKnowledge)
    }
    let decoder = HTTPResponseDecoder(
      leftOverBytesStrategy: .forwardBytes, informationalResponseStrategy: .forward,
      limitConfiguration: Self.decoderLimits(limits))
    // The framing is the one that came from the client: `outgoing` has seen to it.
    var plain = HTTPRequestEncoder.Configuration()
    plain.automaticallySetFramingHeaders = false
    let handler = HTTPClientHandler(limits: limits)
    try channel.pipeline.syncOperations.addHandlers([
      HTTPRequestEncoder(configuration: plain), ByteToMessageHandler(decoder), handler,
    ])
    return handler
  }

  package func prepare(
    _ reply: Message, to request: Message, body: PreparedBody, allocator: ByteBufferAllocator
  ) -> PreparedReply {
    var head = reply
    var length =
      switch body {
      case .bytes(let bytes): bytes.count
      case .file(_, let length): length
      }
    let hasBody = HTTPSemantics.hasBody(status: reply.status, method: request.method)
    let isChunked = hasBody && reply.isChunked
    /// A length that the reply has no field for yet.
    var added: Int?
    if hasBody {
      let stated = reply.fields[first: "Content-Length"]
      if isChunked {
        if stated != nil { head.fields.remove("Content-Length") }
      } else if stated == nil {
        added = length
      } else if stated != String(length) || reply.fields[all: "Content-Length"].count > 1 {
        // The entry was edited by hand: what is sent decides.
        head.fields.set("Content-Length", String(length))
      }
    }
    var prepared = PreparedReply(bytes: ByteBuffer(), headLength: 0, trailers: reply.trailers)
    if hasBody {
      prepared.tag = isChunked ? HTTPServerHandler.chunkedTag : 0
      if case .file(let path, _) = body { (prepared.file, prepared.fileLength, length) = (path, length, 0) }
    } else {
      length = 0
    }
    let headLength = HTTPReplyEncoder.length(of: head, contentLength: added)
    var buffer = allocator.buffer(capacity: headLength + length)
    HTTPReplyEncoder.write(head, contentLength: added, into: &buffer)
    prepared.headLength = buffer.readableBytes
    if length > 0, case .bytes(let bytes) = body { buffer.writeBytes(bytes) }
    prepared.bytes = buffer
    return prepared
  }
}
