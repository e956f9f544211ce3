import Foundation
import Testing

@Suite("HTTP/2 on either side", .wholePrograms)
struct HTTP2Tests {
  @Test(
    "what a client sees is the same recorded and replayed, whichever version it and the service speak",
    arguments: ["http", "h2c"], ["--http1.1", "--http2", "--http2-prior-knowledge"])
  func bridged(scheme: String, client: String) async throws {
    let nginx = try await scheme == "http" ? RealServer.nginx() : RealServer.nginxHTTP2()
    let loop = try await Loop(nginx, client: "nginx_curl", options: [client])
    #expect(loop.recorded.differences(to: loop.replayed) == [])
    #expect(loop.recording.status == 0 && loop.replay.status == 0, "\(loop.recording) \(loop.replay)")
    let json = try #require(try FileTree(loop.folder("cassette")).text(prefix: "get-data-json-"))
    #expect(json.contains("\n# @version HTTP/2\n") == (scheme == "h2c"), "\(json)")
  }

  @Test(
    "over TLS both sides agree upon it, and a client that does not is served as well", arguments: ["", "--http1.1"])
  func agreed(client: String) async throws {
    var nginx = try await RealServer.nginxWithTLS(http2: true)
    nginx.scheme = "https"
    let loop = try await Loop(
      nginx, client: "nginx_curl", options: ["-k"] + (client.isEmpty ? [] : [client]),
      recording: ["--ca", nginx.folder("ca.pem"), "--server-name", "localhost"], serving: ["--tls"])
    #expect(loop.recorded.differences(to: loop.replayed) == [])
    #expect(loop.recording.status == 0 && loop.replay.status == 0, "\(loop.recording) \(loop.replay)")
    let json = try #require(try FileTree(loop.folder("cassette")).text(prefix: "get-data-json-"))
    #expect(json.contains("\n# @version HTTP/2\n"), "\(json)")
  }

  @Test("httpx, Node.js, h2load and nghttp, as they are")
  func clients() async throws {
    let nginx = try await RealServer.nginxHTTP2()
    let folder = try TemporaryFolder()
    let recorder = try await Mockrec.record(nginx.url, in: folder.path)
    let recorded = try await answers(recorder.port)
    #expect(recorded == Self.expected)
    #expect(try await recorder.stop().status == 0)
    try await nginx.stop()
    let replayer = try await Mockrec.replay(in: folder.path)
    #expect(try await answers(replayer.port) == Self.expected)
    #expect(try await replayer.stop().status == 0)
  }

  private static let expected = [
    "httpx HTTP/2 200 hello, world", "node 200 hello, world", "h2load 200 of 200", "nghttp hello, world",
  ]

  private func answers(_ port: Int) async throws -> [String] {
    let child = try Child(
      Python.interpreter, ["-B", Python.script("Clients/http2_clients.py"), "http://127.0.0.1:\(port)/hello.txt"])
    #expect(try await child.end(within: .seconds(60)) == .exit(0), "\(child.transcript)")
    return child.stdout.split(separator: "\n").map(String.init)
  }

