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

    var address: String {
      self.binding.service.wire.address(
        host: self.listener.host, port: self.listener.port, usesTLS: self.binding.settings.tls)
    }
  }

  let loops: EventLoops
  private let opened = Mutex<[Open]>([])
  var open: [Open] { self.opened.withLock { $0 } }
  /// Taken from the beginning to the end: a signal that comes while listeners open, or while the summary is made, must
  /// not end the process before its time.
  private let signal: StopSignal?

  /// The forward proxy, where there is one.
  private let forward = Mutex<Listener?>(nil)
  /// The programs that answer for services.
  private let handlers = Mutex<[HandlerRun]>([])
  /// Where tests steer the run, if they do.
  private let control = Mutex<(listener: Listener, token: String?)?>(nil)
  /// The command, as soon as it is about to start.
  private let command = Mutex<Task<Int32, any Error>?>(nil)
  private let authority: RunAuthority
  private let console: Console

  /// - Parameter takesSignals: False inside another program, whose signals are its own.
  init(_ options: RunOptions, threads: Int? = nil, takesSignals: Bool = true, console: Console) {
    self.loops = EventLoops(threads: threads ?? options.threads)
    self.console = console
    self.authority = RunAuthority(stateDirectory: options.stateDirectory, console: console)
    self.signal = takesSignals ? StopSignal() : nil
  }

  /// - Parameters:
  ///   - tally: Is told of TLS handshakes that fail.
  ///   - handshakes: Has some of them fail.
  func listen(
    _ binding: ServiceBinding, tally: Tally, handshakes: HandshakeFaults? = nil,
    conversation: @escaping @Sendable (any ReplyWriter, any Channel) -> any Conversation
  ) async throws {
    try await self.open(binding, tally, handshakes) { host, port, tls in
      try await Listener.open(
        service: binding.service.name, host: host, port: port, wire: binding.service.wire,
        limits: binding.service.limits, tls: tls, group: self.loops.group, conversation: conversation)
    }
  }

  /// Forwards what comes, while tapes listen.
  func listen(
    _ binding: ServiceBinding, tally: Tally, handshakes: HandshakeFaults? = nil, tunnel: Tunnel,
    tape: @escaping @Sendable (any EventLoop) -> any TunnelTape
  ) async throws {
    try await self.open(binding, tally, handshakes) { host, port, tls in
      try await Listener.open(
        service: binding.service.name, host: host, port: port, tunnel: tunnel, tls: tls, group: self.loops.group,
        tape: tape)
    }
  }

  /// Stands in for every service that the run's command asks through a forward proxy.
  func listen<Run>(_ gateway: (RunAuthority) -> ForwardRun<Run>) async throws -> ForwardRun<Run> {
    do {
      let run = gateway(self.authority)
      // The command has to trust it from the beginning.
      _ = try self.authority.authority()
      let listener = try await Listener.open(
        forward: Wires.http, limits: WireLimits(), gateway: run, group: self.loops.group)
      run.port.store(listener.port, ordering: .relaxed)
      self.forward.withLock { $0 = listener }
      return run
    } catch let problem as Diagnostic {
      throw Failure.usage(problem)
    }
  }

  /// Opens the control API of a run.
  func listen(
    control settings: ControlSettings, _ runs: [any ServedRun], _ overlays: OverlayPlan, _ journal: RunJournal
  ) async throws {
    let address = settings.options.address
    let api = ControlAPI(
      settings.sessions, runs: runs.compactMap { $0 as? any SessionRun },
      services: self.open.map { ($0.binding.settings.name, $0.binding.service.wire.name, $0.address) },
      overlays: overlays
    ) { run, session in
      try await self.listen(run, for: session, in: settings.sessions, overlays, journal)
    } shutDown: {
      self.signal?.stop()
      self.command.withLock { $0 }?.cancel()
    }
    let host = address.host.lowercased()
    let hosts = Set(["localhost", "127.0.0.1", "[::1]", host.contains(":") ? "[\(host)]" : host])
    do {
      let listener = try await Listener.open(
        service: "control", host: address.host, port: address.port, wire: Wires.http, limits: WireLimits(),
        group: self.loops.group
      ) { writer, channel in
        ControlConversation(
          api, on: self.loops, token: settings.options.token, hosts: hosts, writer: writer, channel: channel)
      }
      self.control.withLock { $0 = (listener, settings.options.token) }
    } catch let problem as Diagnostic {
      throw Failure.usage(problem)
    }
  }

  /// Opens a port on which everything belongs to one session.
  private func listen(
    _ run: any SessionRun, for session: Session, in table: SessionTable, _ overlays: OverlayPlan,
    _ journal: RunJournal
  ) async throws -> (address: String, close: @Sendable () async -> Void) {
    let binding = run.binding
    let handshakes = try overlays.overlays(of: session)?.lay(overPort: binding, journal: journal)
    let (clients, conversation) = (OpenChannels(), run.scoped(session, in: table))
    let listener = try await Listener.open(
      service: binding.service.name, host: binding.settings.listen.host, port: 0, wire: binding.service.wire,
      limits: binding.service.limits, tls: self.tls(binding, run.tally, handshakes), group: self.loops.group
    ) { writer, channel in
      clients.add(channel)
      return conversation(writer, channel)
    }
    let address = binding.service.wire.address(
      host: listener.host, port: listener.port, usesTLS: binding.settings.tls)
    return (
      address,
      {
        await listener.close()
        await clients.close()
      }
    )
  }

  private func open(
    _ binding: ServiceBinding, _ tally: Tally, _ handshakes: HandshakeFaults?,
    _ make: (String, Int, ServerTLS?) async throws -> Listener
  ) async throws {
    let listen = binding.settings.listen
    if let warning = binding.warning { self.console.message(warning) }
    do {
      let listener = try await make(listen.host, listen.port, self.tls(binding, tally, handshakes))
      self.opened.withLock { $0.append(Open(binding: binding, listener: listener)) }
    } catch let problem as Diagnostic {
      throw Failure.usage(problem)
    }
  }

  private func tls(
    _ binding: ServiceBinding, _ tally: Tally, _ handshakes: HandshakeFaults?
  ) throws -> ServerTLS? {
    guard binding.settings.tls else { return nil }
    var breaks: (@Sendable () -> Bool)?
    if let handshakes { breaks = { handshakes.breakNext() } }
    let (name, console) = (binding.service.name, self.console)
    return try ServerTLS(
      self.authority.authority(), host: binding.settings.listen.host, wire: binding.service.wire,
      breaks: breaks
    ) { failure in
      if tally.refuse(failure) { console.message("\(name): \(failure)\n") }
    }
  }

  /// The certificate that clients of this run's TLS listeners have to trust, as PEM; nil where there is none.
  var authorityPEM: String? { self.authority.pem }

  /// Tells where everything listens, and then waits: for the command to end, or for a signal to stop.
  /// - Returns: The command's exit status; 0 without one.
  func run(_ command: [String]) async throws -> Int32 {
    // What takes its time is done before anybody is told to come.
    let environment = command.isEmpty ? [:] : try self.environment()
    for service in self.open {
      self.console.output(
        "listening \(service.binding.service.name) \(service.binding.service.wire.name) "
          + "\(HostPort(service.listener))\n")
    }
    if let forward = self.forward.withLock({ $0 }) {
      self.console.output("listening proxy \(Wires.http.name) \(forward.host):\(forward.port)\n")
    }
    if let control = self.control.withLock({ $0?.listener }) {
      self.console.output("listening control \(Wires.http.name) \(HostPort(control))\n")
    }
    self.console.output("ready\n")
    guard !command.isEmpty else {
      _ = await self.signal?.wait()
      return 0
    }
    let task = self.command.withLock { running in
      let task = Task { try await CommandRunner.run(command, environment: environment, unless: self.signal) }
      running = task
      return task
    }
    return try await withTaskCancellationHandler {
      try await task.value
    } onCancel: {
      task.cancel()
    }
  }

  /// Where the services are and whom to trust, as commands are told.
  func environment() throws -> [String: String] {
    let forward = self.forward.withLock { $0 }
    let control = self.control.withLock { $0 }
    return try Dictionary(
      self.open.map { ($0.binding.settings.environmentName, $0.address) }
        + (control.map { [("MOCKREC_CONTROL", "http://\(HostPort($0.listener))")] } ?? [])
        + (control?.token.map { [("MOCKREC_CONTROL_TOKEN", $0)] } ?? []),
      uniquingKeysWith: { $1 }
    ).merging(self.authority.environment(proxy: forward?.port)) { own, _ in own }
  }

  func stopListening() async {
    for service in self.open { await service.listener.close() }
    await self.forward.withLock { $0 }?.close()
    await self.control.withLock { $0 }?.listener.close()
  }

  /// Lets the event loops hear what has come already: that a command's clients have gone, first of all.
  func settle() async {
    for _ in 0..<2 {
      // A loop that has ended hears nothing more.
      for loop in self.loops.group.makeIterator() { try? await loop.submit {}.get() }
    }
  }

  /// Starts a program that is to end with the run.
  func start(_ handler: HandlerRun) {
    self.handlers.withLock { $0.append(handler) }
    handler.start()
  }

  func shutdown() async {
    let handlers = self.handlers.withLock { $0 }
    await withTaskGroup { group in
      for handler in handlers { group.addTask { await handler.end() } }
    }
    await self.loops.shutdown()
  }

  /// Gives the signals back.
  func end() { self.signal?.close() }
}

extension HostPort {
  fileprivate init(_ listener: Listener) { self.init(host: listener.host, port: listener.port) }
}
