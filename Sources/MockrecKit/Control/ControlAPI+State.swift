import MockrecCore
import MockrecEngine

extension ControlAPI {
  /// What a session has of the service that a path names.
  private func serviceScope(_ request: ControlRequest) throws(ControlProblem) -> (ServiceScope, any SessionRun) {
    let session = try self.session(request)
    let run = try self.servedRun(request)
    return (try self.scope(session, run), run)
  }

  private func servedRun(_ request: ControlRequest) throws(ControlProblem) -> any SessionRun {
    let name = request.place("service")
    guard let run = self.runs.first(where: { $0.name == name }) else {
      let nearest = nearestWord(to: name, among: self.runs.map(\.name)).map { "; nearest: \($0)" } ?? ""
      throw .missing("service", "no service is called '\(name)'\(nearest)")
    }
    return run
  }

  func state(_ request: ControlRequest) throws -> ControlAnswer {
    let (scope, _) = try self.serviceScope(request)
    return ControlAnswer(200, Self.state(of: scope))
  }

  private static func state(of scope: ServiceScope) -> JSON {
    if let model = scope.model { return model.model.contents() }
    let states = scope.state?.scenarios.states.sorted { $0.key < $1.key } ?? []
    return .members(states.map { ($0.key, .string($0.value)) })
  }

  /// - Parameter replacing: Whether nothing else is left.
  func seed(_ request: ControlRequest, replacing: Bool) throws -> ControlAnswer {
    let (scope, _) = try self.serviceScope(request)
    guard case .object(let values)? = try request.json() else {
      throw ControlProblem(400, "this is not understood", "the body has to be a JSON object", field: "")
    }
    if let model = scope.model {
      try model.model.seed(values, replacing: replacing)
    } else if let scenarios = scope.state?.scenarios {
      let known = scope.scenarios
      var states = replacing ? [:] : scenarios.states
      for member in values.effectiveMembers {
        guard let state = member.value.string else {
          throw ControlProblem.wrong(
            member.key, "the state of a service that is played from a cassette is that of its scenarios: texts")
        }
        guard let named = known[member.key] else {
          throw ControlProblem.wrong(member.key, Self.unknown(member.key, of: scope, among: known))
        }
        guard named.contains(state) else {
          throw ControlProblem.wrong(member.key, Self.unknown(state, of: member.key, among: named))
        }
        states[member.key] = state
      }
      scenarios.replace(with: states)
    }
    return ControlAnswer(204)
  }

  func takeSnapshot(_ request: ControlRequest) throws -> ControlAnswer {
    let (scope, _) = try self.serviceScope(request)
    guard let name = scope.takeSnapshot() else {
      throw ControlProblem(
        409, "there are too many",
        "a session has \(ServiceScope.mostSnapshots) snapshots of a service at most: DELETE some")
    }
    return ControlAnswer(201, .members([("snapshot", .string(name))]))
  }

  func snapshots(_ request: ControlRequest) throws -> ControlAnswer {
    ControlAnswer(200, .array(try self.serviceScope(request).0.snapshotNames.map { .string($0) }))
  }

  func restore(_ request: ControlRequest) throws -> ControlAnswer {
    let (scope, run) = try self.serviceScope(request)
    var isThere = false
    run.keepingCounts(of: scope) { isThere = scope.restore(request.place("snapshot")) }
    guard isThere else { throw Self.noSnapshot(request, scope) }
    return ControlAnswer(204)
  }

  func removeSnapshot(_ request: ControlRequest) throws -> ControlAnswer {
    let (scope, _) = try self.serviceScope(request)
    guard scope.removeSnapshot(request.place("snapshot")) else { throw Self.noSnapshot(request, scope) }
    return ControlAnswer(204)
  }

  private static func noSnapshot(_ request: ControlRequest, _ scope: ServiceScope) -> ControlProblem {
    let names = scope.snapshotNames
    return .missing(
      "snapshot",
      "no snapshot is called '\(request.place("snapshot"))'; "
        + (names.isEmpty ? "there is none" : "there are \(names.joined(separator: ", "))"))
  }

  func reset(_ request: ControlRequest) throws -> ControlAnswer {
    self.reset(try self.session(request))
    return ControlAnswer(204)
  }

  func resetAll() -> ControlAnswer {
    for session in self.table.all { self.reset(session) }
    return ControlAnswer(204)
  }

  private func reset(_ session: Session) {
    for run in self.runs {
      guard let scope = session.scope(run.name) else { continue }
      run.keepingCounts(of: scope) { scope.reset() }
    }
    self.overlays.overlays(of: session)?.reset()
    self.forgetRequests(of: session)
  }

  /// What nothing answered so far was meant to be so.
  func allowMisses(of session: Session) -> ControlAnswer {
    for run in self.runs { session.scope(run.name)?.tally.allowMisses() }
    return ControlAnswer(204)
  }

  /// What came, and what of it nothing answered; the run's own summary has it all the same.
  @discardableResult
  func forgetRequests(of session: Session) -> ControlAnswer {
    session.log.clear()
    for run in self.runs { session.scope(run.name)?.tally.forgetMisses() }
    return ControlAnswer(204)
  }
}
