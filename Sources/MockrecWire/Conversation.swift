import MockrecCore
import NIOCore

/// A request's head in the wire's own form: nothing is converted until somebody needs it.
package protocol WireRequest: Sendable {
  /// One line for people, secrets and all: redact before it is shown.
  var summary: String { get }
  /// The head as a message without a body.
  var message: Message { get }
  /// The key of this request when it has no body. On the hot path: O(length of the head).
  func key(_ rules: MatchRules) -> MatchKey
  /// What reads the body as it comes and then gives the key.
  func keyBuilder(_ rules: MatchRules, limits: WireLimits) -> any KeyBuilder
  /// What this request is answered where no entry of the cassette answers it.
  var unrecorded: Unrecorded { get }
  /// Whether the last recorded answer stands for all that follow, where the user wants that.
  var repeats: Bool { get }
  /// Bytes that are equal for requests of which the message and the key are; nil where bytes alone do not tell.
  var identity: ByteBuffer? { get }
  /// Whether it is answered while it is asked, each message of one side to those of the other: nobody may wait for its end
  /// before it is passed on or answered.
  var isDialogue: Bool { get }
  /// Whether it gets an answer at all: a client may have asked for silence.
  var isAnswered: Bool { get }
  /// The session that it says it belongs to; nil where it says nothing.
  ///
  /// - Parameter field: A field whose value is taken for a session's name, besides the usual ones.
  func session(field: String?) -> SessionMark?
  /// Answers it where the cassette does not; nil where nothing stands in.
  var standIn: (any StandIn)? { get }
  /// Writes into a recorded reply what it repeats of this very request. Called by wires whose replies do.
  func patch(_ reply: inout ByteBuffer)
  /// Writes its message as `Message.pack` does. On the hot path.
  func pack(into bytes: inout ByteBuffer)
}

extension WireRequest {
  package var unrecorded: Unrecorded { .miss }
  package var repeats: Bool { true }
  package var isDialogue: Bool { false }
  package var isAnswered: Bool { true }
  package func session(field: String?) -> SessionMark? { nil }
  package var standIn: (any StandIn)? { nil }
  package var identity: ByteBuffer? { nil }
  package func patch(_ reply: inout ByteBuffer) {}
  package func pack(into bytes: inout ByteBuffer) { self.message.pack(into: &bytes) }
}

/// How a request names its session.
package struct SessionMark: Sendable, Hashable {
  /// The field that names a session and nothing else.
  package static let field = "X-Mockrec-Session"
  /// W3C's, and the member of it that names one. Source: https://www.w3.org/TR/baggage/, section 3.
  package static let baggage = "baggage"
  package static let member = "mockrec-session"

  package var name: String
  /// Whether it can be meant for nothing else.
  package var isCertain: Bool

  package init(_ name: String, isCertain: Bool) {
    self.name = name
    self.isCertain = isCertain
  }

  /// What the fields of a request say.
  package init?(field: String?, _ values: (String) -> [String]) {
    if let name = values(Self.field).first {
      self.init(name, isCertain: true)
      return
    }
    for member in values(Self.baggage).flatMap({ $0.split(separator: ",") }) {
      // Behind `;` stand properties of the member.
      let pair = member.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1).map(Self.trimmed)
      guard pair.count == 2, pair[0] == Self.member else { continue }
      self.init(PercentCoding.decode(pair[1]) ?? String(pair[1]), isCertain: true)
      return
    }
    guard let field, let name = values(field).first else { return nil }
    self.init(name, isCertain: false)
  }

  private static func trimmed(_ text: Substring) -> Substring {
    var text = text.drop { $0 == " " || $0 == "\t" }
    while text.last == " " || text.last == "\t" { text.removeLast() }
    return text
  }
}

/// What a request is answered that was not recorded.
package enum Unrecorded: Sendable {
  /// A miss, which is reported.
  case miss
  /// The connection's own chatter, which every server of the protocol answers so.
  case reply(ByteBuffer)
  /// Nothing, and nothing is wrong with that.
  case silence
}

/// Takes a request's body piece by piece; memory is bounded by `WireLimits.memoryBytes`.
package protocol KeyBuilder: AnyObject {
  func feed(_ bytes: UnsafeRawBufferPointer)
  func finish() -> MatchKey
  /// The body as it came, where it was short enough to be kept.
  var kept: [UInt8]? { get }
  /// How much it has read; nil for a body that is no sequence of messages.
  var progress: KeyProgress? { get }
  /// What the protocol itself has a service answer to what was read since the last call, whatever was recorded.
  func takeAnswers() -> ByteBuffer
}

extension KeyBuilder {
  package func takeAnswers() -> ByteBuffer { ByteBuffer() }
  package var progress: KeyProgress? { nil }
}

