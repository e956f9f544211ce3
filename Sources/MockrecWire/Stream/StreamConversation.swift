import MockrecCore
import NIOCore

/// Both directions of one connection of a byte-stream protocol: a value without socket, clock or role.
///
/// It takes the bytes of either party as they come, cut anywhere, and tells what they complete. Recorder, replayer and
/// verifier use the same one, so that they cannot disagree about where a message ends. It goes on where it stopped: no
/// byte is looked at twice because more of a message was still to come.
package protocol StreamConversation: Sendable {
  /// The connection stands. Where the server speaks first, this asks for what it will say.
  mutating func begin(into events: inout [StreamEvent]) throws(WireError)

  /// Takes bytes that a party sent, and appends what they complete.
  ///
  /// - Throws: `WireError` that blames the party and gives the offset of the byte; the conversation is over then.
  mutating func receive(
    _ bytes: ByteBuffer, from party: WireError.Party, into events: inout [StreamEvent]
  ) throws(WireError)

  /// Takes bytes of the client as `receive` does, and offers each request that its bytes alone make to `answerer` first.
  /// What that answers makes no event, and nothing is offered behind the first request that does.
  ///
  /// Called on the answering side while no request is open.
  mutating func serve(
    _ bytes: ByteBuffer, by answerer: any StreamAnswerer, into events: inout [StreamEvent]
  ) throws(WireError)

  /// A reply that the answering side wrote itself, whole: the same as to receive it from the server, for a machine that
  /// cannot do it cheaper. Of its events only requests count.
  mutating func answered(_ reply: ByteBuffer, into events: inout [StreamEvent]) throws(WireError)

  /// A reply that the answering side wrote itself out of a file: it lies where the machine does not see it.
  mutating func answeredByFile(into events: inout [StreamEvent])

  /// The party will send nothing more.
  mutating func end(of party: WireError.Party, into events: inout [StreamEvent]) throws(WireError)

  /// What is wrong where the client says nothing more for very long: it stopped within a message. nil where it may.
  func stalled() -> WireError?

  /// Nothing came from either party for as long as `quiet`.
  mutating func fellSilent(into events: inout [StreamEvent]) throws(WireError)

  /// A reply that is only open for what the server may still say unasked is done: that is passed on by itself.
  mutating func endOpenReply(into events: inout [StreamEvent])

  /// How long a silence has to be to mean something; nil while it means nothing.
  var quiet: Duration? { get }

  /// How long a request may go without a reply until it counts as one that gets none; nil where each gets one.
  var patience: Duration? { get }

  /// Whether a request ends where its client closes its direction: a connection carries one.
  var endsRequestsByClosing: Bool { get }

  /// What a client is told that broke the protocol, before its connection is closed.
  func refusal(of error: WireError) -> StreamRefusal
}

/// How a client is parted from that broke the protocol.
package enum StreamRefusal: Sendable, Hashable {
  /// Without a word.
  case nothing
  case reply(ByteBuffer)
  /// Without a word, and without what was not sent yet.
  case breakOff
}

/// Answers requests where their bytes lie.
package protocol StreamAnswerer: AnyObject {
  /// Whether the request is answered.
  func answer(_ frame: UnsafeRawBufferPointer) -> Bool
}

extension StreamConversation {
  package mutating func serve(
    _ bytes: ByteBuffer, by answerer: any StreamAnswerer, into events: inout [StreamEvent]
  ) throws(WireError) {
    try self.receive(bytes, from: .client, into: &events)
  }

  package mutating func answered(_ reply: ByteBuffer, into events: inout [StreamEvent]) throws(WireError) {
    try self.receive(reply, from: .server, into: &events)
  }

  package mutating func answeredByFile(into events: inout [StreamEvent]) {}
  package mutating func begin(into events: inout [StreamEvent]) throws(WireError) {}
  package func stalled() -> WireError? { nil }
  package mutating func fellSilent(into events: inout [StreamEvent]) throws(WireError) {}
  package mutating func endOpenReply(into events: inout [StreamEvent]) {}
  package var quiet: Duration? { nil }
  package var patience: Duration? { nil }
  package var endsRequestsByClosing: Bool { false }
  package func refusal(of error: WireError) -> StreamRefusal { .nothing }
}

