import MockrecCore
import MockrecWire
import NIOCore

/// Finds, request by request, the conversation with the service that a client of a forward proxy asks for.
final class HTTPForwardConversation: Conversation {
  private let gateway: any ForwardGateway
  private let writer: any ReplyWriter
  private let channel: any Channel
  /// The other end of a tunnel; nil where each request names its own.
  private let target: ForwardTarget?
  private var known: [ForwardTarget: any Conversation] = [:]
  private var current: (any Conversation)?

  /// Services that one connection may ask; a client has a connection for each as a rule.
  private static let mostServices = 64

  init(
    gateway: any ForwardGateway, writer: any ReplyWriter, channel: any Channel, target: ForwardTarget? = nil
  ) {
    self.gateway = gateway
    self.writer = writer
    self.channel = channel
    self.target = target
  }

  func requestBegan(_ request: any WireRequest) {
    self.current = nil
    guard let request = request as? HTTPRequest else { return }
    guard let target = self.target ?? ForwardTarget(absolute: request.target) else {
      return self.refuse("\(request.target.prefix(100)) names no service: this is a forward proxy (HTTP_PROXY)")
    }
    do {
      let conversation = try self.known[target] ?? self.conversation(with: target)
      self.current = conversation
      conversation.requestBegan(request.inOriginForm)
    } catch {
      self.refuse((error as? Diagnostic)?.message ?? "\(error)")
    }
  }

  private func conversation(with target: ForwardTarget) throws -> any Conversation {
    guard self.known.count < Self.mostServices else { throw Diagnostic("a connection to too many services") }
    let made = try self.gateway.conversation(with: target, writer: self.writer, channel: self.channel)
    self.known[target] = made
    return made
  }

  private func refuse(_ text: String) {
    let body = Array("mockrec: \(text)\n".utf8)
    var head = Message(start: ["HTTP/1.1", "400", "Bad Request"])
    head.fields.append("Content-Type", "text/plain; charset=utf-8")
    head.fields.append("X-Mockrec", "refused")
    head.fields.append("Content-Length", String(body.count))
    self.writer.begin(head)
    self.writer.body(ByteBuffer(bytes: body))
    self.writer.end(Fields())
  }

  func requestBody(_ bytes: ByteBuffer) { self.current?.requestBody(bytes) }
  func requestEnded(_ trailers: Fields) { self.current?.requestEnded(trailers) }
  func inputEnded() { self.current?.inputEnded() }
  func writabilityChanged(_ writable: Bool) { self.current?.writabilityChanged(writable) }

  func refused(_ error: WireError) { self.current?.refused(error) }

  func closed() {
    for conversation in self.known.values { conversation.closed() }
    self.known = [:]
    self.current = nil
  }
}
