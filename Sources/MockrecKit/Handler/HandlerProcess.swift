import MockrecCore
import MockrecEngine
import MockrecTransport
import MockrecWire
import NIOCore
import Synchronization

/// A handler that is a program: asks it, sees that each answer gets to its own request, and starts it again when it has
/// failed.
///
/// An answer is for the only request that the program was asked, or has a request's number. A program that has said what
/// fits neither, more than was asked, or nothing in time, is replaced: what it says later is nobody's.
final class HandlerProcess: RequestHandler, @unchecked Sendable {
  // Proof of @unchecked Sendable: what is not a constant or a mutex is only touched on `loop`.
  private let settings: HandlerCommand
  private let redactor: Redactor
  private let wire: any HandlerWire
  private let loop: any EventLoop
  private let complaints: HandlerComplaints
  /// Told of what goes wrong while no request waits.
  private let trouble: @Sendable (MockFailure) -> Void

  private typealias Asked = (question: HandlerQuestion, at: NIODeadline, reply: HandlerQueue.Reply)
  /// What has not come to the loop yet.
  private let inbox = Mutex<[Asked]>([])

  private var queue: HandlerQueue
  /// An answer without a number, while nobody knows whether more comes with it.
  private var held: (said: JSONObject, line: ByteBuffer)?
  private var nextID = 1
  private var child: HandlerChild?
  /// Processes that are not asked any more and have not gone yet.
  private var leaving: [HandlerChild] = []
  /// How often in a row it failed without an answer between.
  private var failures = 0
  /// Why it is not started any more.
  private var refusal: MockFailure?
  private var timer: (at: NIODeadline, task: Scheduled<Void>)?
  private var isEnding = false

  /// So often in a row it is started again.
  private static let mostFailures = 5
  /// How long it may take to end by itself when nothing more is asked.
  private static let grace = TimeAmount.seconds(1)

  /// How long a request waits for its turn: long enough to be asked again after another was late.
  private var patience: Duration { max(.seconds(30), self.settings.timeout * 2) }

  init(
    _ settings: HandlerCommand, service: Service, wire: any HandlerWire, on loop: any EventLoop, console: Console,
    trouble: @escaping @Sendable (MockFailure) -> Void
  ) {
    self.settings = settings
    self.queue = HandlerQueue(timeout: TimeAmount(settings.timeout))
    self.redactor = service.rules.redactor
    self.wire = wire
    self.loop = loop
    self.complaints = HandlerComplaints(service, console, loop)
    self.trouble = trouble
  }

  /// Starts it before it is asked anything.
  func start() { self.loop.execute { self.begin() } }

  func ask(_ question: HandlerQuestion, then: @escaping HandlerQueue.Reply) {
    let isFirst = self.inbox.withLock { inbox in
      inbox.append((question, .now(), then))
      return inbox.count == 1
    }
    // What is asked in one turn of a loop goes out together.
    if isFirst { self.loop.execute { self.takeInbox() } }
  }

  private func takeInbox() {
    let asked = self.inbox.withLock { inbox in
      defer { inbox = [] }
      return inbox
    }
    for (question, at, reply) in asked { self.take(question, at, reply) }
    self.pump()
  }

  private func take(_ question: HandlerQuestion, _ at: NIODeadline, _ reply: @escaping HandlerQueue.Reply) {
    if let refusal = self.refusal ?? (self.isEnding ? MockFailure("the handler has ended") : nil) {
      return reply(.failure(refusal))
    }
    let id = self.nextID
    self.nextID += 1
    let request = HandlerQueue.Pending(
      summary: question.request.summary, line: self.wire.line(of: question, id: id),
      askedUntil: at + TimeAmount(self.patience),
      reply: reply)
    guard self.queue.append(id, request) else {
      return reply(.failure(MockFailure("too many requests wait for the handler's answers", kind: .busy)))
    }
  }

