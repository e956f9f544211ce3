import MockrecCore
import NIOCore

/// A protocol that mockrec speaks: how it lies on a connection, what makes its requests equal, how it is written down.
///
/// A wire knows no mode. Recorder, replayer and verifier know no protocol.
package protocol Wire: WireCodec, WireMatching, WireNotation, ContractWire, WireFaults {
  /// The name in `wire:` of mockrec.yaml and in `--wire`.
  var name: String { get }
  /// The schemes of `real:`, with the port that each stands for and whether it is TLS.
  var schemes: [String: (port: Int, usesTLS: Bool)] { get }
  /// Names, in lower case, of reply fields that say when or by which run rather than what.
  var volatileFields: Set<String> { get }
  /// Whether `real:` may hold a user and a password, which this wire says to the service.
  var takesCredentials: Bool { get }
  /// An address as `{{service}}` and a client's environment variable have it, over TLS or not.
  func address(host: String, port: Int, usesTLS: Bool) -> String
  /// The ways in which this wire may be told where messages end; empty for one that knows its protocol. A wire that has
  /// some compares requests byte by byte, and heeds `ByteRules`.
  var framings: [Framing.Kind] { get }
  /// The same wire by a service's own rules. Called with nothing but what `framings` allows.
  func configured(framing: Framing?, rules: ByteRules) -> any Wire
  /// The names of its models: services that this wire can play without a recording.
  var models: [String] { get }
  /// What a model may be told in mockrec.yaml beside its name and state. Called with a name of `models` only.
  func options(of model: String) -> [String]
  /// A model of this name. Called with a name of `models` only.
  ///
  /// - Throws: A `Diagnostic` for a state that it cannot start from, and for options that it does not understand.
  func model(_ name: String, _ setup: ModelSetup) throws(Diagnostic) -> any ServiceModel
}

extension Wire {
  /// The schemes of `real:`, the wire's own name first where it is one.
  package var schemeNames: [String] {
    self.schemes.keys.sorted { ($0 == self.name ? "" : $0) < ($1 == self.name ? "" : $1) }
  }

  package var framings: [Framing.Kind] { [] }
  package func configured(framing: Framing?, rules: ByteRules) -> any Wire { self }
  package var takesCredentials: Bool { false }
  package var models: [String] { [] }
  package func options(of model: String) -> [String] { [] }

  package func model(_ name: String, _ setup: ModelSetup) throws(Diagnostic) -> any ServiceModel {
    throw Diagnostic("the wire \(self.name) has no model '\(name)'")
  }
}

/// How a wire lies on a connection.
package protocol WireCodec: Sendable {
  /// What both sides of this wire speak inside TLS, the most wanted first (RFC 7301); empty where there is no choice.
  var applicationProtocols: [String] { get }
  /// What a service in the clear is offered, each on a connection of its own, until it takes one; empty where there is
  /// nothing to find out.
  func offers(to origin: OriginAddress) -> [String]
  /// Puts the answering side into a connection's pipeline. Called on its event loop.
  func serve(
    on channel: any Channel, limits: WireLimits, conversation: @escaping (any ReplyWriter) -> any Conversation) throws
  /// Puts the asking side into the pipeline of a connection to the real service. Called on its event loop.
  ///
  /// - Parameter applicationProtocol: What both have agreed upon in the TLS handshake, or what the service is offered, if
  ///   anything.
  func dial(
    on channel: any Channel, to origin: OriginAddress, applicationProtocol: String?, limits: WireLimits
  ) throws -> any OriginLink
  /// The only one of `applicationProtocols` that can carry a request; nil where each can.
  func applicationProtocol(for request: Message) -> String?
  /// A reply, made ready to be sent.
  func prepare(_ reply: Message, to request: Message, body: PreparedBody, allocator: ByteBufferAllocator)
    -> PreparedReply
  /// A recorded reply's head and trailers as they are sent where its body goes piece by piece.
  func ready(_ reply: Message) -> Message
  /// The request's head as the real service should get it: its own name in it, nothing that was meant for us alone.
  func outgoing(_ head: Message, to origin: OriginAddress) -> Message
  /// The reply's head as the client should get it.
  func incoming(_ head: Message, from origin: OriginAddress) -> Message
  /// Whether asking twice does no more than asking once: such a request may be sent again on a fresh connection.
  func isRepeatable(_ request: Message) -> Bool
  /// What a client is told when the real service gave no answer.
  func failureReply(_ failure: OriginFailure, origin: OriginAddress) -> Message
  /// What a client is told when nothing recorded answers its request.
  func missReply(_ miss: Miss) -> Message
  /// What says the same where a reply has begun: the rest of its body, and its trailers.
  func ending(_ reply: Message) -> (rest: ByteBuffer, trailers: Fields)
  /// What a service says last to a client that ends a dialogue before it was all said.
  var farewell: ByteBuffer { get }
}

extension WireCodec {
  package func offers(to origin: OriginAddress) -> [String] { [] }

