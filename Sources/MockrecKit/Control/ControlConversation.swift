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
  private let channel: any Channel
  private var request: Message?
  private var body: [UInt8] = []
  private var isTooLong = false
  /// Counts requests: what a client that has gone waited for is dropped.
  private var generation = 0
  /// What answers requests of mocks that come this way.
  private var mocks: [String: any Conversation] = [:]
  private var mock: (any Conversation)?
  /// Bytes of a request's body.
  private static let longest = 64 << 20

  /// - Parameter hosts: The names under which it may be asked for.
  init(
    _ api: ControlAPI, on loops: EventLoops, token: String?, hosts: Set<String>, writer: any ReplyWriter,
    channel: any Channel
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
    if let (run, request) = self.api.mocked(request.message) {
      let mock = self.mocks[run.name] ?? run.scoped(nil, in: self.api.table)(self.writer, self.channel)
      self.mocks[run.name] = mock
      self.mock = mock
      return mock.requestBegan(request)
    }
    self.request = request.message
    self.body = []
    self.isTooLong = false
    self.generation += 1
    if self.writer.awaitsLeave { self.writer.wantBody() }
  }

  func requestBody(_ bytes: ByteBuffer) {
    if let mock = self.mock { return mock.requestBody(bytes) }
    guard self.body.count + bytes.readableBytes <= Self.longest else {
      self.isTooLong = true
      return
    }
    self.body += bytes.readableBytesView
  }

  func requestEnded(_ trailers: Fields) {
    if let mock = self.mock { return mock.requestEnded(trailers) }
    guard let request = self.request else { return }
    self.request = nil
    if let problem = self.refusal(request) { return self.send(ControlAnswer(problem.status, problem.json)) }
    let asked = ControlRequest(
      method: request.start.first ?? "", target: request.start.count > 1 ? request.start[1] : "/",
      fields: request.fields, body: self.body, loop: self.writer.eventLoop)
    self.body = []
    let generation = self.generation
    let bound = NIOLoopBound(self, eventLoop: self.writer.eventLoop)
    let promise = asked.loop.makePromise(of: ControlAnswer.self)
    // The services' event loops go on meanwhile: a set of entries takes a while to be read.
    self.loops.offload { [api = self.api] in promise.completeWith(api.answer(asked)) }
    promise.futureResult.whenComplete { result in
      guard bound.value.generation == generation else { return }
      switch result {
      case .success(let answer): bound.value.send(answer)
      case .failure(let error): bound.value.send(ControlAPI.answer(error))
      }
    }
  }

  /// Why a request is not looked at: a web page must not steer a developer's mocks.
  private func refusal(_ request: Message) -> ControlProblem? {
    if request.fields.contains("Origin") {
      return ControlProblem(403, "no page of a browser steers mocks", "a request with `Origin` is refused")
    }
    var host = request.fields[first: "Host"] ?? ""
    if let colon = host.lastIndex(of: ":"), !host.hasSuffix("]") { host = String(host[..<colon]) }
    guard self.hosts.contains(host.lowercased()) else {
      return ControlProblem(
        403, "this is not its name", "ask for \(self.hosts.sorted().joined(separator: " or ")), not for '\(host)'")
    }
    if let token, request.fields[first: "Authorization"] != "Bearer \(token)" {
      return ControlProblem(401, "a token is wanted", "send `Authorization: Bearer …` with that of --control-token")
    }
    guard !self.isTooLong else {
      return ControlProblem(413, "this is too long", "a body has \(ByteSize(Self.longest)) at most")
    }
    return nil
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
  func inputEnded() { self.mock?.inputEnded() }

  func closed() {
    self.generation += 1
    for mock in self.mocks.values { mock.closed() }
    (self.mocks, self.mock) = ([:], nil)
  }
}
