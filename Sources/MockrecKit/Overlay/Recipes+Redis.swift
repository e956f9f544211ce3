// Source: redis 7.0.15, src/server.c (createSharedObjects, processCommand), src/cluster.c (clusterRedirectClient),
// src/acl.c, src/multi.c. The end-to-end tests have redis-server say each of them, and compare.
extension Recipes {
  static let redis: [Text] = [
    Self.redis(
      "oom", "memory is full, and nothing may be evicted", "OOM command not allowed when used memory > 'maxmemory'."),
    Self.redis("loading", "it has just started, and reads its data", "LOADING Redis is loading the dataset in memory"),
    Self.redis(
      "readonly", "it is a replica: a failover has taken place", "READONLY You can't write against a read only replica."
    ),
    Self.redis(
      "masterdown", "a replica without its master, told not to serve stale data",
      "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'."),
    Self.redis(
      "busy", "a script runs for too long",
      "BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE."),
    Self.redis(
      "misconf", "its snapshots fail, so that it takes no writes",
      "MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to disk. "
        + "Commands that may modify the data set are disabled, because this instance is configured to report errors "
        + "during writes if RDB snapshotting fails (stop-writes-on-bgsave-error option). "
        + "Please check the Redis logs for details about the RDB error."),
    Self.redis(
      "noreplicas", "too few replicas follow to take a write", "NOREPLICAS Not enough good replicas to write."),
    Self.redis("noauth", "it asks for a password", "NOAUTH Authentication required."),
    Self.redis(
      "wrongpass", "the password has changed", "WRONGPASS invalid username-password pair or user is disabled."),
    Self.redis("noscript", "it has forgotten its scripts", "NOSCRIPT No matching script. Please use EVAL."),
    Self.redis(
      "execabort", "a transaction that is not executed", "EXECABORT Transaction discarded because of previous errors."),
    Self.redis(
      "cluster-moved", "the slot has another node (here 3999, 127.0.0.1:6381)", "MOVED 3999 127.0.0.1:6381",
      more: "; the slot and the address are those of redis.io's cluster specification"),
    Self.redis(
      "cluster-ask", "the slot is on its way to another node (here 3999, 127.0.0.1:6381)", "ASK 3999 127.0.0.1:6381",
      more: "; the slot and the address are those of redis.io's cluster specification"),
    Self.redis(
      "tryagain", "some of the keys have gone with their slot",
      "TRYAGAIN Multiple keys request during rehashing of slot"),
    Self.redis("crossslot", "the keys are of several slots", "CROSSSLOT Keys in request don't hash to the same slot"),
    Self.redis("clusterdown", "the cluster lacks nodes, and answers nothing", "CLUSTERDOWN The cluster is down"),
    Self.redis("cluster-unserved", "no node has the slot", "CLUSTERDOWN Hash slot not served"),
  ]

  private static func redis(_ name: String, _ summary: String, _ error: String, more: String = "") -> Text {
    Text(
      name: "redis/\(name)", wire: "redis", summary: summary,
      source: "redis 7.0.15, compared with redis-server\(more)", text: "error: \"\(error)\"")
  }
}
