import MockrecCore
import MockrecWire

extension RedisWire {
  /// Arguments longer than this stand below the command, not in its line.
  private static let longestInline = 2048

  package func entry(
    for exchange: Exchange, service: String, times: Int, digest: UInt64?, volatile: Set<String>,
    file: (_ bytes: [UInt8], _ extension: String) throws -> String
  ) throws -> Entry {
    let asked = RedisRequest(exchange.request)
    let command = asked.command ?? RedisCommand([])
    var leading = [Trivia.comment("# mockrec 1")]
    if times > 1 { leading.append(Mark("times", String(times)).trivia) }
    leading += asked.context.fields.list.map { Mark($0.name, $0.value).trivia }
    var arguments = command.arguments
    var body: BodyText?
    if let long = arguments.indices.dropFirst().max(by: { arguments[$0].count < arguments[$1].count }),
      arguments[long].count > Self.longestInline
    {
      leading.append(Mark("argument", String(long)).trivia)
      let bytes = arguments.remove(at: long)
      let text = bytes.count <= RedisReplyNotation.longestText ? String(validating: bytes, as: UTF8.self) : nil
      // What is no text, or too long a one, lies in a file with the whole command, as it was sent.
      body = try text.flatMap { BodyText(fencing: $0) } ?? BodyText(file: file(command.bytes, "resp"))
    }
    let request = Request(
      verb: Self.verb,
      target: Template(placeholder: service, escapingURL: " " + RedisCommand(arguments).text), body: body)
    guard let reply = exchange.reply else { return Entry(leading: leading, request: request, response: nil) }
    let shown = try RedisReplyNotation(reply.body.bytes ?? [], version: asked.context.version, file: file)
    var before: [Trivia] = [.blank]
    before += shown.marks.map(\.trivia)
    return Entry(
      leading: leading, request: request,
      response: Response(leading: before, verb: Self.verb, status: shown.status, body: shown.text))
  }

  package func exchange(from entry: Entry, in source: SourceText) throws(Diagnostic) -> RecordedExchange {
    let place = Diagnostic.Place(source, at: entry.span.lowerBound)
    guard let response = entry.response else {
      throw Diagnostic(
        "this entry has no response, so there is nothing to serve", at: place,
        fix: "add a response, such as `REDIS OK`, or move the file to contracts/")
    }
    var fields = Fields()
    var recorded = RecordedExchange(exchange: Exchange(request: Message(start: [Self.verb])))
    var argument: Int?
    for mark in entry.leading.compactMap(Mark.init) {
      switch mark.name {
      case "times":
        guard let times = Int(mark.value), times > 0 else {
          throw Diagnostic("`@times` wants a number from 1, not '\(mark.value)'", at: place)
        }
        recorded.times = times
      case "argument": argument = Int(mark.value)
      default: if RedisContext.names.contains(mark.name) { fields.append(mark.name, mark.value) }
      }
    }
    guard let written = entry.request.target.literal(from: 1) else {
      throw Diagnostic(
        "a variable cannot stand in an entry that is served", at: .init(source, at: entry.request.target.offset),
        fix: "write the value itself; variables belong into contracts")
    }
    let command = try self.command(written, body: entry.request.body, argument: argument, at: place)
    recorded.exchange.request.fields = fields
    recorded.exchange.request.body = command
    let types = response.leading.compactMap(Mark.init).first { $0.name == "types" }
    do throws(RedisReplyNotation.Problem) {
      let bytes = try RedisReplyNotation.bytes(
        status: response.status, body: response.body, types: types?.value, version: RedisContext(fields).version)
      var reply = Message(start: [Self.verb, response.status])
      if let bytes {
        reply.body = Body(bytes)
      } else if case .file(let name)? = response.body {
        reply.body = Body(file: name.literal ?? "", length: 0)
      }
      recorded.exchange.replies = [.init(reply)]
    } catch {
      throw Diagnostic(error.message, at: .init(source, at: response.span.lowerBound), fix: error.fix)
    }
    return recorded
  }

  /// The bytes of a command that is written in a line, one of its arguments perhaps below.
  func command(
    _ written: String, body: BodyText?, argument: Int?, at place: Diagnostic.Place
  ) throws(Diagnostic) -> Body {
    guard var words = RedisText.words(written.utf8) else {
      throw Diagnostic("a quote in this command is not closed", at: place, fix: "close it, and put a space behind it")
    }
    guard !words.isEmpty else {
      throw Diagnostic("a REDIS request needs a command", at: place, fix: "REDIS {{service}} GET user:1")
    }
    switch body {
    case nil: break
    case .multiline(let text):
      words.insert(Array((text.text.literal ?? "").utf8), at: min(argument ?? words.count, words.count))
    case .oneline(let text):
      words.insert(Array((text.literal ?? "").utf8), at: min(argument ?? words.count, words.count))
    case .json(let text): words.insert(Array((text.literal ?? "").utf8), at: min(argument ?? words.count, words.count))
    case .hex(let bytes, _), .base64(let bytes, _): words.insert(bytes, at: min(argument ?? words.count, words.count))
    case .file(let name): return Body(file: name.literal ?? "", length: 0)
    case .messages: throw Diagnostic(BodyText.severalMessages, at: place)
    case .xml:
      throw Diagnostic("an argument cannot stand here as XML", at: place, fix: "write it between ``` fences")
    }
    return Body(RedisCommand(words).bytes)
  }
}
