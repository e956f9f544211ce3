/// OBJECT: how a key is held.
extension KeyCommands {
  static func objectEncoding(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    guard let place = call.database.find(call[2], isUse: false) else { return out.null() }
    out.bulk(RedisBytes(call.database.entries[place: place].value.encoding))
  }

  static func objectReferences(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    guard let place = call.database.find(call[2], isUse: false) else { return out.null() }
    // Redis shares the objects of small integers, and says so by this number.
    if case .string(.integer(0..<10000)) = call.database.entries[place: place].value {
      return out.integer(Int64(Int32.max))
    }
    out.integer(1)
  }

  static func objectIdleTime(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    guard let place = call.database.find(call[2], isUse: false) else { return out.null() }
    // The clock may have gone back since.
    out.integer(max(0, (call.now - call.database.entries[place: place].lastUse) / 1000))
  }

  static func objectFrequency(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    guard call.database.find(call[2], isUse: false) != nil else { return out.null() }
    throw RedisError(
      "ERR An LFU maxmemory policy is not selected, access frequency not tracked. Please note that when switching "
        + "between policies at runtime LRU and LFU data will take some time to adjust.")
  }

  static func objectHelp(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    let lines = [
      "OBJECT <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
      "ENCODING <key>",
      "    Return the kind of internal representation used in order to store the value",
      "    associated with a <key>.",
      "FREQ <key>",
      "    Return the access frequency index of the <key>. The returned integer is",
      "    proportional to the logarithm of the recent access frequency of the key.",
      "IDLETIME <key>",
      "    Return the idle time of the <key>, that is the approximated number of",
      "    seconds elapsed since the last access to the key.",
      "REFCOUNT <key>",
      "    Return the number of references of the value associated with the specified",
      "    <key>.",
      "HELP",
      "    Prints this help.",
    ]
    out.array(lines.count)
    for line in lines { out.simple(text: line) }
  }
}
