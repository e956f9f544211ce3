/// What becomes of a request or its reply where a rule fires: at most one effect, and a pace.
package struct Fault: Sendable {
  package enum Effect: Sendable {
    /// Answered so, in the wire's own terms; the service is not asked.
    case reply(Message)
    /// Answered as the service once was recorded to answer; it is not asked.
    case recorded(RecordedReply)
    /// The connection is reset as soon as the request is known; nothing is answered.
    case refuse
    case reset(Moment)
    /// The reply lacks its last bytes, and the connection is closed.
    case closeEarly(missing: Int)
    /// The connection is closed in the place of a reply.
    case empty
    /// So many random bytes in the place of a reply, and then the connection is closed.
    case garbage(Int)
    /// A length of a chunk that is none, in the middle of the reply.
    case malformedChunk
    /// The body is cut after so many bytes, and what tells its length says so; half of it where nil.
    case truncate(Int?)
    /// So many bytes of the body are changed.
    case corrupt(Int)
    /// Nothing is ever answered.
    case hang
    /// The connection's TLS handshake fails, before any request.
    case tlsHandshake
    /// The reply is right, and what it says is not so.
    case silent(SilentFault)
    /// The reply is sent twice.
    case answerTwice
    /// The reply changes places with the next one, which is waited for so long.
    case reorder(within: Duration)
    /// The time of a model changes.
    case clock(ClockChange)
    /// The reply stops between its pieces.
    case breakStream(StreamBreak)
  }

  /// When a connection is reset.
  package enum Moment: String, Sendable, CaseIterable {
    case before, middle, after
  }

  package var effect: Effect?
  package var pace = Pace()
  /// The words that it was written in, for people: `status 503`, `latency`.
  package var name = ""

  package init() {}

  /// How many answers back it looks, where it is one that needs to know what was answered before.
  package var lookback: Int? {
    switch self.effect {
    case .silent(.dropWrite), .silent(.staleRead): 1
    case .silent(.staleAnswer(let count)): count
    default: nil
    }
  }
}

/// How slow a fault is.
package struct Pace: Sendable, Hashable {
  /// The request reaches the service so much later.
  package var latency: Latency?
  /// The reply begins so much later.
  package var firstByte: Latency?
  /// Bytes a second.
  package var rate: Int?
  /// The reply goes in so many pieces, over so long a time.
  package var pieces: Pieces?
  /// The recorded time until the reply, times this.
  package var recorded: Double?

  package struct Pieces: Sendable, Hashable {
    package var count: Int
    package var over: Duration

    package init(count: Int, over: Duration) {
      self.count = count
      self.over = over
    }

    /// How many bytes of a reply should have been sent.
    ///
    /// - Parameters:
    ///   - total: Bytes of the whole reply.
    ///   - elapsed: Seconds since it began.
    package func due(of total: Int, after elapsed: Double) -> Int {
      let share = self.over > .zero ? min(1, elapsed / self.over.seconds) : 1
      let piece = min(self.count, Int(share * Double(self.count - 1)) + 1)
      return total * piece / self.count
    }
  }

  package init() {}

  /// Whether the reply's bytes are held back.
  package var isReplyPaced: Bool { self.firstByte != nil || self.rate != nil || self.pieces != nil }
}

/// What a service, or a recording of one, does wrong without saying so.
package enum SilentFault: Sendable, Hashable {
  /// A write is acknowledged and not applied.
  case dropWrite
  /// What was answered before the last write.
  case staleRead
  /// What was answered so many answers ago.
  case staleAnswer(Int)
  /// The request is applied twice.
  case applyTwice
  /// What is asked for is not there any more.
  case evict

  /// Whether it concerns requests that change something; nil for both kinds.
  package var concernsWrites: Bool? {
    switch self {
    case .dropWrite: true
    case .staleRead, .staleAnswer, .evict: false
    case .applyTwice: nil
    }
  }
}

/// What becomes of a model's time.
package enum ClockChange: Sendable, Hashable {
  case jump(seconds: Double)
  case freeze
  /// It goes so many times as fast; backwards where negative.
  case speed(Double)
}

/// Which recorded answer is taken.
package struct RecordedReply: Sendable, Hashable {
  /// As the summary of an entry tells it: `429` for HTTP, the beginning of an error for Redis.
  package var status: String
  package var place: Diagnostic.Place
}
