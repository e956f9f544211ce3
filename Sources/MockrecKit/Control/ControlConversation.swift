import MockrecCore
import MockrecTransport
import MockrecWire
import NIOCore

/// One connection to the control API.
final class ControlConversation: Conversation {
  private let api: ControlAPI
  private let loops: EventLoops
  private let token: String?
  private let hosts: Set<String>
  private let writer: any ReplyWriter
  private let channel: (any Channel)?
  private var request: Message?
  private var body: [UInt8] = []
  /// What the body takes of the budget of all connections.
  private var bodyBytes = 0
  /// Counts requests: what a client that has gone waited for is dropped.
  private var generation = 0
  /// Who asked what is being answered.
  private var client: ControlClient?
  /// What answers requests of mocks that come this way.
  private var mocks: [String: any Conversation] = [:]
  private var mock: (any Conversation)?
  /// Bytes of a request's body.
  private static let longest = 64 << 20

  /// - Parameters:
  ///   - hosts: The names under which it may be asked for.
  ///   - channel: The connection; nil where no mock is asked over it.
  init(
    _ api: ControlAPI, on loops: EventLoops, token: String?, hosts: Set<String>, writer: any ReplyWriter,
    channel: (any Channel)? = nil
  ) {
    self.api = api
    self.loops = loops
    self.token = token
    self.hosts = hosts
    self.writer = writer
    self.channel = channel
  }

  func requestBegan(_ request: any WireRequest) {
    self.mock = nil
    let head = request.message
    let foreign = self.foreign(head)
    if foreign == nil, let channel = self.channel, let (run, request) = self.api.mocked(head) {
      let mock = self.mocks[run.name] ?? run.scoped(nil, in: self.api.table)(self.writer, channel)
      self.mocks[run.name] = mock
      self.mock = mock
      return mock.requestBegan(request)
    }
    let request = head
    self.request = request
    self.generation += 1
    // Nothing is kept of what is not looked at.
    if let problem = foreign ?? self.refusal(request) { return self.refuse(problem) }
    if self.writer.awaitsLeave { self.writer.wantBody() }
  }

  func requestBody(_ bytes: ByteBuffer) {
    if let mock = self.mock { return mock.requestBody(bytes) }
    // What is still said of a request that has its answer.
    guard self.request != nil else { return }
    let count = bytes.readableBytes
    guard self.body.count + count <= Self.longest else { return self.refuse(Self.tooLong) }
    guard self.api.bodies.take(count) else {
      return self.refuse(
        ControlProblem(
          503, "too much at once",
          "the bodies of all requests have \(ByteSize(self.api.bodies.most)) at most; ask again"))
    }
    self.bodyBytes += count
    self.body += bytes.readableBytesView
  }

  func requestEnded(_ trailers: Fields) {
    if let mock = self.mock { return mock.requestEnded(trailers) }
    guard let request = self.request else { return }
    self.request = nil
    let client = ControlClient()
    self.client = client
    let asked = ControlRequest(
      method: request.start.first ?? "", target: request.start.count > 1 ? request.start[1] : "/",
      fields: request.fields, body: self.body, loop: self.writer.eventLoop,
      client: client)
    let bodyBytes = self.bodyBytes
    (self.body, self.bodyBytes) = ([], 0)
    let generation = self.generation
    let bound = NIOLoopBound(self, eventLoop: self.writer.eventLoop)
    let promise = asked.loop.makePromise(of: ControlAnswer.self)
    // The services' event loops go on meanwhile: a set of entries takes a while to be read.
    self.loops.offload { [api = self.api] in promise.completeWith(api.answer(asked)) }
    promise.futureResult.whenComplete { [bodies = self.api.bodies] result in
      bodies.give(back: bodyBytes)
      guard bound.value.generation == generation else { return }
      switch result {
      case .success(let answer): bound.value.send(answer)
      case .failure(let error): bound.value.send(ControlAPI.answer(error))
      }
    }
  }

  /// Why a request is not looked at, be it of a mock: a web page must not steer a developer's mocks, nor use them up.
  private func foreign(_ request: Message) -> ControlProblem? {
    if request.fields.contains("Origin") {
      return ControlProblem(403, "no page of a browser steers mocks", "a request with `Origin` is refused")
    }
    var host = request.fields[first: "Host"] ?? ""
    if let colon = host.lastIndex(of: ":"), !host.hasSuffix("]") { host = String(host[..<colon]) }
    guard self.hosts.contains(host.lowercased()) else {
      return ControlProblem(
        403, "this is not its name", "ask for \(self.hosts.sorted().joined(separator: " or ")), not for '\(host)'")
    }
    return nil
  }

  /// Why a request that is to steer is not looked at.
  private func refusal(_ request: Message) -> ControlProblem? {
    if let token, !Self.isGiven(token, request.fields[first: "Authorization"] ?? "") {
      return ControlProblem(401, "a token is wanted", "send `Authorization: Bearer …` with that of --control-token")
    }
    if let count = request.fields[first: "Content-Length"].flatMap({ Int($0) }), count > Self.longest {
      return Self.tooLong
    }
    return nil
  }

  private static let tooLong = ControlProblem(
    413, "this is too long", "a body has \(ByteSize(ControlConversation.longest)) at most")

  /// Whether `Authorization` holds a token, in a time that tells nothing of it but its length. A scheme is the same in any
  /// case. Source: RFC 9110, section 11.1.
  static func isGiven(_ token: String, _ field: String) -> Bool {
    let parts = field.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, parts[0].equalsIgnoringCase("Bearer") else { return false }
    let (ours, theirs) = (Array(token.utf8), Array(parts[1].drop { $0 == " " }.utf8))
    guard ours.count == theirs.count else { return false }
    return zip(ours, theirs).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
  }

  private func refuse(_ problem: ControlProblem) {
    self.forget()
    self.send(ControlAnswer(problem.status, problem.json))
  }

  private func forget() {
    self.api.bodies.give(back: self.bodyBytes)
    (self.request, self.body, self.bodyBytes) = (nil, [], 0)
  }

  private func send(_ answer: ControlAnswer) {
    let isProblem = answer.status >= 400 && answer.json?["title"] != nil
    let body = answer.bytes?.content ?? answer.json.map { Array(($0.description + "\n").utf8) } ?? []
    var fields = Fields([("Content-Length", String(body.count)), ("Cache-Control", "no-store")])
    let type = answer.bytes?.type ?? (isProblem ? "application/problem+json" : "application/json")
    if !body.isEmpty { fields.append("Content-Type", type) }
    if answer.status == 401 { fields.append("WWW-Authenticate", "Bearer") }
    if answer.status == 204 { fields.remove("Content-Length") }
    self.writer.begin(Message(start: ["HTTP/1.1", String(answer.status), ""], fields: fields))
    if !body.isEmpty { self.writer.body(ByteBuffer(bytes: body)) }
    self.writer.end(Fields())
  }

  func refused(_ error: WireError) {}
  func writabilityChanged(_ writable: Bool) { self.mock?.writabilityChanged(writable) }

  /// Who says nothing more has gone, as far as can be told: nobody waits for it any more, but it is answered.
  func inputEnded() {
    self.client?.hasGone()
    self.mock?.inputEnded()
  }

  func closed() {
    self.generation += 1
    self.client?.hasGone()
    self.forget()
    for mock in self.mocks.values { mock.closed() }
    (self.mocks, self.mock) = ([:], nil)
  }
}
