import Foundation
import Testing

@Suite("etcd by etcdctl: gRPC of Go, without reflection", .wholePrograms)
struct EtcdctlTests {
  @Test("a replay gives etcdctl what etcd gave: keys, a transaction, a lease, a watch")
  func sameAsRecorded() async throws {
    let etcd = try await RealServer.etcd()
    let folder = try TemporaryFolder()
    let recorded = try await GRPCClient.run(
      under: ["record", "--wire", "grpc", "--real", "grpc://127.0.0.1:\(etcd.port)"], script: "etcdctl.py", in: folder)
    #expect(recorded.finished.status == 0, "\(recorded.finished)")
    #expect(recorded.lines.contains("watched PUT watched cherry PUT watched plum"), "\(recorded.lines)")
    #expect(recorded.lines.contains("put  nameless -> 1 Error: etcdserver: key is not provided"), "\(recorded.lines)")
    try await etcd.stop()
    let replayed = try await GRPCClient.run(
      under: ["replay", "--wire", "grpc"], script: "etcdctl.py", in: folder)
    #expect(replayed.finished.status == 0, "\(replayed.finished)")
    #expect(replayed.lines == recorded.lines)
    let tree = try FileTree(folder("cassette"))
    #expect(tree.files(containing: "etcdserverpb.Watch/Watch") != [], "\(tree.names)")
  }

  @Test(
    "the recipes for etcd are to etcdctl what etcd says: codes and messages",
    arguments: [
      ("no-space", ["--quota-backend-bytes", "20000"], ["put", "a", "1"]), ("compacted", [], ["get", "a", "--rev=1"]),
      ("lease-not-found", [], ["put", "a", "1", "--lease=1234"]),
    ])
  func recipe(name: String, options: [String], words: [String]) async throws {
    let etcd = try await RealServer.etcd(options)
    if options.isEmpty {
      for setup in [["put", "a", "1"], ["put", "a", "2"], ["compaction", "3"]] {
        #expect(try await Self.failure(setup, of: etcd.port) == nil)
      }
    }
    let own = try await Self.failure(words, of: etcd.port)
    #expect(own?.hasPrefix("rpc error: code = ") == true, "\(own ?? "no failure")")
    let folder = try TemporaryFolder()
    try folder.write("faults.yaml", "rules:\n  - {recipe: etcd/\(name)}\n")
    let proxy = try Mockrec.start(
      [
        "proxy", "--wire", "grpc", "--real", "grpc://127.0.0.1:\(etcd.port)", "--listen", "127.0.0.1:0", "--overlay",
        "faults.yaml",
      ], in: folder.path)
    try await proxy.ready()
    #expect(try await Self.failure(words, of: proxy.port) == own)
    #expect(try await proxy.stop().status == 0)
    try await etcd.stop()
  }

  /// The status that a command of etcdctl is answered, as its library logs it; nil for a success.
  private static func failure(_ words: [String], of port: Int) async throws -> String? {
    let child = try Child("etcdctl", ["--endpoints=127.0.0.1:\(port)"] + words, environment: ["ETCDCTL_API": "3"])
    _ = try await child.end(within: .seconds(30))
    guard let start = child.stderr.range(of: "rpc error: "),
      let end = child.stderr[start.lowerBound...].range(of: "\"")
    else { return nil }
    return String(child.stderr[start.lowerBound..<end.lowerBound])
  }
}
