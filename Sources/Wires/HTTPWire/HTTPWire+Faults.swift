import MockrecCore
import MockrecWire
import NIOCore

extension HTTPWire {
  package var matchWords: [String] { ["method", "path", "query", "header", "json"] }
  package var replyWords: [String] { ["status", "headers", "body", "file"] }
  package var impossibleFaults: [Fault.Word] { [.trailers] }

  package func requestPattern(_ fields: inout OverlayFields) throws(Diagnostic) -> any RequestPattern {
    try HTTPRequestPattern(&fields)
  }

  package func requestMatcher(_ patterns: [any RequestPattern]) -> any RequestMatcher {
    HTTPRequestMatcher(patterns.compactMap { $0 as? HTTPRequestPattern })
  }

  package func faultReply(
    _ fields: inout OverlayFields, file: (OverlayNode) throws(Diagnostic) -> [UInt8]
  ) throws(Diagnostic) -> Message? {
    let (status, headers) = (fields.take("status"), fields.take("headers"))
    let (body, path) = (fields.take("body"), fields.take("file"))
    guard let status else {
      guard let other = headers ?? body ?? path else { return nil }
      throw other.problem("a reply has a `status`", fix: "write `status: 503` beside it")
    }
    let code = try status.integer("status", in: 200...999)
    var reply = Message(start: ["HTTP/1.1", "\(code)", HTTPStatus.reason(code)])
    if let headers {
      for field in try OverlayFields(headers, of: "`headers`").fields {
        let value = try field.value.text(field.name)
        guard Self.isField(field.name, value) else {
          throw field.key.problem("`\(field.name)` cannot stand in a header", fix: "use letters, digits and -")
        }
        reply.fields.append(field.name, value)
      }
    }
    if let body, path != nil {
      throw body.problem("`body` and `file` exclude each other", fix: "write one of them")
    }
    var (bytes, type): ([UInt8], String?) = ([], nil)
    switch body?.content {
    case nil, .empty: break
    case .text(let text): (bytes, type) = (Array(text.utf8), "text/plain; charset=utf-8")
    case .list, .mapping: (bytes, type) = (Array((body?.json ?? .null).description.utf8), "application/json")
    }
    if let path { bytes = try file(path) }
    if let type, !reply.fields.contains("Content-Type") { reply.fields.append("Content-Type", type) }
    if !reply.fields.contains("Content-Length") { reply.fields.append("Content-Length", "\(bytes.count)") }
    reply.body = Body(bytes)
    return reply
  }

  /// Source: RFC 9110, 5.6.2 (token) and 5.5.
  private static func isField(_ name: String, _ value: String) -> Bool {
    !name.isEmpty
      && name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"\"(),/:;<=>?@[\\]{}".utf8.contains($0) }
      && value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }
  }

  package func subject(of request: any WireRequest) -> RequestSubject {
    guard let request = request as? HTTPRequest else { return RequestSubject(names: [], changes: nil) }
    return RequestSubject(
      names: [String(HTTPTarget(request.target).path)], changes: !Self.safeMethods.contains(request.method))
  }

  /// Source: RFC 9110, 9.2.1.
  static let safeMethods: Set<String> = ["GET", "HEAD", "OPTIONS", "TRACE"]

  package func absence(of request: any WireRequest) -> Message {
    Message(start: ["HTTP/1.1", "404", "Not Found"], fields: Fields([("Content-Length", "0")]))
  }

  /// HEAD has no body (RFC 9110, 9.3.2).
  package func fitting(_ reply: PreparedReply, to request: any WireRequest) -> PreparedReply {
    guard (request as? HTTPRequest)?.method == "HEAD" else { return reply }
    let head = reply.bytes.getSlice(at: reply.bytes.readerIndex, length: reply.headLength) ?? reply.bytes
    return PreparedReply(bytes: head, headLength: reply.headLength)
  }

  package func truncated(_ reply: PreparedReply, to count: Int?) -> PreparedReply {
    var head = reply.bytes.getString(at: reply.bytes.readerIndex, length: reply.headLength) ?? ""
    let length = reply.file == nil ? reply.bytes.readableBytes - reply.headLength : reply.fileLength
    let kept = min(count ?? length / 2, length)
    // The head is one that was encoded here.
    var lines = head.components(separatedBy: "\r\n")
    for index in lines.indices where lines[index].lowercased().hasPrefix("content-length:") {
      lines[index] = "Content-Length: \(kept)"
    }
    head = lines.joined(separator: "\r\n")
    var short = reply
    short.bytes = ByteBuffer(string: head)
    short.headLength = short.bytes.readableBytes
    if reply.file == nil, let body = reply.bytes.getSlice(at: reply.bytes.readerIndex + reply.headLength, length: kept)
    {
      short.bytes.writeImmutableBuffer(body)
    } else {
      short.fileLength = kept
    }
    return short
  }

  /// Source: RFC 9112, 7.1: a chunk's length is hexadecimal.
  package var malformedReply: ByteBuffer {
    ByteBuffer(
      string: "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
        + "8\r\n{\"items\"\r\nno length\r\n")
  }
}
