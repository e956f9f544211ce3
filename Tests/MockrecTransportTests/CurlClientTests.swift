import Foundation
import Testing

@testable import MockrecTransport

@Suite("libcurl sends what it is given and hands back what came", .timeLimit(.minutes(1)))
struct CurlClientTests {
  private let server: CurlServer
  private let client = CurlClient(maximumConcurrent: 8)

  init() throws {
    server = try CurlServer()
  }

  private func echo(_ change: (inout CurlRequest) -> Void) async throws -> String {
    var request = CurlRequest(url: server.url + "/echo")
    change(&request)
    return String(decoding: try await client.perform(request).body, as: UTF8.self)
  }

  private var host: String { "Host: 127.0.0.1:\(server.port)\r\n" }

  @Test("nothing is sent that was not asked for")
  func bare() async throws {
    #expect(try await echo { _ in } == "GET /echo HTTP/1.1\r\n\(host)\r\n")
  }

  @Test("headers go out in order, in their case, repeated and empty ones too")
  func headers() async throws {
    let text = try await echo {
      $0.headers = [("x-B", "1"), ("X-a", "2"), ("x-B", "3"), ("X-Empty", ""), ("accept", "*/*")]
    }
    #expect(text == "GET /echo HTTP/1.1\r\n\(host)x-B: 1\r\nX-a: 2\r\nx-B: 3\r\nX-Empty:\r\naccept: */*\r\n\r\n")
  }

  @Test("a header that would end its line is refused", arguments: ["a\r\nX: y", "a\nb", "a\0b"])
  func injection(value: String) async throws {
    let request = CurlRequest(url: server.url + "/echo", headers: [("X", value)])
    let failure = await #expect(throws: CurlFailure.self) { try await client.perform(request) }
    #expect(failure?.kind == .badRequest)
  }

  @Test("the path goes out as it is")
  func path() async throws {
    let text = try await echo { $0.url = server.url + "/echo/a/../b/./%2e%2e?q=a%20b&&c" }
    #expect(text.hasPrefix("GET /echo/a/../b/./%2e%2e?q=a%20b&&c HTTP/1.1\r\n"))
  }

  @Test("any method carries a body", arguments: ["GET", "POST", "PUT", "PATCH", "DELETE", "REPORT"])
  func bodies(method: String) async throws {
    let text = try await echo {
      $0.method = method
      $0.body = .bytes(Array("a=1".utf8))
    }
    #expect(text == "\(method) /echo HTTP/1.1\r\n\(host)Content-Length: 3\r\n\r\na=1")
  }

  @Test("no body is framed as none", arguments: ["POST", "PUT"])
  func noBody(method: String) async throws {
    #expect(try await echo { $0.method = method } == "\(method) /echo HTTP/1.1\r\n\(host)Content-Length: 0\r\n\r\n")
    let chunked = try await echo {
      $0.method = method
      $0.headers = [("Transfer-Encoding", "chunked")]
    }
    #expect(chunked.hasSuffix("Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"))
  }

  @Test("a Content-Length that is given is the only one")
  func contentLength() async throws {
    let text = try await echo {
      $0.method = "PATCH"
      $0.headers = [("content-length", "3"), ("Content-Type", "text/plain")]
      $0.body = .bytes(Array("abc".utf8))
    }
    #expect(text == "PATCH /echo HTTP/1.1\r\n\(host)content-length: 3\r\nContent-Type: text/plain\r\n\r\nabc")
  }

