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

  package func contractRequest(
    for entry: Entry, scope: ContractScope, file: SourceText
  ) throws(Diagnostic) -> ContractRequest {
    let target = try scope.text(entry.request.target, in: file)
    // The service's address holds no space.
    let end = target.firstIndex(of: " ") ?? target.endIndex
    let place = Diagnostic.Place(file, at: entry.span.lowerBound)
    var body = entry.request.body
    if case .multiline(let text)? = body {
      body = .multiline(Multiline(text: Template(try scope.text(text, in: file))))
    }
    let argument = entry.leading.compactMap(Mark.init).first { $0.name == "argument" }.flatMap { Int($0.value) }
    let command = try self.command(String(target[end...]), body: body, argument: argument, at: place)
    let before = try self.preamble(entry, at: place)
    if case .file(let name, _) = command.content {
      guard before.isEmpty else {
        throw Diagnostic("a command in a file is sent on a new connection only", at: place)
      }
      let folder = file.name.lastIndex(of: "/").map { String(file.name[...$0]) } ?? ""
      return ContractRequest(
        message: Message(start: [Self.verb, String(target[..<end])], body: Body(file: folder + name, length: 0)))
    }
    return ContractRequest(
      message: Message(start: [Self.verb, String(target[..<end])], body: Body(before + (command.bytes ?? []))))
  }

  /// What has to be said on a new connection before a recorded command means what it meant.
  private func preamble(_ entry: Entry, at place: Diagnostic.Place) throws(Diagnostic) -> [UInt8] {
    if let obstacle = self.obstacle(entry) { throw Diagnostic(obstacle, at: place, fix: "leave this entry out") }
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
