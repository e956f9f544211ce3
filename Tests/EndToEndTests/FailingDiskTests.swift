import Foundation
import Testing

@Suite("A disk that does not take what is recorded", .wholePrograms)
struct FailingDiskTests {
  @Test("a full disk: the client is served, the loss is said, the run fails")
  func full() async throws {
    let origin = try await RealServer.origin()
    let folder = try TemporaryFolder()
    // No file may grow past 64 KiB; a write beyond fails as it would on a full disk.
    let command = #"trap '' XFSZ; ulimit -f 64; exec "$0" "$@""#
    let mockrec = Mockrec(
      child: try Child(
        "/bin/bash",
        [
          "-c", command, Mockrec.binary, "record", "--wire", "http", "--real", origin.url, "--listen", "127.0.0.1:0",
          "--cassette", "cassette",
        ], in: folder.path))
    try await mockrec.ready()
    let connection = try RawConnection(port: mockrec.port)
    try await connection.send("GET /big?mb=4 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    try await connection.readToEnd()
    #expect(connection.received.count > 4 << 20)
    let finished = try await mockrec.stop()
    #expect(finished.status == 1, "\(finished)")
    #expect(finished.stderr.contains("not recorded") || finished.stderr.contains("lost"), "\(finished)")
    #expect(finished.stderr.contains("/big"), "the loss is named: \(finished)")
    #expect(try FileTree(folder("cassette")).entries == [])
    try await origin.stop()
  }

  @Test("a folder that cannot be made: nothing is served as if it were recorded")
  func fileInItsPlace() async throws {
    let folder = try TemporaryFolder()
    try folder.write("cassette", "a file, not a folder\n")
    let finished = try await Mockrec.run(
      [
        "record", "--wire", "http", "--real", "http://127.0.0.1:9", "--listen", "127.0.0.1:0", "--cassette", "cassette",
        "--", "true",
      ], in: folder.path)
    #expect(finished.status != 0, "\(finished)")
    #expect(finished.status != 70, "\(finished)")
    #expect(finished.stderr.contains("cassette"), "\(finished)")
    #expect(try String(contentsOfFile: folder("cassette"), encoding: .utf8) == "a file, not a folder\n")
  }

  @Test("a cassette that goes away while it is recorded: the client is served, the run fails")
  func goesAway() async throws {
    let origin = try await RealServer.origin()
    let folder = try TemporaryFolder()
    let recorder = try await Mockrec.record(origin.url, in: folder.path)
    try? FileManager.default.removeItem(atPath: folder("cassette"))
    try folder.write("cassette", "in the way\n")
    let connection = try RawConnection(port: recorder.port)
    try await connection.send("GET /fixed HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    #expect(try await connection.readToEnd().hasSuffix("always the same\n"))
    let finished = try await recorder.stop()
    #expect(finished.status == 1, "\(finished)")
    #expect(finished.stderr.contains("/fixed"), "\(finished)")
    try await origin.stop()
  }
}