  @Test("a recording of HTTP/2 is verified in HTTP/2")
  func verified() async throws {
    let nginx = try await RealServer.nginxHTTP2()
    let folder = try TemporaryFolder()
    let recorder = try await Mockrec.record(nginx.url, in: folder.path)
    let child = try Child("curl", ["-sS", "--http2-prior-knowledge", "\(recorder.url)/data.json"])
    #expect(try await child.end() == .exit(0), "\(child.transcript)")
    #expect(try await recorder.stop().status == 0)
    let verify = ["verify", "--wire", "http", "--cassette", "cassette", "--real", nginx.url]
    let agreed = try await Mockrec.run(verify, in: folder.path)
    #expect(agreed.status == 0 && agreed.stdout.contains("agree 1"), "\(agreed)")
    try nginx.folder.write("www/data.json", #"{"id": "42"}"#)
    let drifted = try await Mockrec.run(verify, in: folder.path)
    #expect(drifted.status == 1 && drifted.stdout.contains("drift 1"), "\(drifted)")
    try await nginx.stop()
  }

  @Test("a connection is one, however many requests it carries at once")
  func counted() async throws {
    let folder = try TemporaryFolder()
    try folder.write(
      "cassette/get-hello.hurl",
      "# mockrec 1\nGET {{cassette}}/hello.txt\n\nHTTP 200\nContent-Type: text/plain\n```\nhello, world\n```\n")
    try folder.write("fault.yaml", "rules:\n  - match: {connection: 2}\n    fault: {status: 503}\n")
    let replayer = try await Mockrec.replay(in: folder.path, ["--overlay", "fault.yaml"])
    for status in ["2xx", "5xx", "2xx"] {
      let child = try Child("h2load", ["-n", "40", "-c", "1", "-m", "20", "\(replayer.url)/hello.txt"])
      #expect(try await child.end(within: .seconds(30)) == .exit(0), "\(child.transcript)")
      #expect(child.stdout.contains(" 40 \(status)"), "\(child.stdout)")
    }
    #expect(try await replayer.stop().status == 0)
  }

  @Test("many requests at once on few connections, with bodies, and to a service that takes one at a time")
  func crowded() async throws {
    for settings in [nil, "http2_max_concurrent_streams 1"] {
      let nginx = try await RealServer.nginxHTTP2(settings)
      let folder = try TemporaryFolder()
      try folder.write("body", String(repeating: "x", count: 200_000))
      let recorder = try await Mockrec.record(nginx.url, in: folder.path)
      // What it takes one of at a time it cannot have heard the body of.
      let loads = settings == nil ? [["-d", folder("body"), "/posted"], ["/hello.txt"]] : [["/hello.txt"]]
      for load in loads {
        let child = try Child(
          "h2load", ["-n", "96", "-c", "8", "-m", "12"] + load.dropLast() + ["\(recorder.url)\(load[load.count - 1])"])
        #expect(try await child.end(within: .seconds(60)) == .exit(0), "\(child.transcript)")
        #expect(child.stdout.contains(" 96 2xx"), "\(load): \(child.stdout)")
      }
      #expect(try await recorder.stop().status == 0)
      try await nginx.stop()
    }
  }

  @Test("slow faults on replies without a body, and no more requests behind a long one")
  func bodiless() async throws {
    let nginx = try await RealServer.nginx(["long.bin": Data(repeating: 7, count: 3_000_000)])
    let folder = try TemporaryFolder()
    let recorder = try await Mockrec.record(nginx.url, in: folder.path)
    let ask = ["-sS", "--http2-prior-knowledge", "-o", "/dev/null", "-w", "%{http_code} %{size_download}"]
    func answers(_ url: String) async throws -> [String] {
      var answers: [String] = []
      for more in [["-I", "\(url)/hello.txt"], ["\(url)/none"], ["\(url)/long.bin"]] {
        let child = try Child("curl", ask + more)
        #expect(try await child.end(within: .seconds(20)) == .exit(0), "\(child.transcript)")
        answers.append(child.stdout)
      }
      return answers
    }
    let expected = ["200 0", "204 0", "200 3000000"]
    #expect(try await answers(recorder.url) == expected)
    #expect(try await recorder.stop().status == 0)
    try await nginx.stop()
    for fault in ["first-byte: 100ms", "bandwidth: 100MB/s", "goaway: 0", "first-byte: 50ms, stall: 1"] {
      try folder.write("fault.yaml", "rules:\n  - fault: {\(fault)}\n")
      let replayer = try await Mockrec.replay(in: folder.path, ["--overlay", "fault.yaml", "--allow-vacuous"])
      #expect(try await answers(replayer.url) == expected, "\(fault)")
      #expect(try await replayer.stop().status == 0)
    }
  }
}
