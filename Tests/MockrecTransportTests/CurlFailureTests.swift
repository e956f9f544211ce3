import Foundation
import Testing

@testable import MockrecTransport

@Suite("libcurl's failures have a kind, a place and words", .timeLimit(.minutes(1)))
struct CurlFailureTests {
  private let server: CurlServer
  private let client = CurlClient(maximumConcurrent: 4)

  init() throws {
    server = try CurlServer()
  }

  private func failure(_ request: CurlRequest) async -> CurlFailure? {
    await #expect(throws: CurlFailure.self) { try await client.perform(request) }
  }

  @Test(
    "a peer that misbehaves",
    arguments: [
      ("/garbage", CurlFailure.Kind.malformedReply), ("/http09", .malformedReply), ("/words", .malformedReply),
      ("/chunks", .malformedReply), ("/nocolon", .malformedReply), ("/heads", .tooLarge), ("/line", .tooLarge),
      ("/short", .reset), ("/reset", .reset), ("/close", .emptyReply), ("/away", .badURL), ("/loop", .tooManyRedirects),
    ])
  func peer(path: String, kind: CurlFailure.Kind) async throws {
    var request = CurlRequest(url: server.url + path)
    request.maximumRedirects = 3
    let failure = try #require(await failure(request))
    #expect(failure.kind == kind, "\(failure.message)")
    if kind != .badURL {
      #expect(failure.message.contains("127.0.0.1:\(server.port)"), "\(failure.message)")
    }
  }

  @Test(
    "a place that is not there",
    arguments: [
      ("http://127.0.0.1:1/", CurlFailure.Kind.couldNotConnect), ("http://name.invalid/", .couldNotResolve),
      ("file:///etc/passwd", .badURL), ("gopher://127.0.0.1/", .badURL), ("http://a b/", .badURL), ("", .badURL),
    ])
  func place(url: String, kind: CurlFailure.Kind) async throws {
    let failure = try #require(await failure(CurlRequest(url: url)))
    #expect(failure.kind == kind, "\(failure.message)")
  }

  @Test("credentials in a URL stay out of the message")
  func credentials() async throws {
    let failure = try #require(await failure(CurlRequest(url: "http://alice:secret@127.0.0.1:1/token")))
    #expect(!failure.message.contains("secret") && !failure.message.contains("token"))
    #expect(failure.message.contains("127.0.0.1:1"))
  }

  @Test("TLS towards a peer that speaks none")
  func plainPeer() async throws {
    let failure = try #require(await failure(CurlRequest(url: "https://127.0.0.1:\(server.port)/echo")))
    #expect(failure.kind == .tls, "\(failure.message)")
  }

  @Test("a certificate is checked, against the file that was named, unless told not to")
  func certificate() async throws {
    let pem = FileManager.default.temporaryDirectory.appendingPathComponent("curl-\(server.port).pem").path
    defer { try? FileManager.default.removeItem(atPath: pem) }
    let openssl = Process()
    openssl.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    openssl.arguments = [
      "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
      "subjectAltName=IP:127.0.0.1", "-keyout", pem, "-out", pem + ".crt",
    ]
    openssl.standardError = FileHandle.nullDevice
    try openssl.run()
    openssl.waitUntilExit()
    try #require(openssl.terminationStatus == 0)
    let certificate = try Data(contentsOf: URL(fileURLWithPath: pem + ".crt"))
    try FileManager.default.removeItem(atPath: pem + ".crt")
    let key = try Data(contentsOf: URL(fileURLWithPath: pem))
    try (key + certificate).write(to: URL(fileURLWithPath: pem))

    let secure = try CurlServer(certificate: pem)
    var request = CurlRequest(url: "https://127.0.0.1:\(secure.port)/echo")
    #expect(await failure(request)?.kind == .tls)
    request.caFile = pem
    #expect(try await client.perform(request).timings.secured > .zero)
    request.url = "https://localhost:\(secure.port)/echo"
    #expect(await failure(request)?.kind == .tls)
    request.insecure = true
    #expect(try await client.perform(request).responses[0].httpVersion == "HTTP/1.1")
    request.caFile = "/nowhere.pem"
    request.insecure = false
    #expect(await failure(request)?.kind == .tls)
  }

  @Test("a peer that does not answer in time")
  func timeout() async throws {
    var request = CurlRequest(url: server.url + "/hang")
    request.timeout = .milliseconds(200)
    #expect(await failure(request)?.kind == .timeout)
  }

  @Test("a body without an end stops at the limit, a bomb too")
  func tooLarge() async throws {
    var request = CurlRequest(url: server.url + "/big")
    request.maximumBodyBytes = 1 << 20
    let endless = try #require(await failure(request))
    #expect(endless.kind == .tooLarge)
    #expect(endless.message.contains("1048576"))
    request.url = server.url + "/bomb"
    request.compressed = true
    #expect(await failure(request)?.kind == .tooLarge)
    request.compressed = false
    #expect(try await client.perform(request).body.count < 1 << 20)
  }

  @Test("a task that is cancelled stops its transfer, before it starts too")
  func cancelled() async throws {
    let request = CurlRequest(url: server.url + "/hang")
    let client = client
    let tasks = (0..<12).map { _ in Task { try await client.perform(request) } }
    for task in tasks { task.cancel() }
    for task in tasks {
      let failure = await #expect(throws: CurlFailure.self) { try await task.value }
      #expect(failure?.kind == .cancelled)
    }
    // The places are free again.
    #expect(try await client.perform(CurlRequest(url: server.url + "/echo")).responses[0].status == 200)
  }

  @Test("more requests than places wait in line, and all are served")
  func line() async throws {
    let request = CurlRequest(url: server.url + "/slow")
    let client = client
    let most = try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<40 {
        group.addTask { Int(String(decoding: try await client.perform(request).body, as: UTF8.self)) ?? 0 }
      }
      return try await group.reduce(0) { max($0, $1) }
    }
    #expect(most == 4)
  }

  @Test("shutting down ends what runs, what waits and what comes later")
  func shutdown() async throws {
    let request = CurlRequest(url: server.url + "/hang")
    let client = client
    let tasks = (0..<8).map { _ in Task { try await client.perform(request) } }
    await Task.yield()
    client.shutdown()
    for task in tasks {
      let failure = await #expect(throws: CurlFailure.self) { try await task.value }
      #expect(failure?.kind == .cancelled)
    }
    #expect(await failure(request)?.kind == .cancelled)
  }

  @Test("a proxy is used when it is named, and only then")
  func proxy() async throws {
    var request = CurlRequest(url: server.url + "/echo")
    request.proxy = "http://127.0.0.1:1"
    #expect(await failure(request)?.kind == .couldNotConnect)
    request.proxy = nil
    #expect(try await client.perform(request).responses[0].status == 200)
  }
}
