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
  /// A request of a session that there is not, until it is answered.
  @exclusivity(unchecked) private var stray: (any WireRequest)?

  /// What answers on this connection in one session.
  private final class Made {
    let scope: ServiceScope
    let session: Session
    let conversation: any Conversation
    let note: RequestNote

    init(_ scope: ServiceScope, _ conversation: any Conversation, _ note: RequestNote) {
      self.scope = scope
      self.session = scope.session
      self.conversation = conversation
      self.note = note
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
    made.note.began(request)
    made.conversation.requestBegan(request)
  }

  private func made(in scope: ServiceScope) -> Made {
    if let known = self.made[ObjectIdentifier(scope)] { return known }
    let log = scope.session.log
    let note = RequestNote(log, place: log.place(of: self.service, entries: scope.entries))
    let made = Made(scope, scope.make(self.writer, self.channel, note), note)
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
    made.note.heard(bytes)
    made.conversation.requestBody(bytes)
  }

  package func requestEnded(_ trailers: Fields) {
    guard let made = self.current else { return self.refuse() }
    if made.session.isOver, made.note.isUnderWay, !self.service.wire.holdsMessages, !made.note.isDialogue {
      // Its session was closed while it was heard, and nothing of that is left.
      self.stray = self.service.wire.request(from: made.note.request)
      self.current = nil
      return self.refuse(isOver: true)
    }
    self.end(made)
    made.conversation.requestEnded(trailers)
    made.note.settle()
  }

  private func end(_ made: Made) {
    guard made.note.isUnderWay else { return }
    made.note.ended(at: made.scope.now())
    // What answers from a cassette says so before it does. Anything else answers without a word.
    if made.scope.state == nil || self.service.wire.holdsMessages || made.note.isDialogue { made.note.settle() }
  }

  /// Notes what a client said that left, or was answered, before it had said all. Of other requests than those that are
  /// messages, a part is none.
  private func logDialogue() {
    guard let made = self.current, self.service.wire.holdsMessages || made.note.isDialogue else { return }
    self.end(made)
  }

  /// Answers a request of a session that there is not.
  private func refuse(isOver: Bool = false) {
    guard let request = self.stray else { return }
    self.stray = nil
    let name = self.fixed?.name ?? request.session(field: self.table.field)?.name ?? ""
    let reply = self.strays.refuse(request, of: name, isOver: isOver || self.fixed != nil)
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
