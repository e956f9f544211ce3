import Dispatch
import MockrecCore
import MockrecEngine
import MockrecWire
import NIOCore

extension ControlAPI {
  /// Where waits are answered: see `RequestLog.Lane`.
  private static let answers = DispatchQueue(label: "mockrec.control.answers", qos: .userInitiated)
  static let filterFields = ["service", "match", "after", "since", "until"]

  /// Takes the words that say which requests are meant.
  ///
  /// - Parameter service: The one that is meant where none is said.
  func filter(
    _ fields: inout ControlFields, at path: String, service: String? = nil
  ) throws(ControlProblem) -> RequestLog.Filter {
    var filter = RequestLog.Filter()
    filter.after = try fields.number("after", 0...Int.max) ?? 0
    if let span = try fields.span("since", "until") { filter.at = span }
    let name = try fields.text("service") ?? service
    filter.service = name
    guard let match = fields.take("match") else {
      if let name { _ = try self.run(name) }
      return filter
    }
    let run = try self.run(name)
    filter.service = run.name
    let wire = run.binding.service.wire
    do throws(Diagnostic) {
      // The words of overlays, of which JSON is a spelling.
      var words = try OverlayFields(
        OverlayFile.node(match.description, name: "\(path)match"), of: "`match` of the wire \(wire.name)")
      filter.pattern = try wire.requestPattern(&words)
      try words.finish(known: wire.matchWords)
    } catch {
      throw ControlProblem.wrong("\(path)match", error.description)
    }
    return filter
  }

  func find(_ request: ControlRequest) throws -> ControlAnswer {
    let session = try self.session(request)
    var fields = try ControlFields(try request.json())
    let filter = try self.filter(&fields, at: "")
    let limit = try fields.number("limit", 1...10_000) ?? 100
    try fields.finish(known: Self.filterFields + ["limit"])
    let found = session.log.find(filter)
    return ControlAnswer(
      200,
      .members([
        ("count", .count(found.requests.count)), ("last", .count(found.last)), ("dropped", .count(found.dropped)),
        ("cut", .count(found.cut)), ("requests", .array(found.requests.suffix(limit).map(self.shown))),
      ]))
  }

  func wait(_ request: ControlRequest) throws -> EventLoopFuture<ControlAnswer> {
    let session = try self.session(request)
    var fields = try ControlFields(try request.json())
    let filter = try self.filter(&fields, at: "")
    let count = try fields.number("count", 1...10_000) ?? 1
    let milliseconds = try fields.number("timeout", 0...600_000) ?? 10_000
    try fields.finish(known: Self.filterFields + ["count", "timeout"])
    let wait = session.log.wait(for: count, filter, within: .milliseconds(Int64(milliseconds)), on: request.loop)
    request.client.whenGone(wait.leave)
    let answer = request.loop.makePromise(of: ControlAnswer.self)
    wait.waited.whenSuccess { waited in
      if let problem = Self.problem(waited.outcome, session) { return answer.fail(problem) }
      // The services' event loops go on while requests are looked through for secrets.
      Self.answers.async { answer.succeed(self.answer(waited)) }
    }
    return answer.futureResult
  }

  private func answer(_ waited: RequestLog.Waited) -> ControlAnswer {
    let isThere = if case .came = waited.outcome { true } else { false }
    return ControlAnswer(
      isThere ? 200 : 408,
      .members([
        ("count", .count(waited.count)), ("last", .count(waited.last)), ("dropped", .count(waited.dropped)),
        ("requests", .array(waited.requests.map(self.shown))),
      ]))
  }

  /// Why nobody waits (any more); nil where waiting has come to its end.
  private static func problem(_ outcome: RequestLog.Waited.Outcome, _ session: Session) -> ControlProblem? {
    switch outcome {
    case .came, .late, .left: nil
    case .tooMany:
      ControlProblem(
        503, "too many wait", "\(RequestLog.mostWaiters) wait in session '\(session.name)' already; ask again later")
    case .closed: ControlProblem(410, "the session is closed", "session '\(session.name)' was closed meanwhile")
    case .ending: ControlProblem(503, "the run ends", "nothing comes any more")
    }
  }

  func misses(of session: Session) -> JSON {
    .array(
      self.runs.flatMap { run in
        (session.scope(run.name)?.tally.misses ?? []).map { miss in
          .members([
            ("service", .string(run.name)), ("request", .string(miss.summary)), ("count", .count(miss.count)),
            ("nearest", .array(miss.nearest.map(Self.json))), ("diagnosis", .string(miss.text)),
          ])
        }
      })
  }

