import MockrecCoding
import MockrecCore
import MockrecWire

extension GRPCWire {
  package func redact(_ exchange: Exchange, with redactor: Redactor) -> Exchange {
    guard redactor.isOn else { return exchange }
    var exchange = exchange
    let path = exchange.request.callPath
    exchange.request = self.redact(exchange.request, self.types.messages(of: path, .request), redactor)
    for index in exchange.replies.indices {
      exchange.replies[index].message = self.redact(
        exchange.replies[index].message, self.types.messages(of: path, .reply), redactor)
    }
    return exchange
  }

  private func redact(_ message: Message, _ messages: GRPCMessages, _ redactor: Redactor) -> Message {
    var message = message
    message.fields = message.fields.mapValues { Self.redact($0, redactor) }
    message.trailers = message.trailers.mapValues { Self.redact($0, redactor) }
    guard let body = message.body.bytes else { return message }
    let (frames, end) = GRPCFrame.whole(body)
    let redaction = GRPCRedaction(messages, coding: message.fields[first: Self.codingField], redactor)
    var clean: [UInt8] = []
    /// Where messages end, before and after.
    var moved: [Int: Int] = [0: 0]
    for frame in frames {
      redaction.append(Array(body[frame.payload]), isCompressed: frame.isCompressed, to: &clean)
      moved[frame.payload.upperBound] = clean.count
    }
    // Of a message that never was whole nobody can tell what is in it: that it had begun is all that clients heed.
    clean += body[end...].prefix(GRPCFrame.headLength)
    let chunks = message.body.chunks.map { Body.Chunk(end: moved[$0.end] ?? clean.count, at: $0.at, order: $0.order) }
    message.body = Body(clean, chunks: chunks)
    return message
  }

  private static func redact(_ field: Fields.Field, _ redactor: Redactor) -> String {
    guard field.name.equalsIgnoringCase(GRPCStatus.messageField) else {
      return redactor.field(name: field.name, value: field.value)
    }
    let text = Array(GRPCStatus.decoded(field.value).utf8)
    let clean = redactor.wholeText(text)
    return clean == text ? field.value : GRPCStatus.encoded(String(decoding: clean, as: UTF8.self))
  }

  package func bodyRedactor(
    of message: Message, in request: Message, with redactor: Redactor
  ) -> (any BodyRedactor)? {
    let isReply = message.start.first == "HTTP/2"
    let messages = self.types.messages(of: request.callPath, isReply ? .reply : .request)
    return GRPCBodyRedactor(GRPCRedaction(messages, coding: message.fields[first: Self.codingField], redactor))
  }
}

/// Takes the secrets out of the messages of one side of a call.
struct GRPCRedaction {
  private let messages: GRPCMessages
  private let coding: ContentCoding?
  private let redactor: Redactor

  /// - Parameter coding: The name of how messages are compressed that say they are.
  init(_ messages: GRPCMessages, coding: String?, _ redactor: Redactor) {
    self.messages = messages
    self.coding = coding.flatMap(ContentCoding.init(fieldValue:))
    self.redactor = redactor
  }

  /// Puts a message behind `body`; one without secrets byte for byte.
  func append(_ payload: [UInt8], isCompressed: Bool, to body: inout [UInt8]) {
    let decoded = isCompressed ? try? self.coding?.decode(payload, limit: GRPCWire.longestDecoded) : nil
    let plain = decoded ?? payload
    let clean = self.messages.clean(plain, self.redactor)
    guard clean != plain else { return GRPCFrame.append(payload, isCompressed: isCompressed, to: &body) }
    guard decoded != nil, let encoded = try? self.coding?.encode(clean) else {
      return GRPCFrame.append(clean, isCompressed: isCompressed && decoded == nil, to: &body)
    }
    GRPCFrame.append(encoded, isCompressed: true, to: &body)
  }
}

/// Takes the secrets out of a body that comes piece by piece. A message is held until it is whole.
final class GRPCBodyRedactor: BodyRedactor {
  private let redaction: GRPCRedaction
  private var unread: [UInt8] = []

  init(_ redaction: GRPCRedaction) { self.redaction = redaction }

  func feed(_ bytes: UnsafeRawBufferPointer) throws -> [UInt8] {
    self.unread.append(contentsOf: bytes)
    var clean: [UInt8] = []
    var at = 0
    while self.unread.count - at >= GRPCFrame.headLength {
      let length = self.unread[(at + 1)..<(at + GRPCFrame.headLength)].reduce(0) { $0 << 8 | Int($1) }
      guard length <= GRPCWire.longestDecoded else {
        throw WireError(
          .client, .tooLarge,
          "a message of \(length) bytes, longer than is looked through for secrets (\(GRPCWire.longestDecoded))")
      }
      let end = at + GRPCFrame.headLength + length
      guard end <= self.unread.count else { break }
      self.redaction.append(
        Array(self.unread[(at + GRPCFrame.headLength)..<end]), isCompressed: self.unread[at] != 0, to: &clean)
      at = end
    }
    self.unread.removeFirst(at)
    return clean
  }

  func finish() -> [UInt8] { Array(self.unread.prefix(GRPCFrame.headLength)) }
}
