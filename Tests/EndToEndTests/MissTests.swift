import Foundation
import Testing

@Suite("Requests that no entry answers", .wholePrograms)
struct MissTests {
  @Test("a miss is a 501 of mockrec's own that names the nearest entry and what differs; the run fails")
  func reply() async throws {
    let (origin, folder) = try await recorded("/fixed?page=1")
    try await origin.stop()
    let replayer = try await Mockrec.replay(in: folder.path)
    let reply = try await get("/fixed?page=2", from: replayer)
    #expect(reply.hasPrefix("HTTP/1.1 501 "), "\(reply)")
    #expect(reply.lowercased().contains("\r\nx-mockrec: miss\r\n"), "\(reply)")
    let body = try #require(reply.range(of: "\r\n\r\n").map { reply[$0.upperBound...] })
    let object = try #require(try JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any])
    #expect(object["nearest"] != nil, "\(object)")
    #expect(body.contains("get-fixed"), "the nearest entry is named: \(body)")
    #expect(body.contains("page"), "what differs is named: \(body)")
    let finished = try await replayer.stop()
    #expect(finished.status == 1, "\(finished)")
    #expect(finished.stderr.contains("no recorded exchange answers GET /fixed?page=2"), "\(finished)")
    #expect(finished.stderr.contains("nearest:"), "\(finished)")
    #expect(finished.stderr.contains("fix:"), "\(finished)")
  }

  @Test("--on-miss forward asks the real service and keeps nothing")
  func forward() async throws {
    let (origin, folder) = try await recorded("/fixed")
    let before = try FileTree(folder("cassette"))
    let replayer = try await Mockrec.replay(in: folder.path, ["--on-miss", "forward", "--real", origin.url])
    #expect(try await get("/fixed", from: replayer).hasSuffix("always the same\n"))
    #expect(try await get("/count", from: replayer).hasSuffix(#"{"count": 1}"#))
    #expect(try await get("/count", from: replayer).hasSuffix(#"{"count": 2}"#))
    let finished = try await replayer.stop()
    #expect(finished.status == 0, "\(finished)")
    #expect(before.changes(to: try FileTree(folder("cassette"))) == [])
    try await origin.stop()
  }

  @Test("--on-miss record asks it once, and from then on the cassette answers")
  func record() async throws {
    let (origin, folder) = try await recorded("/fixed")
    let first = try await Mockrec.replay(in: folder.path, ["--on-miss", "record", "--real", origin.url])
    #expect(try await get("/count", from: first).hasSuffix(#"{"count": 1}"#))
    let finished = try await first.stop()
    #expect(finished.status == 0, "\(finished)")
    try await origin.stop()
    #expect(try FileTree(folder("cassette")).entries.count == 2)
    let second = try await Mockrec.replay(in: folder.path)
    #expect(try await get("/count", from: second).hasSuffix(#"{"count": 1}"#))
    #expect(try await get("/fixed", from: second).hasSuffix("always the same\n"))
    #expect(try await second.stop().status == 0)
  }

  @Test("the query's order and a JSON body's layout do not matter, their values do")
  func matching() async throws {
    let origin = try await RealServer.origin()
    let folder = try TemporaryFolder()
    let recorder = try await Mockrec.record(origin.url, in: folder.path)
    _ = try await get("/fixed?a=1&b=2", from: recorder)
    _ = try await post(#"{"x":1,"y":[1,2]}"#, to: recorder)
    _ = try await recorder.stop()
    try await origin.stop()
    let replayer = try await Mockrec.replay(in: folder.path)
    #expect(try await get("/fixed?b=2&a=1", from: replayer).hasPrefix("HTTP/1.1 200 "))
    #expect(try await post("{ \"y\" : [1, 2],\n \"x\": 1 }", to: replayer).hasPrefix("HTTP/1.1 200 "))
    #expect(try await post(#"{"x":1,"y":[2,1]}"#, to: replayer).hasPrefix("HTTP/1.1 501 "))
    #expect(try await get("/fixed?a=1", from: replayer).hasPrefix("HTTP/1.1 501 "))
    #expect(try await replayer.stop().status == 1)
  }

  private func recorded(_ path: String) async throws -> (RealServer, TemporaryFolder) {
    let origin = try await RealServer.origin()
    let folder = try TemporaryFolder()
    let recorder = try await Mockrec.record(origin.url, in: folder.path)
    _ = try await get(path, from: recorder)
    let finished = try await recorder.stop()
    #expect(finished.status == 0, "\(finished)")
    return (origin, folder)
  }

  private func get(_ path: String, from mockrec: Mockrec) async throws -> String {
    try await exchange("GET \(path) HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", with: mockrec)
  }

  private func post(_ json: String, to mockrec: Mockrec) async throws -> String {
    let head = "POST /digest HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    return try await exchange(
      head + "Content-Length: \(json.utf8.count)\r\nConnection: close\r\n\r\n\(json)", with: mockrec)
  }

  private func exchange(_ text: String, with mockrec: Mockrec) async throws -> String {
    let connection = try RawConnection(port: mockrec.port)
    try await connection.send(text)
    return try await connection.readToEnd()
  }
}
