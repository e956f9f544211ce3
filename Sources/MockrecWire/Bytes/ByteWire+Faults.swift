import MockrecCore
import NIOCore

extension ByteWire {
  package var matchWords: [String] { ["text", "bytes"] }
  package var replyWords: [String] { ["reply"] }
  package var impossibleFaults: [Fault.Word] {
    [.malformedChunk, .dropWrite, .staleRead, .evict, .clock, .goaway, .stall, .resetStream, .brokenFrame, .trailers]
      + (self.keepsPieces
        ? [.refuse, .reset, .closeEarly, .empty, .drip, .bandwidth, .firstByte, .reorder, .tlsHandshake] : [])
  }

  package func requestPattern(_ fields: inout OverlayFields) throws(Diagnostic) -> any RequestPattern {
    var pattern = ByteRequestPattern()
    if let text = fields.take("text") { pattern.text = TextPattern(try text.text("text")) }
    if let bytes = fields.take("bytes") { pattern.bytes = try Self.hex(bytes, "bytes") }
    return pattern
  }

  package func faultReply(
    _ fields: inout OverlayFields, file: (OverlayNode) throws(Diagnostic) -> [UInt8]
  ) throws(Diagnostic) -> Message? {
    guard let reply = fields.take("reply") else { return nil }
    var bytes: [UInt8]
    if case .text(let text) = reply.content {
      bytes = Array(text.utf8)
    } else {
      var parts = try OverlayFields(reply, of: "`reply`")
      if let hex = parts.take("hex") {
        bytes = try Self.hex(hex, "hex")
      } else if let path = parts.take("file") {
        bytes = try file(path)
      } else {
        throw reply.problem("`reply` is a text, `{hex: …}` or `{file: …}`", fix: "write `reply: {hex: 0a0b}`")
      }
      try parts.finish(known: ["hex", "file"])
    }
    if self.keepsPieces { bytes = Datagrams.pack([bytes]) }
    return Message(start: [Self.verb], body: Body(bytes))
  }

  private static func hex(_ node: OverlayNode, _ name: String) throws(Diagnostic) -> [UInt8] {
    let digits = try node.text(name).filter { $0 != " " }
    guard digits.utf8.count.isMultiple(of: 2), digits.allSatisfy({ $0.isASCII && $0.isHexDigit }) else {
      throw node.problem("`\(name)` has pairs of hexadecimal digits", fix: "write `\(name): \"0a 0b\"`")
    }
    let all = Array(digits.utf8)
    return stride(from: 0, to: all.count, by: 2).compactMap {
      UInt8(String(decoding: all[$0..<$0 + 2], as: UTF8.self), radix: 16)
    }
  }

  package func truncated(_ reply: PreparedReply, to count: Int?) -> PreparedReply {
    var short = reply
    var bytes = Array(reply.bytes.readableBytesView)
    if self.keepsPieces {
      bytes = Datagrams.pack(Datagrams.unpack(bytes).map { Array($0.prefix(count ?? $0.count / 2)) })
    } else {
      bytes = Array(bytes.prefix(count ?? bytes.count / 2))
    }
    short.bytes = ByteBuffer(bytes: bytes)
    return short
  }

  /// What lies in datagrams, and not how long they are.
  package func payload(of reply: UnsafeRawBufferPointer, headLength: Int) -> [Range<Int>] {
    guard self.keepsPieces else { return reply.isEmpty ? [] : [0..<reply.count] }
    var ranges: [Range<Int>] = []
    var at = 0
    for datagram in Datagrams.unpack(Array(reply)) {
      at += 4
      if !datagram.isEmpty { ranges.append(at..<at + datagram.count) }
      at += datagram.count
    }
    return ranges
  }

  package func subject(of request: any WireRequest) -> RequestSubject { RequestSubject(names: [], changes: nil) }
  package func absence(of request: any WireRequest) -> Message { Message(start: [Self.verb]) }
}

/// What a rule asks of bytes.
struct ByteRequestPattern: RequestPattern {
  var text: TextPattern?
  /// They stand somewhere in the request.
  var bytes: [UInt8]?

  var readsBody: Bool { false }
  var changes: Bool? { nil }
  var ofSubject: any RequestPattern { self }

  func matches(_ request: any WireRequest) -> Bool {
    guard let request = request as? ByteRequest, request.aside.isEmpty else { return false }
    let bytes = request.bytes
    if let text = self.text, !text.matches(bytes) { return false }
    guard let wanted = self.bytes else { return true }
    return wanted.isEmpty || bytes.indices.contains { bytes[$0...].starts(with: wanted) }
  }

  func covers(_ other: any RequestPattern) -> Bool {
    guard let other = other as? ByteRequestPattern else { return false }
    if let text = self.text, text != other.text { return false }
    return self.bytes == nil || self.bytes == other.bytes
  }
}
