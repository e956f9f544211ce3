import NIOCore

/// How much may wait for a client that listens to channels and does not read: 32 MiB, or 8 MiB for more than a minute.
///
/// Source: redis-server 7.0's own setting, `client-output-buffer-limit pubsub 32mb 8mb 60`.
struct RedisOutputLimit {
  private var overSince: NIODeadline?

  /// Whether the client is to be let go, now that so many bytes wait.
  mutating func isPassed(by waiting: Int, at now: NIODeadline) -> Bool {
    guard waiting >= 8 << 20 else {
      self.overSince = nil
      return false
    }
    let since = self.overSince ?? now
    self.overSince = since
    return waiting >= 32 << 20 || now - since > .seconds(60)
  }
}
