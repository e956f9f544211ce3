import MockrecCore
import MockrecKit

/// Serves a cassette for the time of `body`, on a free loopback port of this process.
///
/// ```swift
/// try await withReplay(cassette: "cassettes/users") { users in
///   let client = UsersClient(baseURL: users)
///   #expect(try await client.user(42).name == "alice")
/// }
/// ```
///
/// - Parameters:
///   - cassette: The cassette's folder.
///   - wire: The protocol.
///   - overlays: Files of faults that are laid over it.
///   - seed: What the faults are decided from; one is drawn when nil.
///   - allowVacuous: Let a body pass that sends no request, or that leaves a fault without its moment.
///   - body: Gets the address of the mock, for HTTP `http://127.0.0.1:40123`.
/// - Throws: `ReplayMissed` with the whole diagnosis when a request was missed, none came, or a fault never fired; what
///   `body` throws; `Failure` for a cassette or an overlay that is missing or does not parse.
public func withReplay<Result>(
  cassette: String, wire: String = "http", overlays: [String] = [], seed: UInt64? = nil, allowVacuous: Bool = false,
  _ body: (_ address: String) async throws -> Result
) async throws -> Result {
  var options = try Mockrec.options(wire: wire, cassette: cassette)
  options.overlays = overlays
  if let seed { options.seed = seed }
  options.allowVacuous = allowVacuous
  return try await serving(options) { try await body($0.values.first ?? "") }
}

/// Serves cassettes, and has closures answer what no entry of them does, for the time of `body`.
///
/// ```swift
/// try await withReplay(
///   cassettes: ["cassettes/users"],
///   handlers: ["auth": { request in
///     guard request.path == "/token" else { return nil }
///     return HandlerReply(json: ["access_token": "t1"])
///   }]
/// ) { services in
///   let client = UsersClient(baseURL: services["users"] ?? "", auth: services["auth"] ?? "")
///   #expect(try await client.user(42).name == "alice")
/// }
/// ```
///
/// - Parameters:
///   - cassettes: Cassettes' folders, of services over HTTP that are called as their folders are.
///   - handlers: By the names of services. A service that has no cassette here has its handler alone. A request to which
///     it says nil is missed.
///   - overlays: Files of faults that are laid over the services.
///   - seed: What the faults are decided from, and handlers are given; one is drawn when nil.
///   - allowVacuous: Let a body pass that sends no request, or that leaves a fault without its moment.
///   - body: Gets the address of each service, by its name.
/// - Throws: As the other `withReplay`, also where a handler threw.
public func withReplay<Result>(
  cassettes: [String] = [], handlers: [String: Handler.Closure], overlays: [String] = [], seed: UInt64? = nil,
  allowVacuous: Bool = false, _ body: (_ addresses: [String: String]) async throws -> Result
) async throws -> Result {
  var options = RunOptions(services: [])
  for cassette in cassettes { options.services += try Mockrec.options(wire: "http", cassette: cassette).services }
  for (name, closure) in handlers.sorted(by: { $0.key < $1.key }) {
    if let index = options.services.firstIndex(where: { $0.name == name }) {
      options.services[index].handler = .closure(closure)
    } else {
      var service = ServiceSettings(name: name)
      service.handler = .closure(closure)
      options.services.append(service)
    }
  }
  options.overlays = overlays
  if let seed { options.seed = seed }
  options.allowVacuous = allowVacuous
  return try await serving(options, body)
}

/// Has a model play a service for the time of `body`, on a free loopback port of this process.
///
/// ```swift
/// let clock = VirtualClock()
/// try await withFake("redis", state: ["user:1": ["name": "alice"]], clock: clock) { redis in
///   let sessions = Sessions(redis)
///   try await sessions.begin("alice", lifetime: .seconds(60))
///   clock.advance(by: .seconds(61))
///   #expect(try await sessions.current == nil)
/// }
/// ```
///
/// - Parameters:
///   - model: The model's name: `redis`, or `oidc`.
///   - state: What it starts from, as `state` in mockrec.yaml.
///   - options: What else mockrec.yaml could say of it: `["lifetime": "5m"]` of `oidc`.
///   - seed: What everything random is made from; one is drawn when nil.
///   - clock: The service's time: expiries and timeouts go by it. The machine's own when nil.
///   - allowVacuous: Let a body pass that sends no request.
///   - body: Gets the address of the service, for Redis `redis://127.0.0.1:40123`.
/// - Throws: `ReplayMissed` when no request came; what `body` throws; `Failure` for a model that there is not, or a
///   state or an option that it cannot start from.
public func withFake<Result>(
  _ model: String, state: [String: JSON] = [:], options: [String: JSON] = [:],
  clock: (any Clock<Duration>)? = nil, seed: UInt64? = nil, allowVacuous: Bool = false,
  _ body: (_ address: String) async throws -> Result
) async throws -> Result {
  let wire = Wires.all.first { $0.models.contains(model) }?.name ?? model
  var run = try Mockrec.options(wire: wire, cassette: model)
  run.allowVacuous = allowVacuous
  run.clock = clock
  if let seed { run.seed = seed }
  var fake = ServiceSettings.Fake(model: model)
  if !state.isEmpty { fake.state = .values(object(state)) }
  if !options.isEmpty {
    let place = Diagnostic.Place(file: "the options of \(model)", line: 1, column: 1, text: "")
    fake.options = OverlayNode(.object(object(options)), at: place)
  }
  run.services[0].fake = fake
  return try await serving(run) { try await body($0.values.first ?? "") }
}

private func object(_ values: [String: JSON]) -> JSONObject {
  JSONObject(values.sorted { $0.key < $1.key }.map { .init(key: $0.key, value: $0.value) })
}

/// - Parameter body: Gets the address of each service.
func serving<Result>(
  _ options: RunOptions, _ body: (_ addresses: [String: String]) async throws -> Result
) async throws -> Result {
  var options = options
  options.stateDirectory = nil
  let diagnoses = Diagnoses()
  let server = try await ReplayServer(
    options, console: Console(output: { _ in }, message: { diagnoses.append($0) }))
  do {
    let result = try await body(server.addresses)
    if let summary = await server.stop(), summary.exitStatus != 0 {
      throw ReplayMissed(description: diagnoses.text + summary.text)
    }
    return result
  } catch {
    // What the body threw is the reason that counts.
    _ = await server.stop()
    throw error
  }
}

/// Requests of a test that nothing recorded answers, or no request at all.
public struct ReplayMissed: Error, CustomStringConvertible {
  /// Each miss with its nearest entry, and the run's summary.
  public var description: String
}
