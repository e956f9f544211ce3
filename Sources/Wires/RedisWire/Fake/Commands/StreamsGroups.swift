// What changes in a group does not spoil a WATCH of its stream, so nothing here says `changed`.
extension StreamCommands {
  static let groupCommands: [Command] = [
    Command(
      container: "xgroup",
      [
        Command("xgroup|create", -5, [.write, .denyoom], .range(2, 2, 1), createGroup),
        Command("xgroup|setid", -5, .write, .range(2, 2, 1), setGroupID),
        Command("xgroup|destroy", 4, .write, .range(2, 2, 1), destroyGroup),
        Command("xgroup|createconsumer", 5, [.write, .denyoom], .range(2, 2, 1), createConsumer),
        Command("xgroup|delconsumer", 5, .write, .range(2, 2, 1), deleteConsumer),
        Command("xgroup|help", 2, [.loading, .stale], .none, groupHelp),
      ]),
    Command("xack", -4, [.write, .fast], .one, xack),
  ]

  private static let keyMissing = RedisError(
    "ERR The XGROUP subcommand requires the key to exist. Note that for CREATE you may want to use the MKSTREAM option "
      + "to create an empty stream automatically.")

  /// What follows the ID of XGROUP CREATE and SETID.
  private struct GroupOptions {
    var makesStream = false
    var entriesRead: Int64?

    init(_ call: RedisCall, allowsMaking: Bool) throws(RedisError) {
      var index = 5
      while index < call.count {
        if allowsMaking, call[index].equals("mkstream") {
          self.makesStream = true
          index += 1
        } else if index + 1 < call.count, call[index].equals("entriesread") {
          let count = try call.integer(index + 1)
          guard count >= -1 else { throw RedisError("ERR value for ENTRIESREAD must be positive or -1") }
          self.entriesRead = count == -1 ? nil : count
          index += 2
        } else {
          throw StreamCommands.wrongGroupWords(call)
        }
      }
    }
  }

  private static func wrongGroupWords(_ call: RedisCall) -> RedisError {
    RedisError("ERR unknown subcommand or wrong number of arguments for '\(call[1], most: 128)'. Try XGROUP HELP.")
  }

  private static func createGroup(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    let options = try GroupOptions(call, allowsMaking: true)
    let existing = try call.stream(call[2])
    if existing == nil, !options.makesStream { throw Self.keyMissing }
    guard call.count <= 8 else { throw Self.wrongGroupWords(call) }
    let id = call[4] == "$" ? existing?.lastID ?? .zero : try Self.id(call, 4)
    let stream = existing ?? StreamValue()
    guard stream.group(call[3]) == nil else { throw RedisError("BUSYGROUP Consumer Group name already exists") }
    stream.addGroup(StreamGroup(name: call[3], lastID: id, entriesRead: options.entriesRead))
    if existing == nil { call.store(call[2], .stream(stream)) }
    out.ok()
  }

  /// The stream and the group of that name in it.
  private static func existingGroup(_ call: RedisCall) throws(RedisError) -> (StreamValue, StreamGroup) {
    guard let stream = try call.stream(call[2]) else { throw Self.keyMissing }
    guard let group = stream.group(call[3]) else { throw Self.noGroup(call[3], key: call[2]) }
    return (stream, group)
  }

  static func noGroup(_ name: RedisBytes, key: RedisBytes) -> RedisError {
    RedisError("NOGROUP No such consumer group '\(name)' for key name '\(key)'")
  }

  static func noKeyOrGroup(_ name: RedisBytes, key: RedisBytes) -> RedisError {
    RedisError("NOGROUP No such key '\(key)' or consumer group '\(name)'")
  }

  private static func setGroupID(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    let options = try GroupOptions(call, allowsMaking: false)
    let (stream, group) = try Self.existingGroup(call)
    guard call.count <= 7 else { throw Self.wrongGroupWords(call) }
    group.lastID = call[4] == "$" ? stream.lastID : try Self.id(call, 4)
    group.entriesRead = options.entriesRead
    out.ok()
  }

  private static func destroyGroup(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    guard let stream = try call.stream(call[2]) else { throw Self.keyMissing }
    guard let group = stream.group(call[3]) else { return out.integer(0) }
    stream.removeGroup(group)
    // Who waits for the group is told that it is gone.
    call.database.announce(call[2], .stream)
    out.integer(1)
  }

  private static func createConsumer(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    let (_, group) = try Self.existingGroup(call)
    guard group.consumer(call[4]) == nil else { return out.integer(0) }
    _ = group.addConsumer(call[4], seen: call.now)
    out.integer(1)
  }

  private static func deleteConsumer(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    let (_, group) = try Self.existingGroup(call)
    guard let consumer = group.consumer(call[4]) else { return out.integer(0) }
    out.integer(consumer.pending.count)
    group.removeConsumer(consumer)
  }

  static func xack(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    guard let group = try call.stream(call[1])?.group(call[2]) else { return out.integer(0) }
    var ids: [StreamID] = []
    for index in 3..<call.count { ids.append(try Self.id(call, index)) }
    var acknowledged = 0
    for id in ids {
      guard let pending = group.pending.remove(id) else { continue }
      pending.consumer.pending.remove(id)
      acknowledged += 1
    }
    out.integer(acknowledged)
  }
}
