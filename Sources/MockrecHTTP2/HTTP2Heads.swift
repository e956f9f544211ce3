import MockrecCore
import MockrecWire
import NIOCore
import NIOHPACK

/// Heads as HTTP/2 has them, and as a `Message` has them (RFC 9113, 8.3).
enum HTTP2Heads {
  /// The version in the start lines of messages that came over HTTP/2.
  static let version = "HTTP/2"

  /// A request's head; `:authority` becomes the field `Host`, as RFC 9113, 8.3.1 has it for who passes it on.
  static func request(_ headers: HPACKHeaders) -> Message {
    var message = Message(start: ["", "", self.version])
    message.fields.reserveCapacity(headers.count)
    var cookies: [String] = []
    var authority: String?
    for (name, value, _) in headers {
      guard name.utf8.first == UInt8(ascii: ":") else {
        // A cookie's crumbs are one field for everybody else (RFC 9113, 8.2.3).
        if name == "cookie" { cookies.append(value) } else { message.fields.append(name, value) }
        continue
      }
      switch name {
      case ":method": message.start[0] = value
      case ":path": message.start[1] = value
      case ":authority": authority = value
      default: break
      }
    }
    if !cookies.isEmpty { message.fields.append("cookie", cookies.joined(separator: "; ")) }
    if let authority, !message.fields.contains("host") {
      var fields = Fields()
      fields.reserveCapacity(message.fields.count + 1)
      fields.append("host", authority)
      for field in message.fields.list { fields.append(field.name, field.value) }
      message.fields = fields
    }
    return message
  }

  /// A reply's head.
  static func reply(_ headers: HPACKHeaders) -> Message {
    var message = Message(start: [self.version, headers.first(name: ":status") ?? "", ""])
    message.fields = self.fields(headers)
    return message
  }

  /// All but the pseudo-header fields.
  static func fields(_ headers: HPACKHeaders) -> Fields {
    var fields = Fields()
    fields.reserveCapacity(headers.count)
    for (name, value, _) in headers where name.utf8.first != UInt8(ascii: ":") { fields.append(name, value) }
    return fields
  }

  static func headers(reply head: Message) -> HPACKHeaders {
    var headers = HPACKHeaders()
    headers.reserveCapacity(head.fields.count + 1)
    headers.add(name: ":status", value: head.start.count > 1 ? head.start[1] : "500")
    for field in head.fields.list { self.add(field.name, field.value, to: &headers) }
    return headers
  }

  static func headers(request head: Message, scheme: String) -> HPACKHeaders {
    var headers = HPACKHeaders()
    headers.reserveCapacity(head.fields.count + 4)
    headers.add(name: ":method", value: head.start.first ?? "GET")
    headers.add(name: ":scheme", value: scheme)
    headers.add(name: ":authority", value: head.fields[first: "Host"] ?? "")
    headers.add(name: ":path", value: head.start.count > 1 ? head.start[1] : "/")
    for field in head.fields.list where !field.name.equalsIgnoringCase("Host") {
      self.add(field.name, field.value, to: &headers)
    }
    return headers
  }

  static func headers(trailers: Fields) -> HPACKHeaders {
    var headers = HPACKHeaders()
    for field in trailers.list { self.add(field.name, field.value, to: &headers) }
    return headers
  }

  /// The head of a reply that was made ready for HTTP/1.1: a status line and fields.
  static func headers(prepared head: ByteBufferView) -> HPACKHeaders {
    var headers = HPACKHeaders()
    var isFirst = true
    for line in head.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: true) {
      let line = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
      if isFirst {
        isFirst = false
        let status = line.drop { $0 != UInt8(ascii: " ") }.dropFirst().prefix { $0 != UInt8(ascii: " ") }
        headers.add(name: ":status", value: String(decoding: status, as: UTF8.self))
        continue
      }
      guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { continue }
      let value = line[line.index(after: colon)...].drop { $0 == UInt8(ascii: " ") }
      self.add(String(decoding: line[..<colon], as: UTF8.self), String(decoding: value, as: UTF8.self), to: &headers)
    }
    return headers
  }

  /// Says what a body without a known length is to who speaks HTTP/1.1.
  static func nameFraming(_ message: inout Message) {
    if !message.fields.contains("content-length") { message.fields.append("transfer-encoding", "chunked") }
  }

  /// What a head takes in HTTP/1.1, its line ends with it. Bytes.
  static func length(of headers: HPACKHeaders) -> Int {
    headers.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count + 4 }
  }

  /// Whether a head can be sent: swift-nio makes one frame of it, and ends the connection where that is too long.
  static func fits(_ headers: HPACKHeaders) -> Bool {
    let length = self.length(of: headers)
    // Texts are in HPACK's Huffman code, whose longest word is thirty bits for a byte, and whose shortest five.
    guard length > HTTP2Limits.headBytes / 4 else { return true }
    guard length < 2 * HTTP2Limits.headBytes else { return false }
    var (block, encoder) = (ByteBuffer(), HPACKEncoder(allocator: ByteBufferAllocator()))
    guard (try? encoder.encode(headers: headers.unindexed, to: &block)) != nil else { return false }
    // What the connection's own encoder may say of its table in front comes to twelve bytes at most.
    return block.readableBytes <= HTTP2Limits.headBytes - 12
  }

  /// Fields of one connection have no place in HTTP/2 (RFC 9113, 8.2.2), and names are in lower case.
  private static func add(_ name: String, _ value: String, to headers: inout HPACKHeaders) {
    guard self.isName(name) else { return }
    let name = name.lowercased()
    switch name {
    case "connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade", "http2-settings": return
    case "te" where value != "trailers": return
    default: break
    }
    let isPlain = !value.utf8.contains { $0 == 13 || $0 == 10 || $0 == 0 }
    let clean =
      isPlain ? value : String(decoding: value.utf8.map { $0 == 13 || $0 == 10 || $0 == 0 ? 32 : $0 }, as: UTF8.self)
    headers.add(name: name, value: clean)
  }

  /// A token of visible ASCII (RFC 9110, 5.1): anything else would be an error of the connection.
  private static func isName(_ name: String) -> Bool {
    !name.isEmpty && name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ":") }
  }
}

extension HPACKHeaders {
  /// The same fields, none of which is remembered for later heads.
  var unindexed: HPACKHeaders {
    var headers = HPACKHeaders()
    headers.reserveCapacity(self.count)
    for (name, value, _) in self { headers.add(name: name, value: value, indexing: .nonIndexable) }
    return headers
  }
}
