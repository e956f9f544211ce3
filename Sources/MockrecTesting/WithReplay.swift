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
///   - model: The model's name: `redis`, over the wire of the same name.
///   - state: What it starts from, as `state` in mockrec.yaml.
///   - clock: The service's time: expiries and timeouts go by it. The machine's own when nil.
///   - allowVacuous: Let a body pass that sends no request.
///   - body: Gets the address of the service, for Redis `redis://127.0.0.1:40123`.
/// - Throws: `ReplayMissed` when no request came; what `body` throws; `Failure` for a model that there is not, or a
///   state that it cannot start from.
public func withFake<Result>(
  _ model: String, state: [String: JSON] = [:], clock: (any Clock<Duration>)? = nil, allowVacuous: Bool = false,
  _ body: (_ address: String) async throws -> Result
) async throws -> Result {
  var options = try Mockrec.options(wire: model, cassette: model)
  options.allowVacuous = allowVacuous
  options.clock = clock
  var fake = ServiceSettings.Fake(model: model)
  fake.state = .values(JSONObject(state.sorted { $0.key < $1.key }.map { .init(key: $0.key, value: $0.value) }))
  options.services[0].fake = fake
  return try await serving(options) { try await body($0.values.first ?? "") }
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
