import Foundation
import MockrecCore
import MockrecEngine
import MockrecWire
import NIOCore
import NIOPosix

/// Says a recorded client's part of a dialogue, each message when what came before it has been heard, and waits for the
/// service's. Any other request goes to another client, unless that loses its answer.
package final class DialogueContractClient: ContractClient {
  private let wire: any Wire
  private let plain: any ContractClient
  private let limits: WireLimits
  private let timeout: Duration
  private let patience: Duration
  private let origins: [OriginAddress]
  private let loop: any EventLoop

  /// - Parameters:
  ///   - plain: Asks what is no dialogue.
  ///   - timeout: For the whole of a dialogue, beside twice the time that it took when it was recorded.
  ///   - patience: For the service's next message, beside twice the longest time that it took when it was recorded.
  package init(
    wire: any Wire, otherwise plain: any ContractClient, limits: WireLimits, timeout: Duration,
    patience: Duration = .seconds(3), origins: [OriginAddress], group: any EventLoopGroup
  ) {
    self.wire = wire
    self.plain = plain
    self.limits = limits
    self.timeout = timeout
    self.patience = min(patience, timeout)
    self.origins = origins
    self.loop = group.next()
  }

  package func ask(_ request: ContractRequest) async throws(OriginFailure) -> Answer {
    if let dialogue = request.dialogue { return try await self.ask(request, dialogue) }
    do throws(OriginFailure) { return try await self.plain.ask(request) } catch {
      guard error.isEarly, request.options.isEmpty, let said = request.message.body.bytes else { throw error }
      // It is heard here, however early it comes.
      let line = ContractDialogue.Line(said, heard: 0)
      let whole = ContractDialogue(lines: [line], end: 0, messages: .max, isOpen: false, beginsWithReply: false)
      return try await self.ask(request, whole)
    }
  }

  private func ask(
    _ request: ContractRequest, _ dialogue: ContractDialogue
  ) async throws(OriginFailure) -> Answer {
    if let option = request.options.first(where: { _ in true })?.name {
      throw OriginFailure(
        .malformed, "the option \(option) is not for messages that answer each other: set it for the service")
    }
    let url = request.message.start.count > 1 ? request.message.start[1] : ""
    let clock = ContinuousClock()
    let began = clock.now
    let origin = try OriginAddress(url, of: self.wire, among: self.origins)
    var message = request.message
    message.start = [message.start[0], OriginAddress.target(of: url), "HTTP/1.1"]
    message.body = Body()
    let head = self.wire.outgoing(message, to: origin)
    let reply: Message
    do {
      reply = try await self.speak(dialogue, head, to: origin)
    } catch {
      throw OriginDialer.explain(error, origin)
    }
    let body = reply.body.bytes ?? []
    let answer = Answer(
      version: reply.start.first ?? "", status: reply.start.count > 1 ? Int(reply.start[1]) : nil,
      statusText: reply.start.dropFirst(2).joined(separator: " "), fields: reply.fields,
      body: self.wire.decoded(body, fields: reply.fields, limit: 64 << 20), rawBody: body, trailers: reply.trailers,
      duration: began.duration(to: clock.now), url: url)
    return try self.wire.answer(received: answer, to: request)
  }

  private func speak(
    _ dialogue: ContractDialogue, _ head: Message, to origin: OriginAddress
  ) async throws -> Message {
    let (wire, limits, timeout) = (self.wire, self.limits, self.timeout)
    let patience = self.patience + dialogue.longestPause * 2
    let service = Service(
      name: "", wire: wire, rules: MatchRules(redactor: Redactor()), limits: limits, origin: origin, timeout: timeout)
    let speaks = wire.applicationProtocol(for: head)
    let dialer = OriginDialer(
      service: service, origin: origin, tls: try OriginTLS.context(for: wire, to: origin, speaks: speaks),
      speaks: speaks)
    let promise = self.loop.makePromise(of: Message.self)
    dialer.dial(on: self.loop) { channel, agreed in
      let link = try wire.dial(on: channel, to: origin, applicationProtocol: agreed, limits: limits)
      let reply = DialogueReply(dialogue, wire, link, promise, on: channel.eventLoop, patience: patience)
      reply.begin(head, within: timeout + dialogue.duration * 2)
    }.whenFailure { promise.fail($0) }
    return try await promise.futureResult.get()
  }

  package func end() async { await self.plain.end() }
}

extension OriginAddress {
  /// Where a contract's URL leads. A service that is known has its settings.
  fileprivate init(
    _ url: String, of wire: any Wire, among known: [OriginAddress]
  ) throws(OriginFailure) {
    guard let parts = URLComponents(string: url), let scheme = parts.scheme, let host = parts.host, !host.isEmpty,
      let usual = wire.schemes[scheme]
    else { throw OriginFailure(.unreachable, "'\(url)' is no address of a service") }
    let bare = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
    let port = parts.port ?? usual.port
    let real = known.first { $0.host == bare && $0.port == port }
    self.init(scheme: scheme, host: bare, port: port, tls: usual.usesTLS ? real?.tls ?? ClientTLS() : nil)
  }

  /// What is asked for at a URL: its path and query.
  fileprivate static func target(of url: String) -> String {
    let rest = (url.firstRange(of: "://").map { url[$0.upperBound...] } ?? url[...]).drop { $0 != "/" && $0 != "?" }
    return rest.first == "/" ? String(rest) : "/" + rest
  }
}
