import MockrecCore
import MockrecWire

/// What a hand-written entry says.
enum MockReply {
  /// The same to every request.
  case prepared(PreparedReply)
  /// Made for this one.
  case rendered(Message)
}

extension Replayer {
  /// What a mock of the cassette says to a request; nil where none answers it.
  ///
  /// - Parameter body: What was kept of the request's.
  func mock(
    _ place: MockBook.Place, _ request: any WireRequest, _ key: MatchKey, body: @autoclosure () -> [UInt8]
  ) -> (entry: Int32, reply: MockReply)? {
    self.play(place, self.index, self.state, request, key, body: body)
  }

  /// What an entry that was added while it is served says to a request, and its identifier; nil where none answers it.
  func added(
    _ request: any WireRequest, _ key: MatchKey, body: @autoclosure () -> [UInt8]
  ) -> (id: String, reply: MockReply)? {
    guard let layer = self.layer, let (index, state) = layer.served.map({ ($0.index, $0.state) }) else { return nil }
    let answer: (entry: Int32, reply: MockReply)
    if let played = self.play(.beforeRecorded, index, state, request, key, body: body) {
      answer = played
    } else if let found = index.table.find(key) {
      let step = index.step(of: index.groups[found], call: state.calls.next(found))
      answer = (step.entry, .prepared(step.reply))
    } else if let played = self.play(.behindRecorded, index, state, request, key, body: body) {
      answer = played
    } else {
      return nil
    }
    layer.count()
    return (index.entries[Int(answer.entry)], answer.reply)
  }

  private func play(
    _ place: MockBook.Place, _ index: CassetteIndex, _ state: ReplayState, _ request: any WireRequest, _ key: MatchKey,
    body: () -> [UInt8]
  ) -> (entry: Int32, reply: MockReply)? {
    guard let mocks = index.mocks else { return nil }
    lazy var asked = self.mockRequest(request, key, body())
    guard let number = mocks.find(place, state.scenarios, asked, head: request) else { return nil }
    let page = mocks.pages[number]
    _ = state.mockCalls.next(number)
    guard let render = page.mock.render else { return (page.entry, .prepared(page.reply)) }
    do throws(MockFailure) {
      return (page.entry, .rendered(try render(self.dealt(asked))))
    } catch {
      self.failed(error, at: index.entries[Int(page.entry)])
      return (page.entry, .rendered(self.service.wire.mockFailureReply(error)))
    }
  }
}
