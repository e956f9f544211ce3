import MockrecCore
import MockrecWire
import Testing

@testable import HTTPWire

@Suite("Requests as handlers are told them, and what they say")
struct HTTPHandlerTests {
  private func line(_ target: String, _ fields: [(String, String)] = [], _ body: [UInt8] = []) -> [UInt8] {
    let request = HTTPWire().request(from: Message(start: ["POST", target, "HTTP/1.1"], fields: Fields(fields)))
    return HTTPWire().line(
      of: HandlerQuestion(
        service: "auth", session: "a \"b\"", request: request, body: body,
        moment: Timestamp(seconds: 1_700_000_000, nanoseconds: 7_000_000), seed: .max), id: 7)
  }

  @Test("a line is ASCII without line ends, and reads back as what was asked")
  func ascii() throws {
    let odd = "\u{2028}\r\n\t\\\"\u{7F}\u{85}é😀\u{0}"
    let line = self.line("/a%2Fb?q=%F0%9F%98%80&e&q=2", [("X-Odd", odd), ("Host", "h")], Array(odd.utf8))
    #expect(line.allSatisfy { 0x20..<0x7F ~= $0 })
    let json = try JSON.parse(line)
    #expect(json["path"] == "/a%2Fb" && json["id"] == 7 && json["session"] == "a \"b\"")
    #expect(json["query"] == ["q": ["😀", "2"], "e": ""])
    #expect(json["headers"] == ["x-odd": .string(odd), "host": "h"] && json["body"] == .string(odd))
    #expect(json["now"]?.number?.text == "1700000000.007" && json["seed"] == .number(JSONNumber(Int64(1) << 53 - 1)))
  }

  @Test("a body that is no text is told as base64")
  func bytes() throws {
    let json = try JSON.parse(self.line("/", [], [0xFF, 0, 1]))
    #expect(json["body"] == nil && json["bodyBase64"] == "/wAB")
  }

  @Test("many names cost no more than they are many")
  func many() throws {
    let query = (0..<20_000).map { "\($0 % 10_000)=\($0)" }.joined(separator: "&")
    let json = try JSON.parse(self.line("/?\(query)"))
    #expect(json["query"]?.object?.count == 10_000 && json["query"]?["9999"] == ["9999", "19999"])
  }

  private func answer(_ text: String) throws -> HandlerAnswer {
    try HTTPWire().answer(from: try #require(try JSON.parse(text).object))
  }

  @Test("an answer is framed by its length, whatever it says of that")
  func framed() throws {
    let answer = try self.answer(
      #"{"headers": {"content-length": "99", "Set-Cookie": ["a", "b"]}, "json": {"a": "é"}, "delay": "2s"}"#)
    guard case .reply(let reply, let delay) = answer else { throw MockFailure("it was declined") }
    #expect(reply.start == ["HTTP/1.1", "200", "OK"] && delay == .seconds(2))
    #expect(
      reply.fields
        == Fields([
          ("Set-Cookie", "a"), ("Set-Cookie", "b"), ("Content-Type", "application/json"), ("Content-Length", "10"),
        ]))
    #expect(reply.body.bytes == Array(#"{"a":"é"}"#.utf8))
    guard case .reply(let empty, _) = try self.answer(#"{"status": 204}"#) else { throw MockFailure("declined") }
    #expect(empty.fields.isEmpty)
    guard case .declined = try self.answer(#"{"miss": true}"#) else { throw MockFailure("it was answered") }
  }
}
