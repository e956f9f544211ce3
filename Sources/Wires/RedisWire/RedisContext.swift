import MockrecCore

/// What a connection's past makes of its next command.
struct RedisContext: Sendable, Hashable {
  var database = 0
  /// The version of RESP that replies are written in.
  var version = 2
  /// Between MULTI and EXEC: the commands are queued.
  var isInTransaction = false
  /// For EXEC: what was queued, each command in one line.
  var queued: [String] = []
  /// What EXEC will change about the connection.
  var planned = Planned()

  struct Planned: Sendable, Hashable {
    struct Change: Sendable, Hashable {
      enum What: Sendable, Hashable {
        case select(Int)
        case hello(Int)
      }

      /// Which of the queued commands it is.
      var index: Int
      var what: What
    }

    var changes: [Change] = []
    /// A command that changes what the client listens to, and how many confirmations it is answered with.
    struct Confirmed: Sendable, Hashable {
      var index: Int
      var count: Int
    }

    var confirmed: [Confirmed] = []
    /// The queued command that makes it unknown how many values EXEC is answered with: CLIENT REPLY, behind which some
    /// are missing, and UNSUBSCRIBE without names.
    var breaksReply: String?

    /// Values that stand behind EXEC's list: it says how many commands there were, and holds as many values, whichever
    /// commands these are of.
    var loose: Int { self.confirmed.reduce(0) { $0 + $1.count - 1 } }

    /// Where the values of a queued command begin among all of EXEC's.
    func place(of index: Int) -> Int {
      self.confirmed.reduce(index) { $1.index < index ? $0 + $1.count - 1 : $0 }
    }
  }

  /// - Parameter text: The command in one line.
  mutating func queue(_ command: RedisCommand, _ text: String) {
    let index = self.queued.count
    self.queued.append(text)
    switch command.name {
    case "SELECT":
      if let number = Int(command.word(1)) { self.planned.changes.append(.init(index: index, what: .select(number))) }
    case "HELLO":
      if let number = Int(command.word(1)) { self.planned.changes.append(.init(index: index, what: .hello(number))) }
    case "CLIENT" where command.word(1) == "REPLY": self.planned.breaksReply = "CLIENT REPLY"
    case let name where name.hasSuffix("SUBSCRIBE"):
      let names = command.arguments.count - 1
      if names > 0 {
        self.planned.confirmed.append(.init(index: index, count: names))
      } else {
        self.planned.breaksReply = name
      }
    default: break
    }
  }

  mutating func endTransaction() {
    self.isInTransaction = false
    self.queued = []
    self.planned = Planned()
  }

  /// - Parameter holds: Whether a queued command did what it was to do.
  mutating func execute(_ holds: (_ index: Int) -> Bool) {
    for change in self.planned.changes where holds(change.index) {
      switch change.what {
      case .select(let database): self.database = database
      case .hello(let version): self.version = version
      }
    }
    self.endTransaction()
  }

  /// As fields of a request's message, and as marks of an entry: only what differs from a new connection's.
  var fields: Fields {
    var fields = Fields()
    if self.database != 0 { fields.append("db", String(self.database)) }
    if self.version != 2 { fields.append("resp", String(self.version)) }
    if self.isInTransaction { fields.append("multi", "") }
    for command in self.queued { fields.append("queued", command) }
    return fields
  }

  static let names: Set<String> = ["db", "resp", "multi", "queued"]

  init() {}

  init(_ fields: Fields) {
    for field in fields.list {
      switch field.name {
      case "db": self.database = Int(field.value) ?? 0
      case "resp": self.version = Int(field.value) ?? 2
      case "multi": self.isInTransaction = true
      case "queued": self.queued.append(field.value)
      default: continue
      }
    }
  }
}
