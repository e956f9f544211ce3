/// What CONFIG knows: the settings that clients and tests ask for, with the values of a server started plainly.
enum SettingTable {
  struct Setting {
    enum Kind { case text, integer, memory, flag, choice }

    let name: String
    let value: String
    let kind: Kind
    /// Whether only the configuration file could change it.
    let isFixed: Bool

    init(_ name: String, _ value: String, _ kind: Kind, isFixed: Bool = false) {
      self.name = name
      self.value = value
      self.kind = kind
      self.isFixed = isFixed
    }
  }

  static let choices: [String: [String]] = [
    "appendfsync": ["everysec", "always", "no"],
    "loglevel": ["debug", "verbose", "notice", "warning"],
    "maxmemory-policy": [
      "volatile-lru", "volatile-lfu", "volatile-random", "volatile-ttl", "allkeys-lru", "allkeys-lfu",
      "allkeys-random", "noeviction",
    ],
  ]

  static let all: [Setting] = [
    Setting("active-expire-effort", "1", .integer),
    Setting("activedefrag", "no", .flag),
    Setting("activerehashing", "yes", .flag),
    Setting("appenddirname", "appendonlydir", .text, isFixed: true),
    Setting("appendfilename", "appendonly.aof", .text, isFixed: true),
    Setting("appendfsync", "everysec", .choice),
    Setting("appendonly", "no", .flag),
    Setting("auto-aof-rewrite-percentage", "100", .integer),
    Setting("bind", "127.0.0.1", .text),
    Setting("busy-reply-threshold", "5000", .integer),
    Setting("client-output-buffer-limit", "normal 0 0 0 slave 268435456 67108864 60 pubsub 33554432 8388608 60", .text),
    Setting("client-query-buffer-limit", "1073741824", .memory),
    Setting("cluster-enabled", "no", .flag, isFixed: true),
    Setting("crash-log-enabled", "yes", .flag),
    Setting("daemonize", "no", .flag, isFixed: true),
    Setting("databases", "16", .integer, isFixed: true),
    Setting("dbfilename", "dump.rdb", .text),
    Setting("dir", "/", .text),
    Setting("dynamic-hz", "yes", .flag),
    Setting("enable-debug-command", "yes", .flag, isFixed: true),
    Setting("hash-max-listpack-entries", "512", .integer),
    Setting("hash-max-listpack-value", "64", .integer),
    Setting("hash-max-ziplist-entries", "512", .integer),
    Setting("hash-max-ziplist-value", "64", .integer),
    Setting("hll-sparse-max-bytes", "3000", .integer),
    Setting("hz", "10", .integer),
    Setting("io-threads", "1", .integer, isFixed: true),
    Setting("latency-monitor-threshold", "0", .integer),
    Setting("latency-tracking", "yes", .flag),
    Setting("lazyfree-lazy-eviction", "no", .flag),
    Setting("lazyfree-lazy-expire", "no", .flag),
    Setting("lazyfree-lazy-server-del", "no", .flag),
    Setting("lazyfree-lazy-user-del", "no", .flag),
    Setting("lazyfree-lazy-user-flush", "no", .flag),
    Setting("lfu-decay-time", "1", .integer),
    Setting("lfu-log-factor", "10", .integer),
    Setting("list-compress-depth", "0", .integer),
    Setting("list-max-listpack-size", "-2", .integer),
    Setting("list-max-ziplist-size", "-2", .integer),
    Setting("logfile", "", .text, isFixed: true),
    Setting("loglevel", "notice", .choice),
    Setting("lua-time-limit", "5000", .integer),
    Setting("maxclients", "10000", .integer),
    Setting("maxmemory", "0", .memory),
    Setting("maxmemory-clients", "0", .memory),
    Setting("maxmemory-policy", "noeviction", .choice),
    Setting("maxmemory-samples", "5", .integer),
    Setting("min-replicas-max-lag", "10", .integer),
    Setting("min-replicas-to-write", "0", .integer),
    Setting("no-appendfsync-on-rewrite", "no", .flag),
    Setting("notify-keyspace-events", "", .text),
    Setting("pidfile", "", .text, isFixed: true),
    Setting("port", "6379", .integer),
    Setting("protected-mode", "yes", .flag),
    Setting("proto-max-bulk-len", "536870912", .memory),
    Setting("rdbchecksum", "yes", .flag),
    Setting("rdbcompression", "yes", .flag),
    Setting("repl-backlog-size", "1048576", .memory),
    Setting("repl-timeout", "60", .integer),
    Setting("replica-priority", "100", .integer),
    Setting("replica-read-only", "yes", .flag),
    Setting("replicaof", "", .text),
    Setting("requirepass", "", .text),
    Setting("save", "", .text),
    Setting("set-max-intset-entries", "512", .integer),
    Setting("slowlog-log-slower-than", "10000", .integer),
    Setting("slowlog-max-len", "128", .integer),
    Setting("stop-writes-on-bgsave-error", "yes", .flag),
    Setting("stream-node-max-bytes", "4096", .memory),
    Setting("stream-node-max-entries", "100", .integer),
    Setting("supervised", "no", .flag, isFixed: true),
    Setting("syslog-enabled", "no", .flag, isFixed: true),
    Setting("tcp-backlog", "511", .integer, isFixed: true),
    Setting("tcp-keepalive", "300", .integer),
    Setting("timeout", "0", .integer),
    Setting("tls-port", "0", .integer),
    Setting("tracking-table-max-keys", "1000000", .integer),
    Setting("unixsocket", "", .text, isFixed: true),
    Setting("zset-max-listpack-entries", "128", .integer),
    Setting("zset-max-listpack-value", "64", .integer),
    Setting("zset-max-ziplist-entries", "128", .integer),
    Setting("zset-max-ziplist-value", "64", .integer),
  ]
}
