import MockrecCore
import MockrecWire
import NIOCore

extension GRPCWire {
  package var matchWords: [String] { ["method", "metadata", "json"] }
  package var replyWords: [String] { ["status", "message", "metadata"] }
  package var impossibleFaults: [Fault.Word] {
    [.clock, .malformedChunk, .duplicate, .reorder, .dropWrite, .staleRead, .evict]
  }

  package func whyImpossible(_ fault: Fault.Word) -> String? {
    switch fault {
    case .dropWrite, .staleRead, .evict: "a call does not tell what it reads or changes"
    case .duplicate: "a call is asked once, and answered once"
    case .reorder: "calls are answered in any order"
    default: nil
    }
  }

  package func requestPattern(_ fields: inout OverlayFields) throws(Diagnostic) -> any RequestPattern {
    try GRPCRequestPattern(&fields)
  }

  package func faultReply(
    _ fields: inout OverlayFields, file: (OverlayNode) throws(Diagnostic) -> [UInt8]
  ) throws(Diagnostic) -> Message? {
    try Self.trailers(&fields).map { trailers in
      Message(
        start: ["HTTP/2", "200", ""],
        fields: Fields([("content-type", Self.mediaType)] + trailers.list.map { ($0.name, $0.value) }))
    }
  }

  package func faultTrailers(_ fields: inout OverlayFields) throws(Diagnostic) -> Fields? { try Self.trailers(&fields) }

  /// A status with what goes with it; nil where nothing of it stands there.
  private static func trailers(_ fields: inout OverlayFields) throws(Diagnostic) -> Fields? {
    let (status, message, metadata) = (fields.take("status"), fields.take("message"), fields.take("metadata"))
    guard let status else {
      guard let other = message ?? metadata else { return nil }
      throw other.problem("a reply has a `status`", fix: "write `status: UNAVAILABLE` beside it")
    }
    let name = try status.text("status")
    guard let number = GRPCStatus.number(name), GRPCStatus.names.indices.contains(number) else {
      throw status.problem(
        "there is no status `\(name)`", nearest: nearestWord(to: name, among: GRPCStatus.names).map { "`\($0)`" },
        fix: "one of \(GRPCStatus.names.joined(separator: ", ")), or its number from 0 to \(GRPCStatus.names.count - 1)"
      )
    }
    var trailers = Fields([(GRPCStatus.field, String(number))])
    if let message {
      trailers.append(GRPCStatus.messageField, GRPCStatus.encoded(try message.text("message")))
    }
    if let metadata {
      for field in try OverlayFields(metadata, of: "`metadata`").fields {
        let value = try field.value.text(field.name)
        guard Self.isMetadata(field.name, value) else {
          throw field.key.problem(
            "`\(field.name)` cannot stand in metadata", fix: "use small letters, digits, - _ and ., and a plain text")
        }
        trailers.append(field.name, value)
      }
    }
    return trailers
  }

  /// Source: PROTOCOL-HTTP2.md, Custom-Metadata.
  private static func isMetadata(_ name: String, _ value: String) -> Bool {
    !name.isEmpty && !name.hasPrefix("grpc-")
      && name.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || "-_.".utf8.contains($0) }
      && value.utf8.allSatisfy { (0x20...0x7E).contains($0) }
  }

  package func subject(of request: any WireRequest) -> RequestSubject {
    RequestSubject(names: [], changes: nil)
  }

  package func absence(of request: any WireRequest) -> Message {
    Message(start: ["HTTP/2", "200", ""], fields: Fields([("content-type", Self.mediaType), (GRPCStatus.field, "5")]))
  }

  /// Messages, and not the lengths in front of them.
  package func payload(of reply: UnsafeRawBufferPointer, headLength: Int) -> [Range<Int>] {
    guard headLength < reply.count else { return [] }
    let frames = GRPCFrame.split(Array(reply[headLength...])) ?? []
    return frames.map { headLength + $0.payload.lowerBound..<headLength + $0.payload.upperBound }
  }

  package func head(of reply: PreparedReply) -> Message? {
    let text = reply.bytes.getString(at: reply.bytes.readerIndex, length: reply.headLength) ?? ""
    let lines = text.split(separator: "\r\n")
    guard let start = lines.first else { return nil }
    var head = Message(start: start.split(separator: " ").map(String.init) + [""])
    for line in lines.dropFirst() {
      guard let colon = line.firstIndex(of: ":") else { continue }
      head.fields.append(String(line[..<colon]), String(line[line.index(colon, offsetBy: 2)...]))
    }
    return head
  }

  /// Another call's messages would be read as this one's: its status is what fits.
  package func fitting(_ reply: PreparedReply, to request: any WireRequest) -> PreparedReply {
    var reply = reply
    reply.bytes = reply.bytes.getSlice(at: reply.bytes.readerIndex, length: reply.headLength) ?? reply.bytes
    (reply.file, reply.fileLength, reply.stream) = (nil, 0, nil)
    return reply
  }

  package func truncated(_ reply: PreparedReply, to count: Int?) -> PreparedReply {
    let body = Array(reply.bytes.readableBytesView.dropFirst(reply.headLength))
    guard let first = GRPCFrame.split(body)?.first else { return reply }
    let payload = body[first.payload].prefix(count ?? first.payload.count / 2)
    var kept: [UInt8] = []
    GRPCFrame.append(payload, isCompressed: first.isCompressed, to: &kept)
    var reply = reply
    let head = reply.bytes.getSlice(at: reply.bytes.readerIndex, length: reply.headLength)
    reply.bytes = head ?? ByteBuffer()
    reply.bytes.writeBytes(kept)
    reply.bytes.writeBytes(body[first.payload.upperBound...])
    return reply
  }
}