/// What bytes of a conversation completed.
package enum StreamEvent: Sendable {
  /// The client has asked something. Replies come in the order of requests.
  case request(any WireRequest)
  /// Bytes that answer the oldest request whose reply is not done.
  case reply(ByteBuffer)
  /// The oldest request has its whole reply. The head says in its start line what kind of reply it was; its body are the
  /// bytes that came before. `failed`: the service answered with an error.
  case done(head: Message, failed: Bool)
}

/// A wire whose messages are cut out of a stream of bytes by a machine of its own.
///
/// It is recorded by forwarding first and reading a copy.
package protocol StreamWire: Wire {
  func conversation(limits: WireLimits) -> any StreamConversation
  /// What is said to the real service on a new connection before the client is heard: credentials, and what else its
  /// address says. Empty for nothing. Each of its requests has a reply, which must be no error.
  func preamble(to origin: OriginAddress) -> [UInt8]
  /// The head of the key that `WireRequest.key` would give, for a request on a new connection that is these bytes and
  /// has nothing special about it. On the hot path: no allocation.
  ///
  /// - Parameter head: As long as the frame.
  /// - Returns: The head's length; nil for a request whose key needs a closer look.
  func plainHead(
    of frame: UnsafeRawBufferPointer, _ rules: MatchRules, into head: UnsafeMutableRawBufferPointer
  ) -> Int?
  /// A reply as contracts see it.
  func answer(_ reply: Message, duration: Duration, url: String) -> Answer
  /// Whether an entry tells all that its connection's past makes of it: each can then be asked over a connection of its
  /// own.
  var entriesStandAlone: Bool { get }
}

extension StreamWire {
  package func serve(
    on channel: any Channel, limits: WireLimits, conversation: @escaping (any ReplyWriter) -> any Conversation
  ) throws {
    let handler = StreamServerHandler(self.conversation(limits: limits), limits: limits, eventLoop: channel.eventLoop)
    handler.conversation = conversation(handler)
    try channel.pipeline.syncOperations.addHandler(handler)
  }

  package func dial(
    on channel: any Channel, to origin: OriginAddress, applicationProtocol: String?, limits: WireLimits
  ) throws -> any OriginLink {
    let handler = StreamClientHandler(self.conversation(limits: limits))
    try channel.pipeline.syncOperations.addHandler(handler)
    return handler
  }

  /// The bytes of the reply's body are the reply.
  package func prepare(
    _ reply: Message, to request: Message, body: PreparedBody, allocator: ByteBufferAllocator
  ) -> PreparedReply {
    switch body {
    case .bytes(let bytes):
      PreparedReply(bytes: allocator.buffer(bytes: bytes), headLength: 0, tag: self.tag(reply))
    case .file(let path, let length):
      PreparedReply(bytes: ByteBuffer(), headLength: 0, file: path, fileLength: length, tag: self.tag(reply))
    }
  }

  private func tag(_ reply: Message) -> UInt32 { reply.closesConnection ? StreamServerHandler.closes : 0 }

  package func plainHead(
    of frame: UnsafeRawBufferPointer, _ rules: MatchRules, into head: UnsafeMutableRawBufferPointer
  ) -> Int? { nil }

  package var entriesStandAlone: Bool { true }
  package func preamble(to origin: OriginAddress) -> [UInt8] { [] }
  package func outgoing(_ head: Message, to origin: OriginAddress) -> Message { head }
  package func incoming(_ head: Message, from origin: OriginAddress) -> Message { head }
  package var applicationProtocols: [String] { [] }
  package func bodyKind(of message: Message) -> BodyKind { .opaque }
  package func decoded(_ body: [UInt8], fields: Fields, limit: Int) -> [UInt8] { body }
  package var volatileFields: Set<String> { [] }
}

/// A wire that lies on datagrams: its machine takes one in each call, and a client's address is its connection.
///
/// The body of a reply is its datagrams one behind the other: see `Datagrams`.
package protocol DatagramWire: StreamWire {}
