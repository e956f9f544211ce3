import Foundation
import Testing

@Suite("HTTP/2, frame by frame", .wholePrograms)
struct HTTP2FrameTests {
  @Test("a wrong frame ends its stream or its connection as RFC 9113 has it, and disturbs no other")
  func frames() async throws {
    let folder = try TemporaryFolder()
    try folder.write(
      "cassette/get-hello.hurl",
      "# mockrec 1\nGET {{cassette}}/hello.txt\n\nHTTP 200\nContent-Type: text/plain\n```\nhello, world\n```\n")
    let replayer = try await Mockrec.replay(in: folder.path)
    let child = try Child(
      Python.interpreter,
      ["-B", Python.script("Clients/http2_frames.py"), "127.0.0.1", "\(replayer.port)", "/hello.txt"])
    #expect(try await child.end(within: .seconds(100)) == .exit(0), "\(child.transcript)")
    let seen = try JSONDecoder().decode([String: String].self, from: Data(child.stdout.utf8))
    #expect(seen.count == Self.outcomes.count)
    for (name, outcome) in Self.outcomes { #expect(seen[name] == outcome, "\(name)") }
    #expect(try replayer.child.peakMemory() < 200 << 20)
    let finished = try await replayer.stop()
    #expect(
      finished.status == 0 && finished.stderr.contains("the client sent frames that are not HTTP/2"), "\(finished)")
  }

  @Test("a wrong stream leaves alone what waits for a slow service")
  func slowService() async throws {
    let server = try await RealServer.slow()
    let folder = try TemporaryFolder()
    let recorder = try await Mockrec.record(server.url, in: folder.path)
    let child = try Child(
      Python.interpreter,
      ["-B", Python.script("Clients/http2_frames.py"), "127.0.0.1", "\(recorder.port)", "/", Self.besideWaiting])
    #expect(try await child.end(within: .seconds(60)) == .exit(0), "\(child.transcript)")
    let seen = try JSONDecoder().decode([String: String].self, from: Data(child.stdout.utf8))
    #expect(seen == [Self.besideWaiting: "200 beside RST PROTOCOL_ERROR"])
    let finished = try await recorder.stop()
    #expect(finished.stderr.contains("the client sent frames that are not HTTP/2"), "\(finished)")
    try await server.stop()
  }

  private static let besideWaiting = "a wrong stream beside one that waits for its answer"

  private static let outcomes = [
    "a request": "200",
    "te: trailers": "200",
    "a cookie in crumbs": "200",
    "padding": "200",
    "a frame of an unknown type": "200",
    "priority of an idle stream": "200",
    "a head in three frames": "200",
    "frames byte by byte": "200",
    "a setting that is not known": "200",
    "a client that leaves in the middle of a frame": "closed",
    "a field name in capitals": "RST PROTOCOL_ERROR",
    "a field of the connection": "RST PROTOCOL_ERROR",
    "te: gzip": "RST PROTOCOL_ERROR",
    "no path": "RST PROTOCOL_ERROR",
    "an empty path": "RST PROTOCOL_ERROR",
    "two methods": "RST PROTOCOL_ERROR",
    "an unknown pseudo-header": "RST PROTOCOL_ERROR",
    "a pseudo-header behind the others": "RST PROTOCOL_ERROR",
    "a length that is not the body's": "RST PROTOCOL_ERROR",
    "a body that is longer than its length": "RST PROTOCOL_ERROR",
    "CONNECT": "400",
    "a stream's window over its end": "RST FLOW_CONTROL_ERROR",
    "a stream's window by nothing": "RST PROTOCOL_ERROR",
    "many fields": "431",
    "the connection goes on behind a wrong stream": "200",
    besideWaiting: "200 beside RST PROTOCOL_ERROR",
    "a body on a stream that was not opened": "GOAWAY PROTOCOL_ERROR",
    "a reset of a stream that was not opened": "GOAWAY PROTOCOL_ERROR",
    "a window of a stream that was not opened": "GOAWAY PROTOCOL_ERROR",
    "the window over its end": "GOAWAY FLOW_CONTROL_ERROR",
    "the window by nothing": "GOAWAY PROTOCOL_ERROR",
    "a window of three bytes": "GOAWAY FRAME_SIZE_ERROR",
    "a frame that is too long": "GOAWAY FRAME_SIZE_ERROR",
    "a ping of seven bytes": "GOAWAY FRAME_SIZE_ERROR",
    "a ping on a stream": "GOAWAY PROTOCOL_ERROR",
    "settings on a stream": "GOAWAY PROTOCOL_ERROR",
    "settings of five bytes": "GOAWAY FRAME_SIZE_ERROR",
    "an acknowledgement with settings": "GOAWAY FRAME_SIZE_ERROR",
    "push that is neither on nor off": "GOAWAY PROTOCOL_ERROR",
    "a window of more than all": "GOAWAY FLOW_CONTROL_ERROR",
    "frames of less than all take": "GOAWAY PROTOCOL_ERROR",
    "a continuation of nothing": "GOAWAY PROTOCOL_ERROR",
    "a push": "GOAWAY PROTOCOL_ERROR",
    "an index of no table": "GOAWAY COMPRESSION_ERROR",
    "index nought": "GOAWAY COMPRESSION_ERROR",
    "a text cut short": "GOAWAY COMPRESSION_ERROR",
    "Huffman that is none": "GOAWAY COMPRESSION_ERROR",
    "a number without end": "GOAWAY COMPRESSION_ERROR",
    "an even stream": "GOAWAY PROTOCOL_ERROR",
    "a stream older than the last": "GOAWAY PROTOCOL_ERROR",
    "something else within a head": "GOAWAY PROTOCOL_ERROR",
    "a head without end": "GOAWAY PROTOCOL_ERROR",
    "a list of fields that is much longer": "GOAWAY COMPRESSION_ERROR",
    "a list of fields that is longer than is allowed": "431, then 200",
    "a reader without room": "200, 2 bytes, then 3",
    "resets as fast as requests (CVE-2023-44487)": "GOAWAY ENHANCE_YOUR_CALM",
    "a flood of pings": "GOAWAY ENHANCE_YOUR_CALM",
    "a flood of settings": "GOAWAY ENHANCE_YOUR_CALM",
    "a flood of priorities": "GOAWAY ENHANCE_YOUR_CALM",
    "a flood of nothing": "GOAWAY ENHANCE_YOUR_CALM",
    "more requests than are allowed": "GOAWAY PROTOCOL_ERROR",
  ]
}
