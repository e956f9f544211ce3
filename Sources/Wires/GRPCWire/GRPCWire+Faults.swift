import MockrecCore
import MockrecWire
import NIOCore

extension GRPCWire {
  package var matchWords: [String] { ["method", "metadata", "json"] }
  package var replyWords: [String] { ["status", "message", "metadata"] }
  package var impossibleFaults: [Fault.Word] { [.clock, .malformedChunk, .duplicate, .reorder] }

  package func requestPattern(_ fields: inout OverlayFields) throws(Diagnostic) -> any RequestPattern {
    try GRPCRequestPattern(&fields)
  }

  package func faultReply(
    _ fields: inout OverlayFields, file: (OverlayNode) throws(Diagnostic) -> [UInt8]
  ) throws(Diagnostic) -> Message? {
    try Self.trailers(&fields).map { Message(start: ["HTTP/2", "200", ""], fields: $0) }
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
    guard let number = GRPCStatus.number(name) else {
      throw status.problem(
        "there is no status `\(name)`", nearest: nearestWord(to: name, among: GRPCStatus.names).map { "`\($0)`" },
        fix: "one of \(GRPCStatus.names.joined(separator: ", "))")
    }
    var trailers = Fields([("content-type", self.mediaType), (GRPCStatus.field, String(number))])
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
    guard let request = request as? GRPCRequest else { return RequestSubject(names: [], changes: nil) }
    let parts = request.path.split(separator: "/")
    return RequestSubject(
      names: [String(parts.first ?? "")], changes: parts.last.map { !Self.isSafe($0) })
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
}
