import Foundation
import Testing

/// The repository's own example, from which the README begins.
@Suite("the example of the README", .wholePrograms)
struct ExampleTests {
  /// A copy, so that receipts and history lie beside it.
  private func example() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for name in ["mockrec.yaml", "cassettes", "contracts"] {
      try FileManager.default.copyItem(atPath: "\(Mockrec.package)/\(name)", toPath: folder(name))
    }
    return folder
  }

  @Test("its contracts hold of the cassettes and of the real services, and open the gate")
  func verify() async throws {
    let folder = try self.example()
    let (etcd, httpbin) = (try await RealServer.etcd(), try await RealServer.httpbin())
    let real = ["ETCD_REAL": etcd.url, "HTTPBIN_REAL": httpbin.url]
    let verify = try await Mockrec.run(["verify"], in: folder.path, environment: real)
    #expect(verify.status == 0 && verify.stdout.contains("agree 16  drift 0  broken 0"), "\(verify)")
    let gate = try await Mockrec.run(["gate"], in: folder.path)
    #expect(gate.status == 0, "\(gate)")
    try await etcd.stop()
    try await httpbin.stop()
  }

  @Test("lint finds nothing in it, and it is formatted")
  func lint() async throws {
    let folder = try self.example()
    let lint = try await Mockrec.run(["lint"], in: folder.path)
    #expect(lint.status == 0 && lint.stdout.hasPrefix("0 findings in "), "\(lint)")
    let format = try await Mockrec.run(["fmt", "--check", "cassettes", "contracts"], in: folder.path)
    #expect(format.status == 0, "\(format)")
  }
}
