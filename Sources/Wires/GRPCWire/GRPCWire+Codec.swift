import MockrecCore
import MockrecHTTP2
import MockrecWire
import NIOCore

extension GRPCWire {
  package func serve(
    on channel: any Channel, limits: WireLimits, conversation: @escaping (any ReplyWriter) -> any Conversation
  ) throws {
    let types = self.types
    let memory = NIOLoopBound(GRPCKeyMemory(), eventLoop: channel.eventLoop)
    let dialect = HTTP2Dialect(
      request: { GRPCRequest($0, types: types, memory: memory) },
      fault: { head in GRPCHeadFault(head).map { ($0.error, $0.status) } },
      refusal: { Self.refusal($0, $1) })
    try HTTP2ServerHandler.serve(on: channel, limits: limits, dialect: dialect, conversation: conversation)
  }

  package func dial(
    on channel: any Channel, to origin: OriginAddress, applicationProtocol: String?, limits: WireLimits
  ) throws -> any OriginLink {
    if origin.usesTLS, applicationProtocol != "h2" {
      throw OriginFailure(.tls, "it does not agree to HTTP/2 in the TLS handshake, which gRPC needs (ALPN h2)")
    }
    return try HTTP2ClientHandler.dial(
      on: channel, limits: limits, scheme: origin.usesTLS ? "https" : "http", trailing: GRPCStatus.field)
  }

  package func prepare(
    _ reply: Message, to request: Message, body: PreparedBody, allocator: ByteBufferAllocator
  ) -> PreparedReply {
    let head = self.ready(reply)
    var buffer = allocator.buffer(capacity: 256)
    buffer.writeString("HTTP/2 \(head.start[1])\r\n")
    for field in head.fields { buffer.writeString("\(field.name): \(field.value)\r\n") }
    buffer.writeStaticString("\r\n")
    var prepared = PreparedReply(
      bytes: buffer, headLength: buffer.readableBytes, trailers: head.trailers)
    switch body {
    case .bytes(let bytes): prepared.bytes.writeBytes(bytes)
    case .file(let path, let length): (prepared.file, prepared.fileLength) = (path, length)
    }
    return prepared
  }

  /// A recorded reply as it is sent.
  package func ready(_ reply: Message) -> Message {
    var head = reply
    head.start = ["HTTP/2", reply.start.count > 1 ? reply.start[1] : "200", ""]
    // With nothing but a status to say, all of it is one head.
    if reply.body.bytes?.isEmpty == true, reply.fields.isEmpty {
      head.fields = head.trailers
      head.trailers = Fields()
    }
    if !head.fields.contains("content-type") {
      var fields = Fields([("content-type", Self.mediaType)])
      for field in head.fields { fields.append(field.name, field.value) }
      head.fields = fields
    }
    return head
  }

  package func outgoing(_ head: Message, to origin: OriginAddress) -> Message {
    var head = head
    head.start = ["POST", origin.basePath + head.callPath, "HTTP/2"]
    head.fields.set("Host", origin.authority)
    head.fields.remove("transfer-encoding")
    if !head.fields.contains("te") { head.fields.append("te", "trailers") }
    return head
  }

  package func incoming(_ head: Message, from origin: OriginAddress) -> Message {
    var head = head
    head.fields.remove("transfer-encoding")
    if head.fields.isEmpty { head.fields.append("content-type", Self.mediaType) }
    return head
  }

  /// What it does to ask twice, gRPC does not tell.
  package func isRepeatable(_ request: Message) -> Bool { false }

  package func failureReply(_ failure: OriginFailure, origin: OriginAddress) -> Message {
    Self.own(
      14, "mockrec: the real service \(origin.authority) gave no answer: \(failure.message)", mark: "error")
  }

  package func missReply(_ miss: Miss) -> Message {
    var text =
      switch miss.reason {
      case .unknown: "mockrec: no recorded exchange answers \(miss.summary)"
      case .exhausted(let entry):
        "mockrec: every recorded answer to \(miss.summary) was given, the last of them \(entry), and "
          + "`sequence: once` repeats none"
      }
    if let near = miss.nearest.first {
      let parts = near.mismatches.prefix(3).map {
        "\($0.part): recorded \($0.recorded ?? "nothing"), asked \($0.asked ?? "nothing")"
      }
      text += "; nearest: \(near.entry):\(near.line) (\(parts.joined(separator: "; ")))"
    }
    var reply = Self.own(12, text + "; fix: \(miss.fix)", mark: "miss")
    if let words = miss.nearestWords { reply.fields.append(Answer.nearestField.lowercased(), words) }
    return reply
  }

  /// Who speaks gRPC is told by a status of gRPC; who does not understands one of HTTP.
  ///
  /// Source: grpc/grpc, doc/statuscodes.md: RESOURCE_EXHAUSTED of a message past its limit, UNIMPLEMENTED of what is no call,
  /// else INTERNAL.
  private static func refusal(_ error: WireError, _ status: Int) -> Message {
    let code = error.kind == .tooLarge ? 8 : status == 404 ? 12 : 13
    var reply = self.own(code, "mockrec: \(error)", mark: "refused")
    if status == 405 || status == 415 { reply.start[1] = String(status) }
    return reply
  }

  /// A reply of mockrec's own, told apart from the service's by `x-mockrec`: a status and nothing else.
  static func own(_ status: Int, _ text: String, mark: String) -> Message {
    // A head has to fit into one frame.
    let short = text.utf8.count > 2_000 ? String(text.prefix(1_000)) + "…" : text
    return Message(
      start: ["HTTP/2", "200", ""],
      fields: Fields([
        ("content-type", self.mediaType), (GRPCStatus.field, String(status)),
        (GRPCStatus.messageField, GRPCStatus.encoded(short)), ("x-mockrec", mark),
      ]))
  }

  /// Where a reply has begun, what would have been a head of its own ends it.
  package func ending(_ reply: Message) -> (ByteBuffer, Fields) {
    var trailers = reply.fields
    trailers.remove("content-type")
    return (ByteBuffer(), trailers)
  }
}
