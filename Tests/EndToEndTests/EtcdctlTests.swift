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
}
