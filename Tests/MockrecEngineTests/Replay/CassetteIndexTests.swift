import HTTPWire
import MockrecCore
import MockrecWire
import Testing

@testable import MockrecEngine

@Suite("The cassette index")
struct CassetteIndexTests {
  private let service = Service(name: "svc", wire: HTTPWire(), rules: MatchRules(redactor: Redactor()))

  private func builder() -> CassetteBuilder {
    CassetteBuilder(service: self.service, files: 4, bodies: { _ in ("", 0) }, readFile: { _, _ in })
  }

  private func entry(_ path: String, _ body: String, times: Int = 1) -> SourceText {
    SourceText(
      name: "x.hurl",
      text: "# mockrec 1\n\(times > 1 ? "# @times \(times)\n" : "")GET {{svc}}\(path)\n\nHTTP 200\n`\(body)`\n")
  }

  private func answers(_ index: CassetteIndex, _ path: String, calls: Int) throws -> [String] {
    let key = self.service.wire.request(from: Message(start: ["GET", path, "HTTP/1.1"])).key(self.service.rules)
    let group = index.groups[Int(try #require(index.table[key]))]
    return (0..<calls).map { call in
      let reply = index.step(of: group, call: call).reply
      return String(decoding: reply.bytes.readableBytesView.dropFirst(reply.headLength), as: UTF8.self)
    }
  }

  @Test("equal requests are answered in recorded order, as often as recorded, then the last repeats")
  func sequence() throws {
    var builder = self.builder()
    builder.add(self.entry("/a", "third"), name: "get-a-12345678-10.hurl", occurrence: 10)
    builder.add(self.entry("/a", "second", times: 2), name: "get-a-12345678-2.hurl", occurrence: 2)
    builder.add(self.entry("/a", "first"), name: "get-a-12345678.hurl", occurrence: 1)
    builder.add(self.entry("/b", "other"), name: "get-b-12345678.hurl", occurrence: 1)
    builder.seal()
    let index = try CassetteBuilder.finish([builder])
    #expect(try self.answers(index, "/a", calls: 6) == ["first", "second", "second", "third", "third", "third"])
    #expect(try self.answers(index, "/b", calls: 1) == ["other"])
  }

  @Test("what several builders read is one cassette")
  func joined() throws {
    var builders = [self.builder(), self.builder()]
    for number in 0..<200 {
      builders[number % 2].add(self.entry("/\(number)", "body \(number)"), name: "n\(number)", occurrence: 1)
    }
    for index in builders.indices { builders[index].seal() }
    let index = try CassetteBuilder.finish(builders)
    for number in 0..<200 {
      #expect(try self.answers(index, "/\(number)", calls: 1) == ["body \(number)"])
    }
  }

  @Test("use is counted by entry")
  func usage() throws {
    var builder = self.builder()
    builder.add(self.entry("/a", "1", times: 2), name: "a", occurrence: 1)
    builder.add(self.entry("/a", "2"), name: "a-2", occurrence: 2)
    builder.add(self.entry("/b", "1"), name: "b", occurrence: 1)
    builder.seal()
    let index = try CassetteBuilder.finish([builder])
    let state = ReplayState(index)
    #expect(index.usage(state).unused == ["a", "a-2", "b"])
    _ = state.calls.next(0)
    _ = state.calls.next(0)
    #expect(index.usage(state).unused == ["a-2", "b"])
    _ = state.calls.next(0)
    #expect(index.usage(state).served == 3)
    #expect(index.usage(state).unused == ["b"])
  }

  @Test("every fault of a cassette is told at once")
  func problems() {
    var builder = self.builder()
    builder.add(SourceText(name: "one.hurl", text: "GET\n"), name: "one.hurl", occurrence: 1)
    builder.add(SourceText(name: "two.hurl", text: "GET {{svc}}/a\n"), name: "two.hurl", occurrence: 1)
    let built = [builder]
    #expect(throws: Diagnostics.self) { _ = try CassetteBuilder.finish(built) }
    #expect(builder.problems.count == 2)
  }
}
