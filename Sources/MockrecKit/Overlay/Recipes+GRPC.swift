extension Recipes {
  /// Source: etcd-io/etcd, api/v3rpc/rpctypes/error.go (codes and messages). The end-to-end tests have etcd say what a
  /// single one can be made to say, and compare.
  static let etcd: [Text] = [
    Self.etcd("no-space", "RESOURCE_EXHAUSTED", "mvcc: database space exceeded", "its quota is used up"),
    Self.etcd(
      "compacted", "OUT_OF_RANGE", "mvcc: required revision has been compacted", "what is asked for is history"),
    Self.etcd("lease-not-found", "NOT_FOUND", "requested lease not found", "a lease has run out"),
    Self.etcd("invalid-token", "UNAUTHENTICATED", "invalid auth token", "a token has run out"),
    Self.etcd("permission-denied", "PERMISSION_DENIED", "permission denied", "a role is not enough"),
    Self.etcd("too-many-requests", "RESOURCE_EXHAUSTED", "too many requests", "it cannot keep up with its disk"),
    Self.etcd("no-leader", "UNAVAILABLE", "no leader", "a majority is not there"),
    Self.etcd("leader-changed", "UNAVAILABLE", "leader changed", "an election while it worked"),
    Self.etcd("timed-out", "UNAVAILABLE", "request timed out", "the cluster does not agree in time"),
  ]

  private static func etcd(_ name: String, _ status: String, _ message: String, _ summary: String) -> Text {
    Text(
      name: "etcd/\(name)", wire: "grpc", summary: "\(status): \(summary)",
      source: "etcd-io/etcd, api/v3rpc/rpctypes/error.go; read by etcdctl in the tests",
      text: """
        status: \(status)
        message: "etcdserver: \(message)"
        """)
  }
}
