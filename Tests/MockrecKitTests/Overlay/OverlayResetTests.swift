import Foundation
import MockrecKit
import Testing

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

@Suite("Overlays that last until they are reset")
struct OverlayResetTests {
  @Test("what fired goes on for its key, and begins anew when reset")
  func reset() async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("mockrec-reset-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let cassette = folder.appendingPathComponent("users")
    try FileManager.default.createDirectory(at: cassette, withIntermediateDirectories: true)
    for path in ["a", "b"] {
      try "# mockrec 1\nGET {{users}}/\(path)\n\nHTTP 200\n".write(
        to: cassette.appendingPathComponent("\(path).hurl"), atomically: true, encoding: .utf8)
    }
    let overlay = folder.appendingPathComponent("o.yaml").path
    try "rules:\n  - {when: {calls: 2, until-reset: true}, fault: {status: 503}}\n".write(
      toFile: overlay, atomically: true, encoding: .utf8)
    var options = try Mockrec.options(wire: "http", cassette: cassette.path)
    options.overlays = [overlay]
    options.stateDirectory = nil
    let server = try await ReplayServer(options)
    func ask(_ paths: String...) async throws -> [Int] {
      var statuses: [Int] = []
      for path in paths {
        let url = try #require(URL(string: "\(server.addresses.values.first ?? "")/\(path)"))
        let (_, response) = try await URLSession.shared.data(from: url)
        statuses.append((response as? HTTPURLResponse)?.statusCode ?? 0)
      }
      return statuses
    }
    #expect(try await ask("a", "b", "a", "a", "a") == [200, 200, 503, 503, 503])
    server.resetOverlays()
    #expect(try await ask("a", "a", "a", "b") == [200, 503, 503, 200])
    #expect(await server.stop()?.exitStatus == 0)
  }
}