/// What stands behind a wire on one connection: it is told of requests and answers through a `ReplyWriter`.
///
/// The wire calls it on the connection's event loop, one request at a time: the next request begins only when the reply
/// to the one before has ended.
package protocol Conversation: AnyObject {
  /// Answers a whole request of a byte stream from its bytes alone, where that can be done at once: appends the reply.
  ///
  /// What is not answered so leaves no trace, and is asked in the usual way. Only called while no request is open.
  func answer(_ frame: UnsafeRawBufferPointer, into reply: inout ByteBuffer) -> Bool
  /// Everything that came together was offered to `answer`.
  func answered()
  /// Whether such a request, a sequence of messages, is answered before its client has said any; nil where that is not
  /// known.
  func speaksFirst(_ request: any WireRequest) -> Bool?
  func requestBegan(_ request: any WireRequest)
  func requestBody(_ bytes: ByteBuffer)
  func requestEnded(_ trailers: Fields)
  /// What the request that has begun reads or changes is to be remembered, for a silent fault of a later one. Called
  /// before `fault`.
  func remember()
  /// A fault concerns the request that has begun: it is kept out of what is recorded, and answered as `silent` says,
  /// where that is given. Called before anything of its body.
  func fault(_ silent: SilentFault?)
  /// A fault answered this request, of which nothing else is told here.
  func overruled(_ request: any WireRequest)
  /// The client will say nothing more.
  func inputEnded()
  /// The peer broke the protocol; the wire has answered and closes.
  func refused(_ error: WireError)
  /// The connection's send buffer is full, or has room again.
  func writabilityChanged(_ writable: Bool)
  func closed()
}

extension Conversation {
  package func answer(_ frame: UnsafeRawBufferPointer, into reply: inout ByteBuffer) -> Bool { false }
  package func answered() {}
  package func speaksFirst(_ request: any WireRequest) -> Bool? { nil }
  package func remember() {}
  package func fault(_ silent: SilentFault?) {}
  package func overruled(_ request: any WireRequest) {}
  package func inputEnded() {}
}

/// The answering side of a wire on one connection. Only used on the connection's event loop.
package protocol ReplyWriter: AnyObject {
  var eventLoop: any EventLoop { get }
  var isWritable: Bool { get }
  /// Bytes that were said and that the client's side has not taken yet, as far as they are known of.
  var unsentBytes: Int { get }
  /// Sends a whole reply that was made ready before.
  func send(_ reply: PreparedReply)
  /// Whether the client waits for leave to send its request's body.
  var awaitsLeave: Bool { get }
  /// The request's body is wanted now: a client that waits for leave to send it gets it.
  func wantBody()
  /// A reply before the final one (HTTP's 1xx).
  func interim(_ head: Message)
  func begin(_ head: Message)
  func body(_ bytes: ByteBuffer)
  func end(_ trailers: Fields)
  /// Sends what was begun so far: called when nothing more comes for now.
  func flush()
  /// Writes what is gathered: what is said from here on can be told from what was said before.
  func settle()
  /// Sends what no request asked for, such as a published message.
  func push(_ bytes: ByteBuffer)
  /// Closes the connection when what was said has been sent.
  func endConversation()
  /// Breaks the connection off: the reply under way cannot be finished.
  func abort()
  /// Whether more of the request is wanted.
  func setReading(_ reading: Bool)
  /// Stops the reply under way, or the connection, as a fault wants it.
  ///
  /// - Returns: Whether there is such a thing here.
  func breakStream(_ kind: StreamBreak.Kind) -> Bool
  /// What shapes replies where many are under way on one connection; nil where that is done next to the socket.
  func wantShaper() -> (any ReplyShaping)?
  /// The fault of the request under way changed nothing: there is no body to cut, nothing earlier to answer.
  func faultWasIdle()
}

extension ReplyWriter {
  package var unsentBytes: Int { 0 }
  package func wantShaper() -> (any ReplyShaping)? { nil }
  package func breakStream(_ kind: StreamBreak.Kind) -> Bool { false }
  package func faultWasIdle() {}
}

/// A reply that is sent as it came: piece by piece.
package final class StreamedReply: Sendable {
  package struct Piece: Sendable {
    package var bytes: ByteBuffer
    /// So many of the client's messages have to come before it; all of them, and the client's end, where it is `.max`.
    package var heard: Int
    /// How long it took the service: since that, or since the piece before, whichever was later.
    package var delay: Duration

    package init(_ bytes: ByteBuffer, heard: Int = .max, delay: Duration) {
      self.bytes = bytes
      self.heard = heard
      self.delay = delay
    }
  }

  package let head: Message
  package let pieces: [Piece]
  /// What goes with the last piece, which is its end and has no bytes.
  package let trailers: Fields
  /// The service would have gone on: only the client ends it.
  package let isOpenEnded: Bool

  package init(head: Message, pieces: [Piece], trailers: Fields, isOpenEnded: Bool) {
    self.head = head
    self.pieces = pieces
    self.trailers = trailers
    self.isOpenEnded = isOpenEnded
  }
}

/// A reply as bytes for the wire, made when a cassette is loaded.
package struct PreparedReply: Sendable {
  /// Head and body in one buffer.
  package var bytes: ByteBuffer
  /// Where the head ends and the body begins.
  package var headLength: Int
  /// A body too large for memory: the path of its file.
  package var file: String?
  package var fileLength: Int
  package var trailers: Fields
  /// The wire's own remark on how to send it.
  package var tag: UInt32
  /// The same reply piece by piece, where it was recorded so.
  package var stream: StreamedReply?
  /// How long who answers with it waits before; nil for not at all.
  package var delay: ReplyDelay?
  /// It was made for one request: nothing of it is worth remembering.
  package var isUnique = false

  package init(
    bytes: ByteBuffer, headLength: Int, file: String? = nil, fileLength: Int = 0, trailers: Fields = Fields(),
    tag: UInt32 = 0
  ) {
    self.bytes = bytes
    self.headLength = headLength
    self.file = file
    self.fileLength = fileLength
    self.trailers = trailers
    self.tag = tag
  }

  /// Bytes behind the head, in memory or in a file.
  package var bodyLength: Int { self.file == nil ? self.bytes.readableBytes - self.headLength : self.fileLength }
}