  private static func json(_ near: Miss.Near) -> JSON {
    func text(_ value: String?) -> JSON { value.map { .string($0) } ?? .null }
    return .members([
      (near.isAdded ? "added" : "entry", .string(near.entry)), ("line", .count(near.line)),
      (
        "mismatches",
        .array(
          near.mismatches.map { mismatch in
            .members([
              ("what", .string(mismatch.part)), ("recorded", text(mismatch.recorded)), ("asked", text(mismatch.asked)),
            ])
          })
      ),
    ])
  }

  /// A request without its secrets.
  func shown(_ entry: RequestLog.Request) -> JSON {
    let (service, request) = (entry.of, entry.request)
    let wire = service.wire
    var message = request.message
    // A body that is no document of its own is shown as entries show it; of one that is cut nobody can tell where a
    // secret begins.
    let isEntry = !entry.isCut && (!wire.notationVerbs.isEmpty || request.isDialogue)
    // What comes whole has its body within.
    if entry.bodyBytes > 0, isEntry { message.body = Self.cut(entry.body, by: wire.cutter(for: message)) }
    let count = max(entry.bodyBytes, message.body.bytes?.count ?? 0)
    var asked = Exchange(request: message)
    // What is said on a WebSocket is read as that where one was granted.
    if request.isDialogue { asked.replies = [Exchange.Reply(Message(start: ["HTTP/1.1", "101", ""]))] }
    let exchange = wire.redact(asked, with: service.rules.redactor)
    let clean = exchange.request
    let members: [(String, JSON)] = [
      ("number", .count(entry.number)), ("service", .string(entry.service)), ("at", .count(Int(entry.at))),
      ("summary", .string(wire.summary(of: message, with: service.rules.redactor))),
      ("answer", Self.answer(to: entry)), ("start", .array(clean.start.map { .string($0) })),
      ("headers", .array(clean.fields.map { .array([.string($0.name), .string($0.value)]) })),
      ("bodyBytes", .count(count)),
    ]
    if isEntry {
      let written = try? wire.entry(
        for: exchange, service: service.name, times: 1, digest: nil, volatile: []
      ) { _, _ in throw Diagnostic("a body that is kept in a file is not shown") }
      if let written { return .members(members + Self.members(of: written)) }
    }
    let body = ShownBody(
      isEntry ? [] : entry.body, of: count, fields: message.fields, redactor: service.rules.redactor)
    return .members(members + body.members)
  }

  /// A body with the places at which its messages end.
  private static func cut(_ bytes: [UInt8], by cutter: (any MessageCutter)?) -> Body {
    guard var cutter else { return Body(bytes) }
    var ends: [Int] = []
    cutter.feed(ByteBuffer(bytes: bytes)) { ends.append($0) }
    return Body(bytes, chunks: ends.enumerated().map { Body.Chunk(end: $1, at: .zero, order: $0) })
  }

  /// A request as an entry shows it, and its messages where they are JSON.
  private static func members(of entry: Entry) -> [(String, JSON)] {
    var entry = entry
    // The line with which a file begins.
    entry.leading.removeAll { if case .comment("# mockrec 1") = $0 { true } else { false } }
    let messages = self.messages(entry.request.body) ?? self.frames(entry.response?.body)
    if entry.response?.body == nil { entry.response = nil }
    entry.response?.leading = []
    var text = ""
    NotationPrinter.print(entry, to: &text)
    return (messages.map { [("messages", .array($0))] } ?? []) + [("entry", .string(text))]
  }

  /// What a client said on a WebSocket, where that is JSON; nil where some is not.
  private static func frames(_ body: BodyText?) -> [JSON]? {
    guard case .multiline(let fence)? = body, let text = fence.text.literal else { return nil }
    return text.split(separator: "\n").filter { $0.hasPrefix("> ") && !$0.hasPrefix("> close") }.reduce([]) {
      list, line in
      list.flatMap { list in (try? JSON.parse(Array(line.dropFirst(2).utf8))).map { list + [$0] } }
    }
  }

  /// Messages that are JSON; nil where some are not.
  private static func messages(_ body: BodyText?) -> [JSON]? {
    switch body {
    case .json(let text): (try? JSON.parse(Array((text.literal ?? "").utf8))).map { [$0] }
    case .messages(let messages):
      messages.reduce([]) { list, message in
        list.flatMap { list in self.messages(message.body).map { list + $0 } }
      }
    default: nil
    }
  }

  private static func answer(to request: RequestLog.Request) -> JSON {
    var members: [(String, JSON)] = []
    switch request.answer.source {
    case .entry: members.append(("entry", .string(request.entry ?? "")))
    case .added(let id): members.append(("added", .string(id)))
    case .handler: members.append(("handler", .bool(true)))
    case .miss: members.append(("miss", .bool(true)))
    case .forwarded: members.append(("forwarded", .bool(true)))
    case nil: break
    }
    if let fault = request.answer.fault { members.append(("fault", .string(fault))) }
    return .members(members)
  }
}
