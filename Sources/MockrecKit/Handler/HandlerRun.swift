import Foundation
import MockrecCore
import MockrecEngine
import MockrecTransport
import MockrecWire
import NIOCore

/// A service's handler while it is served.
struct HandlerRun: Sendable {
  let handler: ServiceHandler
  private let process: HandlerProcess?
  private let closure: ClosureHandler?

  /// - Parameter trouble: Told of what goes wrong while no request waits.
  /// - Returns: nil for a service without one.
  /// - Throws: `Failure` for a program that there is not, and a wire that has no handlers.
  init?(
    _ binding: ServiceBinding, _ loops: EventLoops, _ console: Console,
    trouble: @escaping @Sendable (MockFailure) -> Void = { _ in }
  ) throws {
    guard let handler = binding.settings.handler else { return nil }
    guard let wire = binding.service.wire as? any HandlerWire else {
      throw Failure.usage(
        Diagnostic(
          "service \(binding.settings.name) has a handler, and the wire \(binding.settings.wire) has none",
          fix: "take the handler out"))
    }
    switch handler {
    case .closure(let closure):
      let closure = ClosureHandler(closure)
      self.handler = ServiceHandler(closure)
      (self.process, self.closure) = (nil, closure)
    case .command(let command):
      try Self.check(command, of: binding.settings)
      let process = HandlerProcess(
        command, service: binding.service, wire: wire, on: loops.group.next(), console: console, trouble: trouble)
      self.handler = ServiceHandler(process)
      (self.process, self.closure) = (process, nil)
    }
  }

  /// Finds out what keeps a program from being run before anybody asks.
  private static func check(_ command: HandlerCommand, of settings: ServiceSettings) throws {
    let search = CommandSearch(path: ProcessInfo.processInfo.environment["PATH"])
    let program = command.words.first ?? ""
    let isRelative = program.contains("/") && !program.hasPrefix("/")
    let path = isRelative ? joinPath(command.directory, program) : program
    guard !program.isEmpty, search.candidates(for: path).contains(where: { access($0, X_OK) == 0 }) else {
      let failure = search.candidates(for: path).contains { access($0, F_OK) == 0 } ? EACCES : ENOENT
      let diagnostic = CommandNotStarted(path, failure: failure, search: search).diagnostic
      let place = settings.origin.map { "\(settings.name) (\($0.file):\($0.line)), `handler`" } ?? settings.name
      throw Failure.usage(diagnostic.noting("service", place))
    }
  }

  /// Starts it before it is asked anything.
  func start() { self.process?.start() }

  /// Ends what was started.
  func end() async {
    self.closure?.end()
    await self.process?.end(isLast: true)
  }

  /// The same; it is started again, and knows nothing, when it is asked.
  func forget() async { await self.process?.end(isLast: false) }
}
