import MockrecCore
import MockrecEngine
import MockrecTransport
import MockrecWire
import NIOCore
import Synchronization

/// A handler that is a program: asks it, sees that each answer gets to its own request, and starts it again when it has
/// failed.
///
/// Answers come in the order of requests, or with a request's number. A program that has said what fits neither, or
/// nothing in time, is replaced: what it says later is nobody's.
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

  private var queue = HandlerQueue()
  private var nextID = 1
  private var child: HandlerChild?
  /// Processes that are not asked any more and have not gone yet.
  private var leaving: [HandlerChild] = []
  /// How often in a row it failed without an answer between.
  private var failures = 0
  /// Why it is not started any more.
  private var refusal: MockFailure?
  private var timer: Scheduled<Void>?
  private var isEnding = false

  /// So often in a row it is started again.
  private static let mostFailures = 5
  /// How long it may take to end by itself when nothing more is asked.
  private static let grace = TimeAmount.seconds(1)

  init(
    _ settings: HandlerCommand, service: Service, wire: any HandlerWire, on loop: any EventLoop, console: Console,
    trouble: @escaping @Sendable (MockFailure) -> Void
  ) {
    self.settings = settings
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
      line: self.wire.line(of: question, id: id), deadline: at + TimeAmount(self.settings.timeout), reply: reply)
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
    case .ready, .said(.paused), .said(.writable), .said(.closed): self.pump()
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
    var id: Int?
    if let given = said["id"] {
      guard let number = given.number?.int64 else {
        return self.lose(child, "answered with an `id` that is no number: \(self.excerpt(line))", ends: true)
      }
      id = Int(number)
    }
    switch self.queue.take(id) {
    case .late: return
    case .nobody:
      let what = id.map { "a request \($0) that does not wait for one" } ?? "no request at all"
      self.lose(child, "gave an answer to \(what): \(self.excerpt(line))", ends: true)
    case .request(let request):
      self.failures = 0
      child.lastAnswer = .now()
      do throws(MockFailure) {
        request.reply(.success(try self.wire.answer(from: said.removing("id"))))
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
    self.leaving.append(child)
    let bound = NIOLoopBound((self, child), eventLoop: self.loop)
    child.gone.futureResult.whenComplete { _ in
      let (handler, child) = bound.value
      handler.leaving.removeAll { $0 === child }
    }
    if ends { child.kill() }
  }

  /// Has a timer for the request that has waited longest.
  private func watch() {
    guard self.timer == nil, let deadline = self.queue.deadline else { return }
    let bound = NIOLoopBound(self, eventLoop: self.loop)
    self.timer = self.loop.scheduleTask(deadline: deadline) {
      bound.value.timer = nil
      bound.value.expire()
    }
  }

  private func expire() {
    let now = NIODeadline.now()
    var isStuck = false
    while let request = self.queue.expire(now) {
      if let sent = request.sent {
        // A process that names the requests may have others under way, and be well.
        let isWell = self.queue.isNumbered && (self.child?.lastAnswer ?? .distantPast) > sent
        if !isWell { isStuck = true }
      }
      let advice =
        request.sent == nil ? ", in which it was busy with others" : " (is each line flushed when it is written?)"
      request.reply(
        .failure(
          MockFailure("the handler gave no answer within \(self.settings.timeout)\(advice)", kind: .late)))
    }
    if isStuck, let child = self.child {
      self.complaints.report("the handler gave no answer within \(self.settings.timeout): it is started anew")
      self.drop(child, ends: true)
      // What was asked behind that has not been looked at, where answers come in the order of requests.
      if self.queue.isNumbered {
        let failure = MockFailure("the handler was started anew, as it gave another request no answer", kind: .late)
        for request in self.queue.takeSent() { request.reply(.failure(failure)) }
      }
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
    self.timer?.cancel()
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