  /// Asks the process as much as it may be asked now.
  private func pump() {
    defer { self.watch() }
    guard !self.queue.isEmpty else { return }
    guard let child = self.child else { return self.begin() }
    guard let channel = child.channel else { return }
    let now = NIODeadline.now()
    while channel.isWritable {
      var lines = ByteBuffer()
      while lines.readableBytes < 64 << 10, let line = self.queue.next(at: now) {
        lines.writeBytes(line)
        lines.writeInteger(UInt8(ascii: "\n"))
      }
      guard lines.readableBytes > 0 else { return }
      child.write(lines)
    }
  }

  private func begin() {
    guard self.child == nil, self.refusal == nil, !self.isEnding else { return }
    do {
      let bound = NIOLoopBound(self, eventLoop: self.loop)
      self.child = try HandlerChild(self.settings, on: self.loop) { bound.value.heard($1, from: $0) }
      self.complaints.begin()
      self.pump()
    } catch {
      let reason = (error as? CommandNotStarted)?.diagnostic.message ?? "\(error)"
      for request in self.queue.takeAll() {
        request.reply(.failure(MockFailure("the handler cannot be started: \(reason)")))
      }
    }
  }

  private func heard(_ event: HandlerChild.Event, from child: HandlerChild) {
    // A process that was replaced has nothing to say.
    guard self.child === child else { return }
    switch event {
    case .ready, .said(.writable): self.pump()
    case .said(.paused(let isWithin)):
      // What has begun behind an answer came with it.
      if !isWithin { self.release(from: child) }
      self.pump()
    case .said(.closed): self.release(from: child)
    case .said(.line(let line)): self.hear(line, from: child)
    case .said(.tooLong):
      self.lose(child, "gave an answer of more than \(HandlerChild.longestAnswer >> 20) MiB", ends: true)
    case .complained(let line): self.complaints.add(line)
    case .over(let reason): self.lose(child, reason, ends: false)
    }
  }

