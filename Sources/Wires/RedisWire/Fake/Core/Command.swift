/// One command, or one subcommand of a container such as CONFIG: what is known of it before it runs.
package final class Command: Sendable {
  /// Writes the whole reply, or throws before it has changed anything.
  package typealias Handler = @Sendable (_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) -> Void

  /// In lower case; a subcommand's is `config|get`.
  package let name: String
  /// The count of arguments with the name: exact, or at least `-arity` when negative.
  package let arity: Int
  package let flags: CommandFlags
  package let keys: KeyPositions
  package let subcommands: [Command]
  package let handler: Handler

  package init(
    _ name: String, _ arity: Int, _ flags: CommandFlags, _ keys: KeyPositions, _ handler: @escaping Handler,
    or subcommands: [Command] = []
  ) {
    self.name = name
    self.arity = arity
    self.flags = flags
    self.keys = keys
    self.subcommands = subcommands
    self.handler = handler
  }

  /// A container: a command that only its subcommands, `config|get` and the like, can carry out.
  package init(container name: String, _ subcommands: [Command]) {
    self.name = name
    self.arity = -2
    self.flags = []
    self.keys = .none
    self.subcommands = subcommands
    self.handler = { (_, _) throws(RedisError) in throw .arity(name) }
  }

  package func accepts(_ count: Int) -> Bool { self.arity >= 0 ? count == self.arity : count >= -self.arity }

  /// The subcommand of that name, in whatever case.
  package func subcommand(_ word: RedisBytes) -> Command? {
    let word = word.lowercased.string
    return self.subcommands.first { $0.name.dropFirst(self.name.utf8.count + 1) == word }
  }
}

/// What COMMAND INFO tells of a command, in the order in which it does.
package struct CommandFlags: OptionSet, Sendable {
  package let rawValue: UInt32
  package init(rawValue: UInt32) { self.rawValue = rawValue }

  package static let write = CommandFlags(rawValue: 1)
  package static let readonly = CommandFlags(rawValue: 2)
  package static let denyoom = CommandFlags(rawValue: 4)
  package static let admin = CommandFlags(rawValue: 8)
  /// Allowed to a RESP2 client that has subscribed.
  package static let pubsub = CommandFlags(rawValue: 16)
  package static let noscript = CommandFlags(rawValue: 32)
  package static let blocking = CommandFlags(rawValue: 64)
  package static let loading = CommandFlags(rawValue: 128)
  package static let stale = CommandFlags(rawValue: 256)
  package static let fast = CommandFlags(rawValue: 512)
  package static let noAuth = CommandFlags(rawValue: 1024)
  package static let noMulti = CommandFlags(rawValue: 2048)
  package static let movableKeys = CommandFlags(rawValue: 4096)
  package static let allowBusy = CommandFlags(rawValue: 8192)
  /// Runs at once while a transaction is being queued.
  package static let immediate = CommandFlags(rawValue: 1 << 30)
  /// Allowed to a RESP2 client that has subscribed, besides the pub/sub commands.
  package static let inSubscriberMode = CommandFlags(rawValue: 1 << 31)

  package static let names: [(CommandFlags, String)] = [
    (.write, "write"), (.readonly, "readonly"), (.denyoom, "denyoom"), (.admin, "admin"), (.pubsub, "pubsub"),
    (.noscript, "noscript"), (.blocking, "blocking"), (.loading, "loading"), (.stale, "stale"), (.fast, "fast"),
    (.noAuth, "no_auth"), (.noMulti, "no_multi"), (.movableKeys, "movablekeys"), (.allowBusy, "allow_busy"),
  ]
}

/// Which of a command's arguments are keys.
package enum KeyPositions: Sendable {
  case none
  /// The first key, the last (negative: from the end) and the step between keys.
  case range(Int, Int, Int)
  /// The argument at this index counts the keys that follow it.
  case counted(Int)
  /// A destination at 1, then the argument at this index counts the keys that follow it.
  case destinationAndCounted(Int)
  /// The second half of what follows the word STREAMS.
  case streams

  package static let one = KeyPositions.range(1, 1, 1)
  package static let two = KeyPositions.range(1, 2, 1)
  package static let all = KeyPositions.range(1, -1, 1)
}
