extension RedisFake {
  /// Carries out one command, and then what it set free: blocked clients are served before this returns.
  ///
  /// - Parameters:
  ///   - arguments: The command's name first. Empty does nothing, as Redis ignores an empty request.
  ///   - client: Open, and not blocked.
  ///   - out: The reply is appended. Its `version` is set to the client's.
  package func execute(
    _ arguments: [RedisBytes], for client: RedisClient, into out: inout RESPWriter
  ) -> RedisOutcome {
    self.advance()
    let command = arguments.first.flatMap { CommandTable.shared.command($0) }
    return self.execute(arguments, as: command, for: client, into: &out)
  }

  /// The same at the moment that `now` is, for who has looked the command up.
  func execute(
    _ arguments: [RedisBytes], as command: Command?, for client: RedisClient, into out: inout RESPWriter
  ) -> RedisOutcome {
    guard !arguments.isEmpty else { return .replied }
    self.statistics.commands += 1
    client.lastUse = self.now
    out.version = client.protocolVersion
    let start = out.bytes.count
    out.keep()

    do throws(RedisError) {
      let command = try self.check(command, arguments, for: client)
      client.lastCommand = command.name
      if client.queue != nil, !command.flags.contains(.immediate) {
        client.queue?.append((command, arguments))
        out.simple("QUEUED")
      } else {
        try command.handler(RedisCall(client: client, arguments: arguments), &out)
      }
    } catch {
      out.rewind(to: start)
      out.error(error)
    }
    if client.replies != .on { self.silence(client, &out, from: start) }
    if !self.ready.isEmpty { self.serveWaiting() }
    if client.isClosed { return .close }
    if let wait = client.wait { return .blocked(until: wait.deadline, wait: client.waits) }
    return .replied
  }

  /// The command of these arguments, once everything that can be refused before it runs was looked at.
  @inline(__always)
  private func check(
    _ command: Command?, _ arguments: [RedisBytes], for client: RedisClient
  ) throws(RedisError) -> Command {
    guard var command else {
      self.countUnsupported(arguments[0])
      throw self.refuse(client, RedisFake.unknown(arguments))
    }
    if !command.subcommands.isEmpty, arguments.count > 1 {
      guard let subcommand = command.subcommand(arguments[1]) else {
        // Clients tell every Redis who they are; Redis 7.0 does not know the word either.
        if !arguments[1].equals("setinfo") { self.countUnsupported(arguments[0], arguments[1]) }
        throw self.refuse(
          client,
          RedisError("ERR unknown subcommand '\(arguments[1], most: 128)'. Try \(command.name.uppercased()) HELP."))
      }
      command = subcommand
    }
    guard command.accepts(arguments.count) else {
      throw self.refuse(client, .arity(command.name), command)
    }
    if client.queue != nil, command.flags.contains(.noMulti) {
      throw self.refuse(client, RedisError("ERR Command not allowed inside a transaction"))
    }
    if client.protocolVersion == 2, client.isSubscriber, !command.flags.contains(.inSubscriberMode) {
      throw self.refuse(
        client,
        RedisError(
          "ERR Can't execute '\(command.name)': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET "
            + "are allowed in this context"), command)
    }
    return command
  }

  /// Marks the client's transaction as one that EXEC aborts. An EXEC that is refused ends it.
  private func refuse(_ client: RedisClient, _ error: RedisError, _ command: Command? = nil) -> RedisError {
    if command?.name == "exec" {
      self.endTransaction(client)
      return RedisError("EXECABORT Transaction discarded because of: \(error.text.withoutCode)")
    }
    if client.queue != nil { client.isQueueSpoiled = true }
    return error
  }

  private static func unknown(_ arguments: [RedisBytes]) -> RedisError {
    var beginning: RedisErrorText = ""
    for argument in arguments.dropFirst() {
      guard beginning.bytes.count < 128 else { break }
      beginning = beginning + "'\(argument, most: 128 - beginning.bytes.count)' "
    }
    return RedisError("ERR unknown command '\(arguments[0], most: 128)', with args beginning with: \(beginning)")
  }

  /// What CLIENT REPLY asked for: takes the reply back. What a client listens to is told even to one that wants none.
  private func silence(_ client: RedisClient, _ out: inout RESPWriter, from start: Int) {
    // Its reply is still to come.
    guard client.wait == nil else { return }
    if client.isSilent { out.silence(from: start) }
    switch client.replies {
    case .on, .off: break
    case .skipNext: client.replies = .skip
    case .skip: client.replies = .on
    }
  }
}
