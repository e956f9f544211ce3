/// What XGROUP HELP and XINFO HELP answer, line by line.
extension StreamCommands {
  static func groupHelp(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    Self.write(Self.groupHelpLines, &out)
  }

  static func informationHelp(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    Self.write(Self.informationHelpLines, &out)
  }

  private static func write(_ lines: [StaticString], _ out: inout RESPWriter) {
    out.array(lines.count)
    for line in lines { out.simple(line) }
  }

  private static let groupHelpLines: [StaticString] = [
    "XGROUP <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
    "CREATE <key> <groupname> <id|$> [option]",
    "    Create a new consumer group. Options are:",
    "    * MKSTREAM",
    "      Create the empty stream if it does not exist.",
    "    * ENTRIESREAD entries_read",
    "      Set the group's entries_read counter (internal use).",
    "CREATECONSUMER <key> <groupname> <consumer>",
    "    Create a new consumer in the specified group.",
    "DELCONSUMER <key> <groupname> <consumer>",
    "    Remove the specified consumer.",
    "DESTROY <key> <groupname>",
    "    Remove the specified group.",
    "SETID <key> <groupname> <id|$> [ENTRIESREAD entries_read]",
    "    Set the current group ID and entries_read counter.",
    "HELP",
    "    Prints this help.",
  ]

  private static let informationHelpLines: [StaticString] = [
    "XINFO <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
    "CONSUMERS <key> <groupname>",
    "    Show consumers of <groupname>.",
    "GROUPS <key>",
    "    Show the stream consumer groups.",
    "STREAM <key> [FULL [COUNT <count>]",
    "    Show information about the stream.",
    "HELP",
    "    Prints this help.",
  ]
}
