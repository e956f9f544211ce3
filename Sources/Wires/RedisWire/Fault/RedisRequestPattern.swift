import MockrecCore
import MockrecWire

/// What a rule's `match:` asks of a command.
///
/// Between MULTI and EXEC nothing is read or written: a command that is queued fulfils no pattern, and EXEC fulfils those
/// of its commands.
struct RedisRequestPattern: RequestPattern {
  /// In upper case; any where empty.
  var commands: Set<String> = []
  var key: TextPattern?
  var database: Int?
  /// Whether what changes keys without naming them fulfils it, whatever its key.
  var includesEverything = false

  init(_ fields: inout OverlayFields) throws(Diagnostic) {
    if let command = fields.take("command") {
      for node in try command.list("command") {
        let name = try node.text("command").uppercased()
        guard !name.isEmpty, !name.contains(" ") else {
          throw node.problem("a command is one word, and not `\(name)`", fix: "write `command: GET`")
        }
        let table = RedisFactTable.shared
        if !table.isKnown(name), let nearest = nearestWord(to: name, among: table.names) {
          throw node.problem(
            "Redis has no command `\(name)`", nearest: "`\(nearest)`", fix: "write `command: \(nearest)`")
        }
        self.commands.insert(name)
      }
    }
    if let key = fields.take("key") {
      self.key = TextPattern(try key.text("key"))
      let keyless = self.commands.filter { Self.facts($0).keys.isNone && $0 != "EXEC" }
      if let name = keyless.min(), keyless.count == self.commands.count {
        throw key.problem("\(name) has no key", fix: "remove `key`, or name commands that have one")
      }
    }
    if let database = fields.take("database") { self.database = try database.integer("database", in: 0...1_000_000) }
  }

  static func facts(_ name: String) -> RedisFacts {
    var name = name
    return name.withUTF8 { RedisFactTable.shared.facts(UnsafeRawBufferPointer($0)) }
  }

  var readsBody: Bool { false }

  var changes: Bool? {
    guard !self.commands.isEmpty else { return nil }
    let kinds = Set(self.commands.map(Self.changes))
    return kinds.count == 1 ? kinds.first ?? nil : nil
  }

  /// Whether commands of a name change something; nil where their arguments tell.
  private static func changes(_ name: String) -> Bool? {
    switch name {
    case "GETEX", "SORT", "GEORADIUS", "GEORADIUSBYMEMBER", "BITFIELD", "XREADGROUP", "EXEC": return nil
    default:
      let facts = Self.facts(name)
      // What neither reads nor writes has nothing that could be lost; of what is not known, nothing is said.
      return facts.number == RedisFactTable.shared.count - 1 ? nil : facts.changes ?? false
    }
  }

  var unacknowledged: String? {
    guard !self.commands.isEmpty else { return "INCR" }
    return self.commands.sorted().first { !RedisAcknowledgement.isKnown($0) }
  }

  var ofSubject: any RequestPattern {
    var pattern = self
    pattern.commands = []
    pattern.includesEverything = true
    return pattern
  }

  func matches(_ request: any WireRequest) -> Bool {
    guard let request = request as? RedisRequest, self.database ?? request.context.database == request.context.database
    else { return false }
    let commands = request.carriedOut
    if self.commands.contains("EXEC"), request.command?.name == "EXEC" {
      return self.key == nil || commands.contains { self.holds($0) }
    }
    return commands.contains { (self.commands.isEmpty || self.commands.contains($0.name)) && self.holds($0) }
  }

  private func holds(_ command: RedisCommand) -> Bool {
    guard let key = self.key else { return true }
    if self.includesEverything, command.changesEverything { return true }
    return command.keys.contains { key.matches($0) }
  }

  func covers(_ other: any RequestPattern) -> Bool {
    guard let other = other as? RedisRequestPattern else { return false }
    if let database = self.database, database != other.database { return false }
    if !self.commands.isEmpty, other.commands.isEmpty || !other.commands.isSubset(of: self.commands) { return false }
    guard let key = self.key else { return true }
    guard let theirs = other.key else { return false }
    if key == theirs { return true }
    if let literal = theirs.literal { return key.matches(literal) }
    return key.text.hasSuffix("*") && key.prefix.count == key.text.utf8.count - 1
      && theirs.prefix.starts(with: key.prefix)
  }
}

extension KeyPositions {
  var isNone: Bool { if case .none = self { true } else { false } }
}
