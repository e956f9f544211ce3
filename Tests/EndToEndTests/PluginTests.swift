import Foundation
import Testing

@Suite("Plugins of test runners", .wholePrograms)
struct PluginTests {
  private let folder: TemporaryFolder

  init() throws {
    self.folder = try TemporaryFolder()
    try self.folder.write("cassette/known.hurl", "# mockrec 1\nGET {{cassette}}/known\n\nHTTP 200\n`recorded`\n")
  }

  private func run(_ command: [String], environment: [String: String] = [:]) async throws -> Mockrec.Finished {
    try await Mockrec.run(
      ["replay", "--wire", "http", "--cassette", "cassette", "--listen", "127.0.0.1:0", "--control", "127.0.0.1:0"]
        + ["--control-token", "t0k3n", "--"] + command,
      in: self.folder.path, environment: environment, within: .seconds(120))
  }

  @Test("pytest: a session each, waiting, verification, and a miss fails the test that made it")
  func pytest() async throws {
    let pytest = [try Python.interpreter, "-B", "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "mockrec_pytest"]
    let finished = try await self.run(
      pytest + [Python.script("Clients/test_plugin.py")],
      environment: ["PYTHONPATH": "\(Mockrec.package)/clients/pytest"])
    #expect(finished.status == 1 && finished.stdout.contains("25 passed, 1 error in"), "\(finished)")
    #expect(finished.stdout.contains("ERROR at teardown of test_a_miss_fails"), "\(finished)")
    #expect(finished.stdout.contains("no recorded exchange answers GET /nothing"), "\(finished)")
    #expect(finished.stderr.contains("missed 1,") && finished.stderr.contains("  3 missed, allowed\n"), "\(finished)")

    let passing = try await self.run(
      pytest + ["-k", "not test_a_miss_fails", Python.script("Clients/test_plugin.py")],
      environment: ["PYTHONPATH": "\(Mockrec.package)/clients/pytest"])
    #expect(passing.status == 0 && passing.stdout.contains("24 passed, 1 deselected"), "\(passing)")
  }

  @Test(
    "JUnit: a session each for tests that run at once, waiting, verification, and a miss fails the test that made it")
  func junit() async throws {
    let sources = ["\(Mockrec.package)/clients/junit5/mockrec/Mockrec.java", Python.script("Clients/PluginTest.java")]
    try await JUnit.compile(sources, in: self.folder)

    let passing = try await self.run(JUnit.command("PluginTest", in: self.folder))
    #expect(passing.status == 0 && passing.stdout.contains("[        30 tests successful      ]"), "\(passing)")
    #expect(passing.stderr.contains("  1 missed, allowed\n"), "\(passing)")
    #expect(passing.stdout.contains("[         0 tests failed          ]"), "\(passing)")

    let failing = try await self.run(JUnit.command("PluginFailingTest", in: self.folder))
    #expect(failing.status == 1 && failing.stdout.contains("[         3 tests failed          ]"), "\(failing)")
    let miss = "java.lang.AssertionError: error: no recorded exchange answers GET "
    #expect(failing.stdout.contains("=> \(miss)/nothing"), "\(failing)")
    #expect(failing.stdout.contains("path: recorded '/known', asked '/nothing'"), "\(failing)")
    #expect(failing.stdout.contains("=> org.opentest4j.AssertionFailedError: the client is wrong"), "\(failing)")
    #expect(failing.stdout.contains("Suppressed: \(miss)/neither"), "\(failing)")
    #expect(failing.stdout.contains("ParameterResolutionException: a session is a test's own: "), "\(failing)")
  }

  @Test("JUnit: without a control API a test says how to get one")
  func junitAlone() async throws {
    try await JUnit.compile(
      ["\(Mockrec.package)/clients/junit5/mockrec/Mockrec.java", Python.script("Clients/PluginTest.java")],
      in: self.folder)
    let command = try JUnit.command("PluginFailingTest", in: self.folder)
    let alone = try Child(command[0], Array(command.dropFirst()))
    #expect(try await alone.end(within: .seconds(60)) == .exit(1))
    let how = "there is no MOCKREC_CONTROL: run `mockrec replay --control 127.0.0.1:0 -- <your tests>`"
    #expect(alone.stdout.contains(how), "\(alone.transcript)")
  }
}
