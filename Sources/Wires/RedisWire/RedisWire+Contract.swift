import MockrecCore
import MockrecWire

extension RedisWire {
  package var contractOptions: Set<String> { [] }

  package func obstacle(_ entry: Entry) -> String? {
    self.isPush(entry) ? "what Redis says unasked cannot be asked for" : nil
  }

  private func isPush(_ entry: Entry) -> Bool {
    let words = entry.request.target.literal(from: 1).flatMap { RedisText.words($0.utf8) } ?? []
    return RedisCommand(words).name == RedisCommand.push
  }

  package func isSafe(_ entry: Entry) -> Bool {
    guard let text = entry.request.target.literal(from: 1), let words = RedisText.words(text.utf8) else { return false }
    return RedisCommands.isSafe(RedisCommand(words))
  }

  /// What is queued in a transaction would be queued twice.
  package func areSafe(_ entries: [Entry]) -> [Bool] {
    var transactions: Set<String> = []
    return entries.map { entry in
      guard entry.request.verb == Self.verb else { return false }
      let place = "\(entry.request.target.placeholders.first ?? "") \(self.connection(of: entry) ?? "")"
      let command = entry.request.target.literal(from: 1).flatMap { RedisText.words($0.utf8) }.map { RedisCommand($0) }
      switch command?.name {
      case "MULTI": transactions.insert(place)
      case "EXEC", "DISCARD", "RESET": transactions.remove(place)
      default: break
      }
      return !transactions.contains(place) && self.isSafe(entry)
    }
  }

  /// Another connection of a contract than its usual one.
  private func connection(of entry: Entry) -> String? {
    entry.leading.compactMap(Mark.init).first { $0.name == ContractRequest.connection }?.value
  }

  package func contractRequest(
    for entry: Entry, scope: ContractScope, file: SourceText
  ) throws(Diagnostic) -> ContractRequest {
    let target = try scope.text(entry.request.target, in: file)
    // The service's address holds no space.
    let end = target.firstIndex(of: " ") ?? target.endIndex
    let place = Diagnostic.Place(file, at: entry.span.lowerBound)
    if let obstacle = self.obstacle(entry) { throw Diagnostic(obstacle, at: place, fix: "leave this entry out") }
    var body = entry.request.body
    if case .multiline(let text)? = body {
      body = .multiline(Multiline(text: Template(try scope.text(text, in: file))))
    }
    let argument = entry.leading.compactMap(Mark.init).first { $0.name == "argument" }.flatMap { Int($0.value) }
    let command = try self.command(String(target[end...]), body: body, argument: argument, at: place)
    let before = try self.preamble(entry, at: place)
    var options = Fields()
    if let connection = self.connection(of: entry) { options.append(ContractRequest.connection, connection) }
    if case .file(let name, _) = command.content {
      guard before.isEmpty else {
        throw Diagnostic("a command in a file is sent on a new connection only", at: place)
      }
      let folder = file.name.lastIndex(of: "/").map { String(file.name[...$0]) } ?? ""
      return ContractRequest(
        message: Message(start: [Self.verb, String(target[..<end])], body: Body(file: folder + name, length: 0)),
        options: options)
    }
    return ContractRequest(
      message: Message(start: [Self.verb, String(target[..<end])], body: Body(before + (command.bytes ?? []))),
      options: options)
  }

  /// What has to be said on a new connection before a recorded command means what it meant.
  private func preamble(_ entry: Entry, at place: Diagnostic.Place) throws(Diagnostic) -> [UInt8] {
    var fields = Fields()
    for mark in entry.leading.compactMap(Mark.init) where RedisContext.names.contains(mark.name) {
      fields.append(mark.name, mark.value)
    }
    let context = RedisContext(fields)
    var commands: [String] = []
    if context.version != 2 { commands.append("HELLO \(context.version)") }
    if context.database != 0 { commands.append("SELECT \(context.database)") }
    if !context.queued.isEmpty { commands += ["MULTI"] + context.queued }
    var bytes: [UInt8] = []
    for command in commands { bytes += try self.command(command, body: nil, argument: nil, at: place).bytes ?? [] }
    return bytes
  }

  /// A reply as contracts see it: a status or an error in its line, everything else as JSON.
  package func answer(_ reply: Message, duration: Duration, url: String) -> Answer {
    let bytes = reply.body.bytes ?? []
    var status = ""
    var body: [UInt8] = []
    switch RESPValue.all(in: bytes)?.first {
    case .simple(let text)?: status = String(decoding: text, as: UTF8.self)
    case .error(let text)?, .blobError(let text)?: status = "-" + String(decoding: text, as: UTF8.self)
    case let value?: body = RESPJSON.json(value).map { Array($0.description.utf8) } ?? bytes
    case nil: body = bytes
    }
    return Answer(
      version: Self.verb, status: nil, statusText: status,
      fields: body.isEmpty ? Fields() : Fields([("Content-Type", "application/json")]), body: body, rawBody: bytes,
      duration: duration, url: url)
  }
}
