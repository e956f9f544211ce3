import MockrecCore
import NIOCore

/// A contract's request, ready to be sent to one side.
package struct ContractRequest: Sendable, Hashable {
  /// The start words are the wire's: for HTTP the method and the absolute URL. Its body may stand in a file.
  package var message: Message
  /// The entry's `[Options]` in order, values rendered: what they mean is between the wire and its client.
  package var options: Fields
  /// What earlier answers set, as lines of a cookie file.
  package var cookies: [String] = []
  /// What is said message by message instead of the message's body, where both sides answer each other.
  package var dialogue: ContractDialogue?

  /// The option that names the connection over which a request of a stream goes; the contract's usual one without it.
  package static let connection = "connection"

  package init(message: Message, options: Fields = Fields()) {
    self.message = message
    self.options = options
  }
}

/// Sends a contract's requests and waits for the whole answer.
package protocol ContractClient: Sendable {
  /// Whatever was answered is an answer; only the lack of one throws.
  func ask(_ request: ContractRequest) async throws(OriginFailure) -> Answer
  /// The unit has ended: what was kept open for its next request is closed.
  func end() async
}

extension ContractClient {
  package func end() async {}
}

/// How a wire's entries become requests of a contract.
package protocol ContractWire: Sendable {
  /// The entry's request, its templates rendered.
  ///
  /// - Parameters:
  ///   - scope: Its variables hold the services' addresses too, for HTTP `"users"` as `http://127.0.0.1:8080/v1`.
  ///   - file: The text that the entry was read from: where a `Diagnostic` points.
  func contractRequest(
    for entry: Entry, scope: ContractScope, file: SourceText
  ) throws(Diagnostic) -> ContractRequest
  /// The `[Options]` that this wire's requests obey. Any other is refused before the run: silence would be taken for
  /// obedience.
  var contractOptions: Set<String> { get }
  /// The sections that its requests heed. Any other is refused before the run, too.
  var requestSections: Set<Section.Kind> { get }
  /// What is wrong with an entry that was written by hand, found before the run.
  func problems(of entry: Entry, in source: SourceText) -> [Diagnostic]
  /// Why a recorded request cannot be sent; nil where it can.
  func obstacle(_ entry: Entry) -> String?
  /// Whether the request may be sent again and again without changing the service (RFC 9110, 9.2.1).
  func isSafe(_ entry: Entry) -> Bool
  /// The same for all entries of a contract, where what was asked before makes a difference.
  func areSafe(_ entries: [Entry]) -> [Bool]
  /// A recorded reply as contracts see it; nil for one whose body is not in memory.
  func answer(recorded reply: Message, to request: Message) -> Answer?
  /// What libcurl got of the wire's own services, as contracts see it.
  func answer(received answer: Answer, to request: ContractRequest) throws(OriginFailure) -> Answer
  /// What an entry's response expects, in the form of answers; called with entries that have one.
  func expected(of entry: Entry, in source: SourceText) -> Response?
  /// What every client answers by itself to what the service says in a dialogue, and whether that is its end.
  func reflex(to said: ByteBuffer) -> (bytes: ByteBuffer, isEnd: Bool)
}

extension ContractWire {
  package var requestSections: Set<Section.Kind> { [.options] }
  package func problems(of entry: Entry, in source: SourceText) -> [Diagnostic] { [] }
  package func obstacle(_ entry: Entry) -> String? { nil }
  package func areSafe(_ entries: [Entry]) -> [Bool] { entries.map(self.isSafe) }
  package func expected(of entry: Entry, in source: SourceText) -> Response? { entry.response }
  package func reflex(to said: ByteBuffer) -> (bytes: ByteBuffer, isEnd: Bool) { (ByteBuffer(), false) }

  package func answer(received answer: Answer, to request: ContractRequest) throws(OriginFailure) -> Answer { answer }
}

extension ContractWire where Self: WireMatching {
  package func answer(recorded reply: Message, to request: Message) -> Answer? {
    guard let body = reply.body.bytes else { return nil }
    return Answer(
      version: reply.start.first ?? "", status: reply.start.count > 1 ? Int(reply.start[1]) : nil,
      statusText: reply.start.dropFirst(2).joined(separator: " "), fields: reply.fields,
      body: self.decoded(body, fields: reply.fields, limit: 64 << 20), rawBody: body)
  }
}
