import MockrecCore
import MockrecEngine
import MockrecWire
import NIOCore

extension ControlAPI {
  /// How long a session's name may be. Characters.
  private static let longestName = 200

  func openSession(_ request: ControlRequest) throws -> EventLoopFuture<ControlAnswer> {
    var fields = try ControlFields(try request.json())
    let name = try fields.text("name") ?? self.nextName()
    let hasPorts = try fields.bool("ports") ?? false
    try fields.finish(known: ["name", "ports"])
    let session = Session(name, hasPorts: hasPorts)
    try self.open(session, field: "name", hasPorts: hasPorts)
    let addresses = Dictionary(self.services.map { ($0.name, $0.address) }, uniquingKeysWith: { $1 })
    guard hasPorts else {
      return request.loop.makeSucceededFuture(ControlAnswer(201, self.json(session, addresses)))
    }
    return request.loop.makeFutureWithTask {
      var addresses = addresses
      do {
        for run in self.runs {
          let (address, close) = try await self.listen(run, session)
          addresses[run.name] = address
          session.ports.add(close)
        }
      } catch {
        _ = self.table.close(session)
        session.ports.opened()
        await self.close(session, session.ports.take() ?? [])
        throw ControlProblem(503, "a port could not be opened", (error as? Diagnostic)?.message ?? "\(error)")
      }
      session.ports.opened()
      return ControlAnswer(201, self.json(session, addresses))
    }.flatMapErrorThrowing { Self.answer($0) }
  }

  /// - Parameter field: Where the session's name stands in the request.
  func open(_ session: Session, field: String, hasPorts: Bool = false) throws {
    let name = session.name
    guard !name.isEmpty, name.count <= Self.longestName, name.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x2C })
    else {
      throw ControlProblem.wrong(field, "a session's name is visible ASCII without commas, at most 200 characters")
    }
    guard self.table[name] == nil else { throw self.notOpened(name) }
    self.overlays.open(session, hasPorts: hasPorts)
    do {
      for run in self.runs { try run.open(session) }
    } catch {
      self.overlays.close(session)
      throw error
    }
    guard self.table.open(session) else {
      self.overlays.close(session)
      session.end()
      throw self.notOpened(name)
    }
  }

  private func notOpened(_ name: String) -> ControlProblem {
    ControlProblem(
      409, "there is such a session",
      self.table[name] == nil
        ? "\(SessionTable.most) sessions are open: close some" : "a session '\(name)' is open already")
  }

  private func json(_ session: Session, _ addresses: [String: String]) -> JSON {
    .members([
      ("name", .string(session.name)),
      (
        "services",
        .array(
          self.services.map { service in
            Self.json(service.name, service.wire, addresses[service.name] ?? service.address)
          })
      ),
    ])
  }

  func closeSession(_ request: ControlRequest) throws -> EventLoopFuture<ControlAnswer> {
    let session = try self.session(request)
    guard session !== self.table.common else {
      throw ControlProblem(409, "this session stays", "the default session ends with the run; reset it")
    }
    guard let closes = session.ports.take() else {
      throw ControlProblem(409, "this session is still being opened", "close it when POST /sessions has answered")
    }
    guard self.table.close(session) else {
      throw ControlProblem.missing("session", "no session is called '\(session.name)'")
    }
    return request.loop.makeFutureWithTask {
      await self.close(session, closes)
      return ControlAnswer(204)
    }
  }

  /// Nothing of a session that nobody finds any more is left but what the run came to by it.
  private func close(_ session: Session, _ closes: [SessionPorts.Close]) async {
    for close in closes { await close() }
    self.giveBack(session)
  }

  func giveBack(_ session: Session) {
    self.setUps.forget(session.name)
    for run in self.runs { run.close(session) }
    self.overlays.close(session)
    session.end()
  }

  func states(_ request: ControlRequest) throws(ControlProblem) -> ControlAnswer {
    let session = try self.session(request)
    return ControlAnswer(
      200,
      .members(
        self.runs.compactMap { run in
          session.scope(run.name).flatMap { scope in
            scope.state.map { state in
              let states = scope.scenarios.mapValues { _ in ScenarioStep.first }
                .merging(state.scenarios.states) { $1 }
              return (run.name, .members(states.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }))
            }
          }
        }))
  }

  func setState(_ request: ControlRequest) throws(ControlProblem) -> ControlAnswer {
    let scope = try self.scope(self.session(request), self.run(request.place("service")))
    var fields = try ControlFields(try request.json())
    let state = try fields.required("state")
    try fields.finish(known: ["state"])
    let scenario = request.place("scenario")
    let known = scope.scenarios
    guard let states = known[scenario] else {
      throw .missing("scenario", Self.unknown(scenario, of: scope, among: known))
    }
    guard states.contains(state) else { throw .wrong("state", Self.unknown(state, of: scenario, among: states)) }
    scope.state?.scenarios.set(scenario, state)
    return ControlAnswer(204)
  }

  /// What is wrong with a scenario that no entry names.
  static func unknown(_ scenario: String, of scope: ServiceScope, among known: [String: Set<String>]) -> String {
    let nearest = nearestWord(to: scenario, among: known.keys.sorted()).map { "; nearest: `\($0)`" } ?? ""
    return "no entry of \(scope.service) has a scenario '\(scenario)'\(nearest)"
  }

  /// What is wrong with a state that no entry names.
  static func unknown(_ state: String, of scenario: String, among known: Set<String>) -> String {
    let nearest = nearestWord(to: state, among: known.sorted()).map { "; nearest: `\($0)`" } ?? ""
    let there = known.count > 10 ? "" : "; there are \(known.sorted().joined(separator: ", "))"
    return "no entry asks for the state '\(state)' of \(scenario), or sets it\(nearest)\(there)"
  }
}
