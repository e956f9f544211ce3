import Foundation
import Testing

@Suite("Bodies of 200 MB", .wholePrograms)
struct StreamingTests {
  private static let megabytes = 200
  /// What the program may hold at its worst: far from the 200 MB of the body.
  private static let memory = 150 << 20

  @Test("a download passes with memory flat, recorded and replayed")
  func download() async throws {
    let origin = try await RealServer.origin()
    let expected = try await digest(of: "\(origin.url)/big?mb=\(Self.megabytes)")
    let folder = try TemporaryFolder()
    try await withRecordAndReplay(origin, in: folder) { mockrec in
      let digest = try await digest(of: "\(mockrec.url)/big?mb=\(Self.megabytes)")
      #expect(digest == expected)
      #expect(try mockrec.child.peakMemory() < Self.memory)
    }
    let replayer = try await Mockrec.replay(in: folder.path, ["--tls"])
    let overTLS = try await digest(
      of: "https://127.0.0.1:\(replayer.port)/big?mb=\(Self.megabytes)' -k --limit-rate '90M")
    #expect(overTLS == expected)
    #expect(try replayer.child.peakMemory() < Self.memory)
    #expect(try await replayer.stop().status == 0)
  }

  @Test("an upload passes with memory flat, recorded and replayed", arguments: ["", "-H 'Transfer-Encoding: chunked'"])
  func upload(framing: String) async throws {
    let origin = try await RealServer.origin()
    let folder = try TemporaryFolder()
    // The size is what is measured once; the other framing shows that it is the same path.
    let size = framing.isEmpty ? Self.megabytes << 20 : 20 << 20
    let file = folder("upload.bin")
    try await shell("head -c \(size) /dev/urandom > '\(file)'")
    let expected = try await shell("sha256sum < '\(file)'").prefix(64)
    try await withRecordAndReplay(origin, in: folder) { mockrec in
      let reply = try await shell("\(Self.curl) \(framing) -T '\(file)' \(mockrec.url)/digest")
      #expect(reply.contains(expected), "\(reply)")
      #expect(try mockrec.child.peakMemory() < Self.memory)
    }
  }

  @Test("past its limit a body is refused with a clear message, and nothing is recorded")
  func limited() async throws {
    let origin = try await RealServer.origin()
    let folder = try TemporaryFolder()
    let recorder = try await Mockrec.record(
      origin.url, settings: "limits: {body: 1MB}", in: folder)
    let connection = try RawConnection(port: recorder.port)
    try await connection.send("GET /big?mb=4 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    try await connection.readToEnd()
    let finished = try await recorder.stop()
    #expect(finished.stderr.contains("/big"), "\(finished)")
    #expect(try FileTree(folder("cassette")).entries == [])
    try await origin.stop()
  }

  private static let curl = "curl -q -sS --noproxy '*' --max-time 100"

  private func digest(of url: String) async throws -> String {
    String(try await shell("\(Self.curl) '\(url)' | sha256sum").prefix(64))
  }

  /// Runs a line of bash to its end and gives its output.
  @discardableResult
  private func shell(_ line: String) async throws -> String {
    let child = try Child("/bin/bash", ["-o", "pipefail", "-c", line])
    guard try await child.end(within: .seconds(120)) == .exit(0) else {
      throw Failed(what: "\(line)\n\(child.transcript)")
    }
    return child.stdout
  }
}
