/// INFO.
extension ServerCommands {
  private static let sections = [
    "server", "clients", "memory", "persistence", "stats", "replication", "cpu", "modules", "errorstats", "cluster",
    "keyspace",
  ]

  static func info(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    let asked = call.arguments.dropFirst().map(\.lowercased.string)
    let takesAll = asked.isEmpty || asked.contains { ["all", "default", "everything"].contains($0) }
    let texts = self.sections.filter { takesAll || asked.contains($0) }.map { self.section($0, call) }
    out.verbatim("txt", RedisBytes(texts.joined(separator: "\r\n")))
  }

  private static func section(_ name: String, _ call: RedisCall) -> String {
    let fake = call.fake
    let title: String
    let lines: [String]
    switch name {
    case "server":
      title = "Server"
      let uptime = (fake.now - fake.started) / 1000
      lines = [
        "redis_version:\(RedisFake.version)", "redis_git_sha1:00000000", "redis_git_dirty:0",
        "redis_build_id:ae4d7c971a948f0", "redis_mode:standalone", "os:Linux", "arch_bits:64",
        "multiplexing_api:epoll", "process_id:1", "run_id:0000000000000000000000000000000000000000", "tcp_port:6379",
        "server_time_usec:\(fake.now * 1000)", "uptime_in_seconds:\(uptime)", "uptime_in_days:\(uptime / 86400)",
        "hz:10", "configured_hz:10", "lru_clock:\(fake.now / 1000 & 0xff_ffff)", "executable:/usr/bin/redis-server",
        "config_file:", "io_threads_active:0",
      ]
    case "clients":
      title = "Clients"
      lines = [
        "connected_clients:\(fake.clients.count)", "cluster_connections:0", "maxclients:10000",
        "client_recent_max_input_buffer:0", "client_recent_max_output_buffer:0",
        "blocked_clients:\(fake.blocked.count)", "tracking_clients:0", "clients_in_timeout_table:0",
      ]
    case "memory":
      title = "Memory"
      lines = [
        "used_memory:1048576", "used_memory_human:1.00M", "used_memory_rss:1048576", "used_memory_rss_human:1.00M",
        "used_memory_peak:1048576", "used_memory_peak_human:1.00M",
        "maxmemory:\(fake.settings.value("maxmemory") ?? "0")", "maxmemory_human:0B",
        "maxmemory_policy:\(fake.settings.value("maxmemory-policy") ?? "noeviction")", "mem_fragmentation_ratio:1.00",
        "mem_allocator:libc",
      ]
    case "persistence":
      title = "Persistence"
      lines = [
        "loading:0", "async_loading:0", "rdb_changes_since_last_save:\(fake.changes)", "rdb_bgsave_in_progress:0",
        "rdb_last_save_time:\(fake.started / 1000)", "rdb_last_bgsave_status:ok", "rdb_last_bgsave_time_sec:-1",
        "aof_enabled:0", "aof_rewrite_in_progress:0", "aof_last_bgrewrite_status:ok", "aof_last_write_status:ok",
      ]
    case "stats":
      title = "Stats"
      lines = [
        "total_connections_received:\(fake.statistics.connections)",
        "total_commands_processed:\(fake.statistics.commands)", "instantaneous_ops_per_sec:0",
        "rejected_connections:0", "expired_keys:\(fake.statistics.expired)", "evicted_keys:0",
        "keyspace_hits:\(fake.statistics.hits)", "keyspace_misses:\(fake.statistics.misses)",
        "pubsub_channels:\(fake.channels.count)", "pubsub_patterns:\(fake.patterns.count)", "latest_fork_usec:0",
      ]
    case "replication":
      title = "Replication"
      lines = [
        "role:master", "connected_slaves:0", "master_failover_state:no-failover",
        "master_replid:0000000000000000000000000000000000000000",
        "master_replid2:0000000000000000000000000000000000000000", "master_repl_offset:0",
        "second_repl_offset:-1", "repl_backlog_active:0", "repl_backlog_size:1048576",
        "repl_backlog_first_byte_offset:0", "repl_backlog_histlen:0",
      ]
    case "cpu":
      title = "CPU"
      lines = ["used_cpu_sys:0.000000", "used_cpu_user:0.000000"]
    case "modules":
      title = "Modules"
      lines = []
    case "errorstats":
      title = "Errorstats"
      lines = []
    case "cluster":
      title = "Cluster"
      lines = ["cluster_enabled:0"]
    default:
      title = "Keyspace"
      lines = fake.databases.filter { $0.count > 0 }.map {
        "db\($0.index):keys=\($0.count),expires=\($0.volatileCount),avg_ttl=0"
      }
    }
    return (["# \(title)"] + lines).map { $0 + "\r\n" }.joined()
  }
}
