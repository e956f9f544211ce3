import MockrecCore
import MockrecWire
import NIOCore

/// Hands each request of a connection to what answers in the request's session, and notes it in that session's log.
package final class ScopedConversation: Conversation {
  // Only touched on the connection's event loop, and no access spans a call.
  private let table: SessionTable
  private let service: Service
  private let writer: any ReplyWriter
  private let channel: any Channel
  /// The session of everything that comes this way; nil where requests tell.
  private let fixed: Session?
  private let strays: StrayRequests
  @exclusivity(unchecked) private var made: [ObjectIdentifier: Made] = [:]
  /// How many sessions were closed when it was last looked at them.
  @exclusivity(unchecked) private var closings = 0
  /// What answers the request under way, and as a rule the next one; nil where its session is not there.
  @exclusivity(unchecked) private var current: Made?
  /// The request under way that is not logged yet.
  @exclusivity(unchecked) private var heard = HeardRequest()
  /// A request of a session that there is not, until it is answered.
  @exclusivity(unchecked) private var stray: (any WireRequest)?

  /// What answers on this connection in one session.
  private final class Made {
    let scope: ServiceScope
    let session: Session
    let conversation: any Conversation
    let note: AnswerNote
    /// The service, as the session's log calls it.
    let place: Int

    init(_ scope: ServiceScope, _ conversation: any Conversation, _ note: AnswerNote, place: Int) {
      self.scope = scope
      self.session = scope.session
      self.conversation = conversation
      self.note = note
      self.place = place
    }

  }

  package init(
    _ table: SessionTable, service: Service, fixed: Session?, strays: StrayRequests, writer: any ReplyWriter,
    channel: any Channel
  ) {
    self.table = table
    self.service = service
    self.fixed = fixed
    self.strays = strays
    self.writer = writer
    self.channel = channel
  }

  package func requestBegan(_ request: any WireRequest) {
    self.logDialogue()
    self.stray = nil
    if self.table.closed != self.closings { self.dropClosed() }
    let session = self.fixed ?? self.table.session(of: request)
    // As a rule the one before.
    if let made = self.current, made.session === session, !made.session.isOver { return self.begin(request, made) }
    self.current = session?.scope(self.service.name).map(self.made)
    if let made = self.current { return self.begin(request, made) }
    self.stray = request
    // Who waits for leave, or for an answer to what it says first, would wait for ever.
    if self.writer.awaitsLeave || request.isDialogue || self.service.wire.holdsMessages { self.refuse() }
  }

  private func begin(_ request: any WireRequest, _ made: Made) {
    self.heard.begin(request)
    made.note.requestBegan()
    made.conversation.requestBegan(request)
  }

  private func made(in scope: ServiceScope) -> Made {
    if let known = self.made[ObjectIdentifier(scope)] { return known }
    let log = scope.session.log
    let note = AnswerNote(log)
    let made = Made(
      scope, scope.make(self.writer, self.channel, note), note,
      place: log.place(of: self.service, entries: scope.entries))
    self.made[ObjectIdentifier(scope)] = made
    return made
  }

  /// Of sessions that have been closed nothing is kept.
  private func dropClosed() {
    self.closings = self.table.closed
    self.current = nil
    for (id, other) in self.made where self.table[other.scope.session.name] !== other.scope.session {
      other.conversation.closed()
      self.made[id] = nil
    }
  }

  package func requestBody(_ bytes: ByteBuffer) {
    guard let made = self.current else { return }
    self.heard.hear(bytes)
    made.conversation.requestBody(bytes)
  }

  package func requestEnded(_ trailers: Fields) {
    guard let made = self.current else { return self.refuse() }
    // Noted before it is answered: who has an answer finds the request in the log.
    self.log(made)
    made.conversation.requestEnded(trailers)
  }

  private func log(_ made: Made) {
    guard self.heard.isUnderWay else { return }
    let number = self.heard.end(in: made.session.log, place: made.place, at: made.scope.now(), made.note.answer)
    made.note.logged(as: number)
  }

  /// Notes what a client said that left, or was answered, before it had said all. Of other requests than those that are
  /// messages, a part is none.
  private func logDialogue() {
    guard let made = self.current, self.service.wire.holdsMessages || self.heard.isDialogue else { return }
    self.log(made)
  }

  /// Answers a request of a session that there is not.
  private func refuse() {
    guard let request = self.stray else { return }
    self.stray = nil
    let name = self.fixed?.name ?? request.session(field: self.table.field)?.name ?? ""
    let reply = self.strays.refuse(request, of: name, isOver: self.fixed != nil)
    self.writer.begin(reply)
    self.writer.body(ByteBuffer(bytes: reply.body.bytes ?? []))
    self.writer.end(Fields())
  }

  package func speaksFirst(_ request: any WireRequest) -> Bool? { self.current?.conversation.speaksFirst(request) }
  package func inputEnded() { self.current?.conversation.inputEnded() }

  package func refused(_ error: WireError) {
    let made = self.current ?? (self.fixed ?? self.table.common).scope(self.service.name).map(self.made)
    made?.conversation.refused(error)
  }

  package func writabilityChanged(_ writable: Bool) { self.current?.conversation.writabilityChanged(writable) }

  package func closed() {
    self.logDialogue()
    for (_, other) in self.made { other.conversation.closed() }
    self.made = [:]
    (self.current, self.stray) = (nil, nil)
  }
}

/// A request, as it will be logged, while it is heard.
private struct HeardRequest {
  /// As `WireRequest.pack` writes it; the room is used again.
  private var head = ByteBuffer()
  private var body: [UInt8] = []
  private var bodyBytes = 0
  private(set) var isUnderWay = false
  private(set) var isDialogue = false

  /// Room for longer heads is given up.
  private static let mostRoom = 4 << 10

  mutating func begin(_ request: any WireRequest) {
    if self.head.capacity > Self.mostRoom { self.head = ByteBuffer() } else { self.head.clear() }
    request.pack(into: &self.head)
    self.bodyBytes = 0
    self.isUnderWay = true
    self.isDialogue = request.isDialogue
  }

  mutating func hear(_ bytes: ByteBuffer) {
    self.bodyBytes += bytes.readableBytes
    guard self.isUnderWay, self.body.count < RequestLog.longestBody else { return }
    self.body += bytes.readableBytesView.prefix(RequestLog.longestBody - self.body.count)
  }

  /// - Returns: The request's number in the log.
  mutating func end(in log: RequestLog, place: Int, at: Int64, _ answer: RequestLog.Answer) -> Int {
    defer {
      self.isUnderWay = false
      if !self.body.isEmpty { self.body = [] }
    }
    return log.append(
      self.head, of: place, body: self.body, bodyBytes: self.bodyBytes, at: at, answer: answer)
  }
}
