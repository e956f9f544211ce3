import Foundation
import MockrecCore
import Testing

@testable import MockrecKit

/// Serialized, as signals are sent to the test's own process and reach every command that runs.
@Suite(.serialized, .timeLimit(.minutes(1)))
struct CommandRunnerTests {
  private static func shell(_ script: String, _ environment: [String: String] = [:]) async throws -> Int32 {
    try await CommandRunner.run(["sh", "-c", script], environment: environment)
  }

  /// A path that nothing exists at yet, for what a command writes.
  private static func note() -> String {
    FileManager.default.temporaryDirectory.appendingPathComponent("mockrec-command-\(UUID().uuidString)").path
  }

  private static func text(at path: String) -> String {
    (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
  }

  /// Waits until a condition holds, for at most five seconds.
  private static func eventually(_ condition: () -> Bool) async -> Bool {
    let end = ContinuousClock.now + .seconds(5)
    while ContinuousClock.now < end {
      if condition() { return true }
      try? await Task.sleep(for: .milliseconds(5))
    }
    return condition()
  }

  @Test("the command's exit status is passed on", arguments: [0, 1, 42, 255] as [Int32])
  func status(code: Int32) async throws { #expect(try await Self.shell("exit \(code)") == code) }

  @Test("a command killed by a signal exits with 128 and its number", arguments: [SIGTERM, SIGKILL, SIGSEGV])
  func killed(signal: Int32) async throws { #expect(try await Self.shell("kill -\(signal) $$") == 128 + signal) }

  @Test("the command gets mockrec's environment and what was added, and nothing more")
  func environment() async throws {
    let note = Self.note()
    defer { unlink(note) }
    let own = ProcessInfo.processInfo.environment
    let status = try await Self.shell("env > \"$NOTE\"", ["USERS_URL": "http://127.0.0.1:1/ä b", "NOTE": note])
    #expect(status == 0)
    let names = Set(
      Self.text(at: note).split(separator: "\n").compactMap { $0.split(separator: "=").first.map(String.init) })
    #expect(Self.text(at: note).contains("USERS_URL=http://127.0.0.1:1/ä b\n"))
    // A shell sets a few of its own.
    #expect(names.subtracting(own.keys).subtracting(["USERS_URL", "NOTE", "PWD", "OLDPWD", "SHLVL", "_"]).isEmpty)
  }

  @Test("signals are at their defaults in the command, and none is blocked")
  func dispositions() async throws {
    signal(SIGPIPE, SIG_IGN)
    defer { signal(SIGPIPE, SIG_DFL) }
    let note = Self.note()
    defer { unlink(note) }
    #expect(try await Self.shell("exec cat /proc/self/status > \"$NOTE\"", ["NOTE": note]) == 0)
    let masks = Self.text(at: note).split(separator: "\n").filter { $0.hasPrefix("SigIgn:") || $0.hasPrefix("SigBlk:") }
    #expect(masks.count == 2)
    for mask in masks {
      // Signals from 32 on are the C library's own and real-time ones.
      let bits = mask.split(whereSeparator: \.isWhitespace).last.flatMap { UInt64($0, radix: 16) }
      #expect(bits.map { $0 & 0x7FFF_FFFF } == 0, "\(mask)")
    }
  }

  @Test("the command leads a process group of its own")
  func group() async throws {
    #expect(try await Self.shell("test \"$(ps -o pgid= -p $$ | tr -d ' ')\" = $$") == 0)
  }

  @Test("signals go to the whole group", arguments: [SIGINT, SIGTERM, SIGHUP, SIGQUIT])
  func forwarded(signal number: Int32) async throws {
    let note = Self.note()
    defer { unlink(note) }
    // The child is in the foreground, as a shell lets those in the background ignore SIGINT and SIGQUIT.
    let script = """
      trap 'echo parent >> "$NOTE"' INT TERM HUP QUIT
      sh -c 'trap "echo child >> \\"$NOTE\\"; exit 0" INT TERM HUP QUIT; echo ready >> "$NOTE"; while :; do sleep 0.02; done'
      exit 7
      """
    async let status = Self.shell(script, ["NOTE": note])
    #expect(await Self.eventually { Self.text(at: note).contains("ready") })
    kill(getpid(), number)
    #expect(try await status == 7)
    #expect(Set(Self.text(at: note).split(separator: "\n")) == ["ready", "parent", "child"])
  }

  @Test("a command that does not mind a signal goes on")
  func unminded() async throws {
    let note = Self.note()
    defer { unlink(note) }
    let script = "trap 'n=1' TERM; echo ready > \"$NOTE\"; while [ -z \"$n\" ]; do sleep 0.02; done; exit 3"
    async let status = Self.shell(script, ["NOTE": note])
    #expect(await Self.eventually { Self.text(at: note).contains("ready") })
    kill(getpid(), SIGTERM)
    #expect(try await status == 3)
  }

  @Test("what the command leaves behind in its group is ended, if need be by force")
  func leftovers() async throws {
    let note = Self.note()
    defer { unlink(note) }
    let begin = ContinuousClock.now
    #expect(try await Self.shell("sleep 600 & echo $! > \"$NOTE\"", ["NOTE": note]) == 0)
    let gentle = try #require(pid_t(Self.text(at: note).trimmingCharacters(in: .whitespacesAndNewlines)))
    #expect(kill(gentle, 0) == -1 && errno == ESRCH)
    #expect(ContinuousClock.now - begin < .seconds(2))

    let script =
      "sh -c 'trap \"\" TERM; echo $$ > \"$NOTE\"; while :; do sleep 1; done' & while ! grep -q . \"$NOTE\"; do sleep 0.01; done"
    unlink(note)
    #expect(try await Self.shell(script + " 2> /dev/null", ["NOTE": note]) == 0)
    let stubborn = try #require(pid_t(Self.text(at: note).trimmingCharacters(in: .whitespacesAndNewlines)))
    #expect(kill(stubborn, 0) == -1 && errno == ESRCH)
  }

  @Test("cancelling ends the command")
  func cancelled() async throws {
    let note = Self.note()
    defer { unlink(note) }
    let task = Task { try await Self.shell("echo ready > \"$NOTE\"; sleep 600", ["NOTE": note]) }
    #expect(await Self.eventually { Self.text(at: note).contains("ready") })
    task.cancel()
    #expect(try await task.value == 128 + SIGTERM)
  }

  @Test("what a captured command says is read to its end, and the last of it kept")
  func captured() async throws {
    let (status, output) = try await CommandRunner.run(
      ["sh", "-c", "cat; seq 1 200000; echo last >&2; exit 3"], environment: [:], kept: 11,
      redactor: Redactor(.standard))
    #expect(status == 3 && String(decoding: output, as: UTF8.self) == "00000\nlast\n")
  }

  @Test("a captured command that does not mind SIGTERM is ended when its task is cancelled")
  func capturedCancel() async throws {
    let note = Self.note()
    defer { try? FileManager.default.removeItem(atPath: note) }
    let task = Task {
      try await CommandRunner.run(
        ["sh", "-c", "trap '' TERM; echo here > \(note); while :; do sleep 0.1; done"], environment: [:], kept: 100,
        redactor: Redactor(.standard))
    }
    #expect(await Self.eventually { Self.text(at: note) == "here\n" })
    task.cancel()
    #expect(try await task.value.status == 128 + SIGKILL)
  }

  @Test("who left a captured command's group and holds its output open does not hold up its end")
  func capturedAndGone() async throws {
    let note = Self.note()
    defer { try? FileManager.default.removeItem(atPath: note) }
    let (status, output) = try await CommandRunner.run(
      ["sh", "-c", "setsid sleep 30 & echo $! > \(note); echo done"], environment: [:], kept: 100,
      redactor: Redactor(.standard))
    #expect(status == 0 && String(decoding: output, as: UTF8.self) == "done\n")
    if let left = Int32(Self.text(at: note).trimmingCharacters(in: .whitespacesAndNewlines)) { kill(left, SIGKILL) }
  }

  @Test("a captured command that is not there is told as any is")
  func capturedMissing() async {
    await #expect(throws: CommandNotStarted.self) {
      try await CommandRunner.run(["no-such-program"], environment: [:], kept: 100, redactor: Redactor(.standard))
    }
  }

  @Test("a command whose guard is killed dies too")
  func guardKilled() async throws {
    let note = Self.note()
    defer { unlink(note) }
    async let status = Self.shell("echo $$ $PPID > \"$NOTE\"; exec sleep 600", ["NOTE": note])
    #expect(await Self.eventually { Self.text(at: note).hasSuffix("\n") })
    let pids = Self.text(at: note).split(whereSeparator: \.isWhitespace).compactMap { pid_t($0) }
    try #require(pids.count == 2)
    kill(pids[1], SIGKILL)
    #expect(try await status == 128 + SIGKILL)
    #expect(await Self.eventually { Self.isGone(pids[0]) })
  }

  /// Gone, or a zombie that a system without a reaper leaves.
  private static func isGone(_ pid: pid_t) -> Bool {
    if kill(pid, 0) == -1, errno == ESRCH { return true }
    return Self.text(at: "/proc/\(pid)/stat").contains(") Z ")
  }

  @Test("no descriptor of mockrec's own reaches the command")
  func descriptors() async throws {
    let descriptor = open("/dev/null", O_RDONLY | O_CLOEXEC)
    defer { close(descriptor) }
    #expect(try await Self.shell("test ! -e /proc/self/fd/\(descriptor)") == 0)
  }

  @Test("many commands at once each give their own status")
  func many() async throws {
    try await withThrowingTaskGroup(of: (Int32, Int32).self) { group in
      for code in Int32(0)..<24 { group.addTask { (code, try await Self.shell("exit \(code)")) } }
      for try await (expected, status) in group { #expect(expected == status) }
    }
  }

  @Test("a command that is not there is told with the nearest one, and 127")
  func notFound() async throws {
    let error = await #expect(throws: CommandNotStarted.self) {
      try await CommandRunner.run(["greep", "x"], environment: [:])
    }
    #expect(error?.status == 127)
    #expect(error?.diagnostic.message == "there is no command `greep`")
    #expect(error?.diagnostic.notes.contains { $0.label == "nearest" } == true)
    let path = await #expect(throws: CommandNotStarted.self) {
      try await CommandRunner.run(["./no/such"], environment: [:])
    }
    #expect(path?.status == 127)
  }

  @Test("a file that is not executable gives 126, one without an interpreter 127, and one without #! is a script")
  func notExecutable() async throws {
    let note = Self.note()
    defer { unlink(note) }
    func attempt() async -> CommandNotStarted? {
      await #expect(throws: CommandNotStarted.self) { try await CommandRunner.run([note], environment: [:]) }
    }
    try "exit $#\n".write(toFile: note, atomically: false, encoding: .utf8)
    chmod(note, 0o644)
    #expect(await attempt()?.status == 126)
    chmod(note, 0o755)
    #expect(try await CommandRunner.run([note, "a", "b"], environment: [:]) == 2)
    try "#!/no/such/interpreter\n".write(toFile: note, atomically: false, encoding: .utf8)
    let error = await attempt()
    #expect(error?.status == 127 && error?.diagnostic.message.contains("interpreter") == true)
    await #expect(throws: CommandNotStarted.self) { try await CommandRunner.run([], environment: [:]) }
  }

  @Test("the first signal ends the wait, the second does what it was told to")
  func stopSignal() async throws {
    let (seconds, second) = AsyncStream.makeStream(of: Void.self)
    let stop = StopSignal { second.yield() }
    defer { stop.close() }
    let cancelled = Task { await stop.wait() }
    cancelled.cancel()
    #expect(await cancelled.value == nil)
    async let first = stop.wait()
    kill(getpid(), SIGTERM)
    #expect(await first == SIGTERM)
    #expect(await stop.wait() == SIGTERM && stop.hasCome)
    kill(getpid(), SIGINT)
    var iterator = seconds.makeAsyncIterator()
    await iterator.next()
  }

  @Test("a signal that came before the command is started is not lost")
  func stopSignalBeforeCommand() async throws {
    let stop = StopSignal {}
    defer { stop.close() }
    kill(getpid(), SIGTERM)
    _ = await stop.wait()
    let status = try await CommandRunner.run(["sleep", "600"], environment: [:], unless: stop)
    #expect(status == 128 + SIGTERM)
  }

  @Test("while a command runs, signals are its own")
  func stopSignalWithCommand() async throws {
    let note = Self.note()
    defer { unlink(note) }
    let stop = StopSignal {}
    defer { stop.close() }
    async let status = Self.shell("echo ready > \"$NOTE\"; exec sleep 600", ["NOTE": note])
    #expect(await Self.eventually { Self.text(at: note).contains("ready") })
    kill(getpid(), SIGINT)
    #expect(try await status == 128 + SIGINT)
    #expect(!stop.hasCome)
  }

  @Test("a secret is taken out of what a command says wherever its end is cut off", arguments: [0, 7, 9, 100, 4096])
  func tail(more: Int) {
    var rules = RedactionRules.standard
    rules.patterns = [try? Pattern("own-[0-9]+")].compactMap(\.self)
    var tail = RedactedTail(Redactor(rules), kept: 512)
    let text = "http://h/?token=secret own-12345 " + String(repeating: "y", count: 470 + more) + " ?token=secret\n"
    for byte in text.utf8 { tail.add([byte]) }
    let kept = String(decoding: tail.finish(), as: UTF8.self)
    #expect(kept.utf8.count <= 512 && kept.contains("y ?token="))
    #expect(!kept.contains("secret") && !kept.contains("12345"))
  }
}
