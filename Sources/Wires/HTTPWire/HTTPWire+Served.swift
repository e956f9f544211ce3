import MockrecCore
import MockrecHTTP2
import MockrecWire
import NIOCore

extension HTTPWire {
  package func served(
    _ entry: PlainEntry, of file: UnsafeBufferPointer<UInt8>, rules: MatchRules, into buffer: inout ByteBuffer
  ) -> ServedEntry? {
    // What somebody wrote may stand for more than one path.
    guard rules.headers.isEmpty,
      !file[entry.target].contains(where: {
        $0 == UInt8(ascii: "#") || $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "{")
      })
    else { return nil }
    let (method, status) = (Self.text(entry.verb, file), Self.text(entry.status, file))
    guard let code = Int(status), code >= 200 else { return nil }
    let request = Message(start: [method, Self.text(entry.target, file), "HTTP/1.1"])
    let reply = PlainReply(
      file: file, status: status, code: code, headers: entry.replyHeaders,
      hasBody: HTTPSemantics.hasBody(status: code, method: method))
    var headLength: Int?
    let body = UnsafeBufferPointer(rebasing: file[entry.body])
    if entry.layout.isEmpty {
      headLength = reply.write(body, into: &buffer)
    } else {
      guard let layout = JSONLayout(name: Self.text(entry.layout, file)) else { return nil }
      if body.isEmpty {
        headLength = reply.write(body, into: &buffer)
      } else if !layout.apply(body, { headLength = reply.write($0, into: &buffer) }) {
        return nil
      }
    }
    guard let headLength else { return nil }
    return ServedEntry(key: self.request(from: request).key(rules), headLength: headLength, status: status)
  }

  private static func text(_ range: Range<Int>, _ file: UnsafeBufferPointer<UInt8>) -> String {
    String(decoding: UnsafeBufferPointer(rebasing: file[range]), as: UTF8.self)
  }
}

/// A reply whose head is written from the places of its fields in a file.
private struct PlainReply {
  let file: UnsafeBufferPointer<UInt8>
  let status: String
  let code: Int
  let headers: [PlainEntry.Line]
  let hasBody: Bool

  /// Head and body; gives the head's length, or nil and writes nothing where the head has to be corrected.
  func write(_ body: UnsafeBufferPointer<UInt8>, into buffer: inout ByteBuffer) -> Int? {
    guard let length = self.length(for: body.count) else { return nil }
    let start = buffer.writerIndex
    let fields = self.headers.reduce(0) { $0 + $1.name.count + $1.value.count + 4 }
    let reason = HTTPStatus.reason(self.code)
    buffer.reserveCapacity(minimumWritableBytes: fields + body.count + reason.utf8.count + 80)
    buffer.writeStaticString("HTTP/1.1 ")
    buffer.writeString(self.status)
    buffer.writeStaticString(" ")
    buffer.writeString(reason)
    buffer.writeStaticString("\r\n")
    for field in self.headers { self.write(field, into: &buffer) }
    if let added = length.added { buffer.writeString("Content-Length: \(added)\r\n") }
    buffer.writeStaticString("\r\n")
    let headLength = buffer.writerIndex - start
    buffer.writeBytes(UnsafeRawBufferPointer(body))
    return headLength
  }

  private func write(_ field: PlainEntry.Line, into buffer: inout ByteBuffer) {
    buffer.writeBytes(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(self.file)[field.name]))
    buffer.writeStaticString(": ")
    buffer.writeBytes(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(self.file)[field.value]))
    buffer.writeStaticString("\r\n")
  }

  /// The length that is to be sent in a field of its own, if any; nil where the fields do not fit the body.
  private func length(for count: Int) -> (added: Int?, Void)? {
    guard self.hasBody else { return count == 0 ? (nil, ()) : nil }
    var isStated = false
    for field in self.headers {
      if self.named(field, "transfer-encoding") { return nil }
      guard self.named(field, "content-length") else { continue }
      guard !isStated, self.file[field.value].elementsEqual(String(count).utf8) else { return nil }
      isStated = true
    }
    return (isStated ? nil : count, ())
  }

  private func named(_ field: PlainEntry.Line, _ lowercased: StaticString) -> Bool {
    guard field.name.count == lowercased.utf8CodeUnitCount else { return false }
    return lowercased.withUTF8Buffer { letters in
      for (index, place) in field.name.enumerated()
      where self.file[place].asciiLowercased != letters[index] { return false }
      return true
    }
  }
}
