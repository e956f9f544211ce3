import MockrecCore
import MockrecWire

/// What a hand-written entry says.
struct MockReply {
  enum Content {
    /// The same to every request.
    case prepared(PreparedReply)
    /// Made for this one.
    case rendered(Message)
  }

  var content: Content
  /// How long it is held back.
  var wait: Duration
}

extension Replayer {
  /// What a mock of the cassette says to a request; nil where none answers it.
  ///
  /// - Parameter body: The request's; nil where it was too long to be kept.
  func mock(
    _ place: MockBook.Place, _ request: any WireRequest, _ key: MatchKey, body: @autoclosure () -> [UInt8]?
  ) -> (entry: Int32, reply: MockReply)? {
    self.play(place, self.index, self.state, request, key, body: body)
  }

  /// Whether entries were added while it is served. On the hot path.
  var hasAdded: Bool {
    guard let layer = self.layer else { return false }
    return !layer.isEmpty || layer.common?.isEmpty == false
  }

  /// What an entry that was added while it is served says to a request, and its identifier; nil where none answers it.
  func added(
    _ request: any WireRequest, _ key: MatchKey, body: @autoclosure () -> [UInt8]?
  ) -> (id: String, reply: MockReply)? {
    guard let layer = self.layer else { return nil }
    if let served = layer.served, let answer = self.answer(served, request, key, body: body) {
      layer.count()
      return (served.index.entries[Int(answer.entry)], answer.reply)
    }
    guard let common = layer.common, let served = common.served,
      let answer = self.answer(served, request, key, body: body)
    else { return nil }
    common.count()
    return (RequestLog.Answer.common + served.index.entries[Int(answer.entry)], answer.reply)
  }

  private func answer(
    _ served: EntryLayer.Served, _ request: any WireRequest, _ key: MatchKey, body: () -> [UInt8]?
  ) -> (entry: Int32, reply: MockReply)? {
    let (index, state) = (served.index, served.state)
    if let played = self.play(.beforeRecorded, index, state, request, key, body: body) { return played }
    if let found = index.find(key) {
      let call = state.calls.next(found)
      let step = index.step(of: index.groups[found], call: call)
      return (
        step.entry,
        MockReply(content: .prepared(step.reply), wait: self.wait(before: step.reply, to: key, occurrence: call))
      )
    }
    return self.play(.behindRecorded, index, state, request, key, body: body)
  }

  /// What the mocks' wire says for them to a request that no entry answers; nil for other requests.
  func published(to request: any WireRequest) -> Message? {
    guard self.index.mocks?.publishes == true || self.layer?.served?.index.mocks?.publishes == true else { return nil }
    return self.service.wire.published(to: request)
  }

  private func play(
    _ place: MockBook.Place, _ index: CassetteIndex, _ state: ReplayState, _ request: any WireRequest, _ key: MatchKey,
    body: () -> [UInt8]?
  ) -> (entry: Int32, reply: MockReply)? {
    guard let mocks = index.mocks else { return nil }
    lazy var asked = self.mockRequest(request, key, body())
    guard let number = mocks.find(place, state.scenarios, asked, head: request) else { return nil }
    let page = mocks.pages[number]
    _ = state.mockCalls.next(number)
    var content = MockReply.Content.prepared(page.reply)
    let doubt = page.mock.doubt(asked)
    if doubt != nil || page.mock.render != nil {
      do throws(MockFailure) {
        if let doubt { throw doubt }
        if let render = page.mock.render { content = .rendered(try render(self.dealt(asked))) }
      } catch {
        self.failed(error, at: index.entries[Int(page.entry)])
        content = .rendered(self.service.wire.mockFailureReply(error))
      }
    }
    let wait = self.wait(before: page.reply, to: key, occurrence: self.state.scenarios.turn(of: FNV1a(key.bytes).value))
    return (page.entry, MockReply(content: content, wait: wait))
  }
}