  @Test("a chunked body, and a large one without Expect")
  func framing() async throws {
    let chunked = try await echo {
      $0.method = "POST"
      $0.headers = [("Transfer-Encoding", "chunked")]
      $0.body = .bytes(Array("hello".utf8))
    }
    #expect(chunked.hasSuffix("Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"))
    let large = try await echo {
      $0.method = "PUT"
      $0.body = .bytes([UInt8](repeating: 0x61, count: 3 << 20))
    }
    #expect(
      large == "PUT /echo HTTP/1.1\r\n\(host)Content-Length: 3145728\r\n\r\n" + String(repeating: "a", count: 3 << 20))
  }

  @Test("a body file is streamed, and sent again after a redirect that keeps the method")
  func file() async throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("curl-\(server.port)").path
    try Data(repeating: 7, count: 5_000_000).write(to: URL(fileURLWithPath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    var request = CurlRequest(method: "POST", url: server.url + "/keep", body: .file(path: path))
    request.maximumRedirects = 3
    let reply = try await client.perform(request)
    #expect(reply.responses.map(\.status) == [307, 200])
    #expect(reply.body == Array("5000000".utf8))

    let missing = CurlRequest(method: "POST", url: server.url, body: .file(path: "/nowhere/at/all"))
    let failure = await #expect(throws: CurlFailure.self) { try await client.perform(missing) }
    #expect(failure?.kind == .badRequest)
  }

  @Test("HEAD has no body, whatever Content-Length says")
  func head() async throws {
    let reply = try await client.perform(CurlRequest(method: "HEAD", url: server.url + "/head"))
    #expect(reply.body.isEmpty)
    #expect(reply.responses[0].headers.map(\.value) == ["500000000"])
    let withBody = CurlRequest(method: "HEAD", url: server.url + "/head", body: .bytes([1]))
    let failure = await #expect(throws: CurlFailure.self) { try await client.perform(withBody) }
    #expect(failure?.kind == .badRequest)
  }

  @Test("a head comes back as it was sent, an interim one is passed over")
  func replyHead() async throws {
    let reply = try await client.perform(CurlRequest(url: server.url + "/fields"))
    let response = try #require(reply.responses.first)
    #expect(response.httpVersion == "HTTP/1.1")
    #expect(response.status == 299)
    #expect(response.reason == "A Reason of its own")
    #expect(
      response.headers.map { "\($0.name)=\($0.value)" } == [
        "X-Case=1", "x-case=2", "X-Empty=", "X-Latin=caf\u{e9}", "Set-Cookie=a=1", "Set-Cookie=b=2", "Content-Length=0",
      ])
    #expect(reply.primaryIP == "127.0.0.1")
    #expect(reply.timings.total > .zero)

    let final = try await client.perform(CurlRequest(url: server.url + "/interim"))
    #expect(final.responses.map(\.status) == [200])
    #expect(final.responses[0].headers.map(\.name) == ["Content-Length"])
  }

  @Test("trailers stand apart from headers")
  func trailers() async throws {
    let reply = try await client.perform(CurlRequest(url: server.url + "/trailers"))
    #expect(reply.body == Array("hello world".utf8))
    #expect(reply.responses[0].headers.map(\.name) == ["Transfer-Encoding"])
    #expect(reply.trailers.map { "\($0.name)=\($0.value)" } == ["X-Sum=42", "x-more=yes"])
  }

  @Test("a coded body stays coded unless decoding was asked for")
  func compressed() async throws {
    var request = CurlRequest(url: server.url + "/gzip")
    #expect(try await client.perform(request).body.starts(with: [0x1F, 0x8B]))
    request.compressed = true
    #expect(try await client.perform(request).body.count == 800)
  }

  @Test("redirects are given back, or followed with every hop kept")
  func redirects() async throws {
    var request = CurlRequest(url: server.url + "/redirect")
    #expect(try await client.perform(request).responses.map(\.status) == [302])
    request.maximumRedirects = 5
    let reply = try await client.perform(request)
    #expect(reply.responses.map(\.status) == [302, 307, 200])
    #expect(reply.effectiveURL == server.url + "/echo")
    #expect(String(decoding: reply.body, as: UTF8.self).hasPrefix("GET /echo "))
    request.url = server.url + "/cookie"
    let cookies = try await client.perform(request)
    #expect(!String(decoding: cookies.body, as: UTF8.self).lowercased().contains("cookie"))
  }

  @Test("user and password become basic authentication")
  func basic() async throws {
    let text = try await echo { $0.userAndPassword = "alice:se:cret" }
    #expect(text.contains("Authorization: Basic YWxpY2U6c2U6Y3JldA==\r\n"))
  }

  @Test("HTTP/1.0 is spoken when asked for")
  func version() async throws {
    #expect(try await echo { $0.httpVersion = .http10 }.hasPrefix("GET /echo HTTP/1.0\r\n"))
  }

  @Test("a connection is used again")
  func reuse() async throws {
    let request = CurlRequest(url: server.url + "/echo")
    #expect(try await client.perform(request).connections == 1)
    #expect(try await client.perform(request).connections == 0)
  }
}
