import MockrecCore
import MockrecEngine
import MockrecTransport
import MockrecWire
import NIOCore
import Synchronization

/// A forward proxy while it stands in for whatever its clients ask: each service is a run of its own, from its first request.
final class ForwardRun<Run: Sendable>: ForwardGateway {
  /// Makes what answers on one connection of a service.
  typealias Answer = @Sendable (any ReplyWriter, any Channel) -> any Conversation

  private struct State {
    var runs: [Run] = []
    var answers: [ForwardTarget: Answer] = [:]
    var contexts: [String: ServerTLS] = [:]
  }

  /// Services of one run; more are refused.
  private static var mostServices: Int { 1000 }

  private let authority: RunAuthority
  private let console: Console
  private let make: @Sendable (ForwardTarget) throws -> (run: Run, answer: Answer)
  private let state = Mutex(State())
  /// What went wrong before a service was known.
  let tally = Tally()
  /// Where the proxy itself listens.
  let port = Atomic<Int>(0)

  /// - Parameter make: Begins the run of a service, without a listener of its own. Called on an event loop.
  init(
    _ authority: RunAuthority, console: Console,
    make: @escaping @Sendable (ForwardTarget) throws -> (run: Run, answer: Answer)
  ) {
    self.authority = authority
    self.console = console
    self.make = make
  }

  /// In the order of their first requests.
  var runs: [Run] { self.state.withLock { $0.runs } }

  func conversation(
    with service: ForwardTarget, writer: any ReplyWriter, channel: any Channel
  ) throws -> any Conversation {
    let isLocal = HostPort(host: service.host, port: service.port).isLoopback
    guard !isLocal || service.port != self.port.load(ordering: .relaxed) else {
      throw Diagnostic("\(service.host):\(service.port) is this proxy itself")
    }
    let answer = try self.state.withLock { state in
      if let known = state.answers[service] { return known }
      guard state.answers.count < Self.mostServices else {
        throw Diagnostic("more than \(Self.mostServices) services in one run")
      }
      let made = try self.make(service)
      state.runs.append(made.run)
      state.answers[service] = made.answer
      return made.answer
    }
    return answer(writer, channel)
  }

  func protect(_ channel: any Channel, host: String) throws {
    let tls = try self.state.withLock { state in
      if let known = state.contexts[host] { return known }
      if state.contexts.count >= Self.mostServices { state.contexts = [:] }
      let (tally, console) = (self.tally, self.console)
      let made = try ServerTLS(self.authority.authority(), host: host, wire: Wires.http) { failure in
        if tally.refuse("\(host): \(failure)") { console.message("\(host): \(failure)\n") }
      }
      state.contexts[host] = made
      return made
    }
    try tls.protect(channel)
  }
}
