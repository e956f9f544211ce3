import MockrecCore
import MockrecEngine
import MockrecTransport
import MockrecWire
import NIOCore
import Synchronization

/// The listeners of one run, from the first that opens to the last that closes.
final class RunSession: Sendable {
  /// A service that is being served.
  struct Open: Sendable {
    var binding: ServiceBinding
    var listener: Listener

    var address: String { self.binding.service.wire.address(host: self.listener.host, port: self.listener.port) }
  }

  let loops: EventLoops
  private let opened = Mutex<[Open]>([])
  var open: [Open] { self.opened.withLock { $0 } }
  /// Taken from the beginning to the end: a signal that comes while listeners open, or while the summary is made, must
  /// not end the process before its time.
  private let signal: StopSignal?

  /// - Parameter takesSignals: False inside another program, whose signals are its own.
  init(threads: Int? = nil, takesSignals: Bool = true) {
    self.loops = EventLoops(threads: threads)
    self.signal = takesSignals ? StopSignal() : nil
  }

  func listen(
    _ binding: ServiceBinding,
    conversation: @escaping @Sendable (any ReplyWriter, any Channel) -> any Conversation
  ) async throws {
    try await self.open(binding) { host, port in
      try await Listener.open(
        service: binding.service.name, host: host, port: port, wire: binding.service.wire,
        limits: binding.service.limits, group: self.loops.group, conversation: conversation)
    }
  }

  /// Forwards what comes, while tapes listen.
  func listen(
    _ binding: ServiceBinding, tunnel: Tunnel, tape: @escaping @Sendable (any EventLoop) -> any TunnelTape
  ) async throws {
    try await self.open(binding) { host, port in
      try await Listener.open(
        service: binding.service.name, host: host, port: port, tunnel: tunnel, group: self.loops.group, tape: tape)
    }
  }

  private func open(_ binding: ServiceBinding, _ make: (String, Int) async throws -> Listener) async throws {
    let listen = binding.settings.listen
    do {
      let listener = try await make(listen.host, listen.port)
      self.opened.withLock { $0.append(Open(binding: binding, listener: listener)) }
    } catch let problem as Diagnostic {
      throw Failure.usage(problem)
    }
  }

  /// Tells where everything listens, and then waits: for the command to end, or for a signal to stop.
  /// - Returns: The command's exit status; 0 without one.
  func run(_ command: [String], console: Console) async throws -> Int32 {
    for service in self.open {
      let host = service.listener.host.contains(":") ? "[\(service.listener.host)]" : service.listener.host
      console.output(
        "listening \(service.binding.service.name) \(service.binding.service.wire.name) "
          + "\(host):\(service.listener.port)\n")
    }
    console.output("ready\n")
    guard !command.isEmpty else {
      _ = await self.signal?.wait()
      return 0
    }
    return try await CommandRunner.run(command, environment: self.environment)
  }

  /// Where the services are, as commands are told.
  var environment: [String: String] {
    Dictionary(self.open.map { ($0.binding.settings.environmentName, $0.address) }, uniquingKeysWith: { $1 })
  }

  func stopListening() async { for service in self.open { await service.listener.close() } }

  func shutdown() async { await self.loops.shutdown() }

  /// Gives the signals back.
  func end() { self.signal?.close() }
}
