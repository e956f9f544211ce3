import Foundation
import MockrecCore
import MockrecEngine
import MockrecWire
import NIOCore
import NIOPosix
import Synchronization

/// Asks services of a byte-stream wire. The requests of a contract to one address go over one connection, in their order,
/// as what was said on it before may matter, but for those that name another (`# @connection 2`). A recorded request tells
/// its past itself, and goes over one of its own.
package final class StreamContractClient: ContractClient {
  private let wire: any StreamWire
  private let limits: WireLimits
  private let timeout: Duration
  private let loop: any EventLoop
  private let keepsConnections: Bool
  private let origins: [OriginAddress]
  /// One of the connections of a contract.
  private struct Place: Hashable {
    var address: String
    var name: String
  }

  private let links = Mutex<[Place: NIOLoopBound<any OriginLink>]>([:])

  package init(
    wire: any StreamWire, limits: WireLimits, timeout: Duration, keepsConnections: Bool, origins: [OriginAddress],
    group: any EventLoopGroup
  ) {
    self.wire = wire
    self.limits = limits
    self.timeout = timeout
    self.loop = group.next()
    self.keepsConnections = keepsConnections
    self.origins = origins
  }

  package func end() async {
    let links = self.links.withLock { links in
      defer { links = [:] }
      return Array(links.values)
    }
    guard !links.isEmpty else { return }
    // A loop that has ended has closed them.
    try? await self.loop.submit { for link in links { link.value.close() } }.get()
  }

  package func ask(_ request: ContractRequest) async throws(OriginFailure) -> Answer {
    let address = request.message.start.count > 1 ? request.message.start[1] : ""
    let place = Place(address: address, name: request.options[first: ContractRequest.connection] ?? "")
    let clock = ContinuousClock()
    let began = clock.now
    do {
      // What a server says on a new connection is asked of a new one.
      if request.message.start.last == Aside.connect { await self.forget(place) }
      let link = try await self.link(to: place)
      var message = request.message
      if case .file(let path, _) = message.body.content {
        message.body = Body(Array(try Data(contentsOf: URL(fileURLWithPath: path))))
      }
      let (reply, isReusable) = try await self.ask(message, on: link)
      if !self.keepsConnections { await self.end() } else if !isReusable { await self.forget(place) }
      return self.wire.answer(reply, duration: began.duration(to: clock.now), url: address)
    } catch let failure as OriginFailure {
      self.links.withLock { $0[place] = nil }
      throw failure
    } catch {
      throw OriginFailure(.unreachable, "cannot connect to \(address): \(error)")
    }
  }

  private func forget(_ place: Place) async {
    guard let link = self.links.withLock({ $0.removeValue(forKey: place) }) else { return }
    // A loop that has ended has closed it.
    try? await self.loop.submit { link.value.close() }.get()
  }

  private func link(to place: Place) async throws -> NIOLoopBound<any OriginLink> {
    if let link = self.links.withLock({ $0[place] }) { return link }
    let origin = try self.origin(place.address)
    let service = Service(
      name: "", wire: self.wire, rules: MatchRules(redactor: Redactor()), limits: self.limits, origin: origin,
      timeout: self.timeout)
    let (wire, limits) = (self.wire, self.limits)
    let tls = try OriginTLS.context(for: self.wire, to: origin)
    do {
      let link = try await OriginDialer(service: service, origin: origin, tls: tls)
        .dial(on: self.loop) { channel, agreed in
          NIOLoopBound(
            try wire.dial(on: channel, to: origin, applicationProtocol: agreed, limits: limits),
            eventLoop: channel.eventLoop)
        }.get()
      self.links.withLock { $0[place] = link }
      return link
    } catch {
      throw OriginDialer.explain(error, origin)
    }
  }

  private func origin(_ address: String) throws(OriginFailure) -> OriginAddress {
    guard let url = URLComponents(string: address), let scheme = url.scheme, let host = url.host, !host.isEmpty,
      let known = self.wire.schemes[scheme]
    else { throw OriginFailure(.unreachable, "'\(address)' is no address of a service") }
    let bare = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
    var origin = OriginAddress(
      scheme: scheme, host: bare, port: url.port ?? known.port, basePath: url.path,
      tls: known.usesTLS ? ClientTLS() : nil)
    // Credentials do not stand in what contracts are rendered with: it is shown.
    if let real = self.origins.first(where: { $0.host == origin.host && $0.port == origin.port }) {
      origin.credentials = real.credentials
      if origin.usesTLS { origin.tls = real.tls ?? origin.tls }
    }
    return origin
  }

  private func ask(_ message: Message, on link: NIOLoopBound<any OriginLink>) async throws -> (
    reply: Message, isReusable: Bool
  ) {
    let timeout = self.timeout
    let reply = self.loop.flatSubmit {
      let promise = self.loop.makePromise(of: (reply: Message, isReusable: Bool).self)
      let receiver = StreamReply(promise)
      link.value.receiver = receiver
      link.value.begin(message)
      link.value.end(Fields())
      let bound = NIOLoopBound(receiver, eventLoop: self.loop)
      let patience = self.loop.scheduleTask(in: TimeAmount(timeout)) {
        bound.value.originFailed(OriginFailure(.timedOut, "no reply within \(timeout)"))
        link.value.close()
      }
      promise.futureResult.whenComplete { _ in patience.cancel() }
      return promise.futureResult
    }
    return try await reply.get()
  }
}

/// Waits for one whole reply.
private final class StreamReply: ReplyReceiver {
  private var promise: EventLoopPromise<(reply: Message, isReusable: Bool)>?
  private var reply: Message?

  init(_ promise: EventLoopPromise<(reply: Message, isReusable: Bool)>) { self.promise = promise }

  func interim(_ head: Message) {}
  func replyBegan(_ head: Message) { self.reply = head }

  func replyBody(_ bytes: ByteBuffer) {
    let before = self.reply?.body.bytes ?? []
    self.reply?.body = Body(before + Array(bytes.readableBytesView))
  }

  func replyEnded(_ trailers: Fields, reusable: Bool) {
    guard let reply = self.reply else { return }
    self.promise?.succeed((reply, reusable))
    self.promise = nil
  }

  func originPaused() {}

  func originFailed(_ failure: OriginFailure) {
    self.promise?.fail(failure)
    self.promise = nil
  }

  func originWritabilityChanged(_ writable: Bool) {}
}
