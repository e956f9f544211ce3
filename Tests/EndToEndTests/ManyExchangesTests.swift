import Foundation
import Testing

@Suite("a cassette is verified part by part", .wholePrograms)
struct ManyExchangesTests {
  /// More than go into one part, which has a thousand.
  private static let requests = 2_050

  private func entry(_ number: Int, _ answer: Int) -> String {
    """
    # mockrec 1
    GET {{cassette}}/items/\(number)

    # @layout compact
    HTTP 200
    Content-Type: application/json
    {
      "n": \(answer)
    }

    """
  }

  @Test("each request is asked of the part that answers it, equal ones in their order")
  func parts() async throws {
    let folder = try TemporaryFolder()
    try folder.folder("cassette")
    for number in 0..<Self.requests {
      try folder.write("cassette/get-items-\(number)-00000000.hurl", self.entry(number, number))
    }
    // The second answer to an equal request stands far from the first, by name.
    try folder.write("cassette/get-zz-0-00000000-2.hurl", self.entry(0, -1))
    let real = try await Mockrec.replay(in: folder.path)
    let url = "http://127.0.0.1:\(try real.port)"
    let arguments = ["verify", "--wire", "http", "--cassette", "cassette", "--real", url, "--samples", "1"]
    var told = try await Mockrec.run(arguments, in: folder.path, within: .seconds(120))
    #expect(told.status == 0 && told.stdout.contains("agree \(Self.requests + 1)  drift 0  broken 0"), "\(told)")
    #expect(told.stdout.contains("of \(Self.requests) contracts"), "\(told)")

    try folder.write("cassette/get-items-2049-00000000.hurl", self.entry(2049, 7))
    told = try await Mockrec.run(arguments + ["--fail-on", "any"], in: folder.path, within: .seconds(120))
    #expect(told.status == 1 && told.stdout.contains("agree \(Self.requests - 1)  drift 2"), "\(told)")
    _ = try await real.stop()
  }
}
