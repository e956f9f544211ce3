import MockrecCore
import MockrecIdentity
import MockrecWire
import NIOCore
import Synchronization

/// An identity provider in memory, for all connections.
final class OIDCModel: ServiceModel {
  private struct State {
    var provider: OIDCProvider
    var unknown: [String: Int] = [:]
    /// Unknown paths that are remembered; further ones are counted together.
    private static let mostUnknown = 100

    mutating func note(_ name: String) {
      let isKept = self.unknown.count < Self.mostUnknown || self.unknown[name] != nil
      self.unknown[isKept ? name : "others", default: 0] += 1
    }
  }

  private let state: Mutex<State>
  /// As it was before anybody asked.
  private let first: OIDCProvider
  let time: ModelTime
  private let scheme: String
  let kinds = OIDCEndpoint.allCases.map(\.rawValue)

  init(_ configuration: OIDCConfiguration, _ setup: ModelSetup) throws(Diagnostic) {
    var given: [(name: String, pem: [UInt8])] = []
    for path in configuration.keys { given.append((path, try setup.files.read(path))) }
    let keys = try SigningKeys(given: given, secret: configuration.secret, seed: setup.seed, files: setup.files)
    self.first = try OIDCProvider(configuration, keys: keys, seed: setup.seed)
    self.state = Mutex(State(provider: self.first))
    self.time = setup.time
    self.scheme = setup.usesTLS ? "https" : "http"
  }

  private init(_ first: OIDCProvider, time: ModelTime, scheme: String) {
    self.first = first
    self.state = Mutex(State(provider: first))
    self.time = time
    self.scheme = scheme
  }

  func contents() -> JSON { self.state.withLock { $0.provider.contents(now: self.time.now()) } }

  func seed(_ values: JSONObject, replacing: Bool) throws(Diagnostic) {
    let node = OverlayNode(.object(values), at: Diagnostic.Place(SourceText(name: "state", text: ""), at: 0))
    let result = self.state.withLock { state -> Diagnostic? in
      do throws(Diagnostic) { try state.provider.seed(node, replacing: replacing) } catch { return error }
      return nil
    }
    if let result { throw result }
  }

  private struct Snapshot: ModelSnapshot {
    var provider: OIDCProvider
  }

  func snapshot() -> any ModelSnapshot { self.state.withLock { Snapshot(provider: $0.provider) } }

  func restore(_ snapshot: any ModelSnapshot) {
    guard let snapshot = snapshot as? Snapshot else { return }
    self.state.withLock { $0.provider = snapshot.provider }
  }

  /// Its tokens are signed with the same keys.
  func another(_ time: ModelTime) -> any ServiceModel { OIDCModel(self.first, time: time, scheme: self.scheme) }

  func connect(_ writer: any ReplyWriter) -> any ModelConversation { OIDCConversation(self, writer) }

  /// No answer is from the past: there is nothing that a silent fault could go back to.
  func lookBack(_ answers: Int) {}
  func forget() {}

  var unsupported: [(name: String, count: Int)] {
    self.state.withLock { $0.unknown.map { ($0.key, $0.value) }.sorted { $0.0 < $1.0 } }
  }

  /// - Returns: The index in `kinds` as well; nil for what is not known.
  func answer(_ head: Message, body: [UInt8]) -> (reply: Message, kind: Int?) {
    let target = HTTPTarget(head.target)
    let request = OIDCRequest(
      method: head.method, target: target.path + (target.query.map { "?\($0)" } ?? ""), fields: head.fields, body: body,
      scheme: self.scheme, authority: head.fields[first: "Host"] ?? "localhost")
    let (response, endpoint) = self.state.withLock { state in
      let answer = state.provider.answer(request, now: self.time.now())
      if answer.endpoint == nil { state.note("\(head.method) \(target.path.prefix(200))") }
      return answer
    }
    let reply = Message(
      start: ["HTTP/1.1", String(response.status), HTTPStatus.reason(response.status)], fields: response.fields,
      body: Body(response.body))
    return (reply, endpoint.flatMap { OIDCEndpoint.allCases.firstIndex(of: $0) })
  }
}

/// One connection to an identity provider.
private final class OIDCConversation: ModelConversation {
  // Only touched on the connection's event loop.
  private let model: OIDCModel
  private let writer: any ReplyWriter
  private var head: Message?
  private var body: [UInt8] = []
  private(set) var kind: Int?

  init(_ model: OIDCModel, _ writer: any ReplyWriter) {
    self.model = model
    self.writer = writer
  }

  func requestBegan(_ request: any WireRequest) {
    (self.head, self.kind) = (request.message, nil)
    self.body.removeAll(keepingCapacity: true)
    // Who asks for a WebSocket may say nothing before it is answered.
    if request.isDialogue { self.answer() } else { self.writer.wantBody() }
  }

  func fault(_ silent: SilentFault?) { if silent != nil { self.writer.faultWasIdle() } }

  func requestBody(_ bytes: ByteBuffer) {
    // One byte too many is enough to be told so.
    let room = OIDCProvider.longestBody + 1 - self.body.count
    self.body += bytes.readableBytesView.prefix(max(0, room))
  }

  func requestEnded(_ trailers: Fields) { self.answer() }

  private func answer() {
    guard let head = self.head else { return }
    self.head = nil
    let (reply, kind) = self.model.answer(head, body: self.body)
    self.kind = kind
    let prepared = HTTPWire().prepare(
      reply, to: head, body: .bytes(reply.body.bytes ?? []), allocator: ByteBufferAllocator())
    self.writer.send(prepared)
  }

  func refused(_ error: WireError) {}
  func writabilityChanged(_ writable: Bool) {}
  func closed() {}
}
