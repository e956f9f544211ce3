import MockrecCore
import NIOCore

/// The words in which a wire's overlay rules are written, and the faults that it can play.
package protocol WireFaults: Sendable {
  /// Words of `match:`, besides those that every wire knows.
  var matchWords: [String] { get }
  /// Words of `fault:` that make a reply in the wire's own terms.
  var replyWords: [String] { get }
  /// Faults that have no meaning here.
  var impossibleFaults: [Fault.Word] { get }
  /// Why a fault has none, where its name does not tell.
  func whyImpossible(_ fault: Fault.Word) -> String?
  /// Takes this wire's words out of `match:`. Words that stand there and are not taken are told to the user.
  func requestPattern(_ fields: inout OverlayFields) throws(Diagnostic) -> any RequestPattern
  /// Takes the words that make a reply out of `fault:`; nil where none stands there.
  ///
  /// - Parameter file: The content of a file that the overlay names, relative to its own folder.
  func faultReply(
    _ fields: inout OverlayFields, file: (OverlayNode) throws(Diagnostic) -> [UInt8]
  ) throws(Diagnostic) -> Message?
  /// Takes the words out of `trailers:` that say how a reply ends; nil where none stands there.
  func faultTrailers(_ fields: inout OverlayFields) throws(Diagnostic) -> Fields?
  /// Finds which patterns a request fulfils as far as its head tells.
  func requestMatcher(_ patterns: [any RequestPattern]) -> any RequestMatcher
  /// What a request reads or changes.
  func subject(of request: any WireRequest) -> RequestSubject
  /// What is answered where nothing is there (any more).
  func absence(of request: any WireRequest) -> Message
  /// What acknowledges a change that is not made; nil where that is not known.
  func acknowledgement(of request: any WireRequest) -> Message?
  /// What has the real service end what `request` would have ended there, had a fault not answered it: a transaction; nil
  /// where nothing is left open.
  func undoing(_ request: any WireRequest) -> (any WireRequest)?
  /// A recorded reply as an answer to a request that it was not recorded for.
  func fitting(_ reply: PreparedReply, to request: any WireRequest) -> PreparedReply
  /// The head of a recorded reply whose body is a sequence of messages: it can be sent message by message. Nil where
  /// bodies are no such thing.
  func head(of reply: PreparedReply) -> Message?
  /// A recorded reply whose body, or the first of its messages, is cut after `count` bytes, half of it where nil; what
  /// tells its length says so.
  func truncated(_ reply: PreparedReply, to count: Int?) -> PreparedReply
  /// Which bytes of a whole reply a fault may change.
  ///
  /// - Parameter headLength: Where its head ends.
  func payload(of reply: UnsafeRawBufferPointer, headLength: Int) -> [Range<Int>]
  /// What breaks off in a chunk whose length is none.
  var malformedReply: ByteBuffer { get }
}

/// What a rule's `match:` asks of a request.
package protocol RequestPattern: Sendable {
  /// Whether the request's head fulfils it.
  func matches(_ request: any WireRequest) -> Bool
  var readsBody: Bool { get }
  /// What the patterns of this wire that read bodies look at; nothing where a body is nothing of that kind.
  func documents(of body: [UInt8], in request: any WireRequest) -> [JSON]
  /// Whether the body fulfils it. Called where the head does and `readsBody` is true.
  func matches(_ documents: [JSON]) -> Bool
  /// Whether it asks for requests that change something: false for those that only read, nil where it tells neither.
  var changes: Bool? { get }
  /// Whether every request that fulfils `other` fulfils this one, as far as can be told.
  func covers(_ other: any RequestPattern) -> Bool
  /// A pattern of all requests about what those are about that fulfil this one: what they answer, and what they change,
  /// tells what a silent fault answers later.
  var ofSubject: any RequestPattern { get }
  /// A request that fulfils it and of which the wire does not know what acknowledges it; nil where there is none.
  var unacknowledged: String? { get }
}

extension RequestPattern {
  package func documents(of body: [UInt8], in request: any WireRequest) -> [JSON] { [] }
  package func matches(_ documents: [JSON]) -> Bool { true }

  package func matches(body: [UInt8], of request: any WireRequest) -> Bool {
    self.matches(self.documents(of: body, in: request))
  }

  package var unacknowledged: String? { "such a request" }
}

/// Patterns, ready to be looked through for every request.
package protocol RequestMatcher: Sendable {
  /// Appends the numbers of the patterns that the request's head fulfils, in their order. On the hot path.
  func find(_ request: any WireRequest, into numbers: inout [Int])
  /// Whether a request of a byte stream may fulfil any. False only where it cannot. On the hot path.
  func mayFind(_ frame: UnsafeRawBufferPointer) -> Bool
}

extension RequestMatcher {
  package func mayFind(_ frame: UnsafeRawBufferPointer) -> Bool { true }
}

/// Looks at one pattern after the other.
package struct PlainRequestMatcher: RequestMatcher {
  package let patterns: [any RequestPattern]

  package init(_ patterns: [any RequestPattern]) { self.patterns = patterns }

  package func find(_ request: any WireRequest, into numbers: inout [Int]) {
    for (number, pattern) in self.patterns.enumerated() where pattern.matches(request) { numbers.append(number) }
  }
}

/// What a request is about.
package struct RequestSubject: Sendable, Hashable {
  /// The resources or keys that it names; requests that name a common one concern each other.
  package var names: [String]
  /// Whether it changes them; nil where that is not known.
  package var changes: Bool?
  /// Whether it changes all there is, without naming it.
  package var isEverything = false

  package init(names: [String], changes: Bool?) {
    self.names = names
    self.changes = changes
  }
}

extension WireFaults {
  package func requestMatcher(_ patterns: [any RequestPattern]) -> any RequestMatcher { PlainRequestMatcher(patterns) }

  package func whyImpossible(_ fault: Fault.Word) -> String? { nil }
  package func faultTrailers(_ fields: inout OverlayFields) throws(Diagnostic) -> Fields? { nil }
  package func head(of reply: PreparedReply) -> Message? { nil }
  package func acknowledgement(of request: any WireRequest) -> Message? { nil }
  package func undoing(_ request: any WireRequest) -> (any WireRequest)? { nil }
  package func fitting(_ reply: PreparedReply, to request: any WireRequest) -> PreparedReply { reply }

  package func truncated(_ reply: PreparedReply, to count: Int?) -> PreparedReply {
    var reply = reply
    let offset = reply.headLength
    let body = reply.bytes.readableBytes - offset
    reply.bytes =
      reply.bytes.getSlice(at: reply.bytes.readerIndex, length: offset + min(count ?? body / 2, body)) ?? reply.bytes
    return reply
  }

  package func payload(of reply: UnsafeRawBufferPointer, headLength: Int) -> [Range<Int>] {
    headLength < reply.count ? [headLength..<reply.count] : []
  }

  package var malformedReply: ByteBuffer { ByteBuffer() }
}
