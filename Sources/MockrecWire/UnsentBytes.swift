import NIOCore

extension Channel {
  /// What was written and the peer has not taken. Bytes.
  package var unsentBytes: Int { (try? self.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0 }

  /// Whether more may be asked for that brings replies: a client may send many requests before it reads the first reply,
  /// but not without end.
  package var hasRoom: Bool { self.isWritable || self.unsentBytes < WireLimits.unsentBytes }
}
