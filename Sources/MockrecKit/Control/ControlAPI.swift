import MockrecCore
import MockrecEngine
import MockrecWire
import NIOCore
import Synchronization

/// What tests can ask of a run, and have it do: the routes of the control API, and what each does.
final class ControlAPI: Sendable {
  let table: SessionTable
  let runs: [any SessionRun]
  /// All services with their addresses, those that have no sessions too.
  let services: [(name: String, wire: String, address: String)]
  let overlays: OverlayPlan
  /// Opens a listener whose requests all belong to a session; gives its address, and what closes it.
  let listen: @Sendable (any SessionRun, Session) async throws -> (address: String, close: @Sendable () async -> Void)
  /// Ends the run.
  let shutDown: @Sendable () -> Void
  /// What was set up as one does with the Fake Dependency Service.
  let setUps = FakeDependencySetUps()
  /// What requests hold that are not answered yet.
  let bodies = ByteBudget(256 << 20)
  private let named = Atomic<Int>(0)

  init(
    _ table: SessionTable, runs: [any SessionRun], services: [(name: String, wire: String, address: String)],
    overlays: OverlayPlan,
    listen:
      @escaping @Sendable (any SessionRun, Session) async throws -> (
        address: String, close: @Sendable () async -> Void
      ), shutDown: @escaping @Sendable () -> Void
  ) {
    self.table = table
    self.runs = runs
    self.services = services
    self.overlays = overlays
    self.listen = listen
    self.shutDown = shutDown
  }

  func answer(_ request: ControlRequest) -> EventLoopFuture<ControlAnswer> {
    do {
      return try self.route(request)
    } catch {
      return request.loop.makeSucceededFuture(Self.answer(error))
    }
  }

  static func answer(_ error: any Error) -> ControlAnswer {
    let problem =
      switch error {
      case let problem as ControlProblem: problem
      case let problems as Diagnostics: ControlProblem(400, "this does not parse", problems.description)
      case let problem as Diagnostic: ControlProblem(400, "this is not understood", problem.description)
      case let failure as Failure: ControlProblem(400, "this cannot be done", failure.description)
      default: ControlProblem(500, "a bug of mockrec", "\(error)")
      }
    return ControlAnswer(problem.status, problem.json)
  }

  private func route(_ request: ControlRequest) throws -> EventLoopFuture<ControlAnswer> {
    var methods: [String] = []
    for route in self.routes {
      guard let places = route.places(request.path) else { continue }
      methods.append(route.method)
      guard route.method == request.method else { continue }
      if route.body == nil, !route.takesRest, !request.body.isEmpty, try request.json() != .members([]) {
        throw ControlProblem(400, "this takes no body", "\(request.method) \(request.path) reads none; leave it out")
      }
      var request = request
      request.places = places
      return try route.act(request)
    }
    guard !methods.isEmpty else {
      let paths = Array(Set(self.routes.map(\.path))).sorted()
      let nearest = nearestWord(to: request.path, among: paths).map { "; nearest: \($0)" } ?? ""
      throw ControlProblem.missing("path", "nothing stands at \(request.path)\(nearest); GET /openapi.json lists all")
    }
    throw ControlProblem(
      405, "this method is not for it", "\(request.path) knows \(methods.sorted().joined(separator: ", "))")
  }

  /// The next name of a session that was not given one.
  func nextName() -> String { "session-\(self.named.wrappingAdd(1, ordering: .relaxed).newValue)" }

  func session(_ request: ControlRequest) throws(ControlProblem) -> Session {
    let name = request.place("session")
    guard let session = self.table[name] else {
      let nearest = nearestWord(to: name, among: self.table.all.map(\.name)).map { "; nearest: \($0)" } ?? ""
      throw .missing("session", "no session is called '\(name)'\(nearest); POST /sessions opens one")
    }
    return session
  }

  /// The service that a field names, or the only one.
  func run(_ name: String?) throws(ControlProblem) -> any SessionRun {
    guard let name else {
      guard let only = self.runs.first, self.runs.count == 1 else {
        throw .wrong("service", "there are \(self.runs.count) services: say which")
      }
      return only
    }
    guard let run = self.runs.first(where: { $0.name == name }) else {
      let names = self.runs.map(\.name)
      let nearest = nearestWord(to: name, among: names).map { "; nearest: \($0)" } ?? ""
      throw .wrong("service", "no service is called '\(name)'\(nearest); there are \(names.joined(separator: ", "))")
    }
    return run
  }

  func scope(_ session: Session, _ run: any SessionRun) throws(ControlProblem) -> ServiceScope {
    guard let scope = session.scope(run.name) else {
      throw .missing("service", "session '\(session.name)' has no service '\(run.name)'")
    }
    return scope
  }
}
