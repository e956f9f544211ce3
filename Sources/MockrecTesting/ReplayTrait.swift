import MockrecKit
import Testing

/// Serves cassettes for the time of each test that has it, and fails the test on requests that nothing answered, with the
/// diagnosis as the message.
///
/// ```swift
/// @Test(.replay("cassettes/users"))
/// func name() async throws {
///   let client = UsersClient(baseURL: Replayed["users"])
///   #expect(try await client.user(42).name == "alice")
/// }
/// ```
///
/// Every test, and every case of one with arguments, has mocks of its own on free ports of this process: they run in
/// parallel without disturbing each other. On a suite it is for each of its tests.
public struct ReplayTrait: TestTrait, SuiteTrait, TestScoping {
  let cassettes: [String]
  let wire: String
  let overlays: [String]
  let seed: UInt64?
  let allowVacuous: Bool

  public var isRecursive: Bool { true }

  public func scopeProvider(for test: Test, testCase: Test.Case?) -> Self? { testCase == nil ? nil : self }

  public func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    var options = try Mockrec.options(wire: self.wire, cassette: self.cassettes[0])
    for cassette in self.cassettes.dropFirst() {
      options.services += try Mockrec.options(wire: self.wire, cassette: cassette).services
    }
    options.overlays = self.overlays
    if let seed = self.seed { options.seed = seed }
    options.allowVacuous = self.allowVacuous
    try await serving(options) { addresses in
      try await Replayed.$addresses.withValue(addresses, operation: function)
    }
  }
}

extension Trait where Self == ReplayTrait {
  /// Serves cassettes, each as the service that its folder is called after.
  ///
  /// - Parameters:
  ///   - cassette: A cassette's folder; `more` are others.
  ///   - wire: Their protocol.
  ///   - overlays: Files of faults that are laid over them.
  ///   - seed: What the faults are decided from; one is drawn when nil.
  ///   - allowVacuous: Let a test pass that sends no request.
  public static func replay(
    _ cassette: String, _ more: String..., wire: String = "http", overlays: [String] = [], seed: UInt64? = nil,
    allowVacuous: Bool = false
  ) -> Self {
    Self(cassettes: [cassette] + more, wire: wire, overlays: overlays, seed: seed, allowVacuous: allowVacuous)
  }
}

/// The mocks of the test that runs.
public enum Replayed {
  @TaskLocal static var addresses: [String: String] = [:]

  /// The address of a service, for HTTP `http://127.0.0.1:40123`; empty for one that is not served.
  public static subscript(_ service: String) -> String { self.addresses[service] ?? "" }
}
