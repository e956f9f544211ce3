/// What CLIENT REPLY asked for: which commands get no reply.
struct RedisSilence: Sendable {
  private enum State { case none, next, all }

  private var state = State.none

  var isOn: Bool { self.state != .none }

  /// Takes the next command; nil for one that a transaction queues, which does nothing yet.
  ///
  /// - Returns: Whether it gets no reply.
  mutating func silences(_ command: RedisCommand?) -> Bool {
    if let command, command.arguments.count == 3, command.name == "CLIENT", command.word(1) == "REPLY" {
      switch command.word(2) {
      case "ON":
        self.state = .none
        return false
      case "OFF":
        self.state = .all
        return true
      case "SKIP":
        if self.state != .all { self.state = .next }
        return true
      default: break
      }
    }
    switch self.state {
    case .none: return false
    case .all: return true
    case .next:
      self.state = .none
      return true
    }
  }
}
