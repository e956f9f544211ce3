import Foundation
import Testing

@Suite("A real service over TLS", .wholePrograms)
struct TLSTests {
  @Test("it is recorded, replayed without it, and verified")
  func loop() async throws {
    let nginx = try await RealServer.nginxWithTLS()
    let real = "https://localhost:\(nginx.port)"
    let trust = ["SSL_CERT_FILE": nginx.folder("ca.pem")]
    let folder = try TemporaryFolder()
    let recorder = try await Mockrec.record(real, in: folder.path, environment: trust)
    let recorded = try await ask("/data.json", recorder)
    #expect(recorded.hasPrefix("HTTP/1.1 200 "), "\(recorded)")
    #expect(try await recorder.stop().status == 0)

    let verify = ["verify", "--wire", "http", "--cassette", "cassette", "--real", real]
    let agreed = try await Mockrec.run(verify, in: folder.path, environment: trust)
    #expect(agreed.status == 0, "\(agreed)")
    try nginx.folder.write("www/data.json", #"{"id": 43}"#)
    let drifted = try await Mockrec.run(verify, in: folder.path, environment: trust)
    #expect(drifted.status == 1, "\(drifted)")
    try await nginx.stop()

    let replayer = try await Mockrec.replay(in: folder.path)
    #expect(try await body(ask("/data.json", replayer)) == body(recorded))
    #expect(try await replayer.stop().status == 0)
  }

  @Test("a certificate that nobody vouches for is said to be that, and gives no entry")
  func untrusted() async throws {
    let nginx = try await RealServer.nginxWithTLS()
    let real = "https://localhost:\(nginx.port)"
    let folder = try TemporaryFolder()
    let recorder = try await Mockrec.record(real, in: folder.path)
    let reply = try await ask("/data.json", recorder)
    #expect(reply.hasPrefix("HTTP/1.1 502 "), "\(reply)")
    #expect(reply.lowercased().contains("certificate"), "\(reply)")
    _ = try await recorder.stop()
    #expect(try FileTree(folder("cassette")).entries == [])
    try await nginx.stop()
  }

  private func ask(_ path: String, _ mockrec: Mockrec) async throws -> String {
    let connection = try RawConnection(port: mockrec.port)
    try await connection.send("GET \(path) HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    try await connection.readToEnd()
    return connection.text
  }

  private func body(_ reply: String) -> Substring? {
    reply.range(of: "\r\n\r\n").map { reply[$0.upperBound...] }
  }
}