  private func hear(_ line: ByteBuffer, from child: HandlerChild) {
    let isEmpty = line.readableBytesView.allSatisfy { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\r") }
    guard !isEmpty else { return }
    let said: JSONObject
    do throws(JSONError) {
      let bytes = Array(line.readableBytesView)
      guard let object = try JSON.parse(bytes).object else {
        return self.lose(child, "answered with \(self.excerpt(line)), which is no JSON object", ends: true)
      }
      said = object
    } catch {
      return self.lose(child, "answered with \(self.excerpt(line)), which is no JSON: \(error.message)", ends: true)
    }
    if let id = said["id"] {
      guard let number = id.number?.int64 else {
        return self.lose(child, "answered with an `id` that is no number: \(self.excerpt(line))", ends: true)
      }
      return self.give(said.removing("id"), to: Int(number), line, from: child)
    }
    // What comes together with an answer is as likely the answer.
    guard self.held == nil else {
      let request = self.queue.asked.map { " for \($0)" } ?? ""
      return self.lose(child, "wrote more than one line\(request); behind the first: \(self.excerpt(line))", ends: true)
    }
    self.held = (said, line)
  }

  /// Nothing came together with the answer that was held.
  private func release(from child: HandlerChild) {
    guard let (said, line) = self.held else { return }
    self.held = nil
    self.give(said, to: nil, line, from: child)
  }

  private func give(_ said: JSONObject, to id: Int?, _ line: ByteBuffer, from child: HandlerChild) {
    switch self.queue.take(id) {
    case .late: return
    case .nobody:
      let what =
        id.map { "to a request \($0) that does not wait for one" }
        ?? (self.queue.isNumbered ? "without the `id` that its first one had" : "to no request at all")
      self.lose(child, "gave an answer \(what): \(self.excerpt(line))", ends: true)
    case .request(let request):
      self.failures = 0
      child.lastAnswer = .now()
      do throws(MockFailure) {
        request.reply(.success(try self.wire.answer(from: said)))
      } catch {
        request.reply(.failure(error))
      }
    }
  }

  /// The beginning of a line, as far as it is no secret.
  private func excerpt(_ line: ByteBuffer) -> String {
    let text = self.redactor.said(String(decoding: line.readableBytesView.prefix(2000), as: UTF8.self)).printable()
    return "`\(text.prefix(80))\(text.count > 80 ? "…" : "")`"
  }

  /// Does without a process from now on.
  ///
  /// - Parameters:
  ///   - reason: What it did, behind "the handler".
  ///   - ends: Whether it has to be made to end.
  private func lose(_ child: HandlerChild, _ reason: String, ends: Bool) {
    self.drop(child, ends: ends)
    guard !self.isEnding else { return }
    let last = self.complaints.last.map { " (it said: \($0))" } ?? ""
    let failure = MockFailure("the handler \(reason)\(last)")
    self.complaints.report(failure.reason)
    self.failures += 1
    // Which of the requests it failed at is only known where it answers them in their order.
    let failed = self.queue.isNumbered ? self.queue.takeSent() : [self.queue.takeOldest()].compactMap { $0 }
    self.queue.putBack()
    for request in failed { request.reply(.failure(failure)) }
    if failed.isEmpty { self.trouble(failure) }
    if self.failures >= Self.mostFailures {
      let refusal = MockFailure(
        "the handler has failed \(self.failures) times in a row, and is not started again in this run; at last it "
          + "\(reason)\(last)")
      self.refusal = refusal
      self.complaints.report(refusal.reason)
      for request in self.queue.takeAll() { request.reply(.failure(refusal)) }
    }
    self.pump()
  }

  private func drop(_ child: HandlerChild, ends: Bool) {
    self.child = nil
    self.held = nil
    self.leaving.append(child)
    let bound = NIOLoopBound((self, child), eventLoop: self.loop)
    child.gone.futureResult.whenComplete { _ in
      let (handler, child) = bound.value
      handler.leaving.removeAll { $0 === child }
    }
    if ends { child.kill() }
  }

  /// Has a timer for the request whose time is up first.
  private func watch() {
    guard let deadline = self.queue.deadline, self.timer.map({ deadline < $0.at }) ?? true else { return }
    self.timer?.task.cancel()
    let bound = NIOLoopBound(self, eventLoop: self.loop)
    let task = self.loop.scheduleTask(deadline: deadline) {
      bound.value.timer = nil
      bound.value.expire()
    }
    self.timer = (deadline, task)
  }

  private func expire() {
    let now = NIODeadline.now()
    var late: String?
    while let request = self.queue.expire(now) {
      guard let sent = request.sent else {
        let failure = "\(request.summary) waited \(self.patience) for its turn: the handler was busy with others"
        request.reply(.failure(MockFailure(failure, kind: .busy)))
        continue
      }
      // A process that names the requests may have others under way, and be well.
      let isWell = self.queue.isNumbered && (self.child?.lastAnswer ?? .distantPast) > sent
      let failure = "the handler gave no answer to \(request.summary) within \(self.settings.timeout)"
      if !isWell { late = late ?? failure }
      request.reply(.failure(MockFailure("\(failure) (is each line flushed when it is written?)", kind: .late)))
    }
    if let late, let child = self.child {
      self.complaints.report("\(late): it is started anew")
      self.drop(child, ends: true)
      self.queue.putBack()
    }
    self.pump()
  }

  /// Ends the process, and returns when it has gone.
  ///
  /// - Parameter isLast: Whether it may not be started again by what is asked after that.
  func end(isLast: Bool) async {
    try? await self.loop.flatSubmit { self.beginEnd() }.get()
    guard !isLast else { return }
    try? await self.loop.submit { (self.isEnding, self.failures, self.refusal) = (false, 0, nil) }.get()
  }

  private func beginEnd() -> EventLoopFuture<Void> {
    self.isEnding = true
    self.timer?.task.cancel()
    self.timer = nil
    for request in self.queue.takeAll() { request.reply(.failure(MockFailure("the run has ended"))) }
    let processes = self.leaving + [self.child].compactMap { $0 }
    for child in processes { child.closeInput() }
    let bound = NIOLoopBound(processes, eventLoop: self.loop)
    let timer = self.loop.scheduleTask(in: Self.grace) {
      for child in bound.value { child.kill() }
    }
    let gone = EventLoopFuture.andAllComplete(processes.map(\.gone.futureResult), on: self.loop)
    gone.whenComplete { _ in timer.cancel() }
    return gone
  }
}
