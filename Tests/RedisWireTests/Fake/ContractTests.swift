import Foundation
import Testing

@Suite("Cases as contracts: `mockrec verify` holds the fake against the real server")
struct ContractTests {
  @Test("the whole table agrees; what cannot be said as a contract is counted by its reason")
  func table() throws {
    let redis = try RealRedis()
    let writer = try ContractWriter(redis)
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("mockrec-contracts-\(getpid())")
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try """
    services:
      cache: {wire: redis, real: 'redis://127.0.0.1:\(redis.port)', fake: {model: redis}}

    """.write(to: folder.appendingPathComponent("mockrec.yaml"), atomically: true, encoding: .utf8)
    var written = 0
    var exceptions: [ContractWriter.Exception: Set<String>] = [:]
    for family in CaseFile.families {
      for test in try CaseFile.read(family: family) {
        for version in test.versions {
          do {
            let text = try writer.contract(of: test, version: version)
            let file = folder.appendingPathComponent("contracts/\(family)/line-\(test.line)-resp\(version).hurl")
            try FileManager.default.createDirectory(
              at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try text.write(to: file, atomically: true, encoding: .utf8)
            written += 1
          } catch let exception as ContractWriter.Exception {
            exceptions[exception, default: []].insert("\(family):\(test.line)")
          }
        }
      }
    }
    let counts = exceptions.mapValues(\.count)
    print("\(written) contracts; left out:", counts.map { "\($0.key.rawValue): \($0.value)" }.sorted())
    #expect(written > 2100)
    #expect(
      counts == [.blocks: 33, .pushed: 9, .many: 11, .time: 2, .closes: 1],
      "cases that are no contracts, by their reason")
    // An error that ends with a space cannot stand in a response line. Where a case has no other reply, its contract
    // expects nothing, and both sides are held against each other all the same.
    let verified = try Self.run(["verify", "contracts", "--jobs", "1", "--allow-vacuous"], in: folder)
    #expect(verified.status == 0, "\(verified.said.prefix(20_000))")
    #expect(verified.said.components(separatedBy: "expects nothing").count - 1 == 6, "\(verified.said.suffix(2000))")
    #expect(verified.said.contains("drift 0  broken 0  unstable 0  unreachable 0"), "\(verified.said.suffix(2000))")
  }

  /// Runs the `mockrec` that the same build made.
  private static func run(_ arguments: [String], in folder: URL) throws -> (status: Int32, said: String) {
    let package = #filePath.components(separatedBy: "/Tests/RedisWireTests/")[0]
    #if DEBUG
      let built = "\(package)/.build/debug/mockrec"
    #else
      let built = "\(package)/.build/release/mockrec"
    #endif
    let process = Process()
    process.executableURL = URL(fileURLWithPath: ProcessInfo.processInfo.environment["MOCKREC_BINARY"] ?? built)
    process.arguments = arguments
    process.currentDirectoryURL = folder
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let said = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: said, as: UTF8.self))
  }
}
