import Foundation
import Testing

@Suite("HTTP/2 in the clear, for which the real service is asked", .wholePrograms)
struct HTTP2UpgradeTests {
  @Test("a service that takes no preface is asked for HTTP/2, once a connection, and hears no request twice")
  func asked() async throws {
    let server = try await RealServer.upgrading()
    let folder = try TemporaryFolder()
    let recorder = try await Mockrec.record(server.url, in: folder.path)
    // One connection of the client, and so one of mockrec's.
    let url = try recorder.url
    var words = ["-sS"]
    for more in [[], ["-d", "hello"], ["-d", "hello"], [], []] {
      let path = ["/one", "/two", "/two", "/three", "/seen"][words.count { $0 == "--next" }]
      words += more + ["-w", "\n", url + path, "--next"]
    }
    let child = try Child("curl", Array(words.dropLast()))
    #expect(try await child.end() == .exit(0), "\(child.transcript)")
    let expected = [
      "GET /one 0", "POST /two 5", "POST /two 5", "GET /three 0", "GET-2=3 OPTIONS-1.1=1 POST-2=2 preface=1",
    ]
    #expect(child.stdout.components(separatedBy: "\n").filter { !$0.isEmpty } == expected)
    #expect(try await recorder.stop().status == 0)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder("cassette"))
    #expect(!names.contains { $0.hasPrefix("options") }, "\(names)")
    for name in names where name.hasPrefix("get-seen") {
      try FileManager.default.removeItem(atPath: folder("cassette/\(name)"))
    }
    let verified = try await Mockrec.run(
      ["verify", "--wire", "http", "--cassette", "cassette", "--real", server.url, "--include-unsafe"], in: folder.path)
    #expect(verified.status == 0 && verified.stdout.contains("agree 3  drift 0"), "\(verified)")
    try await server.stop()
  }

  @Test("many requests at once, of which the first finds out how the service is asked")
  func crowded() async throws {
    let server = try await RealServer.upgrading()
    let folder = try TemporaryFolder()
    let recorder = try await Mockrec.record(server.url, in: folder.path)
    let child = try Child("h2load", ["-n", "200", "-c", "4", "-m", "20", "\(recorder.url)/hello"])
    #expect(try await child.end(within: .seconds(60)) == .exit(0), "\(child.transcript)")
    #expect(child.stdout.contains(" 200 2xx"), "\(child.stdout)")
    #expect(try await recorder.stop().status == 0)
    try await server.stop()
  }

  @Test(
    "a service that speaks HTTP/1.1 only gets no request, and the client, the log and the verifier say how to ask it")
  func olderOnly() async throws {
    let nginx = try await RealServer.nginx()
    let folder = try TemporaryFolder()
    let real = "h2c://127.0.0.1:\(nginx.port)"
    let hint = "speaks HTTP/1.1 only"
    let recorder = try await Mockrec.record(real, in: folder.path)
    let child = try Child("curl", ["-sS", "-w", "%{http_code}", "\(recorder.url)/hello.txt"])
    #expect(try await child.end() == .exit(0) && child.stdout.hasSuffix("502"), "\(child.transcript)")
    #expect(child.stdout.contains(hint) && child.stdout.contains("write http:// in its address"), "\(child.stdout)")
    let finished = try await recorder.stop()
    #expect(finished.stderr.contains(hint), "\(finished)")
    #expect(try FileTree(folder("cassette")).entries == [])
    try folder.write("cassette/get-hello.hurl", "# mockrec 1\nGET {{cassette}}/hello.txt\n\nHTTP 200\n")
    let verified = try await Mockrec.run(
      ["verify", "--wire", "http", "--cassette", "cassette", "--real", real], in: folder.path)
    #expect(verified.stdout.contains(hint), "\(verified)")
    try await nginx.stop()
  }
}
