import MockrecCore
import MockrecWire
import NIOCore
import NIOHTTP1

extension HTTPWire {
  package func serve(
    on channel: any Channel, limits: WireLimits, conversation: (any ReplyWriter) -> any Conversation
  ) throws {
    var bounds = NIOHTTPDecoderLimitConfiguration()
    bounds.maxHeaderFieldSize = limits.headBytes
    bounds.maxHeaderListSize = limits.headBytes
    bounds.maxHeaderFieldCount = limits.fieldCount
    let decoder = HTTPRequestDecoder(
      leftOverBytesStrategy: .dropBytes, informationalResponseStrategy: .drop, limitConfiguration: bounds)
    let handler = HTTPServerHandler(limits: limits, eventLoop: channel.eventLoop)
    handler.conversation = conversation(handler)
    try channel.pipeline.syncOperations.addHandlers([ByteToMessageHandler(decoder), handler])
  }

  package func dial(on channel: any Channel, limits: WireLimits) throws -> any OriginLink {
    var bounds = NIOHTTPDecoderLimitConfiguration()
    bounds.maxHeaderFieldSize = limits.headBytes
    bounds.maxHeaderListSize = limits.headBytes
    bounds.maxHeaderFieldCount = limits.fieldCount
    let decoder = HTTPResponseDecoder(
      leftOverBytesStrategy: .dropBytes, informationalResponseStrategy: .forward, limitConfiguration: bounds)
    // The framing is the one that came from the client: `outgoing` has seen to it.
    var plain = HTTPRequestEncoder.Configuration()
    plain.automaticallySetFramingHeaders = false
    let handler = HTTPClientHandler()
    try channel.pipeline.syncOperations.addHandlers([
      HTTPRequestEncoder(configuration: plain), ByteToMessageHandler(decoder), handler,
    ])
    return handler
  }

  package func prepare(
    _ reply: Message, to request: Message, body: PreparedBody, allocator: ByteBufferAllocator
  ) -> PreparedReply {
    var head = reply
    let length =
      switch body {
      case .bytes(let bytes): bytes.count
      case .file(_, let length): length
      }
    let hasBody = HTTPReplyEncoder.hasBody(status: reply.status, method: request.method)
    let isChunked = hasBody && reply.isChunked
    if hasBody {
      if isChunked {
        head.fields.remove("Content-Length")
      } else if head.fields[first: "Content-Length"] != String(length) || reply.fields[all: "Content-Length"].count > 1
      {
        // The entry was edited by hand, or never had a length: what is sent decides.
        head.fields.set("Content-Length", String(length))
      }
    }
    var buffer = allocator.buffer(capacity: 256 + (hasBody ? length : 0))
    HTTPReplyEncoder.write(head, into: &buffer)
    let headLength = buffer.readableBytes
    var prepared = PreparedReply(bytes: buffer, headLength: headLength, trailers: reply.trailers)
    if hasBody {
      switch body {
      case .bytes(let bytes):
        buffer.writeBytes(bytes)
        prepared.bytes = buffer
      case .file(let path, let length):
        prepared.file = path
        prepared.fileLength = length
      }
      prepared.tag = isChunked ? HTTPServerHandler.chunkedTag : 0
    }
    return prepared
  }
}
