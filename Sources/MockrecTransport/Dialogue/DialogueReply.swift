import MockrecCore
import MockrecWire
import NIOCore

/// One dialogue with a service: says what a recorded client said, and collects what is answered. Used on one event loop.
final class DialogueReply: ReplyReceiver {
  private let dialogue: ContractDialogue
  private let wire: any Wire
  private let link: any OriginLink
  private let loop: any EventLoop
  private let patience: Duration
  private var promise: EventLoopPromise<Message>?
  private var cutter: (any MessageCutter)?
  private var reply: Message?
  private var body = ByteBuffer()
  /// How many of the service's messages have come, and how many of the client's lines were said.
  private var heard = 0
  private var next = 0
  private var hasEnded = false
  /// The service has not said in time what it had said: nothing more is waited for before the client speaks.
  private var isLate = false
  private var timers: (patience: Scheduled<Void>?, whole: Scheduled<Void>?)

  /// So much more than was recorded tells that the service goes on otherwise.
  private static let mostMore = 16
  /// Bytes of what the service says.
  private static let longest = 64 << 20

  init(
    _ dialogue: ContractDialogue, _ wire: any Wire, _ link: any OriginLink, _ promise: EventLoopPromise<Message>,
    on loop: any EventLoop, patience: Duration
  ) {
    self.dialogue = dialogue
    self.wire = wire
    self.link = link
    self.promise = promise
    self.loop = loop
    self.patience = patience
  }

  func begin(_ head: Message, within timeout: Duration) {
    self.cutter = self.wire.cutter(for: head)
    let bound = NIOLoopBound(self, eventLoop: self.loop)
    self.timers.whole = self.loop.scheduleTask(in: TimeAmount(timeout)) {
      bound.value.originFailed(OriginFailure(.timedOut, "no end of its messages within \(timeout)"))
    }
    self.link.receiver = self
    self.link.begin(head)
    self.wait()
    if !self.dialogue.beginsWithReply { self.speak() }
  }

  /// Says what is next, as far as the service has said what came before.
  private func speak() {
    while self.next < self.dialogue.lines.count {
      let line = self.dialogue.lines[self.next]
      guard line.heard <= self.heard || self.isLate else { return }
      self.next += 1
      self.link.body(ByteBuffer(bytes: line.bytes))
    }
    if let end = self.dialogue.end, end <= self.heard || self.isLate { return self.endRequest() }
    // What the service would go on with, nobody has heard.
    if self.dialogue.isOpen, self.heard >= self.dialogue.messages { self.leave() }
  }

  private func endRequest() {
    guard !self.hasEnded else { return }
    self.hasEnded = true
    self.link.end(Fields())
    if self.dialogue.isOpen, self.heard >= self.dialogue.messages { self.succeed(Fields()) }
  }

  /// Ends it politely.
  private func leave() {
    if !self.hasEnded, self.wire.farewell.readableBytes > 0 { self.link.body(self.wire.farewell) }
    self.endRequest()
    self.succeed(Fields())
  }

  private func wait() {
    self.timers.patience?.cancel()
    let bound = NIOLoopBound(self, eventLoop: self.loop)
    self.timers.patience = self.loop.scheduleTask(in: TimeAmount(self.patience)) { bound.value.waited() }
  }

  private func waited() {
    guard self.promise != nil, self.reply != nil else { return }
    guard self.isLate else {
      self.isLate = true
      self.speak()
      return self.wait()
    }
    self.leave()
  }

  func interim(_ head: Message) {}

  func replyBegan(_ head: Message) {
    self.reply = head
    // Who declines a dialogue is not spoken to.
    guard self.wire.chunking(of: head) == .dialogue else {
      self.cutter = nil
      return
    }
    self.wait()
    self.speak()
  }

  func replyBody(_ bytes: ByteBuffer) {
    self.body.writeImmutableBuffer(bytes)
    guard self.body.readableBytes <= Self.longest else {
      return self.originFailed(OriginFailure(.malformed, "a reply of more than \(Self.longest) bytes"))
    }
    guard self.cutter != nil else { return }
    self.cutter?.feed(bytes) { _ in self.heard += 1 }
    let (answer, isEnd) = self.wire.reflex(to: bytes)
    if answer.readableBytes > 0 { self.link.body(answer) }
    if isEnd { return self.endRequest() }
    guard self.heard - self.dialogue.messages < Self.mostMore else { return self.leave() }
    self.wait()
    self.speak()
  }

  func replyEnded(_ trailers: Fields, reusable: Bool) { self.succeed(trailers) }

  private func succeed(_ trailers: Fields) {
    guard var reply = self.reply else { return }
    reply.body = Body(Array(self.body.readableBytesView))
    reply.trailers = trailers
    self.finish { $0.succeed(reply) }
  }

  func originPaused() {}
  func originFailed(_ failure: OriginFailure) { self.finish { $0.fail(failure) } }
  func originWritabilityChanged(_ writable: Bool) {}

  private func finish(_ tell: (EventLoopPromise<Message>) -> Void) {
    guard let promise = self.promise else { return }
    self.promise = nil
    self.timers.patience?.cancel()
    self.timers.whole?.cancel()
    tell(promise)
    self.link.receiver = nil
    self.link.close()
    self.link.connection?.close()
  }
}
