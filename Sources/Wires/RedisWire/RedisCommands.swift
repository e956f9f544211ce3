/// What mockrec knows of Redis's commands beside how they look.
enum RedisCommands {
  /// Whether a command may be sent again and again without changing anything.
  static func isSafe(_ command: RedisCommand) -> Bool {
    switch command.name {
    case "GETEX": command.arguments.count == 2
    case "XREAD", "XRANGE", "XREVRANGE", "XLEN", "XINFO": true
    case "OBJECT", "CONFIG", "CLIENT", "MEMORY", "PUBSUB":
      [
        "ENCODING", "REFCOUNT", "IDLETIME", "FREQ", "GET", "LIST", "INFO", "ID", "GETNAME", "USAGE", "CHANNELS",
        "NUMSUB", "NUMPAT",
      ].contains(command.word(1))
    default: self.safe.contains(command.name)
    }
  }

  private static let safe: Set<String> = [
    "BITCOUNT", "BITFIELD_RO", "BITPOS", "COMMAND", "DBSIZE", "DUMP", "ECHO", "EXISTS", "EXPIRETIME", "GEODIST",
    "GEOHASH", "GEOPOS", "GEOSEARCH", "GET", "GETBIT", "GETRANGE", "HEXISTS", "HGET", "HGETALL", "HKEYS", "HLEN",
    "HMGET",
    "HRANDFIELD", "HSCAN", "HSTRLEN", "HVALS", "INFO", "KEYS", "LASTSAVE", "LCS", "LINDEX", "LLEN", "LPOS", "LRANGE",
    "MGET", "PEXPIRETIME", "PFCOUNT", "PING", "PTTL", "RANDOMKEY", "SCAN", "SCARD", "SDIFF", "SINTER", "SINTERCARD",
    "SISMEMBER", "SMEMBERS", "SMISMEMBER", "SORT_RO", "SRANDMEMBER", "SSCAN", "STRLEN", "SUBSTR", "SUNION", "TIME",
    "TTL",
    "TYPE", "XPENDING", "ZCARD", "ZCOUNT", "ZDIFF", "ZINTER", "ZINTERCARD", "ZLEXCOUNT", "ZMSCORE", "ZRANDMEMBER",
    "ZRANGE", "ZRANGEBYLEX", "ZRANGEBYSCORE", "ZRANK", "ZREVRANGE", "ZREVRANGEBYLEX", "ZREVRANGEBYSCORE", "ZREVRANK",
    "ZSCAN", "ZSCORE", "ZUNION",
  ]
}