  package func ready(_ reply: Message) -> Message { reply }

  package var farewell: ByteBuffer { ByteBuffer() }

  package func ending(_ reply: Message) -> (rest: ByteBuffer, trailers: Fields) { (ByteBuffer(), Fields()) }
}

extension WireCodec {
  package func applicationProtocol(for request: Message) -> String? { nil }
}

/// A recorded body on its way into a prepared reply.
package enum PreparedBody: Sendable {
  case bytes([UInt8])
  case file(path: String, length: Int)
}

/// A request that no recorded exchange answers, and what came nearest.
package struct Miss: Sendable {
  package struct Near: Sendable {
    package var entry: String
    /// The line of its request, from 1.
    package var line: Int
    package var mismatches: [Mismatch]
    /// Whether it was added while it is served, and lies in no file.
    package var isAdded: Bool

    package init(entry: String, line: Int, mismatches: [Mismatch], isAdded: Bool = false) {
      self.entry = entry
      self.line = line
      self.mismatches = mismatches
      self.isAdded = isAdded
    }
  }

  package enum Reason: Sendable, Hashable {
    case unknown
    /// Every recorded answer was given once, and `sequence: once` repeats none.
    case exhausted(entry: String)
  }

  package var service: String
  package var summary: String
  package var reason: Reason
  package var nearest: [Near]

  /// The nearest entry in a few words that any head can hold: printable ASCII, and no values; nil where none is near.
  package var nearestWords: String? {
    self.nearest.first.map { near in
      let parts = near.mismatches.prefix(3).map(\.part).joined(separator: ", ")
      let words = "\(near.entry):\(near.line)" + (parts.isEmpty ? "" : ", which differs in \(parts)")
      return String(decoding: words.utf8.prefix(300).map { (0x20...0x7E).contains($0) ? $0 : 0x3F }, as: UTF8.self)
    }
  }
  package var fix: String

  package init(service: String, summary: String, reason: Reason, nearest: [Near], fix: String) {
    self.service = service
    self.summary = summary
    self.reason = reason
    self.nearest = nearest
    self.fix = fix
  }
}

/// What makes requests equal.
package protocol WireMatching: Sendable {
  /// A recorded request in the wire's own form.
  func request(from message: Message) -> any WireRequest
  /// A body as contracts see it: its content codings undone, at most `limit` bytes of it.
  func decoded(_ body: [UInt8], fields: Fields, limit: Int) -> [UInt8]
  /// What differs between a recorded request and the one asked; empty when they are equal.
  func mismatches(asked: Message, recorded: Message, rules: MatchRules) -> [Mismatch]
  /// A reply's status in one word.
  func status(of reply: Message) -> String
  /// The words of a cassette entry's name: a verb and the target from which its slug is made.
  func naming(_ request: Message) -> (verb: String, target: String)
  /// The same exchange with every secret replaced by its pseudonym.
  func redact(_ exchange: Exchange, with redactor: Redactor) -> Exchange
  /// A request in one line for people, without its secrets.
  func summary(of request: Message, with redactor: Redactor) -> String
  /// What is kept of how a reply's body came in pieces.
  func chunking(of reply: Message) -> Chunking
  /// How a body is read for secrets, when it is too long for memory.
  func bodyKind(of message: Message) -> BodyKind
  /// What takes the secrets out of a body that is too long for memory, where that is more than reading it as `bodyKind`.
  ///
  /// - Parameters:
  ///   - message: The head of what has the body: the request itself, or its reply.
  func bodyRedactor(of message: Message, in request: Message, with redactor: Redactor) -> (any BodyRedactor)?
  /// What finds the messages in the bodies of a request and its reply; nil where they are no sequences of messages.
  func cutter(for request: Message) -> (any MessageCutter)?
  /// How many bytes of a side's messages are kept, where all of them have to be in memory; nil where they may lie in a file.
  func longestDialogue(_ request: Message) -> Int?
  /// Whether an exchange belongs into the cassette; its bodies are not looked at.
  func isKept(_ exchange: Exchange) -> Bool
  /// What a request is recorded to be answered that its client gave up, as a reply that is nothing but its end; nil where
  /// that is not known.
  func unanswered(_ request: Message, after elapsed: Duration) -> Message?
}

/// Takes the secrets out of a body piece by piece.
package protocol BodyRedactor: AnyObject {
  /// - Returns: What can be written down of what came so far.
  /// - Throws: Where it cannot be told what is a secret.
  func feed(_ bytes: UnsafeRawBufferPointer) throws -> [UInt8]
  /// What is left at the body's end.
  func finish() -> [UInt8]
}

/// Whether a body is a stream, whose pieces and their times are worth keeping.
package enum Chunking: Sendable {
  case ignored
  /// It may be one: that shows when it comes slowly.
  case ifSlow
  case kept
  /// Its messages answer those of a request that goes on.
  case dialogue
}

