/// Every command there is, by name.
package final class CommandTable: Sendable {
  /// The families. A new family is one line here.
  package static let families: [(group: String, commands: [Command])] = [
    ("string", StringCommands.commands),
    ("bitmap", BitCommands.commands),
    ("generic", KeyCommands.commands),
    ("hash", HashCommands.commands),
    ("list", ListCommands.commands),
    ("set", SetCommands.commands),
    ("transactions", TransactionCommands.commands),
    ("pubsub", PubSubCommands.commands),
    ("connection", ConnectionCommands.commands),
    ("server", ServerCommands.commands),
    ("sorted-set", SortedSetCommands.commands),
    ("stream", StreamCommands.commands),
    ("hyperloglog", HyperLogLogCommands.commands),
    ("generic", SortCommands.commands),
  ]

  package static let shared = CommandTable()

  private struct Slot: Sendable {
    var name = RedisBytes()
    /// The command's index, and 1; 0 for none.
    var place = 0
  }

  /// In the order of the families.
  package let commands: [Command]

  /// Open addressing over a table that never changes.
  private let slots: [Slot]
  private let mask: Int

  private init() {
    let commands = CommandTable.families.flatMap(\.commands)
    var size = 64
    while size < commands.count * 4 { size *= 2 }
    var slots = [Slot](repeating: Slot(), count: size)
    for (index, command) in commands.enumerated() {
      let name = RedisBytes(command.name)
      var slot = Int(truncatingIfNeeded: name.digest) & (size - 1)
      while slots[slot].place != 0 { slot = (slot + 1) & (size - 1) }
      slots[slot] = Slot(name: name, place: index + 1)
    }
    self.commands = commands
    self.slots = slots
    self.mask = size - 1
  }

  /// The command of that name, in whatever case.
  package func command(_ word: RedisBytes) -> Command? { self.index(of: word).map { self.commands[$0] } }

  /// Where that command stands in `commands`.
  package func index(of word: RedisBytes) -> Int? {
    guard word.count <= RedisBytes.inlineCapacity else { return nil }
    let name = word.lowercased
    var slot = Int(truncatingIfNeeded: name.digest) & self.mask
    while true {
      let place = self.slots[slot].place
      guard place != 0 else { return nil }
      if self.slots[slot].name == name { return place - 1 }
      slot = (slot + 1) & self.mask
    }
  }
}
