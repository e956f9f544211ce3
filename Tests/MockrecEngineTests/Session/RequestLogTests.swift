import HTTPWire
import MockrecCore
import MockrecWire
import NIOCore
import Testing

@testable import MockrecEngine

@Suite("The log of a session's requests")
struct RequestLogTests {
  private let log = RequestLog()
  private let place: Int

  init() {
    let service = Service(name: "users", wire: HTTPWire(), rules: MatchRules(redactor: Redactor()))
    self.place = self.log.place(of: service, entries: ["get-a", "get-b"])
  }

  @discardableResult
  private func came(_ target: String, body: [UInt8] = [], fields: Fields = Fields()) -> Int {
    var head = ByteBuffer()
    Message(start: ["GET", target, "HTTP/1.1"], fields: fields).pack(into: &head)
    return self.log.append(head, of: self.place, body: body, bodyBytes: body.count, at: 7)
  }

  private func all(after number: Int = 0) -> RequestLog.Found {
    var filter = RequestLog.Filter()
    filter.after = number
    return self.log.find(filter)
  }

  @Test("requests are read as they came, over any number of segments, from any of them on")
  func order() {
    for number in 1...1000 {
      self.came(
        "/\(number)", body: [UInt8](repeating: UInt8(number % 251), count: number % 7),
        fields: Fields([("n", "\(number)")]))
    }
    for after in [0, 1, 255, 256, 257, 700, 999, 1000, 5000] {
      let found = self.all(after: after)
      #expect(found.last == 1000 && found.dropped == 0)
      #expect(found.requests.map(\.number) == (after < 1000 ? Array((after + 1)...1000) : []))
      for request in found.requests {
        let message = request.request.message
        #expect(message.start == ["GET", "/\(request.number)", "HTTP/1.1"])
        #expect(message.fields == Fields([("n", "\(request.number)")]))
        #expect(request.body == [UInt8](repeating: UInt8(request.number % 251), count: request.number % 7))
        #expect(request.service == "users" && request.at == 7 && !request.isCut && request.entry == nil)
      }
    }
  }

  @Test("of more requests than are kept the last are there, and how many are not is known")
  func most() {
    for number in 1...10_700 { self.came("/\(number)") }
    let found = self.all()
    #expect(found.requests.map(\.number) == Array(701...10_700) && found.dropped == 700)
    #expect(self.all(after: 650).dropped == 50 && self.all(after: 701).dropped == 0)
  }

  @Test(
    "so many bytes are kept, be they of bodies or of heads; the last request whatever its size",
    arguments: [true, false])
  func bytes(areBodies: Bool) {
    let long = 250 << 10
    for _ in 1...300 {
      if areBodies {
        self.came("/", body: [UInt8](repeating: 1, count: long))
      } else {
        self.came("/" + String(repeating: "a", count: long))
      }
    }
    let kept = self.all().requests.count
    #expect(kept >= (31 << 20) / long && kept <= (33 << 20) / long)
    #expect(self.all().dropped == 300 - kept)
    let larger = String(repeating: "b", count: 40 << 20)
    let number = self.came(larger)
    #expect(self.all(after: number - 1).requests.first?.request.message.start[1] == larger)
    // It goes with the next.
    self.came("/a")
    self.came("/b")
    #expect(self.all().requests.map(\.number) == [number + 1, number + 2])
  }

  @Test("how a request is answered is noted as long as it is kept")
  func answers() {
    for _ in 1...600 { self.came("/a") }
    for (number, entry) in [(1, 0), (256, 1), (257, 0), (600, 1)] as [(Int, Int32)] {
      self.log.note(number) { $0.source = .entry(entry) }
    }
    self.log.note(300) { $0.fault = "slow, rule 1" }
    let requests = self.all().requests
    #expect(requests[0].entry == "get-a" && requests[255].entry == "get-b" && requests[256].entry == "get-a")
    #expect(requests[599].entry == "get-b" && requests[299].answer.fault == "slow, rule 1")
    #expect(requests.filter { $0.answer != RequestLog.Answer() }.count == 5)
    self.log.clear()
    self.log.note(600) { $0.source = .miss }
    self.came("/b")
    #expect(self.all().requests.map(\.number) == [601] && self.all().dropped == 0)
    #expect(self.all().requests[0].answer.source == nil)
  }

  @Test("what was found stays as it was while more comes")
  func found() {
    for number in 1...10 { self.came("/\(number)") }
    let before = self.all().requests
    self.log.note(10) { $0.source = .miss }
    for number in 11...400 { self.came("/\(number)") }
    #expect(before.map { $0.request.message.start[1] } == (1...10).map { "/\($0)" })
    #expect(before[9].answer.source == nil && self.all(after: 9).requests[0].answer.source == .miss)
  }
}
