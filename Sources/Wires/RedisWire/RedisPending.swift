import MockrecCore

extension RedisConversation {
  /// What the reply to a command changes, when it is no error.
  enum Effect: Sendable {
    case none
    case select(Int)
    case hello(Int)
    case multi
    /// EXEC and DISCARD, errors too.
    case endTransaction
    case queue(String)
    case reset

    var isNone: Bool { if case .none = self { true } else { false } }
    var holdsInError: Bool { if case .endTransaction = self { true } else { false } }

    func apply(to context: inout RedisContext) {
      switch self {
      case .none: return
      case .endTransaction:
        context.isInTransaction = false
        context.queued = []
      case .select(let database): context.database = database
      case .hello(let version): context.version = version
      case .multi: context.isInTransaction = true
      case .queue(let command): context.queued.append(command)
      case .reset: context = RedisContext()
      }
    }
  }

  /// A command whose reply has not ended.
  struct Pending: Sendable {
    /// Values that are still to come; nil for a subscription and for ``RedisRequest/push``, which end with the next
    /// command.
    var replies: Int?
    var effect: Effect
    /// What it counts against the limit of what may wait.
    var weight = 0
    /// Of the first value.
    var head: Message?
    var isSubscription = false
    /// Its replies confirm what the client listens to, and are given even to one that wants none.
    var isConfirmed = false
    /// What UNSUBSCRIBE without names ends: it has as many replies as there are then.
    var ends: RedisSubscriptions.Kind?
  }
}
