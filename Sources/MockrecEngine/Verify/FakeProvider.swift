/// Gives each unit a fake of its own, so that what one unit asked does not change what another is answered.
package protocol FakeProvider: Sendable {
  /// A fake of the service whose counts of equal requests begin anew.
  ///
  /// - Parameter part: The part of its cassette that answers; nil for the whole.
  func lease(service: String, part: Int?) async throws -> any FakeLease
}

/// A fake that serves one unit.
package protocol FakeLease: Sendable {
  /// What `{{service}}` stands for, for HTTP `http://127.0.0.1:40123`.
  var address: String { get }
  func end() async
}
