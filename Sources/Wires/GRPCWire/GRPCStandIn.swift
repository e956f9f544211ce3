import MockrecCore
import MockrecWire
import NIOCore

/// Answers reflection and health for a service that is not there, message by message.
final class GRPCStandIn: StandIn {
  private enum Kind {
    case reflection(ReflectionResponder)
    case health(HealthResponder, method: String)
  }

  private let kind: Kind
  private var unread = ByteBuffer()
  private var status = Fields([(GRPCStatus.field, "0")])
  private var isOpen = false
  private var hasFailed = false

  /// The longest message that is read. Bytes.
  private static let longest = 1 << 20

  /// - Returns: nil for a call of any other service, and where nothing is known that could be told.
  init?(_ path: String, _ types: GRPCTypes) {
    let parts = path.split(separator: "/")
    guard parts.count == 2 else { return nil }
    let service = String(parts[0])
    if service == HealthResponder.service {
      self.kind = .health(HealthResponder(services: types.schema.services), method: String(parts[1]))
    } else if ReflectionVersion.allCases.contains(where: { $0.path == path }) {
      let schema = types.schema
      let offered = types.reflections
      // Where the service itself was asked, it is known which version it has.
      guard !schema.services.isEmpty, offered.isEmpty || offered.contains(service) else { return nil }
      let all = offered.isEmpty ? Set(ReflectionVersion.allCases.map(\.service)) : offered
      self.kind = .reflection(ReflectionResponder(schema: schema, services: Array(all.union(schema.services))))
    } else {
      return nil
    }
  }

  let head = Message(start: ["HTTP/2", "200", ""], fields: Fields([("content-type", GRPCWire.mediaType)]))

  var isOver: Bool { self.hasFailed }

  func hear(_ bytes: ByteBuffer) -> ByteBuffer {
    guard !self.hasFailed else { return ByteBuffer() }
    self.unread.writeImmutableBuffer(bytes)
    var said: [UInt8] = []
    while !self.hasFailed, let message = self.next() {
      guard let answer = self.answer(message) else { continue }
      GRPCFrame.append(answer, isCompressed: false, to: &said)
    }
    self.unread.discardReadBytes()
    return ByteBuffer(bytes: said)
  }

  private func next() -> [UInt8]? {
    guard let length = self.unread.getInteger(at: self.unread.readerIndex + 1, as: UInt32.self) else { return nil }
    guard length <= Self.longest else {
      self.fail(8, "a message of \(length) bytes")
      return nil
    }
    guard self.unread.readableBytes >= GRPCFrame.headLength + Int(length) else { return nil }
    self.unread.moveReaderIndex(forwardBy: GRPCFrame.headLength)
    return self.unread.readBytes(length: Int(length))
  }

  private func answer(_ message: [UInt8]) -> [UInt8]? {
    do throws(ProtobufError) {
      switch self.kind {
      case .reflection(let responder): return try responder.answer(message)
      case .health(let responder, let method):
        switch try responder.answer(method: method, message) {
        case .message(let answer): return answer
        case .open(let answer):
          self.isOpen = true
          return answer
        case .status(let code, let text):
          self.fail(code, text)
          return nil
        }
      }
    } catch {
      self.fail(13, "this is no such request: \(error)")
      return nil
    }
  }

  private func fail(_ code: Int, _ text: String) {
    self.hasFailed = true
    self.isOpen = false
    self.unread.clear()
    self.status = Fields([
      (GRPCStatus.field, String(code)), (GRPCStatus.messageField, GRPCStatus.encoded(text)),
    ])
  }

  func end() -> (rest: ByteBuffer, trailers: Fields)? { self.isOpen ? nil : (ByteBuffer(), self.status) }
}

extension GRPCRequest {
  var standIn: (any StandIn)? { GRPCStandIn(self.path, self.types) }
}