extension WireMatching {
  package func chunking(of reply: Message) -> Chunking { .ignored }
  package func cutter(for request: Message) -> (any MessageCutter)? { nil }
  package func status(of reply: Message) -> String { reply.start.count > 1 ? reply.start[1] : "" }
  package func longestDialogue(_ request: Message) -> Int? { nil }

  package func bodyRedactor(
    of message: Message, in request: Message, with redactor: Redactor
  ) -> (any BodyRedactor)? {
    nil
  }

  package func isKept(_ exchange: Exchange) -> Bool { true }
  package func unanswered(_ request: Message, after elapsed: Duration) -> Message? { nil }

  package func summary(of request: Message, with redactor: Redactor) -> String {
    self.request(from: self.redact(Exchange(request: request), with: redactor).request).summary
  }
}

/// How an exchange is written down.
package protocol WireNotation: Sendable {
  /// Words that begin a request line of this wire and are not HTTP methods; empty for HTTP.
  var notationVerbs: [String] { get }
  /// A request line, to show how one is written: `GET {{users}}/path`.
  func requestLine(of service: String) -> String
  /// Whether a request or reply may be several messages.
  var holdsMessages: Bool { get }
  /// An entry without what only tells times, and in which order both sides spoke.
  func untimed(_ entry: Entry) -> Entry
  /// The exchange as an entry. Bodies that do not fit into the text are given to `file`, which returns their name.
  /// `digest` is that of a request body too long for memory, noted so that it need not be read again to be compared.
  func entry(
    for exchange: Exchange, service: String, times: Int, digest: UInt64?, volatile: Set<String>,
    file: (_ bytes: [UInt8], _ extension: String) throws -> String
  ) throws -> Entry
  /// What an entry answers that is no recording but a mock, and the same entry without what makes it one; nil for one
  /// that answers the request it shows.
  func mock(
    _ entry: Entry, in source: SourceText, rules: MatchRules, services: ContractServices
  ) throws(Diagnostic) -> (mock: Mock, plain: Entry)?
  /// What a service with mocks that publish says to a request that none of its entries answers, such as the keys to
  /// verify their replies with; nil where that is none of it.
  func published(to request: any WireRequest) -> Message?
  /// What a client is told whose request is a mock's that cannot answer it.
  func mockFailureReply(_ failure: MockFailure) -> Message
  /// The exchange that an entry describes, its body as the service sent it.
  func exchange(from entry: Entry, in source: SourceText) throws(Diagnostic) -> RecordedExchange
  /// Writes a plain entry's reply behind what `buffer` holds: the same bytes, under the same key, that `exchange` and
  /// `prepare` make of it, without what stands between. Writes nothing and gives nil for an entry that needs them.
  func served(
    _ entry: PlainEntry, of file: UnsafeBufferPointer<UInt8>, rules: MatchRules, into buffer: inout ByteBuffer
  ) -> ServedEntry?
}

extension WireNotation {
  package func mock(
    _ entry: Entry, in source: SourceText, rules: MatchRules, services: ContractServices
  ) throws(Diagnostic) -> (mock: Mock, plain: Entry)? {
    guard let section = entry.request.sections.first(where: { $0.kind == .asserts }) else { return nil }
    throw Diagnostic(
      "a request of this wire has no rules", at: .init(source, at: section.span.lowerBound),
      fix: "write the asserts below the response line, or the exact request")
  }

  package func published(to request: any WireRequest) -> Message? { nil }

  package func mockFailureReply(_ failure: MockFailure) -> Message { Message(start: []) }

  package func untimed(_ entry: Entry) -> Entry { entry }
  package var holdsMessages: Bool { false }

  package func requestLine(of service: String) -> String { "\(self.notationVerbs.first ?? "GET") {{\(service)}}" }

  /// What conversation files of this wire alone may hold.
  package var dialect: Dialect {
    let verbs = Set(self.notationVerbs)
    let line = self.requestLine(of: "service")
    return Dialect(
      wireVerbs: verbs, messageVerbs: self.holdsMessages ? verbs : [],
      requestLines: Dictionary(verbs.map { ($0, line) }, uniquingKeysWith: { $1 }))
  }

  package func served(
    _ entry: PlainEntry, of file: UnsafeBufferPointer<UInt8>, rules: MatchRules, into buffer: inout ByteBuffer
  ) -> ServedEntry? {
    nil
  }
}

/// What is kept of an entry whose reply was written.
package struct ServedEntry: Sendable {
  package var key: MatchKey
  package var headLength: Int
  package var status: String

  package init(key: MatchKey, headLength: Int, status: String) {
    self.key = key
    self.headLength = headLength
    self.status = status
  }
}

/// An exchange read from a cassette.
package struct RecordedExchange: Sendable {
  package var exchange: Exchange
  /// How often in a row the service gave this answer; at least 1.
  package var times: Int
  /// The digest of a request body too long for memory, where the entry notes it.
  package var digest: UInt64?

  package init(exchange: Exchange, times: Int = 1, digest: UInt64? = nil) {
    self.exchange = exchange
    self.times = times
    self.digest = digest
  }
}
