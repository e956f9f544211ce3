import MockrecCore

extension RedisConversation {
  /// What the reply to a command changes, when it is no error.
  enum Effect: Sendable {
    case none
    case select(Int)
    case hello(Int)
    case multi
    case exec
    case discard
    /// A command and its text.
    case queue(RedisCommand, String)
    case reset

    var isNone: Bool { if case .none = self { true } else { false } }
    /// What is left of it where the reply is an error, or tells that nothing was done.
    var inError: Effect {
      switch self {
      case .exec, .discard: .discard
      default: .none
      }
    }

    func apply(to context: inout RedisContext) {
      switch self {
      case .none: return
      case .exec: context.execute { _ in true }
      case .discard: context.endTransaction()
      case .select(let database): context.database = database
      case .hello(let version): context.version = version
      case .multi: context.isInTransaction = true
      case .queue(let command, let text): context.queue(command, text)
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
    /// EXEC's values so far, where some stand behind its list.
    var executed: [RESPValue] = []
    /// What UNSUBSCRIBE without names ends: it has as many replies as there are then.
    var ends: RedisSubscriptions.Kind?
  }
}

extension RedisConversation.Pending {
  /// What a command will be answered with, as far as it can be told before.
  init(_ command: RedisCommand, inTransaction: Bool) {
    self.init(replies: 1, effect: .none)
    let name = command.name
    if inTransaction, !["EXEC", "DISCARD", "RESET", "QUIT"].contains(name) {
      self.effect = .queue(command, command.text)
      return
    }
    let named = command.arguments.count - 1
    switch name {
    case "SUBSCRIBE" where named > 0, "PSUBSCRIBE" where named > 0, "SSUBSCRIBE" where named > 0:
      self.replies = named
      self.isSubscription = true
      self.isConfirmed = true
    case "UNSUBSCRIBE", "PUNSUBSCRIBE", "SUNSUBSCRIBE":
      self.replies = max(1, named)
      self.isConfirmed = true
      if named == 0 { self.ends = .init(command: name) }
    case "SELECT": self.effect = Int(command.word(1)).map { .select($0) } ?? .none
    case "HELLO": self.effect = Int(command.word(1)).map { .hello($0) } ?? .none
    case "MULTI": self.effect = .multi
    case "EXEC": self.effect = .exec
    case "DISCARD": self.effect = .discard
    case "RESET": self.effect = .reset
    default: break
    }
  }
}
